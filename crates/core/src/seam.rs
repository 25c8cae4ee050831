//! The seam between the opener and the cloud's text: words that the cloud repeats are dropped, and the join gets
//! the space, comma and capital that one sentence would have. Any chunking of the same text gives the same speech.
//!
//! `tokens` makes words comparable, `echo` finds what is repeated, `lead` knows what stands in front of an answer.
//! It does not cut clauses (`clause`) and does not clean markup (`speakable`).

use crate::words::{self, capital, is_function_word, normal};

mod check;
mod echo;
mod lead;
mod tokens;

pub use check::check_seam;

use echo::Echo;
use tokens::{Token, tokens};

/// A reply that says the opener again and again is read so many times.
const MOST_ECHOES: usize = 4;

/// A streaming seam. Feed it the cloud's text, speak what it returns.
#[derive(Clone, Debug)]
pub struct Seam {
    /// The opener's words.
    opener: Vec<Token>,
    /// The opener as it was written, for the join.
    written: String,
    /// Text that may still be a repetition of the opener. Empty and unused once `joined`.
    held: String,
    joined: bool,
}

/// What the held text turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Finding {
    /// So many bytes of it are not spoken.
    bytes: usize,
    /// How the rest follows the opener.
    join: Join,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    /// Nothing was repeated.
    Plain,
    /// The reply said the opener again, to its end.
    Echo,
    /// As `Echo`, and the sentence ended there.
    NewSentence,
    /// The reply began another sentence, or ended the opener's in another way.
    Break,
}

impl Seam {
    /// A seam behind `opener`; an empty opener lets everything through.
    #[must_use]
    pub fn new(opener: &str) -> Self {
        Self { opener: tokens(opener, true), written: opener.trim().to_string(), held: String::new(), joined: false }
    }

