//! Lines: paragraphs, list items, headings and table rows become sentences, code is left out.

mod fence;
mod lead;

use super::inline::Inline;
use super::joint::Pause;
use fence::{Fence, Opened};
use lead::{Lead, is_rule, lead};

/// Said once instead of code.
const ABOUT_CODE: &str = "I'll leave out the code.";
/// Words from which on a list item is a sentence of its own.
const LONG_ITEM: usize = 6;
/// What a line belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Paragraph,
    Item,
    Heading,
    Row,
}

/// Where in a line the next character stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before the text; the mark may still come.
    #[default]
    Start,
    Text,
    /// In a line that separates.
    Rule,
    /// Behind the backticks that open a code block.
    Info,
    Code,
}

/// What lies between the last line of text and this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    LineEnd,
    EmptyLine,
}

/// The lines of a reply.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    inline: Inline,
    place: Place,
    /// The beginning of a line that may be a mark.
    held: String,
    /// What the last line of text belonged to, and what this line's mark says.
    kind: Kind,
    mark: Option<Kind>,
    gap: Gap,
    begun: bool,
    /// Words of the item so far, and the number of the last one.
    words: usize,
    number: Option<u32>,
    fence: Fence,
    told: bool,
    inside_sentence: bool,
}

impl Blocks {
    pub(super) fn inside_sentence() -> Self {
        Self { inside_sentence: true, ..Self::default() }
    }

    /// Takes a character, `'\n'` among them.
    pub(super) fn push(&mut self, c: char, out: &mut String) {
        match self.place {
            Place::Start => self.start(c, out),
            Place::Text => self.text(c, out),
            Place::Rule if c == '\n' => self.end_line(Gap::EmptyLine),
            Place::Rule if is_rule(c) => {}
            Place::Rule => {
                self.begin(c, out);
                self.text(c, out);
            }
            Place::Info => self.info(c, out),
            Place::Code if self.fence.closes(c) => self.end_line(Gap::EmptyLine),
            Place::Code => {}
        }
    }

    /// A picture was left out; in front of a line it is a bullet.
    pub(super) fn picture(&mut self, out: &mut String) {
        match self.place {
            Place::Start if self.held.is_empty() => {
                if self.begun {
                    self.mark.get_or_insert(Kind::Item);
                }
            }
            Place::Start => {
                self.begin_with_held(' ', out);
                self.inline.gap(out);
            }
            Place::Text => self.inline.gap(out),
            Place::Rule | Place::Info | Place::Code => {}
        }
    }

    /// Speaks what is held.
    pub(super) fn settle(&mut self, out: &mut String) {
        if self.place == Place::Start && lead(&self.held, '\n') == Lead::Text && !self.held.is_empty() {
            self.begin_with_held(' ', out);
        }
        self.held.clear();
        self.inline.settle(out);
    }

    /// Ends the last sentence if it needs it.
    pub(super) fn stop(&mut self, out: &mut String) {
        self.inline.stop(if self.kind == Kind::Paragraph { Pause::None } else { Pause::Stop }, out);
    }

    pub(super) fn held(&self) -> usize {
        self.held.len() + self.inline.held()
    }

    fn start(&mut self, c: char, out: &mut String) {
        if self.held.is_empty() {
            match c {
                ' ' => return,
                '\n' => return self.end_line(Gap::EmptyLine),
                '\u{2022}' | '\u{2023}' if self.begun || !self.inside_sentence => return self.mark = Some(Kind::Item),
                _ => {}
            }
        }
        match self.lead(c) {
            Lead::More => self.held.push(c),
            Lead::Text | Lead::Row => {
                self.begin_with_held(c, out);
                self.push(c, out);
            }
            Lead::Item => self.marked(Kind::Item),
            Lead::Number(number) => {
                self.number = Some(number);
                self.marked(Kind::Item);
            }
            Lead::Heading => self.marked(Kind::Heading),
            Lead::Box => self.held.clear(),
            Lead::Quote | Lead::Marks => {
                self.held.clear();
                self.start(c, out);
            }
            Lead::Fence => {
                self.fence.begin(&self.held);
                self.held.clear();
                self.place = Place::Info;
                self.info(c, out);
            }
            Lead::Rule => {
                self.held.clear();
                self.place = Place::Rule;
                self.push(c, out);
            }
        }
    }

