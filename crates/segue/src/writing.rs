//! A turn in writing, word by word as it is heard: opener and continuation in colours of their own, holds dim, what
//! was taken back struck through. Words that are certain but not heard yet stand dim ahead of the cursor.

mod look;

use std::collections::VecDeque;
use std::io::Write;

use console::{measure_text_width, truncate_str};
use segue_core::report::{HeardWord, Report};
use segue_core::talk::{ClipKind, Verdict};
use segue_runtime::session::Notice;

pub(crate) use look::Look;
use look::Paint;

/// Writes one turn to `out`. A writer that fails is a reader that has gone away: no error.
pub(crate) struct Writing<W> {
    out: W,
    look: Look,
    /// Where the next character goes; a turn begins behind its label.
    column: usize,
    /// The opener's words that nobody has heard yet.
    coming: VecDeque<String>,
    verdict: Verdict,
    /// What the last word was a word of; `None` before the first.
    part: Option<ClipKind>,
    /// Whether a word of the reply was written.
    replied: bool,
}

impl<W: Write> Writing<W> {
    /// Writes behind what stands on the line already, `column` characters.
    pub(crate) fn new(out: W, look: Look, column: usize) -> Self {
        let coming = VecDeque::new();
        Self { out, look, column, coming, verdict: Verdict::None, part: None, replied: false }
    }

    /// Takes note of what happened; what belongs to no written word is passed over.
    pub(crate) fn note(&mut self, notice: &Notice) {
        match notice {
            Notice::OpenerWord(_, word) => self.coming.push_back(word.clone()),
            Notice::Verdict(_, verdict) => self.verdict = *verdict,
            Notice::Heard(_, word) => self.word(word),
            Notice::Finished(_, report) => self.end(report),
            _ => return,
        }
        self.ahead();
        let _ = self.out.flush();
    }

    /// A whole turn, from its report.
    pub(crate) fn whole(out: W, look: Look, column: usize, report: &Report) {
        let mut writing = Self::new(out, look, column);
        writing.coming.extend(report.opener.text.split_whitespace().map(str::to_string));
        writing.verdict = report.verdict;
        for word in &report.heard {
            writing.word(word);
        }
        writing.end(report);
    }

    fn word(&mut self, word: &HeardWord) {
        if word.part == ClipKind::Opener {
            self.coming.pop_front();
        } else {
            self.take_back();
        }
        let was = self.part.replace(word.part);
        if was != Some(word.part) {
            self.close_hold(was);
            self.mark(was, word.part);
        }
        let opens = word.part == ClipKind::Hold && was != Some(word.part) && !self.look.colour;
        let text = if opens { format!("({}", word.word) } else { word.word.clone() };
        self.put(&text, Paint::of(word.part));
    }

    /// What stands between two parts of a turn.
    fn mark(&mut self, was: Option<ClipKind>, part: ClipKind) {
        if was.is_none() || part == ClipKind::Hold || self.replied {
            return;
        }
        self.replied = true;
        if self.look.seam && !self.look.colour && !self.coming_was_taken_back() {
            self.put("\u{2502}", Paint::Mark);
        }
        let mark = match self.verdict {
            Verdict::Steer => "[steer]",
            Verdict::Bridge => "[bridge]",
            Verdict::Restart => "[restart]",
            Verdict::Agree | Verdict::Withdraw | Verdict::None => return,
        };
        self.put(mark, Paint::Mark);
    }

    fn coming_was_taken_back(&self) -> bool {
        self.verdict == Verdict::Withdraw
    }

    /// The words of the opener that will not be heard any more, because something else is.
    fn take_back(&mut self) {
        if self.coming.is_empty() {
            return;
        }
        let words = self.coming.drain(..).collect::<Vec<_>>();
        if self.look.colour {
            for word in words {
                self.put(&word, Paint::TakenBack);
            }
        } else {
            self.put(&format!("[taken back: {}]", words.join(" ")), Paint::Mark);
        }
    }

    /// In plain text a hold stands in parentheses.
    fn close_hold(&mut self, was: Option<ClipKind>) {
        if was == Some(ClipKind::Hold) && !self.look.colour {
            self.write(")");
            self.column += 1;
        }
    }

    fn end(&mut self, report: &Report) {
        if !report.withdrawn.is_empty() {
            self.take_back();
        }
        self.coming.clear();
        let was = self.part.take();
        self.close_hold(was);
        if self.look.colour && self.look.width.is_some() {
            self.write("\x1b[K");
        }
    }

    /// One word or mark behind a space, on the next line when it does not fit.
    fn put(&mut self, text: &str, paint: Paint) {
        let wide = measure_text_width(text);
        let glued = self.column == self.look.indent || text.starts_with([',', '.', '!', '?', ':', ';', ')']);
        let space = usize::from(!glued);
        if self.look.width.is_some_and(|width| self.column + space + wide >= width) {
            if self.look.colour {
                self.write("\x1b[K");
            }
            let indent = format!("\n{:1$}", "", self.look.indent);
            self.write(&indent);
            self.column = self.look.indent;
        } else if space > 0 {
            self.write(" ");
            self.column += 1;
        }
        let painted = self.look.paint(text, paint);
        self.write(&painted);
        self.column += wide;
    }

    /// Shows the words that are certain ahead of the cursor, as far as the line reaches, and leaves it where it is.
    fn ahead(&mut self) {
        let (true, Some(width)) = (self.look.colour, self.look.width) else { return };
        let words = self.coming.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let space = usize::from(self.column > self.look.indent);
        let room = width.saturating_sub(self.column + space + 1);
        let shown = truncate_str(&words, room, "");
        let wide = measure_text_width(&shown);
        if wide == 0 {
            return self.write("\x1b[K");
        }
        let painted = self.look.paint(&shown, Paint::Coming);
        self.write(&format!("\x1b[K{:space$}{painted}\x1b[{}D", "", wide + space));
    }

    fn write(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes());
    }
}

#[cfg(test)]
mod tests;
