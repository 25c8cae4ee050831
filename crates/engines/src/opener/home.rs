//! What a command is about: openers name no room and no device that the user did not name. Pure.

use super::allowed::{Allowed, Lexicon, words_of};

/// Words that stand for something that was said before.
const BACK: &[&str] = &[
    "again", "also", "another", "both", "it", "its", "more", "one", "other", "others", "same", "that", "them", "there",
    "these", "they", "this", "those", "too",
];

/// Whether a command is about something that was said before.
pub(super) fn points_back(request: &str) -> bool {
    words_of(request).iter().any(|word| BACK.binary_search(&word.as_str()).is_ok())
}

/// Whether a question is about the time, the day or the weather, whose "it" stands for nothing.
pub(super) fn is_about_now(request: &str) -> bool {
    const ASKED: &[&[&str]] = &[
        &["what", "time", "is", "it"],
        &["what", "day", "is", "it"],
        &["what", "day", "is", "today"],
        &["what's", "the", "time"],
        &["what", "is", "the", "time"],
        &["what's", "the", "date"],
        &["what", "is", "the", "date"],
        &["is", "it", "raining"],
        &["is", "it", "snowing"],
        &["will", "it", "rain"],
        &["will", "it", "snow"],
        &["how", "warm", "is", "it"],
        &["how", "cold", "is", "it"],
        &["how", "hot", "is", "it"],
    ];
    let words = words_of(request);
    // "What time is it in Tokyo" is; "what time is it open" is about what was said before.
    ASKED.iter().any(|asked| {
        words.len() >= asked.len()
            && words.iter().zip(*asked).all(|(word, asked)| word == asked)
            && words.get(asked.len()).is_none_or(|next| {
                matches!(next.as_str(), "in" | "now" | "right" | "today" | "outside" | "tomorrow" | "tonight" | "here")
            })
    })
}

/// Whether a request has all words of a name of the home, in order.
pub(super) fn is_named(home: &[String], request: &str) -> bool {
    let words = words_of(request);
    home.iter()
        .map(|name| words_of(name))
        .any(|name| !name.is_empty() && words.windows(name.len()).any(|window| window == name))
}

/// The words by which the home's names differ and which nobody has said. The last word of a longer name is not one of
/// them: it says what kind of thing it is, "light", "window", and a thing may be called so without its name.
pub(super) fn unsaid(home: &[String], sources: &[&str]) -> Vec<String> {
    let said = Allowed::new(&Lexicon::parse(""), sources);
    let mut words: Vec<String> = Vec::new();
    for name in home {
        let mut parts = words_of(name);
        if parts.len() > 1 {
            parts.pop();
        }
        words.extend(parts.into_iter().filter(|part| part.chars().count() > 2 && !said.knows(part)));
    }
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_said_is_not_named() {
        let home: Vec<String> =
            ["bedroom", "bed light", "kitchen lights", "living room fan", "tv"].map(String::from).to_vec();
        assert_eq!(unsaid(&home, &["Turn on the bed light."]), ["bedroom", "kitchen", "living", "room"]);
        assert_eq!(unsaid(&home, &["Turn off the kitchen light"]), ["bed", "bedroom", "living", "room"]);
        assert!(unsaid(&[], &["Turn on the bed light."]).is_empty());
    }

    #[test]
    fn a_thing_is_named_by_all_its_words() {
        let home = ["bed light".to_string(), String::new()];
        assert!(is_named(&home, "Turned on the bed light.") && !is_named(&home, "Turned on the light by the bed"));
    }

    #[test]
    fn only_some_commands_are_about_what_was_said_before() {
        assert!(is_about_now("What time is it?") && is_about_now("Will it rain tomorrow?"));
        assert!(!is_about_now("what time is it open") && !is_about_now("Is it any good?"));
        assert!(points_back("turn it off again") && points_back("Turn off the other one"));
        assert!(!points_back("Turn on the living room fan.") && BACK.is_sorted());
    }
}
