//! The self-repair in front of an answer that disagrees with the opener: at most [`MOST_WORDS`] words of it are
//! spoken, none when nobody heard the mistake, and one that is missing or blunt becomes a gentle word.
//!
//! Streaming; any chunking of the same text gives the same speech. Text is looked at unit by unit (up to a comma, a
//! full stop, ...): a unit whose words are all about the speaking itself belongs to the repair, the first other one
//! begins the answer, from which nothing is taken.

use crate::words::{self, capital, is_function_word, normal, normal_words};

/// Most words of a repair.
pub const MOST_WORDS: usize = 12;

/// Units that are a repair as they stand, in normal form.
const PHRASES: &[&str] = &[
    "actually",
    "or rather",
    "rather",
    "well",
    "oh",
    "oh wait",
    "ah",
    "hmm",
    "wait",
    "no wait",
    "hold on",
    "hang on",
    "i mean",
    "i meant",
    "scratch that",
    "let me correct that",
    "let me correct myself",
    "let me start over",
    "let me start again",
    "let me try again",
    "let me try that again",
    "let me put that differently",
    "let me put that right",
    "let me put it right",
    "let me fix that",
    "to be precise",
    "to be exact",
    "more precisely",
    "strictly speaking",
    "come to think of it",
    "on second thought",
    "as it happens",
    "in fact",
    "thinking about it",
];
/// Units that say it too bluntly, in normal form.
const BLUNT: &[&str] = &[
    "no",
    "nope",
    "wrong",
    "that's wrong",
    "that is wrong",
    "incorrect",
    "that's incorrect",
    "that is incorrect",
    "false",
    "that's false",
    "that is false",
    "not true",
    "that's not true",
    "that is not true",
    "you're wrong",
    "you are wrong",
];
/// Words that show that a unit is about the speaking.
const MISTAKE: &[&str] = &[
    "apologies",
    "apologise",
    "apologize",
    "correction",
    "incorrect",
    "misspoke",
    "misstated",
    "mistake",
    "mistaken",
    "oops",
    "rephrase",
    "sorry",
    "wrong",
];
/// Words that show the same behind an apology.
const SPEAKING: &[&str] = &["answer", "said", "saying", "sentence", "spoke", "started", "wording"];
/// Words that may stand beside them, besides [`is_function_word`]'s; sorted.
const BESIDE: &[&str] = &[
    "again",
    "ah",
    "answer",
    "before",
    "began",
    "beginning",
    "bit",
    "completely",
    "confusion",
    "correct",
    "differently",
    "earlier",
    "error",
    "excuse",
    "first",
    "gave",
    "got",
    "hold",
    "i've",
    "isn't",
    "let",
    "little",
    "made",
    "misled",
    "myself",
    "no",
    "not",
    "now",
    "oh",
    "over",
    "pardon",
    "please",
    "put",
    "quickly",
    "quite",
    "rather",
    "really",
    "right",
    "said",
    "say",
    "saying",
    "scratch",
    "sentence",
    "soon",
    "spoke",
    "start",
    "started",
    "thing",
    "too",
    "uh",
    "um",
    "very",
    "wait",
    "wasn't",
    "way",
    "wording",
];
/// A unit that is longer than this is not held any longer, so it is the answer.
const LONGEST_UNIT: usize = 20;

/// What kind of repair is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The user heard a beginning that was not quite right.
    Bridge,
    /// The user heard a beginning that is given up: an apology is due.
    Restart,
    /// Nobody heard a beginning: nothing is to be repaired.
    Unheard,
}

/// A streaming reader of the repair.
#[derive(Clone, Debug)]
pub struct Repair {
    kind: Kind,
    /// A unit of repair has come.
    repairs: bool,
    /// Words of repair that were spoken.
    spoken: usize,
    /// The unit that is not complete yet.
    unit: String,
    /// The last unit that was dropped: all there is when no answer follows.
    dropped: String,
    answering: bool,
}