    /// What the line begins with, here.
    fn lead(&mut self, next: char) -> Lead {
        // In the middle of a sentence, what looks like the mark of a list is its next word.
        let is_sentence = self.inside_sentence && !self.begun;
        // A line may begin with a year: only the numbers of a list follow one another.
        let is_next = |number| self.number.is_some_and(|last| number == last || number == last + 1);
        match lead(&self.held, next) {
            Lead::Item | Lead::Number(_) | Lead::Heading if is_sentence => Lead::Text,
            Lead::Number(number) if number > 1 && !is_next(number) => Lead::Text,
            Lead::Box if self.mark != Some(Kind::Item) => Lead::Text,
            Lead::Row => {
                self.mark = Some(Kind::Row);
                Lead::Row
            }
            found => found,
        }
    }

    fn marked(&mut self, kind: Kind) {
        self.mark = Some(kind);
        self.held.clear();
    }

    /// The line is text, from what is held on; `next` comes behind it.
    fn begin_with_held(&mut self, next: char, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        self.begin(held.chars().next().unwrap_or(next), out);
        for c in held.chars() {
            self.text(c, out);
        }
    }

    /// The text of a line begins with `first`: makes the pause between it and the text before.
    fn begin(&mut self, first: char, out: &mut String) {
        let before = self.kind;
        let mut kind = self.mark.take().unwrap_or_default();
        let pause = match (before, kind) {
            (Kind::Item, Kind::Item) if self.words < LONG_ITEM => Pause::Comma,
            (Kind::Paragraph, Kind::Item) => Pause::Comma,
            (Kind::Paragraph, Kind::Paragraph) if self.gap == Gap::LineEnd => Pause::Space,
            (Kind::Item, Kind::Paragraph) if self.gap == Gap::LineEnd && first.is_lowercase() => {
                kind = Kind::Item;
                Pause::Space
            }
            _ => Pause::Stop,
        };
        self.inline.pause(pause, out);
        if pause > Pause::Space {
            self.words = 0;
        }
        (self.kind, self.begun, self.place) = (kind, true, Place::Text);
    }

    fn text(&mut self, c: char, out: &mut String) {
        match c {
            '\n' => {
                self.inline.pause(Pause::Space, out);
                self.end_line(Gap::LineEnd);
            }
            '|' if !self.inline.in_code() => {
                self.kind = Kind::Row;
                self.inline.pause(Pause::Comma, out);
            }
            '\u{2022}' | '\u{2023}' => self.inline.pause(Pause::Comma, out),
            c => {
                if c == ' ' {
                    self.words += 1;
                }
                self.inline.push(c, out);
            }
        }
    }

    fn end_line(&mut self, gap: Gap) {
        (self.place, self.gap, self.mark) = (Place::Start, gap, None);
    }

    /// Behind the marks that open a code block: the language, up to the end of the line.
    fn info(&mut self, c: char, out: &mut String) {
        match self.fence.open(c) {
            Opened::NotYet => {}
            Opened::Text => self.end_line(Gap::EmptyLine),
            Opened::Inline => {
                self.held.push_str(self.fence.language());
                self.begin_with_held(c, out);
            }
            Opened::Code => {
                self.end_line(Gap::EmptyLine);
                if !std::mem::replace(&mut self.told, true) {
                    self.begin('I', out);
                    for c in ABOUT_CODE.chars() {
                        self.inline.push(c, out);
                    }
                    self.inline.pause(Pause::Stop, out);
                }
                self.place = Place::Code;
            }
        }
    }
}
