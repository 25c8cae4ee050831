//! Whether a reply to a prefill goes on from the last word, or begins again. Pure and streaming.
//!
//! Text is held only as long as it may still be a repetition; the first word that differs lets everything through.

use segue_core::words::normal;

use super::hand_over::Seen;

/// Words that repeat the opener's beginning until it counts as one; a continuation may share two or three.
const REPEATED: usize = 4;

/// How new messages begin, and continuations of a sentence do not, when a comma, full stop or exclamation mark follows.
const NEW_MESSAGE: &[&str] =
    &["Sure", "Certainly", "Of course", "Absolutely", "Okay", "OK", "Great question", "Sure thing", "Got it"];

/// What a piece of the reply brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begins {
    /// More text is needed.
    Undecided,
    /// The reply goes on; this much can be passed on now.
    GoesOn(String),
    /// The reply begins again. Nothing of it was passed on.
    Again(Seen),
}

/// Watches the beginning of one reply.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Normal forms of the opener's first words.
    opener: Vec<String>,
    /// Its first letter, as written: a continuation that shares the first words is not capitalised like a sentence.
    first: Option<char>,
    /// Text that was not passed on yet; empty once decided.
    held: String,
    decided: bool,
}

impl Guard {
    /// Watches a reply that shall go on from `opener`.
    #[must_use]
    pub fn new(opener: &str) -> Self {
        let words = opener.split_whitespace().map(normal).filter(|word| !word.is_empty());
        let opener_words: Vec<String> = words.take(REPEATED).collect();
        // One word alone may well come twice: "Yes" - "Yes, of course".
        let decided = opener_words.len() < 2;
        Self { opener: opener_words, first: first_letter(opener), held: String::new(), decided }
    }

    /// Lets everything through: for a hand-over that is expected to echo.
    #[must_use]
    pub fn open() -> Self {
        Self::new("")
    }

    /// Takes a piece of the reply.
    pub fn push(&mut self, text: &str) -> Begins {
        if self.decided {
            return Begins::GoesOn(text.to_owned());
        }
        self.held.push_str(text);
        let begins = self.look(false);
        self.decide(begins)
    }

    /// The reply is over; what was held and is no repetition is passed on.
    pub fn finish(&mut self) -> Begins {
        let begins = if self.decided { Some(None) } else { self.look(true) };
        self.decide(begins)
    }

    fn decide(&mut self, begins: Option<Option<Seen>>) -> Begins {
        match begins {
            None => Begins::Undecided,
            Some(None) => {
                self.decided = true;
                Begins::GoesOn(std::mem::take(&mut self.held))
            }
            Some(Some(seen)) => {
                self.decided = true;
                self.held.clear();
                Begins::Again(seen)
            }
        }
    }

    /// `None`: undecided; `Some(None)`: it goes on.
    fn look(&self, over: bool) -> Option<Option<Seen>> {
        let text = self.held.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{201c}' | '*'));
        if text.is_empty() {
            return over.then_some(None);
        }
        let mut open = false;
        for phrase in NEW_MESSAGE {
            match text.strip_prefix(phrase) {
                Some(rest) if rest.starts_with([',', '!', '.']) => return Some(Some(Seen::Anew)),
                Some("") => open = true,
                Some(_) => {}
                None => open |= phrase.starts_with(text),
            }
        }
        match self.repeats(text, over) {
            Some(true) => Some(Some(Seen::Echoed)),
            Some(false) if over || !open => Some(None),
            _ => None,
        }
    }

    /// Whether the text repeats the opener's first words; `None` while it may still turn out so.
    fn repeats(&self, text: &str, over: bool) -> Option<bool> {
        if first_letter(text) != self.first {
            return Some(false);
        }
        let whole = over || text.ends_with(char::is_whitespace);
        let mut words = text.split_whitespace().map(normal).filter(|word| !word.is_empty()).peekable();
        for said in &self.opener {
            let Some(word) = words.next() else { return (over).then_some(false) };
            let may_grow = words.peek().is_none() && !whole;
            if word == *said && !may_grow {
                continue;
            }
            let undecided = may_grow && said.starts_with(&word);
            return if undecided { None } else { Some(false) };
        }
        Some(true)
    }
}

fn first_letter(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENER: &str = "The capital of Australia is";

    /// The same in any cut: what was passed on, and what was seen.
    fn check(reply: &str, expected: Result<&str, Seen>) {
        let letters: Vec<char> = reply.chars().collect();
        for step in 1..=letters.len().max(1) {
            let mut guard = Guard::new(OPENER);
            let mut passed = String::new();
            let pieces = letters.chunks(step).map(String::from_iter).map(|piece| guard.push(&piece));
            let mut all: Vec<Begins> = pieces.collect();
            all.push(guard.finish());
            let mut again = None;
            for begins in all {
                match begins {
                    Begins::Again(seen) => {
                        again = Some(seen);
                        break;
                    }
                    Begins::GoesOn(text) => passed += &text,
                    Begins::Undecided => assert_eq!(passed, ""),
                }
            }
            match expected {
                Ok(text) => assert_eq!((passed.as_str(), again), (text, None), "{reply:?} by {step}"),
                Err(seen) => assert_eq!((passed.as_str(), again), ("", Some(seen)), "{reply:?} by {step}"),
            }
        }
    }

    #[test]
    fn what_goes_on_passes_untouched() {
        for reply in [" Canberra.", "Canberra", "", " ", " the capital city Canberra.", "[steer] not Sydney.", " The"] {
            check(reply, Ok(reply));
        }
        check("The capital is Canberra.", Ok("The capital is Canberra."));
        check("Sure enough, Canberra.", Ok("Sure enough, Canberra."));
        check("Okay", Ok("Okay"));
    }

    #[test]
    fn what_begins_again_does_not_pass() {
        check("The capital of Australia is Canberra.", Err(Seen::Echoed));
        check("  \"The  capital of Australia, is Canberra.\"", Err(Seen::Echoed));
        check("Sure! Canberra it is.", Err(Seen::Anew));
        check("Of course, the capital is Canberra.", Err(Seen::Anew));
    }

    #[test]
    fn a_word_that_differs_ends_the_wait_at_once() {
        let mut guard = Guard::new(OPENER);
        assert_eq!(guard.push(" Th"), Begins::Undecided);
        assert_eq!(guard.push("at"), Begins::GoesOn(" That".into()));
        let mut short = Guard::new("Yes,");
        assert_eq!(short.push("Yes"), Begins::GoesOn("Yes".into()), "one word is no repetition");
    }
}