impl Repair {
    /// A reader at the beginning of the repair.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, repairs: false, spoken: 0, unit: String::new(), dropped: String::new(), answering: false }
    }

    /// Takes a piece of the reply, returns what can be spoken now.
    pub fn push(&mut self, text: &str) -> String {
        let mut out = String::new();
        for (at, c) in text.char_indices() {
            if self.answering {
                out.push_str(&text[at..]);
                break;
            }
            if self.unit.is_empty() && is_between(c) {
                // Space and marks between two units.
                continue;
            }
            if !c.is_whitespace() {
                self.unit.push(c);
                continue;
            }
            self.look(&mut out);
            if self.answering {
                out.push(c);
            } else if !self.unit.is_empty() {
                self.unit.push(c);
            }
        }
        out
    }

    /// No more text comes: returns what was still held.
    pub fn finish(&mut self) -> String {
        let mut out = String::new();
        if self.answering {
            return out;
        }
        if !self.unit.is_empty() {
            self.judge(&mut out);
        }
        if !self.answering && self.spoken == 0 && !self.dropped.is_empty() {
            self.unit = std::mem::take(&mut self.dropped);
            self.answer(&mut out);
        }
        self.answering = true;
        out
    }

    /// White space follows: decides about the unit if that is possible.
    fn look(&mut self, out: &mut String) {
        let ends = self.unit.ends_with([',', '.', '!', '?', ';', ':', '\u{2014}', '\u{2013}', '\u{2026}']);
        if ends {
            self.judge(out);
            return;
        }
        let words = normal_words(&self.unit);
        let possible = words.len() < LONGEST_UNIT && words.iter().all(|word| may_be_repair(word));
        if !possible {
            self.answer(out);
        }
    }

    fn judge(&mut self, out: &mut String) {
        let words = normal_words(&self.unit);
        let phrase = words.join(" ");
        let blunt = BLUNT.contains(&phrase.as_str());
        let repair = blunt
            || PHRASES.contains(&phrase.as_str())
            || (words
                .iter()
                .any(|word| MISTAKE.contains(&word.as_str()) || (self.repairs && SPEAKING.contains(&word.as_str())))
                && words.iter().all(|word| MISTAKE.contains(&word.as_str()) || beside(word)));
        if !repair {
            return self.answer(out);
        }
        self.repairs = true;
        let unit = std::mem::take(&mut self.unit);
        if self.kind == Kind::Unheard || blunt || self.spoken + words.len() > MOST_WORDS {
            self.dropped = unit;
            return;
        }
        let first = self.spoken == 0;
        self.spoken += words.len();
        out.push_str(&if first { small(&unit) } else { unit });
        out.push(' ');
    }

    /// The unit is the answer's beginning.
    fn answer(&mut self, out: &mut String) {
        self.answering = true;
        let unit = std::mem::take(&mut self.unit);
        match (self.kind, self.spoken) {
            (Kind::Unheard, _) => out.push_str(&capital(&unit)),
            (Kind::Bridge, 0) => {
                out.push_str("actually, ");
                out.push_str(&small(&unit));
            }
            (Kind::Restart, 0) => {
                out.push_str("sorry, ");
                out.push_str(&small(&unit));
            }
            _ => out.push_str(&unit),
        }
    }
}

/// Whether a word can stand in a repair.
fn may_be_repair(word: &str) -> bool {
    let within = |phrases: &[&str]| phrases.iter().any(|phrase| phrase.split(' ').any(|part| part == word));
    MISTAKE.contains(&word) || beside(word) || within(PHRASES) || within(BLUNT)
}

/// Space and marks that may stand between two units.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2014}' | '\u{2013}' | '\u{2026}' | ',' | '.' | ';' | ':')
}

fn beside(word: &str) -> bool {
    is_function_word(word) || BESIDE.binary_search(&word).is_ok()
}

/// Lower-cases a first word that only a sentence's start would write large.
fn small(text: &str) -> String {
    let word = normal(text.split_whitespace().next().unwrap_or(""));
    let own = word == "i" || word.starts_with("i'") || !may_be_repair(&word);
    if own { text.to_string() } else { words::small(text) }
}

#[cfg(test)]
mod tests;
