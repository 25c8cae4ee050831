//! What stands between two words of the speech: nothing, a space, a comma, a full stop. Decided when the second word
//! comes, or as soon as there is no doubt.

/// What is owed to the ear before the next word; the stronger one wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pause {
    #[default]
    None,
    Space,
    /// A full stop when a capital follows: behind "etc.", where the stop may belong to the abbreviation.
    Maybe,
    Comma,
    Stop,
}

/// The end of the speech so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Joint {
    owed: Pause,
    begun: bool,
    /// Whether the last word ends with a mark at which a voice pauses, closing quotes and brackets aside.
    marked: bool,
    /// Whether the speech ends with a space.
    spaced: bool,
    /// Whether something was left out since the last word, so that a mark that follows belongs to what is left.
    gap: bool,
}

impl Joint {
    /// Asks for at least this much between the last word and the next one.
    pub(super) fn pause(&mut self, pause: Pause, out: &mut String) {
        self.owed = self.owed.max(pause);
        // Behind a mark every pause is a space, and the clause may be cut there now.
        if self.marked && !self.spaced {
            out.push(' ');
            self.spaced = true;
        }
    }

    /// Something was left out here.
    pub(super) fn gap(&mut self) {
        self.gap = true;
    }

    /// Speaks a word, or a part of one: without a pause before it, it joins what was said last.
    pub(super) fn word(&mut self, text: &str, out: &mut String) {
        if text.is_empty() {
            return;
        }
        let closing = text.starts_with(['.', ',', '!', '?', ';', ':', '\u{2026}', ')']);
        let has_sound = text.chars().any(char::is_alphanumeric);
        if self.gap && closing && !has_sound && (self.marked || !self.begun) {
            return;
        }
        if !self.spaced {
            match self.owed {
                _ if !self.begun => {}
                Pause::None => {}
                Pause::Space if closing && self.gap => {}
                Pause::Space => out.push(' '),
                _ if closing => {}
                Pause::Maybe if !text.starts_with(char::is_uppercase) => out.push(' '),
                Pause::Maybe | Pause::Stop => out.push_str(". "),
                Pause::Comma => out.push_str(", "),
            }
        }
        out.push_str(text);
        if let Some(last) = text.chars().rev().find(|c| !matches!(c, '"' | '\'' | ')')) {
            self.marked = matches!(last, '.' | ',' | '!' | '?' | ';' | ':' | '\u{2026}' | '\u{2013}' | '\u{2014}');
        }
        (self.owed, self.begun, self.spaced, self.gap) = (Pause::None, true, false, false);
    }

    /// Ends the last sentence where it has no end.
    pub(super) fn stop(&mut self, pause: Pause, out: &mut String) {
        if self.owed.max(pause) >= Pause::Maybe && self.begun && !self.marked {
            out.push('.');
            self.marked = true;
        }
        self.owed = Pause::None;
    }
}
