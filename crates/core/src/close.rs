//! How a turn ends when nobody gives an answer: the honest close, which ends the sentence that was begun.
//!
//! A begun sentence is ended as a speaker breaks off in the middle of one: a dash, and a whole sentence behind it.
//! That is grammatical behind any beginning, whatever its last word.

use crate::caution::{danger, reviewed_close};
use crate::event::CloudTrouble;

/// What has been heard when the close is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: the close is a sentence of its own.
    Nothing,
    /// An opener, or a reply that stopped inside a sentence.
    Sentence,
    /// Whole sentences of a reply.
    Reply,
}

/// The honest close to `request`. `told`: the user knows already that the cloud is away, so it is not explained again.
/// Whoever spoke of danger to life is not told about clouds, but sent to help.
#[must_use]
pub fn honest_close(request: &str, why: CloudTrouble, begun: Begun, told: bool) -> String {
    match danger(request) {
        Some(danger) if begun == Begun::Sentence => format!("\u{2014} {}", reviewed_close(danger)),
        Some(danger) => reviewed_close(danger).to_string(),
        None => close(why, begun, told).to_string(),
    }
}

fn close(why: CloudTrouble, begun: Begun, told: bool) -> &'static str {
    use CloudTrouble::{Away, Busy, NotConfigured, Refused, Useless};
    match (why, begun) {
        (NotConfigured, Begun::Nothing) => "Sorry, I have no cloud to ask.",
        (NotConfigured, Begun::Sentence) => "\u{2014} sorry, I have no cloud to ask for the rest.",
        (NotConfigured, Begun::Reply) => "Sorry, I have no cloud to ask for more.",
        (Away | Refused | Busy, Begun::Nothing) if told => "Sorry, I can't answer that right now.",
        (Away | Refused | Busy, Begun::Sentence) if told => "\u{2014} sorry, I can't say more right now.",
        (Away | Refused | Busy, Begun::Reply) if told => "Sorry, I can't say more right now.",
        (Away, Begun::Nothing) => "Sorry, I can't reach my cloud right now.",
        (Away, Begun::Sentence) => "\u{2014} sorry, I can't reach my cloud right now.",
        (Away, Begun::Reply) => "Sorry, I lost my cloud there.",
        (Refused, Begun::Nothing) => "Sorry, my cloud doesn't let me in, please check its settings.",
        (Refused, Begun::Sentence) => "\u{2014} sorry, my cloud doesn't let me in, please check its settings.",
        (Refused, Begun::Reply) => "Sorry, my cloud doesn't let me in any more, please check its settings.",
        (Busy, Begun::Nothing) => "Sorry, my cloud is too busy right now.",
        (Busy, Begun::Sentence) => "\u{2014} sorry, my cloud is too busy right now.",
        (Busy, Begun::Reply) => "Sorry, my cloud got too busy there.",
        (Useless, Begun::Nothing) => "Sorry, my cloud had no words for that.",
        (Useless, Begun::Sentence) => "\u{2014} sorry, my cloud had no words for the rest.",
        (Useless, Begun::Reply) => "Sorry, that is where my cloud stopped.",
    }
}

/// The close when the one who acts has not said in time what came of it. Nothing is claimed about the outcome.
#[must_use]
pub fn unknown_outcome(begun: Begun) -> &'static str {
    match begun {
        Begun::Sentence => "\u{2014} sorry, I don't know whether that worked.",
        Begun::Nothing | Begun::Reply => "Sorry, I don't know whether that worked.",
    }
}

/// What is said when an utterance was heard and its words were not found in time.
pub const NOT_UNDERSTOOD: &str = "Sorry, I couldn't make that out.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::append;

    const ALL: [CloudTrouble; 5] = [
        CloudTrouble::NotConfigured,
        CloudTrouble::Away,
        CloudTrouble::Refused,
        CloudTrouble::Busy,
        CloudTrouble::Useless,
    ];

    #[test]
    fn a_close_after_danger_sends_to_help_and_not_to_the_settings() {
        for why in ALL {
            for begun in [Begun::Nothing, Begun::Sentence, Begun::Reply] {
                let close = honest_close("my dad isn't breathing", why, begun, true);
                assert!(close.ends_with("please call your emergency number.") && !close.contains("cloud"), "{close}");
                assert_eq!(close.starts_with('\u{2014}'), begun == Begun::Sentence, "{close}");
            }
        }
        let close = honest_close("I want to die", CloudTrouble::Away, Begun::Nothing, false);
        assert!(close.contains("talk to someone you trust"), "{close}");
    }

    #[test]
    fn a_close_ends_what_was_begun() {
        for why in ALL {
            for told in [false, true] {
                assert!(close(why, Begun::Nothing, told).starts_with("Sorry, "));
                assert!(close(why, Begun::Reply, told).starts_with("Sorry, "));
                assert!(close(why, Begun::Sentence, told).starts_with("\u{2014} sorry, "));
                for begun in [Begun::Nothing, Begun::Sentence, Begun::Reply] {
                    assert!(close(why, begun, told).ends_with('.'));
                }
            }
        }
    }

    #[test]
    fn a_cloud_that_is_known_to_be_away_is_not_named_again() {
        for why in [CloudTrouble::Away, CloudTrouble::Refused, CloudTrouble::Busy] {
            for begun in [Begun::Nothing, Begun::Sentence, Begun::Reply] {
                assert!(!close(why, begun, true).contains("cloud"), "{why:?} {begun:?}");
            }
        }
    }

    /// Openers of every shape that the opener's grammar has: each is ended as one sentence.
    #[test]
    fn openers_of_every_shape_are_ended() {
        let openers = [
            "The capital of Mongolia is",
            "To descale your coffee machine, start by",
            "To make good bread you need",
            "When it comes to bleach,",
            "If you want to save energy,",
            "Turning on the lights",
            "Setting a timer for ten minutes",
            "Reminding you to water the ficus on",
            "You could try",
            "I'd say that",
            "A good name for a cat is",
            "There are",
            "Because the sky scatters",
            "Let me see whether",
            "Good question \u{2014}",
            "The main difference between them is that",
            "Once upon a time, there was a",
            "Two plus two is",
            "Yes, and the",
            "The three steps are:",
            "She wrote the book \u{201c}",
            "It depends on who's",
        ];
        for opener in openers {
            for why in ALL {
                let mut text = opener.to_string();
                append(&mut text, close(why, Begun::Sentence, false));
                assert_eq!(text.matches('\u{2014}').count(), 1, "{text}");
                assert!(!text.contains(", \u{2014}") && !text.contains(": \u{2014}") && !text.contains("  "), "{text}");
                assert!(text.contains(" \u{2014} sorry, ") && text.ends_with('.'), "{text}");
            }
        }
    }
}