    /// Takes a piece of the cloud's text; returns what can be spoken now.
    pub fn push(&mut self, delta: &str) -> String {
        let mut out = String::new();
        for (at, c) in delta.char_indices() {
            if self.joined {
                out.push_str(&delta[at..]);
                break;
            }
            if c.is_whitespace() && self.held.ends_with(' ') {
                continue;
            }
            self.held.push(if c.is_whitespace() { ' ' } else { c });
            // Whether something is repeated is told by whole words.
            if (self.opener.is_empty() || c.is_whitespace())
                && let Some(finding) = self.find(false)
            {
                out.push_str(&self.join(finding));
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
            Some(finding) => self.join(finding),
            None => String::new(),
        }
    }

    /// The cloud broke off: as `finish`, and what may have been the beginning of a repetition is dropped.
    pub fn break_off(&mut self) -> String {
        let words = tokens(&self.held, true);
        if let Some((last, before)) = words.split_last().filter(|_| !self.joined) {
            let repeats = |said: &[Token]| {
                said.len() > before.len()
                    && said.iter().zip(before).all(|(said, word)| said.key == word.key)
                    && said[before.len()].key.starts_with(&last.key)
            };
            if (0..self.opener.len()).any(|first| repeats(&self.opener[first..])) {
                self.joined = true;
                self.held.clear();
            }
        }
        self.finish()
    }

    /// Decides how much of the held text was said already; `None` when more is needed.
    fn find(&self, ended: bool) -> Option<Finding> {
        if self.opener.is_empty() {
            return Some(Finding { bytes: 0, join: Join::Plain });
        }
        let lead = lead::preamble(&self.held, ended)?;
        let text = &self.held[lead..];
        let words = tokens(text, ended);
        let mut found = self.echoes(&words, ended)?;
        if found.0 == 0 {
            let again = lead::request_again(&words, text, ended)?;
            if again > 0 {
                let (more, join) = self.echoes(&words[again..], ended)?;
                found = if more > 0 { (again + more, join) } else { found };
            }
        }
        let (count, join) = found;
        let bytes = match count.checked_sub(1) {
            Some(last) => lead + words[last].end.unwrap_or(0),
            None => lead,
        };
        let refuses = lead::refuses(&self.opener, &self.written, &self.held[bytes..], ended)?;
        Some(Finding { bytes, join: if refuses { Join::Break } else { join } })
    }

    /// How many words at the beginning repeat the opener, once or several times, and how the rest follows.
    fn echoes(&self, words: &[Token], ended: bool) -> Option<(usize, Join)> {
        let (mut count, mut join) = (0, Join::Plain);
        for time in 0..MOST_ECHOES {
            match echo::find(&self.opener, &words[count..], ended, time > 0) {
                Echo::Undecided => return None,
                Echo::None => break,
                Echo::Words { words: more, whole } => {
                    count += more;
                    join = match (whole, words[count - 1].stop) {
                        (false, _) => Join::Break,
                        (true, true) => Join::NewSentence,
                        (true, false) => Join::Echo,
                    };
                }
            }
        }
        Some((count, join))
    }

    /// Joins the text behind the finding to the opener.
    fn join(&mut self, finding: Finding) -> String {
        self.joined = true;
        let held = std::mem::take(&mut self.held);
        if self.written.is_empty() {
            return held.trim_start().to_string();
        }
        let repeated = matches!(finding.join, Join::Echo | Join::NewSentence);
        let rest = held[finding.bytes..].trim_start_matches(|c: char| {
            c.is_whitespace()
                || matches!(c, '\u{2026}' | '"' | '\u{201c}' | '*')
                || (repeated && matches!(c, '.' | ':' | '-' | '\u{2014}'))
        });
        let ends = self.written.ends_with(['.', '!', '?']);
        let rest = if ends || self.written.ends_with([',', ':', ';']) {
            rest.trim_start_matches(|c: char| matches!(c, ',' | '.' | '!' | '?' | ':' | ';') || c.is_whitespace())
        } else {
            rest.trim_start_matches("...").trim_start()
        };
        match finding.join {
            _ if rest.is_empty() => String::new(),
            _ if ends => capital(rest),
            Join::Break if rest.starts_with([',', '.', '!', '?', ':', ';', '\u{2014}']) => rest.to_string(),
            Join::Break => format!("\u{2014} {rest}"),
            Join::NewSentence => rest.to_string(),
            Join::Plain | Join::Echo => small(rest),
        }
    }
}

/// Appends `next` to `text` as one sentence: no space before punctuation, one space else; a dash takes the place of the
/// mark before it.
pub fn append(text: &mut String, next: &str) {
    let next = next.trim();
    if next.is_empty() {
        return;
    }
    if next.starts_with('\u{2014}') {
        text.truncate(text.trim_end_matches([' ', ',', ':', ';', '\u{2014}', '-', '"', '\u{201c}']).len());
    }
    if !text.is_empty() && !next.starts_with([',', '.', '!', '?', ':', ';', '\'', '\u{2019}', ')']) {
        text.push(' ');
    }
    text.push_str(next);
}

/// Lower-cases the first letter when the first word is one that only a sentence's start would write large.
fn small(text: &str) -> String {
    let word = normal(text.split_whitespace().next().unwrap_or(""));
    let own = word == "i" || word.starts_with("i'") || !is_function_word(&word);
    if own { text.to_string() } else { words::small(text) }
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
            "To descale your kettle, start by \u{2014} fill it with vinegar."
        );
    }

    #[test]
    fn wanted_words_stay() {
        assert_eq!(heard("It is", "a small island."), "It is a small island.");
        assert_eq!(heard("The answer to that is", "that nobody knows."), "The answer to that is that nobody knows.");
        assert_eq!(heard("The opener", "openers are nice."), "The opener openers are nice.");
        assert_eq!(heard("Two things", "Right now, it rains."), "Two things Right now, it rains.");
        assert_eq!(heard("Sunday is", ""), "Sunday is");
        assert_eq!(
            heard("To sleep better, try", "To sleep better, try to sleep better."),
            "To sleep better, try to sleep better."
        );
    }

    proptest! {
        #[test]
        fn chunking_does_not_change_the_speech(
            seed in any::<u8>(),
            opener in "(The|Sure|capital|of|is|start by|twenty|I'm|one|,| ){0,8}",
            reply in "(The |Sure! |capital |of |is |is, |it's |start by |twenty |one |hundred and |I'm |sorry |you asked |how |\\? |é\u{2026} |x |\\. |Answer: ){0,12}",
        ) {
            check_seam(&[&[seed], opener.as_bytes(), b"\n", reply.as_bytes()].concat());
        }
    }
}
