//! The way of the cloud's text to speech: verdict, markup, seam, clauses. Bounded; nothing is decided here about time.

use crate::clause::Clauses;
use crate::seam::Seam;
use crate::speakable::Speakable;
use crate::talk::Verdict;
use crate::verdict::VerdictParser;
use crate::words::{is_function_word, normal};

/// Longest reply that is spoken, in characters; about two minutes of speech.
const MOST_TEXT: usize = 2000;

/// A reply as it streams.
#[derive(Debug)]
pub(super) struct Reply {
    verdict: VerdictParser,
    speakable: Speakable,
    seam: Seam,
    clauses: Clauses,
    taken: usize,
    /// The last character that came.
    last: Option<char>,
}

/// What a piece of the reply brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Brought {
    /// The verdict, when this piece decided it.
    pub(super) verdict: Option<Verdict>,
    /// Clauses that can be spoken.
    pub(super) clauses: Vec<String>,
}

impl Reply {
    pub(super) fn new(opener: &str) -> Self {
        Self {
            verdict: VerdictParser::new(),
            speakable: if opener.is_empty() { Speakable::new() } else { Speakable::inside_sentence() },
            seam: Seam::new(opener),
            clauses: Clauses::new(),
            taken: 0,
            last: None,
        }
    }

    pub(super) fn push(&mut self, delta: &str) -> Brought {
        let delta: String = delta.chars().take(MOST_TEXT - self.taken).collect();
        self.taken += delta.chars().count();
        self.last = delta.chars().next_back().or(self.last);
        let parsed = self.verdict.push(&delta);
        self.go_on(parsed.verdict, &parsed.text)
    }

    /// Whether so much has come that no more is wanted.
    pub(super) fn is_full(&self) -> bool {
        self.taken >= MOST_TEXT
    }

    /// The reply is complete.
    pub(super) fn finish(&mut self) -> Brought {
        self.end(Speakable::finish)
    }

    fn end(&mut self, last_words: impl FnOnce(&mut Speakable) -> String) -> Brought {
        let parsed = self.verdict.finish();
        let mut brought = self.go_on(parsed.verdict, &parsed.text);
        let text = last_words(&mut self.speakable);
        let mut text = self.seam.push(&text);
        text.push_str(&self.seam.finish());
        brought.clauses.extend(self.clauses.push(&text));
        brought.clauses.extend(self.clauses.finish());
        brought
    }

    /// The reply broke off: as `finish`, but without a word that may be half a word.
    pub(super) fn break_off(&mut self) -> Brought {
        let half = self.last.is_some_and(char::is_alphanumeric);
        let mut brought = self.end(Speakable::cut_off);
        if half && let Some(last) = brought.clauses.pop() {
            let whole = last.rsplit_once(' ').map(|(whole, _)| whole.trim_end_matches(',').to_string());
            brought.clauses.extend(whole.filter(|text| text.split(' ').count() > 1));
        }
        brought
    }

    fn go_on(&mut self, verdict: Option<Verdict>, text: &str) -> Brought {
        if matches!(verdict, Some(Verdict::Bridge | Verdict::Restart)) {
            // A repair may say the opener's words again: it is a sentence of its own.
            self.seam = Seam::new("");
        }
        let text = self.speakable.push(text);
        let text = self.seam.push(&text);
        Brought { verdict, clauses: self.clauses.push(&text) }
    }
}

/// Whether a text ends where a sentence may end.
pub(super) fn ends_a_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\u{201d}', ')', '\'']).ends_with(['.', '!', '?', '\u{2026}'])
}

/// Whether a text that does not end a sentence stops inside one, so that a full stop would not make it whole.
pub(super) fn stops_short(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or("");
    text.ends_with([',', ';', ':', '\u{2014}', '-']) || is_function_word(&normal(last))
}
