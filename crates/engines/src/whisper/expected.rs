//! Names of the home that a transcript nearly names: "the whole window" where there is a hall window. Pure.
//!
//! whisper is told such names only then, in sentences that could have been said before: 96 tokens of names before every
//! utterance cost 0.2 s each (measured), these cost nothing where they are not needed.

use segue_core::words::{is_function_word, normal_words};

/// Longest transcript that is looked at, in words: a command.
const MOST_WORDS: usize = 12;
/// Most names that are told.
const MOST_NAMES: usize = 5;

/// Whether a transcript has all words of a name, in order.
pub(super) fn names_one(names: &[String], text: &str) -> bool {
    let words = normal_words(text);
    names.iter().any(|name| {
        let name = normal_words(name);
        !name.is_empty() && words.windows(name.len()).any(|window| window == name)
    })
}

/// The names that share a word with a transcript which has none of them whole. The last word of a name says what kind of
/// thing it is: "the window" alone is no mistaken name.
pub(super) fn nearly<'a>(names: &'a [String], text: &str) -> Vec<&'a str> {
    let words = normal_words(text);
    if words.len() > MOST_WORDS || names_one(names, text) {
        return Vec::new();
    }
    let near = |name: &&String| {
        let name = normal_words(name);
        let Some((kind, which)) = name.split_last().filter(|(_, which)| !which.is_empty()) else { return false };
        let called = words.windows(2).any(|pair| pair[1] == *kind && !is_function_word(&pair[0]));
        called || which.iter().any(|word| !is_function_word(word) && words.contains(word))
    };
    names.iter().filter(near).take(MOST_NAMES).map(String::as_str).collect()
}

/// What could have been said before with these names.
pub(super) fn sentences(names: &[&str]) -> String {
    let verbs = ["Open", "Close", "Turn on", "Turn off"].into_iter().cycle();
    verbs.zip(names).map(|(verb, name)| format!("{verb} the {name}.")).collect::<Vec<_>>().join(" ")
}

/// Whether `again`, heard with names in mind, may stand in place of `first`: it has a name, and is no other sentence.
pub(super) fn is_better(names: &[String], first: &str, again: &str) -> bool {
    names_one(names, again) && normal_words(first).len() == normal_words(again).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Vec<String> {
        ["kitchen", "hall window", "kitchen window", "garage door", "bed light"].map(String::from).to_vec()
    }

    #[test]
    fn a_name_that_was_nearly_heard_is_found() {
        assert_eq!(nearly(&home(), "Close the whole window."), ["hall window", "kitchen window"]);
        assert_eq!(nearly(&home(), "Close the garage doorwork."), ["garage door"]);
        assert_eq!(sentences(&["hall window", "bed light"]), "Open the hall window. Close the bed light.");
    }

    #[test]
    fn what_names_a_thing_or_no_thing_is_left_alone() {
        let long = "word ".repeat(12) + "whole window";
        for text in
            ["Close the hall window.", "Close the window.", "Turn on the kitchen light", "Why is the sky blue?", &long]
        {
            assert!(nearly(&home(), text).is_empty(), "{text}");
        }
        assert!(nearly(&[], "Close the whole window.").is_empty());
    }

    #[test]
    fn another_sentence_does_not_take_the_place_of_the_first() {
        assert!(is_better(&home(), "Close the whole window.", "Close the hall window."));
        assert!(!is_better(&home(), "Close the whole window.", "Open the hall window. Close the hall window."));
        assert!(!is_better(&home(), "Close the whole window.", "Close the hole window."));
    }
}
