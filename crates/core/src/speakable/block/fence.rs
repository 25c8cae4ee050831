//! Code blocks: what opens one, what closes it, and which hold text after all.

/// Longest name of a language that is looked at, in bytes.
const LONGEST_LANGUAGE: usize = 24;
/// Languages of blocks in which models write what is no code.
const TEXT: &[&str] = &["markdown", "md", "text", "txt", "plaintext"];

/// What the line that opens a block means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// The line has not ended.
    NotYet,
    /// Code follows.
    Code,
    /// Text follows: the block holds no code, or a block that held none is closed.
    Text,
    /// It was code inside a line, with this text so far.
    Inline,
}

/// The code block that is open, or about to be.
#[derive(Clone, Debug, Default)]
pub(super) struct Fence {
    mark: char,
    /// Marks that opened it.
    opened: usize,
    /// Marks on this line of code, and whether the line has anything else.
    run: usize,
    other: bool,
    /// Whether a block that holds text is open, which the next marks close.
    of_text: bool,
    language: String,
}

impl Fence {
    /// Three or more marks begin a line.
    pub(super) fn begin(&mut self, marks: &str) {
        self.mark = marks.chars().next().unwrap_or('`');
        (self.opened, self.run, self.other) = (marks.len(), 0, false);
        self.language.clear();
    }

    /// Takes a character of the line that opens the block.
    pub(super) fn open(&mut self, c: char) -> Opened {
        match c {
            '\n' => {}
            '`' if self.mark == '`' => return Opened::Inline,
            c => {
                if self.language.len() < LONGEST_LANGUAGE {
                    self.language.push(c);
                }
                return Opened::NotYet;
            }
        }
        let language = self.language.trim();
        if TEXT.contains(&language) || (self.of_text && language.is_empty()) {
            self.of_text = !language.is_empty();
            return Opened::Text;
        }
        Opened::Code
    }

    /// What stood behind the marks.
    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// Takes a character of code; whether it closed the block.
    pub(super) fn closes(&mut self, c: char) -> bool {
        match c {
            '\n' if !self.other && self.run >= self.opened => return true,
            '\n' => (self.run, self.other) = (0, false),
            c if c == self.mark && !self.other => self.run += 1,
            ' ' => {}
            _ => self.other = true,
        }
        false
    }
}
