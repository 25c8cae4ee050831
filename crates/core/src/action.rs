//! Requests to do something, and openers that claim that it was done. An opener is spoken before anything has
//! happened, so it may name the action ("Turning on the lights") and never its outcome ("The lights are on").
//!
//! This is a guard behind the opener's own training, not an understanding of language: it looks at a few shapes.

use std::borrow::Cow;

use crate::words::normal_words;

/// Verbs that ask for something to be done, in the form in which they are asked; sorted.
const DOING: &[&str] = &[
    "activate",
    "add",
    "arm",
    "book",
    "brew",
    "buy",
    "call",
    "cancel",
    "change",
    "clear",
    "close",
    "create",
    "deactivate",
    "decrease",
    "delete",
    "dim",
    "disable",
    "disarm",
    "email",
    "enable",
    "increase",
    "lock",
    "lower",
    "make",
    "message",
    "mute",
    "open",
    "order",
    "pause",
    "play",
    "put",
    "raise",
    "remind",
    "remove",
    "resume",
    "schedule",
    "send",
    "set",
    "shut",
    "skip",
    "snooze",
    "start",
    "stop",
    "switch",
    "text",
    "turn",
    "unlock",
    "unmute",
    "unpause",
    "vacuum",
    "wake",
    "water",
];
/// Words in front of the verb.
const POLITE: &[&str] = &[
    "alexa",
    "and",
    "assistant",
    "can",
    "computer",
    "could",
    "hey",
    "i",
    "jarvis",
    "just",
    "kindly",
    "like",
    "me",
    "need",
    "now",
    "ok",
    "okay",
    "please",
    "segue",
    "then",
    "to",
    "want",
    "will",
    "would",
    "you",
    "i'd",
    "let's",
];

/// Verbs of the home whose other forms a recogniser hears at the start of an order, with what follows them: "opens the
/// garage door" and "turned on the bed light" were "open" and "turn", since nobody begins to speak so.
const MISHEARD: &[(&str, &[&str])] = &[
    ("close", &["the", "all"]),
    ("dim", &["the", "all"]),
    ("lock", &["the", "all"]),
    ("lower", &["the", "all"]),
    ("open", &["the", "all"]),
    ("set", &["the"]),
    ("switch", &["on", "off", "the"]),
    ("turn", &["on", "off", "the", "down", "up"]),
    ("unlock", &["the", "all"]),
];

/// The request with an order's first word in the form in which it is asked: "Open the garage door" for "Opens the
/// garage door".
#[must_use]
pub fn as_order(request: &str) -> Cow<'_, str> {
    let as_it_is = Cow::Borrowed(request);
    let Some((first, rest)) = request.trim_start().split_once(' ') else { return as_it_is };
    let next = rest.split_whitespace().next().unwrap_or_default();
    let first = first.to_lowercase();
    let heard = |verb: &str| first.strip_prefix(verb).is_some_and(|end| matches!(end, "s" | "es" | "d" | "ed" | "med"));
    let verb = MISHEARD.iter().find(|(verb, after)| heard(verb) && after.contains(&next.to_lowercase().as_str()));
    let Some((verb, _)) = verb else { return as_it_is };
    let mut letters = verb.chars();
    let capital = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    Cow::Owned(format!("{capital}{} {rest}", letters.as_str()))
}

/// Whether the request asks for something to be done.
#[must_use]
pub fn asks_to_do(request: &str) -> bool {
    let words = normal_words(&as_order(request));
    let verb = words.iter().find(|word| !POLITE.contains(&word.as_str()));
    verb.is_some_and(|verb| DOING.binary_search(&verb.as_str()).is_ok())
}

/// Whether an opener says that something was done, or is so, already.
#[must_use]
pub fn claims_outcome(opener: &str) -> bool {
    let words = normal_words(opener);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let rest = match words.as_slice() {
        ["okay" | "ok" | "sure" | "alright" | "yes", rest @ ..] => rest,
        all => all,
    };
    match rest {
        ["done" | "finished", ..] | ["all", "done" | "set", ..] => true,
        ["i've" | "we've", ..] | ["i", "have" | "just" | "already", ..] => true,
        ["consider", "it", ..] | ["that's" | "it's" | "they're", "done" | "on" | "off" | "set" | "now", ..] => true,
        [first, ..] if is_past(first) => true,
        ["i", verb, ..] if is_past(verb) => true,
        _ => rest.windows(2).any(|pair| {
            matches!(pair[0], "is" | "are" | "has" | "have" | "was" | "were")
                && (matches!(pair[1], "now" | "on" | "off" | "set" | "been" | "done" | "locked" | "open" | "closed")
                    || is_past(pair[1]))
        }),
    }
}

/// Whether a word is the past of a verb of doing: "turned", "set" is none because it is also the present.
fn is_past(word: &str) -> bool {
    const IRREGULAR: &[&str] = &["sent", "bought", "made", "woke"];
    let stem = |end: &str| word.strip_suffix(end).is_some_and(|stem| DOING.binary_search(&stem).is_ok());
    let doubled = || {
        let stem = word.strip_suffix("ed").unwrap_or("");
        let mut chars = stem.chars().rev();
        let twice = chars.next().is_some_and(|last| chars.next() == Some(last));
        twice && DOING.binary_search(&&stem[..stem.len() - 1]).is_ok()
    };
    IRREGULAR.contains(&word) || stem("ed") || stem("d") || doubled()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_do_something_are_recognised() {
        for request in [
            "Turn on the lights",
            "Could you please set a timer?",
            "hey segue lock the door",
            "I want you to play jazz",
        ] {
            assert!(asks_to_do(request), "{request}");
        }
        for request in ["What's the capital of Mongolia?", "Is the door locked?", "How do I set a timer?", "", "please"]
        {
            assert!(!asks_to_do(request), "{request}");
        }
    }

    #[test]
    fn an_order_is_heard_in_the_form_in_which_it_is_asked() {
        assert_eq!(as_order("opens the garage door"), "Open the garage door");
        assert_eq!(as_order("Turned on the bed light"), "Turn on the bed light");
        assert_eq!(as_order("Dimmed the lamp"), "Dim the lamp");
        for same in ["Open the garage door", "Turned out well", "Locks are expensive", "opens", "", "Is it open?"] {
            assert_eq!(as_order(same), same);
        }
        assert!(asks_to_do("Opens the garage door"));
    }

    #[test]
    fn claims_are_told_from_names_of_actions() {
        for opener in [
            "The lights are on",
            "I've turned on the lights",
            "Okay, done, the lights",
            "Turned on the lights",
            "Your timer has been set for",
            "The door is locked and",
            "I just sent the message",
            "Dimmed the lights to",
            "Consider it done, the",
        ] {
            assert!(claims_outcome(opener), "{opener}");
        }
        for opener in [
            "Turning on the lights",
            "Okay, turning on the lights in",
            "Setting a timer for ten minutes",
            "I'll turn the lights on",
            "Let me lock the door",
            "Locking the front door",
            "Sure, let me check whether",
            "Set a reminder for",
        ] {
            assert!(!claims_outcome(opener), "{opener}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(DOING.is_sorted());
    }
}
