//! The way of the cloud's text to speech: thoughts, verdict, markup, seam or repair, clauses. Bounded; nothing is
//! decided here about time. Any chunking of the same reply gives the same speech.

use crate::clause::Clauses;
use crate::repair::{Kind, Repair};
use crate::seam::Seam;
use crate::speakable::Speakable;
use crate::talk::Verdict;
use crate::think::Think;
use crate::verdict::VerdictParser;
use crate::words::{is_function_word, normal};

mod check;
pub use check::check_reply;

/// Longest reply that is spoken, in characters; about two minutes of speech.
pub const MOST_TEXT: usize = 2000;

/// A reply as it streams.
#[derive(Debug)]
pub struct Reply {
    think: Think,
    verdict: VerdictParser,
    speakable: Speakable,
    join: Join,
    clauses: Clauses,
    taken: usize,
    /// The last character that came.
    last: Option<char>,
    /// Whether an opener stands before the reply.
    opened: bool,
}

/// How the text follows what was said before.
#[derive(Debug)]
enum Join {
    Seam(Seam),
    Repair(Repair),
}

impl Join {
    fn push(&mut self, text: &str) -> String {
        match self {
            Self::Seam(seam) => seam.push(text),
            Self::Repair(repair) => repair.push(text),
        }
    }

    fn finish(&mut self, broke: bool) -> String {
        match self {
            Self::Seam(seam) if broke => seam.break_off(),
            Self::Seam(seam) => seam.finish(),
            Self::Repair(repair) => repair.finish(),
        }
    }
}

/// What a piece of the reply brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// The verdict, when this piece decided it.
    pub verdict: Option<Verdict>,
    /// Clauses that can be spoken.
    pub clauses: Vec<String>,
    /// Whether anything came that will be spoken sooner or later.
    pub words: bool,
}

impl Reply {
    /// A reply behind `opener`, which is empty when there is none.
    #[must_use]
    pub fn new(opener: &str) -> Self {
        Self {
            think: Think::default(),
            verdict: VerdictParser::new(),
            speakable: if opener.is_empty() { Speakable::new() } else { Speakable::inside_sentence() },
            join: Join::Seam(Seam::new(opener)),
            clauses: Clauses::new(),
            taken: 0,
            last: None,
            opened: !opener.trim().is_empty(),
        }
    }

    /// What Segue itself says to repair an opener, as if a cloud had said so.
    #[must_use]
    pub fn repair(kind: Kind) -> Self {
        Self { join: Join::Repair(Repair::new(kind)), ..Self::new("") }
    }

    /// Takes a piece of the reply. `heard`: whether any of the opener has sounded by now, which decides what a repair
    /// may refer to.
    pub fn push(&mut self, delta: &str, heard: bool) -> Brought {
        let text = self.think.push(delta);
        self.take(&text, heard)
    }

    /// Whether so much has come that no more is wanted.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.taken >= MOST_TEXT
    }

    /// The loudspeaker has run dry: gives what can be spoken of a clause that is not complete.
    pub fn hurry(&mut self) -> Option<String> {
        self.clauses.hurry()
    }

    /// The reply is complete.
    pub fn finish(&mut self, heard: bool) -> Brought {
        self.end(heard, false)
    }

    /// The reply broke off: as `finish`, but without a word that may be half a word.
    pub fn break_off(&mut self, heard: bool) -> Brought {
        let mut brought = self.end(heard, true);
        let half = self.last.is_some_and(char::is_alphanumeric);
        if half && let Some(last) = brought.clauses.pop() {
            let whole = last.rsplit_once(' ').map(|(whole, _)| whole.trim_end_matches([',', ' ']).to_string());
            brought.clauses.extend(whole.filter(|text| text.split(' ').count() > 1));
        }
        brought
    }

    fn end(&mut self, heard: bool, broke: bool) -> Brought {
        let text = self.think.finish();
        let mut brought = self.take(&text, heard);
        let parsed = self.verdict.finish();
        let rest = self.go_on(parsed.verdict, &parsed.text, heard);
        brought.verdict = brought.verdict.or(rest.verdict);
        brought.clauses.extend(rest.clauses);
        let text = if broke { self.speakable.cut_off() } else { self.speakable.finish() };
        let mut text = self.join.push(&text);
        text.push_str(&self.join.finish(broke));
        brought.clauses.extend(self.clauses.push(&text));
        brought.clauses.extend(self.clauses.finish());
        brought
    }

    fn take(&mut self, text: &str, heard: bool) -> Brought {
        let text: String = text.chars().take(MOST_TEXT - self.taken).collect();
        self.taken += text.chars().count();
        self.last = text.chars().next_back().or(self.last);
        let parsed = self.verdict.push(&text);
        self.go_on(parsed.verdict, &parsed.text, heard)
    }

    fn go_on(&mut self, verdict: Option<Verdict>, text: &str, heard: bool) -> Brought {
        let heard = heard && self.opened;
        let kind = match verdict {
            Some(Verdict::Bridge | Verdict::Restart) if !heard => Some(Kind::Unheard),
            Some(Verdict::Bridge) => Some(Kind::Bridge),
            Some(Verdict::Restart) => Some(Kind::Restart),
            _ => None,
        };
        if let Some(kind) = kind {
            // A repair may say the opener's words again: it is a sentence of its own.
            self.join = Join::Repair(Repair::new(kind));
        }
        let text = self.speakable.push(text);
        let text = self.join.push(&text);
        let words = text.contains(char::is_alphanumeric);
        Brought { verdict, clauses: self.clauses.push(&text), words }
    }
}

/// Whether a text ends where a sentence may end.
#[must_use]
pub fn ends_a_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\u{201d}', ')', '\'']).ends_with(['.', '!', '?', '\u{2026}'])
}

/// Whether a text that does not end a sentence stops inside one, so that a full stop would not make it whole.
#[must_use]
pub fn stops_short(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or("");
    text.ends_with([',', ';', ':', '\u{2014}', '-']) || is_function_word(&normal(last))
}
