//! The seam between the opener and the cloud's text: words that the cloud repeats are dropped, and the join gets
//! the space, comma and capital that one sentence would have. Any chunking of the same text gives the same speech.
//!
//! It does not cut clauses (`clause`) and does not clean markup (`speakable`).

use crate::words::{is_function_word, normal};

/// Words that models put in front of an answer although the sentence has begun already.
const PREAMBLES: &[&str] = &[
    "sure",
    "certainly",
    "absolutely",
    "of course",
    "okay",
    "ok",
    "great",
    "sure thing",
    "got it",
    "right",
    "alright",
];

/// A streaming seam. Feed it the cloud's text, speak what it returns.
#[derive(Clone, Debug)]
pub struct Seam {
    /// Normal forms of the opener's words.
    opener: Vec<String>,
    /// The opener as it was written, for the join.
    written: String,
    /// Text that may still be a repetition of the opener. Empty and unused once `joined`.
    held: String,
    joined: bool,
}

/// What the held text turned out to be.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    /// More text is needed.
    Undecided,
    /// The first `bytes` of the held text repeat what was said.
    Repeats { bytes: usize },
}

impl Seam {
    /// A seam behind `opener`; an empty opener lets everything through.
    #[must_use]
    pub fn new(opener: &str) -> Self {
        Self {
            opener: opener.split_whitespace().map(normal).filter(|w| !w.is_empty()).collect(),
            written: opener.trim().to_string(),
            held: String::new(),
            joined: false,
        }
    }

    /// Takes a piece of the cloud's text; returns what can be spoken now.
    pub fn push(&mut self, delta: &str) -> String {
        let mut out = String::new();
        for (at, c) in delta.char_indices() {
            if self.joined {
                out.push_str(&delta[at..]);
                break;
            }
            self.held.push(c);
            if let Finding::Repeats { bytes } = self.find(false) {
                out.push_str(&self.join(bytes));
            }
        }
        out
    }

    /// The cloud has ended: returns what was still held.
    pub fn finish(&mut self) -> String {
        if self.joined {
            return String::new();
        }
        match self.find(true) {
            Finding::Repeats { bytes } => self.join(bytes),
            Finding::Undecided => String::new(),
        }
    }

    /// Decides how much of the held text was said already.
    fn find(&self, ended: bool) -> Finding {
        if self.opener.is_empty() {
            return Finding::Repeats { bytes: 0 };
        }
        let words = split(&self.held, ended);
        let Some(from) = skip_preamble(&words) else {
            return if ended { Finding::Repeats { bytes: 0 } } else { Finding::Undecided };
        };
        let words = &words[from..];
        let start = if from == 0 { 0 } else { words.first().map_or(self.held.len(), |w| w.start) };
        let complete: Vec<&Word> = words.iter().filter(|w| w.complete).collect();
        let partial = words.iter().find(|w| !w.complete).map(|w| w.normal.as_str());

        let mut longest = 0;
        let mut could_be = false;
        for first in 0..self.opener.len() {
            let said = &self.opener[first..];
            let compared = said.len().min(complete.len());
            if !(0..compared).all(|k| said[k] == complete[k].normal) {
                continue;
            }
            if said.len() <= complete.len() {
                longest = longest.max(said.len());
            } else if !ended && partial.is_none_or(|p| said[compared].starts_with(p)) {
                could_be = true;
            }
        }
        if could_be {
            return Finding::Undecided;
        }
        if longest > 0 {
            return Finding::Repeats { bytes: complete[longest - 1].end };
        }
        // The reply starts the sentence over and then leaves it: what it shares is dropped, the rest is wanted.
        let shared = self.opener.iter().zip(&complete).take_while(|(said, word)| **said == word.normal).count();
        let about = self.opener[..shared].iter().filter(|w| !is_function_word(w)).count();
        if shared >= 3 && about >= 1 {
            return Finding::Repeats { bytes: complete[shared - 1].end };
        }
        Finding::Repeats { bytes: start }
    }

    /// Joins the text behind the first `bytes` of the held text to the opener.
    fn join(&mut self, bytes: usize) -> String {
        self.joined = true;
        let held = std::mem::take(&mut self.held);
        if self.written.is_empty() {
            return held.trim_start().to_string();
        }
        let repeated = bytes > 0;
        let rest = held[bytes..].trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '\u{2026}' | '"' | '\u{201c}' | '*') || (repeated && c == '.')
        });
        let rest = if self.written.ends_with([',', '.', '!', '?', ':', ';']) {
            rest.trim_start_matches(|c: char| matches!(c, ',' | '.' | '!' | '?' | ':' | ';') || c.is_whitespace())
        } else {
            rest.trim_start_matches("...").trim_start()
        };
        if self.written.ends_with(['.', '!', '?']) { capital(rest) } else { small(rest) }
    }
}

/// Appends `next` to `text` as one sentence: no space before punctuation, one space else.
pub fn append(text: &mut String, next: &str) {
    let next = next.trim();
    if next.is_empty() {
        return;
    }
    if !text.is_empty() && !next.starts_with([',', '.', '!', '?', ':', ';', '\'', '\u{2019}', ')']) {
        text.push(' ');
    }
    text.push_str(next);
}

/// A word of held text with its place.
#[derive(Debug)]
struct Word {
    normal: String,
    start: usize,
    /// One past the last byte, trailing punctuation included up to the next white space.
    end: usize,
    /// Whether its end was seen.
    complete: bool,
    /// Whether it ends with a mark that a preamble would have.
    marked: bool,
}

