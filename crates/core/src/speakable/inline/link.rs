//! What stands in brackets and is not spoken: footnotes, and where a link leads.

/// Longest target that is kept in case it is none; a longer one is dropped as it comes.
const LONGEST_TARGET: usize = 200;

/// Whether `held`, which stands behind `[`, can go on with `next` and still be a footnote: `[12]`, `[^3]`.
pub(super) fn note_goes_on(held: &str, next: char) -> bool {
    (next == '^' && held.is_empty()) || (next.is_ascii_digit() && held.len() < 4)
}

/// The target of a link, behind `](` or `][`.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    held: String,
    depth: usize,
    close: char,
    /// Characters behind the first white space: a title.
    title: usize,
    overlong: bool,
}

/// What a character did to a target.
pub(super) enum Step {
    More,
    /// It ended the target.
    Done,
    /// It was no target: this is text, and the character still has to be read.
    Text(String),
    /// The target has ended before the character, which still has to be read.
    Broken,
}

impl Target {
    /// `open` is the bracket that it begins with.
    pub(super) fn new(open: char) -> Self {
        Self { close: if open == '(' { ')' } else { ']' }, ..Self::default() }
    }

    pub(super) fn push(&mut self, c: char) -> Step {
        if self.title > 0 {
            return self.push_title(c);
        }
        match c {
            ' ' if self.is_target() => self.title = 1,
            ' ' => return Step::Text(self.take()),
            '(' if self.close == ')' => {
                self.depth += 1;
                self.keep(c);
            }
            c if c == self.close && self.depth == 0 => return Step::Done,
            ')' if self.close == ')' => {
                self.depth -= 1;
                self.keep(c);
            }
            c => self.keep(c),
        }
        Step::More
    }

    /// No more comes: the text that it was, unless it was a target.
    pub(super) fn end(&mut self) -> String {
        if self.title > 0 || self.is_target() { String::new() } else { self.take() }
    }

    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// A title is quoted; anything else behind white space is no target any more.
    fn push_title(&mut self, c: char) -> Step {
        let begins = matches!(c, '"' | '\'' | ' ' | ')');
        if c == self.close {
            return Step::Done;
        }
        if (self.title == 1 && !begins) || self.title > LONGEST_TARGET {
            return Step::Broken;
        }
        if self.title > 1 || c != ' ' {
            self.title += 1;
        }
        Step::More
    }

    fn keep(&mut self, c: char) {
        if self.held.len() < LONGEST_TARGET {
            self.held.push(c);
        } else {
            self.overlong = true;
        }
    }

    /// Addresses and places on the page have marks that words in brackets do not have.
    fn is_target(&self) -> bool {
        self.overlong || self.held.contains(['/', '#', ':']) || self.held.trim_end_matches('.').contains('.')
    }

    fn take(&mut self) -> String {
        let mut text = String::from(if self.close == ')' { '(' } else { '[' });
        text.push_str(&self.held);
        self.held.clear();
        text
    }
}
