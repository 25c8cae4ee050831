//! Marks inside a line: links, tags, entities, backslashes, code between backticks. What might be one is held until
//! it is one or is text; bold and the like are left to `words`.

mod html;
mod latex;
mod link;

use super::joint::Pause;
use super::scrub;
use super::words::Words;
use link::{Step, Target, note_goes_on};

/// Most characters in which a tag, an entity or code must end; what is longer is text.
const MOST_HELD: usize = 200;

/// What may have begun.
#[derive(Clone, Debug, Default)]
enum Hold {
    #[default]
    Nothing,
    /// `!`, perhaps of an image.
    Bang,
    /// `[` and perhaps a footnote.
    Note,
    /// `]`, perhaps with a target behind it.
    Closed,
    Target(Target),
    /// `<`
    Tag,
    /// `&`
    Entity,
    /// A backslash, then perhaps the name of a command.
    Command,
    /// The group behind a command that names something.
    Group,
}

/// The text of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Inline {
    words: Words,
    hold: Hold,
    held: String,
    /// Characters since a backtick, inside code.
    code: Option<usize>,
    /// Groups of a fraction that are still to come.
    groups: u8,
    /// Whether the last character closed a group.
    closed: bool,
}

impl Inline {
    /// Takes a character of text; line ends are the block's.
    pub(super) fn push(&mut self, c: char, out: &mut String) {
        match std::mem::take(&mut self.hold) {
            Hold::Nothing => self.text(c, out),
            Hold::Bang => {
                if c != '[' {
                    self.words.push('!', out);
                }
                self.text(c, out);
            }
            Hold::Note => self.note(c, out),
            Hold::Closed if c == '(' || c == '[' => {
                self.words.gap_inside();
                self.hold = Hold::Target(Target::new(c));
            }
            Hold::Closed => {
                self.words.push(']', out);
                self.text(c, out);
            }
            Hold::Target(target) => self.target(target, c, out),
            Hold::Tag => self.tag(c, out),
            Hold::Entity => self.entity(c, out),
            Hold::Command => self.command(c, out),
            Hold::Group => self.group(c, out),
        }
    }

    pub(super) fn pause(&mut self, pause: Pause, out: &mut String) {
        self.settle_marks(out);
        self.words.pause(pause, out);
    }

    pub(super) fn gap(&mut self, out: &mut String) {
        self.settle_marks(out);
        self.words.gap(out);
    }

    pub(super) fn settle(&mut self, out: &mut String) {
        self.settle_marks(out);
        self.words.settle(out);
    }

    pub(super) fn stop(&mut self, pause: Pause, out: &mut String) {
        self.words.stop(pause, out);
    }

    pub(super) fn in_code(&self) -> bool {
        self.code.is_some()
    }

    pub(super) fn held(&self) -> usize {
        let target = if let Hold::Target(target) = &self.hold { target.held() } else { 0 };
        self.held.len() + target + self.words.held()
    }

    fn text(&mut self, c: char, out: &mut String) {
        let behind_group = std::mem::take(&mut self.closed);
        if let Some(count) = &mut self.code {
            *count += 1;
            if c == '`' || *count > MOST_HELD {
                self.code = None;
            }
            return if c == '`' { self.words.gap_inside() } else { self.words.push(c, out) };
        }
        match c {
            '`' => self.code = Some(0),
            '!' => self.hold = Hold::Bang,
            '[' => self.hold = Hold::Note,
            ']' => self.hold = Hold::Closed,
            '<' => self.hold = Hold::Tag,
            '&' => self.hold = Hold::Entity,
            '\\' => self.hold = Hold::Command,
            '{' if behind_group && self.groups > 0 => {
                self.groups -= 1;
                self.say(" over ", out);
            }
            '}' => {
                self.closed = true;
                self.words.push(c, out);
            }
            c => self.words.push(c, out),
        }
    }

    fn note(&mut self, c: char, out: &mut String) {
        if note_goes_on(&self.held, c) {
            self.held.push(c);
            self.hold = Hold::Note;
        } else if c == ']' {
            self.held.clear();
            self.words.gap_inside();
            self.hold = Hold::Closed;
        } else {
            self.release("[", out);
            self.text(c, out);
        }
    }

    fn target(&mut self, mut target: Target, c: char, out: &mut String) {
        match target.push(c) {
            Step::More => self.hold = Hold::Target(target),
            Step::Done => {}
            Step::Text(text) => {
                self.say("] ", out);
                self.say(&text, out);
                self.text(c, out);
            }
            Step::Broken => {
                self.words.push(' ', out);
                self.text(c, out);
            }
        }
    }

    fn tag(&mut self, c: char, out: &mut String) {
        if c == '>' && html::ends(&self.held) {
            let pause = html::pause(&self.held);
            self.held.clear();
            if pause > Pause::None {
                self.words.pause(pause, out);
            }
            self.words.gap_inside();
        } else if html::goes_on(&self.held, c) && self.held.len() < MOST_HELD {
            self.held.push(c);
            self.hold = Hold::Tag;
        } else {
            // "<https://example.com>" and "<anna@example.com>" are addresses.
            let is_address = matches!(c, ':' | '@' | '.') && self.held.starts_with(|c: char| c.is_ascii_alphanumeric());
            self.release(if is_address { "" } else { "<" }, out);
            self.text(c, out);
        }
    }

    fn entity(&mut self, c: char, out: &mut String) {
        if self.held.len() < 10 && (c.is_ascii_alphanumeric() || (c == '#' && self.held.is_empty())) {
            self.held.push(c);
            self.hold = Hold::Entity;
            return;
        }
        let meant = html::entity(&self.held).filter(|_| c == ';');
        let Some(meant) = meant else {
            self.release("&", out);
            return self.text(c, out);
        };
        self.held.clear();
        match scrub::see(meant) {
            scrub::Seen::Char('\n') => self.words.push(' ', out),
            scrub::Seen::Char(c) => self.words.push(c, out),
            scrub::Seen::Picture => self.words.gap(out),
            scrub::Seen::Nothing => {}
        }
    }

    /// What was held is text after all.
    fn release(&mut self, start: &str, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        self.say(start, out);
        self.say(&held, out);
        self.held = held;
        self.held.clear();
    }

    fn say(&mut self, text: &str, out: &mut String) {
        for c in text.chars() {
            self.words.push(c, out);
        }
    }

    /// The line or the reply ends here, and with it every mark.
    fn settle_marks(&mut self, out: &mut String) {
        match std::mem::take(&mut self.hold) {
            Hold::Nothing => {}
            Hold::Bang => self.words.push('!', out),
            Hold::Closed => self.words.push(']', out),
            Hold::Note => self.release("[", out),
            Hold::Tag => self.release("<", out),
            Hold::Entity => self.release("&", out),
            Hold::Group => self.release("", out),
            Hold::Command => {
                if !self.held.is_empty() {
                    self.end_command(out);
                }
                self.hold = Hold::Nothing;
            }
            Hold::Target(mut target) => {
                let text = target.end();
                self.say(&text, out);
            }
        }
        (self.code, self.groups, self.closed) = (None, 0, false);
    }
}
