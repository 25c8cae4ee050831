//! How a turn ends when the cloud gives no answer: the honest close, which ends the sentence that was begun; and
//! how a repair loses its apology when nobody heard the mistake.

use crate::caution::{danger, reviewed_close};
use crate::event::CloudTrouble;
use crate::words::normal;

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
    use CloudTrouble::{Away, NotConfigured, Refused, Useless};
    match (why, begun) {
        (NotConfigured, Begun::Nothing) => "Sorry, I have no cloud to ask.",
        (NotConfigured, _) => "\u{2014} sorry, I have no cloud to ask for the rest.",
        (Away | Refused, Begun::Nothing) if told => "Sorry, I can't answer that right now.",
        (Away | Refused, _) if told => "\u{2014} sorry, I can't say more right now.",
        (Away, Begun::Nothing) => "Sorry, I can't reach my cloud right now.",
        (Away, Begun::Sentence) => "\u{2014} sorry, I can't reach my cloud right now.",
        (Away, Begun::Reply) => "Sorry, I lost my cloud there.",
        (Refused, Begun::Nothing) => "Sorry, my cloud doesn't let me in, please check its settings.",
        (Refused, _) => "\u{2014} sorry, my cloud doesn't let me in, please check its settings.",
        (Useless, Begun::Nothing) => "Sorry, my cloud had no words for that.",
        (Useless, Begun::Sentence) => "\u{2014} sorry, my cloud had no words for the rest.",
        (Useless, Begun::Reply) => "Sorry, that is where my cloud stopped.",
    }
}

/// Phrases that only make sense when a mistake was heard, in the normal form of their words.
const APOLOGIES: &[&str] = &[
    "sorry about that",
    "i'm sorry",
    "sorry",
    "my apologies",
    "apologies",
    "my mistake",
    "correction",
    "actually",
    "scratch that",
    "let me correct that",
    "let me correct myself",
    "let me rephrase that",
    "let me rephrase",
    "let me start over",
    "let me start again",
    "i misspoke",
    "i was wrong",
    "wait",
    "no wait",
    "no",
    "well",
    "or rather",
    "rather",
    "oh",
    "hmm",
    "hold on",
    "i mean",
];

/// A repair's clause without what refers to a mistake that nobody heard; empty when nothing else is in it.
#[must_use]
pub fn without_apology(clause: &str) -> &str {
    let mut rest = clause;
    loop {
        let trimmed = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let end = trimmed.find([',', '.', '!', ';', ':', '\u{2014}', '\u{2013}']).unwrap_or(trimmed.len());
        let phrase: Vec<String> = trimmed[..end].split_whitespace().map(normal).collect();
        if phrase.is_empty() || !APOLOGIES.contains(&phrase.join(" ").as_str()) {
            return if rest.len() == clause.len() { clause.trim() } else { trimmed.trim() };
        }
        rest = &trimmed[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apologies_go_and_answers_stay() {
        for (clause, left) in [
            ("Sorry, my mistake: Canberra is the capital.", "Canberra is the capital."),
            ("\u{2014} actually, it is Canberra.", "it is Canberra."),
            ("Sorry,", ""),
            ("Actually it is Canberra.", "Actually it is Canberra."),
            ("No problem, it is Canberra.", "No problem, it is Canberra."),
            ("  It is Canberra. ", "It is Canberra."),
        ] {
            assert_eq!(without_apology(clause), left, "{clause}");
        }
    }

    #[test]
    fn a_close_after_danger_sends_to_help_and_not_to_the_settings() {
        for why in [CloudTrouble::NotConfigured, CloudTrouble::Away, CloudTrouble::Refused, CloudTrouble::Useless] {
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
        let all = [CloudTrouble::NotConfigured, CloudTrouble::Away, CloudTrouble::Refused, CloudTrouble::Useless];
        for why in all {
            for begun in [Begun::Nothing, Begun::Sentence, Begun::Reply] {
                for told in [false, true] {
                    let close = honest_close("what is the capital of mongolia", why, begun, told);
                    assert!(close.ends_with('.'));
                    assert_eq!(close.starts_with("Sorry"), begun == Begun::Nothing || close.starts_with("Sorry"));
                    assert!(begun != Begun::Nothing || close.starts_with("Sorry"));
                    assert!(begun != Begun::Sentence || close.starts_with('\u{2014}'));
                }
            }
        }
    }
}
