//! Cuts a stream of text into clauses that sound right alone, the first as early as a listener would accept.
//! Any chunking of the same text gives the same clauses.

/// Words after which the very first clause may end at a comma.
const FIRST_AT_COMMA: usize = 3;
/// Words after which a later clause may end at a comma, semicolon or dash.
const LATER_AT_COMMA: usize = 6;
/// Words after which a clause ends at any space: a voice takes a breath there, and synthesis must not fall behind.
const AT_MOST: usize = 24;
/// Abbreviations whose full stop does not end a sentence, without the stop.
const ABBREVIATIONS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "st", "vs", "e.g", "i.e", "etc", "approx", "no", "prof", "jr", "sr", "u.s", "a.m", "p.m",
];

/// A streaming cutter.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    text: String,
    words: usize,
    given: usize,
}

impl Clauses {
    /// A cutter at the beginning of a continuation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes text, returns the clauses that are complete now, in order, trimmed.
    pub fn push(&mut self, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        for c in text.chars() {
            if c.is_whitespace() && self.ends_here() {
                out.extend(self.take());
            }
            let was_space = self.text.chars().next_back().is_none_or(char::is_whitespace);
            if c.is_whitespace() {
                if !was_space {
                    self.text.push(' ');
                }
            } else {
                if was_space {
                    self.words += 1;
                }
                self.text.push(c);
            }
        }
        out
    }

    /// No more text comes: returns the rest, if there is any.
    pub fn finish(&mut self) -> Option<String> {
        self.take()
    }

    /// The loudspeaker has run dry: gives the whole words so far, when they are enough to be spoken alone. The last one
    /// stays, so that what ends the sentence is never left without a word to end it.
    pub fn hurry(&mut self) -> Option<String> {
        let (whole, _) = self.text.trim_end().rsplit_once(' ')?;
        if whole.split(' ').count() < FIRST_AT_COMMA {
            return None;
        }
        let rest = self.text.split_off(whole.len());
        let clause = self.take();
        self.text = rest.trim_start().to_string();
        self.words = self.text.split_whitespace().count();
        clause
    }

    /// Whether the text so far may be spoken alone, now that white space follows.
    fn ends_here(&self) -> bool {
        let text = self.text.trim_end_matches(['"', '\u{201d}', ')', '\'', '\u{2019}']);
        let Some(last) = text.chars().next_back() else { return false };
        match last {
            '!' | '?' | '\u{2026}' => true,
            '.' => !ends_with_abbreviation(text),
            ',' | ';' | ':' | '\u{2014}' | '\u{2013}' => {
                self.words >= if self.given == 0 { FIRST_AT_COMMA } else { LATER_AT_COMMA }
            }
            _ => self.words >= AT_MOST,
        }
    }

    fn take(&mut self) -> Option<String> {
        let clause = std::mem::take(&mut self.text).trim().to_string();
        self.words = 0;
        if !clause.chars().any(char::is_alphanumeric) {
            return None;
        }
        self.given += 1;
        Some(clause)
    }
}

fn ends_with_abbreviation(text: &str) -> bool {
    let word = text.trim_end_matches('.').rsplit(char::is_whitespace).next().unwrap_or("").to_lowercase();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i";
    initial || ABBREVIATIONS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<String> {
        let mut clauses = Clauses::new();
        let mut out = clauses.push(text);
        out.extend(clauses.finish());
        out
    }

    #[test]
    fn clauses_end_where_a_speaker_would_pause() {
        assert_eq!(
            cut("Ulaanbaatar. It has 1.5 million people, says Dr. Bold, and more than that in winter! Yes"),
            ["Ulaanbaatar.", "It has 1.5 million people, says Dr. Bold,", "and more than that in winter!", "Yes"]
        );
        assert_eq!(cut("filling it with water, then adding"), ["filling it with water,", "then adding"]);
        assert_eq!(cut("  ...  "), Vec::<String>::new());
    }

    #[test]
    fn endless_text_is_cut_at_a_space() {
        let text = "word ".repeat(100);
        assert!(cut(&text).iter().all(|clause| clause.split(' ').count() <= AT_MOST));
    }

    #[test]
    fn a_dry_loudspeaker_gets_the_whole_words() {
        let mut clauses = Clauses::new();
        assert_eq!(clauses.push("on the Tuul River in the nor"), Vec::<String>::new());
        assert_eq!(clauses.hurry().as_deref(), Some("on the Tuul River in the"));
        assert_eq!(clauses.hurry(), None);
        assert_eq!(clauses.push("th. "), ["north."]);
        assert_eq!(clauses.push("It is cold "), Vec::<String>::new());
        assert_eq!(clauses.hurry(), None, "too few to be spoken alone");
        assert_eq!(clauses.finish().as_deref(), Some("It is cold"));
    }

    proptest! {
        #[test]
        fn chunking_changes_nothing_and_loses_nothing(text in "[a-z,.!? \n\"0-9é\u{2026}]{0,200}", at in 0usize..200) {
            let chars: Vec<char> = text.chars().collect();
            let at = at.min(chars.len());
            let mut clauses = Clauses::new();
            let mut out = clauses.push(&chars[..at].iter().collect::<String>());
            out.extend(clauses.push(&chars[at..].iter().collect::<String>()));
            out.extend(clauses.finish());
            prop_assert_eq!(&out, &cut(&text));
            let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&out.concat()), letters(&text));
        }
    }
}