/// The words of `text`; the last one is complete only when white space follows or the text has `ended`.
fn split(text: &str, ended: bool) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let mut close = |start: &mut Option<usize>, end: usize, complete: bool| {
        if let Some(from) = start.take() {
            let written = &text[from..end];
            let marked = written.ends_with(['!', ',', '.', ':']);
            let normal = normal(written);
            if !normal.is_empty() || !complete {
                words.push(Word { normal, start: from, end, complete, marked });
            }
        }
    };
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            close(&mut start, at, true);
        } else if start.is_none() {
            start = Some(at);
        }
    }
    close(&mut start, text.len(), ended);
    words
}

/// Index of the first word behind a preamble such as "Sure!"; `None` when more text must come to tell.
fn skip_preamble(words: &[Word]) -> Option<usize> {
    let mut phrase = String::new();
    for (index, word) in words.iter().enumerate() {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(&word.normal);
        let begins_one = PREAMBLES.iter().any(|p| p.starts_with(phrase.as_str()));
        if !begins_one {
            return Some(0);
        }
        if word.complete && word.marked && PREAMBLES.contains(&phrase.as_str()) {
            return Some(index + 1);
        }
    }
    None
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Lower-cases the first letter when the first word is one that only a sentence's start would write large.
fn small(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or("");
    let word = normal(first);
    let own_capital = word == "i" || word.starts_with("i'") || !is_function_word(&word);
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if !own_capital && c.is_uppercase() => c.to_lowercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is heard when the cloud answers `reply` behind `opener`.
    fn heard(opener: &str, reply: &str) -> String {
        let mut seam = Seam::new(opener);
        let mut rest = seam.push(reply);
        rest.push_str(&seam.finish());
        let mut text = opener.to_string();
        append(&mut text, &rest);
        text
    }

    #[test]
    fn plain_continuations_are_joined() {
        let capital = "The capital of Mongolia is";
        for (reply, expected) in [
            (" Ulaanbaatar.", "The capital of Mongolia is Ulaanbaatar."),
            ("Ulaanbaatar.", "The capital of Mongolia is Ulaanbaatar."),
            ("The city of Ulaanbaatar.", "The capital of Mongolia is the city of Ulaanbaatar."),
            (", as far as I know, Ulaanbaatar.", "The capital of Mongolia is, as far as I know, Ulaanbaatar."),
            ("...Ulaanbaatar.", "The capital of Mongolia is Ulaanbaatar."),
        ] {
            assert_eq!(heard(capital, reply), expected, "{reply:?}");
        }
        assert_eq!(heard("I'm sorry to hear that.", "maybe rest."), "I'm sorry to hear that. Maybe rest.");
        assert_eq!(heard("When it comes to bleach,", ", it depends."), "When it comes to bleach, it depends.");
        assert_eq!(heard("", "  Hello there."), "Hello there.");
    }

    #[test]
    fn repeated_words_are_dropped() {
        let capital = "The capital of Mongolia is";
        for reply in [
            "The capital of Mongolia is Ulaanbaatar.",
            "the capital of mongolia is Ulaanbaatar.",
            "Sure! The capital of Mongolia is Ulaanbaatar.",
            "Of course, the capital of Mongolia is: Ulaanbaatar.",
            "of Mongolia is Ulaanbaatar.",
            "is Ulaanbaatar.",
            "**The capital of Mongolia is** Ulaanbaatar.",
            "\"The capital of Mongolia is Ulaanbaatar.",
        ] {
            let text = heard(capital, reply).replace(" :", "").replace(':', "");
            assert_eq!(text, "The capital of Mongolia is Ulaanbaatar.", "{reply:?}");
        }
        assert_eq!(
            heard("To descale your kettle, start by", "To descale your kettle, fill it with vinegar."),
            "To descale your kettle, start by fill it with vinegar."
        );
    }

    #[test]
    fn wanted_words_stay() {
        assert_eq!(heard("It is", "a small island."), "It is a small island.");
        assert_eq!(heard("The answer to that is", "that nobody knows."), "The answer to that is that nobody knows.");
        assert_eq!(heard("The opener", "openers are nice."), "The opener openers are nice.");
        assert_eq!(heard("Two things", "Right now, it rains."), "Two things Right now, it rains.");
        assert_eq!(heard("Sunday is", ""), "Sunday is");
    }

    proptest! {
        #[test]
        fn chunking_does_not_change_the_speech(
            opener in "(The|Sure|capital|of|is|start by|,| ){0,6}",
            reply in "(The |Sure! |capital |of |is |is, |start by |é\u{2026} |x |. ){0,9}",
            cuts in proptest::collection::vec(0usize..40, 0..8),
        ) {
            let mut whole = Seam::new(&opener);
            let mut expected = whole.push(&reply);
            expected.push_str(&whole.finish());

            let mut seam = Seam::new(&opener);
            let mut got = String::new();
            let chars: Vec<char> = reply.chars().collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(chars.len())).collect();
            cuts.push(chars.len());
            cuts.sort_unstable();
            let mut from = 0;
            for cut in cuts {
                got.push_str(&seam.push(&chars[from..cut].iter().collect::<String>()));
                from = cut;
            }
            got.push_str(&seam.finish());
            prop_assert_eq!(got, expected);
        }
    }
}
