//! Turns a model's text into speech: marks go, what they marked stays, symbols become words, lines become sentences.
//! Streaming; any chunking of the same text gives the same speech, and plain prose stays as it is, to the letter.
//!
//! Text runs through four stages, a character at a time: `block` (lines: lists, headings, tables, code), `inline`
//! (links, tags, entities, LaTeX), `words` (one word at a time: numbers, addresses, symbols) and `joint` (what
//! stands between two words). Each holds what it cannot decide yet, and never more than a few hundred characters.
//! It does not cut clauses (`clause`) and does not know the opener (`seam`).

mod block;
mod inline;
mod joint;
mod words;

mod check;
mod scrub;

pub use check::check_speakable;
pub(crate) use check::pieces;

use block::Blocks;
use scrub::Seen;

/// A longer escape sequence is none.
const LONGEST_ESCAPE: usize = 24;

/// A streaming cleaner of one reply.
#[derive(Clone, Debug, Default)]
pub struct Speakable {
    blocks: Blocks,
    /// Characters of a terminal's escape sequence that came so far; 0 outside one.
    escape: usize,
}

impl Speakable {
    /// A cleaner at the beginning of a reply that stands alone.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A cleaner of a reply that goes on inside a sentence: what looks like a list at its very beginning ("1. That is
    /// the Moon.", "- sorry") is text.
    #[must_use]
    pub fn inside_sentence() -> Self {
        Self { blocks: Blocks::inside_sentence(), escape: 0 }
    }

    /// Takes a piece of the reply, returns what can be spoken now: whole words, with the spaces between them.
    pub fn push(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if self.escapes(c) {
                continue;
            }
            match scrub::see(c) {
                Seen::Char(c) => self.blocks.push(c, &mut out),
                Seen::Picture => self.blocks.picture(&mut out),
                Seen::Nothing => {}
            }
        }
        out
    }

    /// Whether this character belongs to an escape sequence (ECMA-48: ESC, `[`, parameters, a letter), which is no text.
    fn escapes(&mut self, c: char) -> bool {
        self.escape = match (self.escape, c) {
            (_, '\u{1b}') => 1,
            (1, '[') => 2,
            (2..LONGEST_ESCAPE, '0'..='9' | ';' | '?') => self.escape + 1,
            (2.., '@'..='~') => {
                self.escape = 0;
                return true;
            }
            _ => 0,
        };
        self.escape > 0
    }

    /// The reply is complete: returns what was still held, and the full stop of a list, heading or table.
    pub fn finish(&mut self) -> String {
        let mut out = self.cut_off();
        self.blocks.stop(&mut out);
        out
    }

    /// The reply broke off: returns what was still held, and ends no sentence.
    pub fn cut_off(&mut self) -> String {
        let mut out = String::new();
        self.blocks.settle(&mut out);
        out
    }

    /// Bytes that are held back now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.blocks.held()
    }
}

#[cfg(test)]
mod tests;
