//! Which words an opener may hold: those of the lexicon, and those that stand in the request, in its context or among
//! the home's names, copied letter by letter or in a regular inflection. Numbers only as they stand there.

use std::sync::Arc;

/// The common words of openers, lower case, sorted.
#[derive(Clone, Debug)]
pub(super) struct Lexicon(Arc<[Box<str>]>);

impl Lexicon {
    /// One word a line.
    pub(super) fn parse(text: &str) -> Self {
        let mut words: Vec<Box<str>> = text.lines().map(str::trim).filter(|w| !w.is_empty()).map(Into::into).collect();
        words.sort_unstable();
        Self(words.into())
    }

    fn has(&self, word: &str) -> bool {
        self.0.binary_search_by(|known| known.as_ref().cmp(word)).is_ok()
    }

    /// Whether a word that `may` be there begins so.
    fn has_prefix(&self, prefix: &str, may: impl Fn(&str) -> bool) -> bool {
        let at = self.0.partition_point(|known| known.as_ref() < prefix);
        self.0[at..].iter().take_while(|known| known.starts_with(prefix)).any(|known| may(known))
    }
}

/// Words that make a sentence of what they stand in, so that it may end with a full stop.
const WHOLE: &[&str] = &[
    "am",
    "are",
    "can",
    "do",
    "does",
    "good",
    "goodnight",
    "happy",
    "has",
    "have",
    "hello",
    "here's",
    "hi",
    "hope",
    "i'm",
    "is",
    "it's",
    "let's",
    "sorry",
    "sounds",
    "thank",
    "thanks",
    "that's",
    "there's",
    "they're",
    "was",
    "we're",
    "welcome",
    "were",
    "you're",
];

/// The words that one opener may hold.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    lexicon: Lexicon,
    copied: Vec<String>,
    /// Words that may not stand there although they are known, sorted.
    barred: Vec<String>,
    /// Marks besides those of prose that stand in the request.
    marks: Vec<char>,
    /// Words that the request says twice in a row.
    doubled: Vec<String>,
    /// Short words and numbers of the request that have a full stop behind them and go on.
    dotted: Vec<String>,
}

/// The word that is being written, and what was written before.
#[derive(Debug, Default)]
pub(super) struct Writing {
    partial: String,
    last: String,
    /// Words that are complete or begun.
    pub(super) words: usize,
    /// White space has come since the last word began.
    spaced: bool,
    /// A word of [`WHOLE`] stands in the sentence.
    whole: bool,
    /// A mark stands there that wants white space behind it, or a digit.
    marked: bool,
}

/// By hand, because a writing is copied for every token that is tried: `clone_from` keeps the memory.
impl Clone for Writing {
    fn clone(&self) -> Self {
        Self { partial: self.partial.clone(), last: self.last.clone(), ..*self }
    }

    fn clone_from(&mut self, other: &Self) {
        self.partial.clone_from(&other.partial);
        self.last.clone_from(&other.last);
        (self.words, self.spaced) = (other.words, other.spaced);
        (self.whole, self.marked) = (other.whole, other.marked);
    }
}

/// Words that want another one behind them, so that no opener ends there.
const CANNOT_END: &[&str] = &[
    "a", "an", "and", "but", "every", "her", "his", "i", "its", "my", "no", "of", "or", "our", "some", "the", "their",
    "this", "these", "those", "very", "your",
];

impl Writing {
    /// Whether an opener that stops here stops in the middle of a phrase.
    pub(super) fn ends_badly(&self) -> bool {
        CANNOT_END.contains(&self.partial.as_str())
    }
}

impl Allowed {
    pub(super) fn new(lexicon: &Lexicon, sources: &[&str]) -> Self {
        let mut copied: Vec<String> = Vec::new();
        for source in sources {
            for word in words_of(source) {
                if word.chars().any(|c| c.is_ascii_digit()) {
                    copied.push(word);
                } else {
                    inflections(&word, &mut copied);
                }
            }
        }
        copied.sort_unstable();
        copied.dedup();
        // An opener asks nothing, so it copies no question mark.
        let is_mark = |c: &char| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && *c != '?';
        let marks = sources.iter().flat_map(|s| s.chars()).filter(is_mark).collect();
        let doubled = sources.iter().flat_map(|source| {
            let words = words_of(source);
            words.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect::<Vec<_>>()
        });
        let dotted = sources.iter().flat_map(|source| dotted(source)).collect();
        Self { lexicon: lexicon.clone(), copied, barred: Vec::new(), marks, doubled: doubled.collect(), dotted }
    }

    /// The same without these words, unless they stand in a source of their own, and without their inflections.
    pub(super) fn without(mut self, words: &[String]) -> Self {
        for word in words {
            inflections(word, &mut self.barred);
        }
        self.barred.sort_unstable();
        self.barred.dedup();
        self
    }

    fn has(&self, word: &str) -> bool {
        if self.is_barred(word) {
            return false;
        }
        self.copied.binary_search_by(|known| known.as_str().cmp(word)).is_ok() || self.lexicon.has(word)
    }

