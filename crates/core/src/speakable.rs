//! Turns a model's text into speech: markup, emoji and control characters go, what they marked stays.
//! Streaming; any chunking of the same text gives the same speech.

mod check;
pub(crate) use check::pieces;

/// A streaming cleaner.
#[derive(Clone, Debug, Default)]
pub struct Speakable;

impl Speakable {
    /// A cleaner at the beginning of a reply.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Takes a piece of the reply, returns what of it can be spoken.
    pub fn push(&mut self, text: &str) -> String {
        text.chars().filter_map(spoken).collect()
    }

    /// The reply has ended: returns what was still held.
    pub fn finish(&mut self) -> String {
        String::new()
    }
}

/// How a character is spoken: itself, as a space, or not at all.
fn spoken(c: char) -> Option<char> {
    match c {
        '*' | '_' | '#' | '`' | '~' | '\u{fe0f}' | '\u{200d}' | '\u{200b}' | '\u{feff}' => None,
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2190}'..='\u{21ff}' | '\u{2b00}'..='\u{2bff}' => None,
        '|' | '<' | '>' | '[' | ']' | '{' | '}' | '\\' => Some(' '),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_not_spoken() {
        let text = "**Ulaanbaatar** is `big` \u{1f600}\u{7}# yes\nand on";
        assert_eq!(Speakable::new().push(text), "Ulaanbaatar is big  yes and on");
    }
}