    fn is_barred(&self, word: &str) -> bool {
        self.barred.binary_search_by(|barred| barred.as_str().cmp(word)).is_ok()
    }

    /// Whether a source has this word or an inflection of it.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.copied.binary_search_by(|known| known.as_str().cmp(word)).is_ok()
    }

    fn has_prefix(&self, prefix: &str) -> bool {
        let at = self.copied.partition_point(|known| known.as_str() < prefix);
        let mut copied = self.copied[at..].iter().take_while(|known| known.starts_with(prefix));
        copied.any(|known| !self.is_barred(known)) || self.lexicon.has_prefix(prefix, |known| !self.is_barred(known))
    }

    /// Makes `next` the writing after `piece` (lower case); `false` when that would begin or end a word that may not
    /// be there.
    pub(super) fn after(&self, writing: &Writing, piece: &str, next: &mut Writing) -> bool {
        next.clone_from(writing);
        for c in piece.chars() {
            if c.is_alphanumeric() || (c == '\'' && !next.partial.is_empty()) {
                if next.marked && !c.is_ascii_digit() {
                    return false;
                }
                next.marked = false;
                if next.partial.is_empty() && (next.spaced || next.words == 0) {
                    next.words += 1;
                    next.spaced = false;
                }
                next.partial.push(c);
            } else {
                if !self.may_end(next) {
                    return false;
                }
                if !next.partial.is_empty() {
                    next.whole |= WHOLE.binary_search(&next.partial.as_str()).is_ok();
                    std::mem::swap(&mut next.last, &mut next.partial);
                    next.partial.clear();
                }
                if c == '.' {
                    if !next.whole && !self.is_dotted(&next.last) {
                        return false;
                    }
                    next.whole = false;
                }
                if c.is_whitespace() && next.spaced {
                    return false;
                }
                next.spaced |= c.is_whitespace();
                next.marked = matches!(c, ',' | '!' | ':') || (next.marked && !c.is_whitespace());
                if !c.is_whitespace() && !matches!(c, ',' | '.' | '-' | '!' | ':') && !self.marks.contains(&c) {
                    return false;
                }
            }
        }
        next.partial.is_empty() || self.has_prefix(&next.partial)
    }

    /// Whether a full stop may stand behind a word without ending a sentence: in "8.45", "a.m.", "St. Louis".
    fn is_dotted(&self, word: &str) -> bool {
        word.chars().count() == 1 || self.dotted.iter().any(|dotted| dotted == word)
    }

    /// Whether the opener may end here: no word is half, and none stands there twice, unless the request says it so.
    pub(super) fn may_end(&self, writing: &Writing) -> bool {
        let word = &writing.partial;
        word.is_empty() || (self.has(word) && (*word != writing.last || self.doubled.contains(word)))
    }
}

/// The words of a text in lower case: letters, digits, inner apostrophes.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let split = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    split.map(|w| w.trim_matches('\'').to_string()).filter(|w| !w.is_empty()).collect()
}

/// The short words and numbers of a text that have a full stop behind them which does not end the text.
fn dotted(text: &str) -> Vec<String> {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let before = |(at, _): (usize, &str)| words_of(&text[..at]).pop();
    let short = |word: &String| word.chars().count() <= 3 || word.chars().all(|c| c.is_ascii_digit());
    text.match_indices('.').filter_map(before).filter(short).collect()
}

/// A word and its regular inflections, both ways: plural, -ing, -ed, -er, -'s and their bases.
fn inflections(word: &str, out: &mut Vec<String>) {
    let mut bases = vec![word.to_string()];
    for (suffix, endings) in
        [("ies", &["y"][..]), ("es", &["", "e"]), ("s", &[""]), ("ing", &["", "e"]), ("ed", &["", "e"]), ("'s", &[""])]
    {
        if let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.chars().count() >= 2) {
            bases.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
            let mut chars = stem.chars().rev();
            if let (Some(a), Some(b)) = (chars.next(), chars.next())
                && a == b
            {
                bases.push(stem[..stem.len() - a.len_utf8()].to_string());
            }
        }
    }
    for base in bases {
        // What is inflected already is not inflected so again, and a letter is no word.
        let inflected = |ends: &[&str]| base == word && ends.iter().any(|end| base.ends_with(end));
        if base.chars().count() < 2 || inflected(&["s", "ing", "ed"]) {
            out.push(format!("{base}'s"));
            out.push(format!("{base}{}", if base.ends_with('s') { "es" } else { "s" }));
            out.push(base);
            continue;
        }
        for suffix in ["s", "es", "'s"] {
            out.push(format!("{base}{suffix}"));
        }
        // "Silently" and what ends in x are no verbs of which a small model may make one by a "d" alone.
        if let Some(stem) = base.strip_suffix('e') {
            out.extend([format!("{stem}ing"), format!("{stem}ed"), format!("{base}ing")]);
        } else if !base.ends_with("ly") {
            out.extend([format!("{base}ing"), format!("{base}ed")]);
        }
        if let Some(stem) = base.strip_suffix('y') {
            out.extend([format!("{stem}ies"), format!("{stem}ied")]);
        }
        if let Some(last) = base.chars().next_back().filter(|c| "bdfglmnprtz".contains(*c)) {
            out.extend([format!("{base}{last}ing"), format!("{base}{last}ed")]);
        }
        out.push(base);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(request: &str) -> Allowed {
        Allowed::new(&Lexicon::parse("the\nto\nstart\nby\nis\nfor\nsetting\nof"), &[request])
    }

    fn writes(allowed: &Allowed, pieces: &[&str]) -> bool {
        let (mut writing, mut next) = (Writing::default(), Writing::default());
        for piece in pieces {
            if !allowed.after(&writing, piece, &mut next) {
                return false;
            }
            std::mem::swap(&mut writing, &mut next);
        }
        allowed.may_end(&writing)
    }

    #[test]
    fn rare_words_are_copied_or_not_written() {
        let a = allowed("how do I descale my kettle?");
        assert!(writes(&a, &["to", " de", "sc", "ale", " the", " kett", "le", ","]));
        assert!(writes(&a, &[" desc", "aling", " kettles"]));
        assert!(!writes(&a, &["to", " in", "fl"]));
        assert!(!writes(&a, &["to", " desc"]), "half a word");
        assert!(!writes(&a, &["to", " kettle", "?"]) && writes(&a, &["to", " kettle", ":"]));
        assert!(!writes(&a, &["to", " descalekettle"]));
        assert!(!writes(&a, &["the", " the"]) && !writes(&a, &["the", " kettle", " kettle"]));
        assert!(writes(&allowed("who sang bye bye"), &["bye", " bye"]));
    }

    #[test]
    fn what_is_barred_is_not_written_and_what_begins_alike_is() {
        let a = allowed("how do I start my kettle?").without(&["start".into()]);
        assert!(!writes(&a, &["start"]) && !writes(&a, &["starting", " the", " kettle"]));
        assert!(writes(&a, &["the", " kettle"]) && writes(&a, &["setting", " my", " kettles"]));
    }

    #[test]
    fn numbers_stand_as_they_stand_there() {
        let a = allowed("what is 213 times 3");
        assert!(writes(&a, &[" ", "2", "1", "3", " times", " ", "3", " is"]));
        assert!(!writes(&a, &[" ", "2", "8"]));
        assert!(!writes(&a, &[" ", "2", "1", " times"]));
        assert!(!writes(&a, &[" $", "3"]));
        assert!(writes(&allowed("pay $3"), &[" $", "3", " to"]));
    }

    #[test]
    fn what_is_inflected_already_is_not_inflected_again() {
        let a = allowed("are cats a missed thing");
        for right in ["cats", "cat", "cat's", "miss", "missing", "things"] {
            assert!(writes(&a, &[right]), "{right}");
        }
        for wrong in ["catss", "catsing", "misseding", "aed", "thinging", "catd"] {
            assert!(!writes(&a, &[wrong]), "{wrong}");
        }
    }

    #[test]
    fn a_full_stop_ends_whole_sentences_only() {
        let a = allowed("Is the kettle for Dr. Start at 8.45 a.m. setting?");
        assert!(writes(&a, &["the", " kettle", " is", " setting", "."]));
        assert!(!writes(&a, &["setting", " the", " kettle", "."]));
        assert!(
            writes(&a, &["for", " dr", ".", " start"]) && writes(&a, &["for", " 8", ".", "45", " a", ".", "m", "."])
        );
        assert!(WHOLE.is_sorted());
    }

    #[test]
    fn no_opener_ends_in_the_middle_of_a_phrase() {
        let a = allowed("the kettle");
        let (mut writing, mut next) = (Writing::default(), Writing::default());
        assert!(a.after(&writing, "kettle the", &mut next) && next.ends_badly());
        std::mem::swap(&mut writing, &mut next);
        assert!(a.after(&writing, " kettle", &mut next) && !next.ends_badly());
    }

    #[test]
    fn white_space_follows_a_comma() {
        let a = allowed("start by setting 1,000 or 8:45");
        assert!(!writes(&a, &["start", ",", "setting"]) && writes(&a, &["start", ",", " setting"]));
        assert!(writes(&a, &["by", " 1", ",", "000"]) && writes(&a, &["by", " 8", ":", "45"]));
    }

    #[test]
    fn no_space_follows_a_space() {
        let a = allowed("start by setting");
        assert!(!writes(&a, &["start", " ", " by"]) && writes(&a, &["start", " by"]));
    }

    #[test]
    fn words_are_counted_at_white_space() {
        let a = allowed("the state-of-the-art kettle isn't on");
        let mut writing = Writing::default();
        for piece in ["the", " state", "-", "of", "-", "the", "-", "art", " kettle", ",", " isn", "'t"] {
            let mut next = Writing::default();
            assert!(a.after(&writing, piece, &mut next), "{piece}");
            writing = next;
        }
        assert_eq!(writing.words, 4);
    }
}
