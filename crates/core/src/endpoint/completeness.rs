//! Whether words are a whole request. Rules of English word order: cheap, and each can be read. They were tuned on
//! whole requests and their beginnings (`examples/completeness.rs` says how well they do on a file of requests).

use super::lists::{
    ADJECTIVES, AROUND, AUXILIARIES, FILLERS, FRAMES, GIVING, HELPERS, NUMBERS, OPEN_ENDS, PHRASAL, PREPOSITIONS,
    PRONOUNS, RELATIONS, SHORT, STRANDING, TRANSITIVE, WH,
};
use crate::words::normal_words;

/// What the words so far are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Completeness {
    /// They trail off: more must come.
    Incomplete,
    /// They may be all.
    Unsure,
    /// They are a whole request, though more may come.
    Complete,
}

/// Judges a transcript of everything that was said so far.
#[must_use]
pub fn completeness(transcript: &str) -> Completeness {
    let text = transcript.trim_end();
    let all = normal_words(text);
    let mut words: &[String] = &all;
    if words.is_empty() {
        return Completeness::Unsure;
    }
    // Transcribers write so what trails off.
    let trails = ["...", "\u{2026}", "-", "\u{2013}", "\u{2014}", ","].iter().any(|mark| text.ends_with(mark));
    if trails
        || words.last().is_some_and(|last| has(FILLERS, last))
        || ends_with(words, &["you", "know"]) && words.len() > 4
    {
        return Completeness::Incomplete;
    }
    while let Some((first, rest)) = words.split_first().filter(|(first, _)| has(AROUND, first) || has(FILLERS, first)) {
        if rest.is_empty() {
            // "Thanks." is all, "Hey" calls.
            return if has(SHORT, first) { Completeness::Complete } else { Completeness::Incomplete };
        }
        words = rest;
    }
    while let Some((last, rest)) = words.split_last().filter(|(last, rest)| has(AROUND, last) && !rest.is_empty()) {
        let _ = last;
        words = rest;
    }
    of_words(words)
}

/// Whether a transcript ends with a mark that closes a sentence. A transcriber sets it where the voice closes one, so
/// its lack says that more may come although the words are whole ("I want a coffee", in the middle of "with milk").
#[must_use]
pub fn is_closed(transcript: &str) -> bool {
    let text = transcript.trim_end().trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}']);
    text.ends_with(['.', '?', '!']) && !text.ends_with("...")
}

fn of_words(words: &[String]) -> Completeness {
    let Some((last, before)) = words.split_last() else { return Completeness::Unsure };
    let whole = words.join(" ");
    if SHORT.binary_search(&whole.as_str()).is_ok() {
        return Completeness::Complete;
    }
    if FRAMES.binary_search(&whole.as_str()).is_ok() || has(OPEN_ENDS, last) {
        return Completeness::Incomplete;
    }
    let previous = before.last().map_or("", String::as_str);
    if has(PREPOSITIONS, last) {
        return preposition(words, last, previous);
    }
    let is_time = last == "am" && (has(NUMBERS, previous) || ends_in_digit(previous));
    if has(AUXILIARIES, last) && !is_time {
        return auxiliary(words, last, previous);
    }
    if has(TRANSITIVE, last) && ["i", "to", "you", "we", "can", "please", "and", "not", "don't"].contains(&previous) {
        return if asks_what(words) { Completeness::Unsure } else { Completeness::Incomplete };
    }
    if has(ADJECTIVES, last) && ["the", "my", "a", "an", "your", "any", "this", "our"].contains(&previous) {
        return if words.len() > 5 { Completeness::Unsure } else { Completeness::Incomplete };
    }
    match last.as_str() {
        // "What city is it in", "come in"; but "what's the weather in", "remind me in".
        "in" if asks_where(words) || ["come", "check", "log", "sign", "fill"].contains(&previous) => {
            Completeness::Unsure
        }
        "in" => Completeness::Incomplete,
        "on" if words.len() < 3 || ["me", "is", "are", "book", "forecast", "play"].contains(&previous) => {
            Completeness::Incomplete
        }
        "over" | "under" | "before" | "after" => Completeness::Unsure,
        "on" if !switches(words) && !is_question(words) => Completeness::Incomplete,
        "that"
            if ![
                "is", "was", "do", "did", "about", "like", "of", "stop", "play", "than", "does", "cancel", "delete",
                "repeat", "say", "said", "on", "off", "mean", "know", "what's", "who's", "not",
            ]
            .contains(&previous) =>
        {
            Completeness::Incomplete
        }
        "some" | "any" | "another" | "other" | "more" | "these" | "those" | "no" | "his" | "her" | "as" | "so"
        | "when" | "where" | "what" | "who" | "how" | "why" | "but" | "this" => loose_end(last, previous),
        "i" | "we" | "he" | "she" | "they" => Completeness::Incomplete,
        "you" | "it" if asks_without_verb(words) || helper_before_pronoun(words, previous) => Completeness::Incomplete,
        "me" if has(GIVING, previous) => Completeness::Incomplete,
        "not" if !["why", "or", "course", "hope", "if"].contains(&previous) => Completeness::Incomplete,
        "up" | "out" if has(PHRASAL, previous) => Completeness::Incomplete,
        "on" if is_question(words) => Completeness::Unsure,
        "am" | "pm" if !has(NUMBERS, previous) && !ends_in_digit(previous) => Completeness::Incomplete,
        _ if lacks_number(words) => Completeness::Incomplete,
        _ if lacks_second_half(words) => Completeness::Unsure,
        _ if asks_without_verb(words) => Completeness::Incomplete,
        _ if words.len() < 3 => Completeness::Unsure,
        _ => Completeness::Complete,
    }
}

/// A preposition at the end.
fn preposition(words: &[String], last: &str, previous: &str) -> Completeness {
    if !words.iter().any(|word| has(WH, word)) || words.len() < 4 {
        // "Do you want to"; "I would like".
        return Completeness::Incomplete;
    }
    if has(STRANDING, previous) {
        let person = ["i", "you", "we", "me", "us", "them", "him"].contains(&previous);
        return if last == "to" && person { Completeness::Incomplete } else { Completeness::Complete };
    }
    // "Who does Ronaldo play for", "who was he drafted by", but "what is the population of", "what is the news about".
    let helped = words.iter().any(|word| has(HELPERS, word)) || last == "by" && previous.ends_with("ed");
    if last != "of" && helped { Completeness::Unsure } else { Completeness::Incomplete }
}

/// A form of be, do or have at the end.
fn auxiliary(words: &[String], last: &str, previous: &str) -> Completeness {
    let asks =
        words.iter().rev().skip(2).any(|word| has(WH, word) || ["how", "when", "why", "if"].contains(&word.as_str()));
    let full = ["do", "have", "has", "had", "did", "be"].contains(&last);
    match () {
        // "What time it is"; "yes, I do".
        () if has(PRONOUNS, previous) && asks => Completeness::Complete,
        // "What government does Italy have", "what can I do".
        () if full && asks && words.len() > 3 && words.iter().rev().skip(2).any(|word| has(HELPERS, word)) => {
            Completeness::Complete
        }
        () if has(PRONOUNS, previous) && (words[0] == "yes" || words[0] == "no") => Completeness::Complete,
        // "I need to know what your hobbies are".
        () if asks && words.len() > 6 && !has(WH, &words[0]) => Completeness::Unsure,
        () => Completeness::Incomplete,
    }
}

/// "Can you", "will it", "do you", but "how are you", "what is it".
fn helper_before_pronoun(words: &[String], previous: &str) -> bool {
    let asks = words.len() == 3 && ["am", "are", "is", "was"].contains(&previous);
    let asks_late =
        previous == "is" && words.iter().any(|word| has(WH, word) || ["how", "when"].contains(&word.as_str()));
    (has(HELPERS, previous) || has(AUXILIARIES, previous) || ["want", "need", "would"].contains(&previous))
        && !asks
        && !asks_late
}

/// Whether a question asks for what its verb takes, so that the verb may stand last.
fn asks_what(words: &[String]) -> bool {
    words.iter().any(|word| has(WH, word))
        && words.iter().any(|word| has(HELPERS, word) || word == "was" || word == "is")
}

fn ends_in_digit(word: &str) -> bool {
    word.ends_with(|c: char| c.is_ascii_digit())
}

/// Words that are seldom the last.
fn loose_end(last: &str, previous: &str) -> Completeness {
    let complete = match last {
        "this" => ["is", "was", "like", "of", "do", "about", "play", "repeat", "for", "on", "with", "than"]
            .contains(&previous),
        "these" | "those" => ["are", "of", "like", "about", "play", "with"].contains(&previous),
        "no" => previous.is_empty() || previous == "no",
        "more" => ["some", "once", "any", "little", "me", "one", "bit"].contains(&previous),
        "some" | "any" => ["me", "have", "there", "want", "play", "get"].contains(&previous),
        "other" | "another" => ["each"].contains(&previous),
        "her" => {
            ["call", "text", "tell", "email", "to", "about", "with", "for", "message", "of", "from"].contains(&previous)
        }
        "how" | "why" | "when" | "where" | "what" | "who" => {
            ["me", "know", "about", "say", "for"].contains(&previous) || previous.is_empty()
        }
        "so" => ["think", "hope", "is", "or"].contains(&previous),
        _ => false,
    };
    if complete { Completeness::Unsure } else { Completeness::Incomplete }
}

/// "How do bees", "what does serendipity", "when was the last": a question whose verb is still to come.
fn asks_without_verb(words: &[String]) -> bool {
    let [first, second, rest @ ..] = words else { return false };
    let asks = ["how", "why", "when", "where", "what", "who"].contains(&first.as_str());
    let helped = ["do", "does", "did", "can", "could", "should", "would", "will"].contains(&second.as_str());
    asks && helped
        && (rest.len() < 2 || rest.len() == 2 && ["the", "a", "an", "my", "your", "this"].contains(&rest[0].as_str()))
}

/// "Set a timer for ten": a length of time, or an amount, without what it counts.
fn lacks_number(words: &[String]) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    let Some(previous) = before.last() else { return false };
    let counts = has(NUMBERS, last) || last.chars().all(|c| c.is_ascii_digit());
    let year = last.len() > 3 && ends_in_digit(last);
    let timer = words.iter().any(|word| word == "timer" || word == "countdown");
    let timed = timer && ["for", "a", "an", "another"].contains(&previous.as_str());
    counts && !year && (timed || previous == "point" || previous == "in" && !is_question(words))
}

/// "What is the capital", "set the thermostat", "convert fifty dollars", "set a timer": more is likely, not sure.
fn lacks_second_half(words: &[String]) -> bool {
    let has_word = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let Some((last, before)) = words.split_last() else { return false };
    let first = words.first().map_or("", String::as_str);
    let behind_the = before.iter().rev().take(2).any(|word| word == "the");
    match first {
        "set" | "change" if words.len() < 4 => true,
        "set" | "change" if has_word(&["thermostat", "temperature", "volume", "brightness"]) => {
            !has_word(&["to", "at", "by", "up", "down", "higher", "lower"])
        }
        "convert" | "translate" => !has_word(&["to", "into", "in"]),
        "turn" | "switch" => !has_word(&[
            "on", "off", "up", "down", "to", "into", "red", "blue", "green", "left", "right", "back", "around", "over",
        ]),
        "transfer" | "move" => !has_word(&["to", "into", "from"]),
        "remind" => !has_word(&["to", "about", "of", "that", "at", "when", "tomorrow", "later"]),
        "schedule" | "book" | "reserve" | "send" | "text" | "message" => words.len() < 4,
        _ => behind_the && has(RELATIONS, last) && is_question(words),
    }
}

fn is_question(words: &[String]) -> bool {
    let first = words.first().map_or("", String::as_str);
    has(WH, first)
        || has(AUXILIARIES, first)
        || ["how", "how's", "when", "when's", "why", "can", "could", "will"].contains(&first)
}

/// Whether something is turned on or off, or is on.
fn switches(words: &[String]) -> bool {
    let switching =
        ["turn", "switch", "put", "leave", "keep", "turned", "go", "come", "hold", "lights", "light", "light's"];
    words.iter().any(|word| switching.contains(&word.as_str()))
}

/// "What city is it in", "what did he play in": the place is asked for, so "in" may stand last.
fn asks_where(words: &[String]) -> bool {
    let [first, second, ..] = words else { return false };
    let thing = has(WH, first) && !first.contains('\'') && !has(AUXILIARIES, second);
    words.len() > 3 && (thing || has(WH, first) && words.iter().any(|word| has(HELPERS, word)))
}

fn ends_with(words: &[String], end: &[&str]) -> bool {
    words.len() >= end.len() && words[words.len() - end.len()..].iter().zip(end).all(|(word, end)| word == end)
}

fn has(list: &[&str], word: &str) -> bool {
    list.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::lists;

    fn all_are(expected: Completeness, texts: &[&str]) {
        for text in texts {
            assert_eq!(completeness(text), expected, "{text}");
        }
    }

    #[test]
    fn who_trails_off_has_not_finished() {
        all_are(
            Completeness::Incomplete,
            &[
                "Set a timer for",
                "Set a timer for um",
                "Set a timer for ten.",
                "Remind me to",
                "Remind me too.",
                "Add milk and",
                "What's the weather in",
                "What is the population of",
                "Turn on the",
                "I want to listen to...",
                "Could you please",
                "How do bees",
                "What does serendipity",
                "How old is",
                "Tell me",
                "Can I get",
                "Is it",
                "Well, uh",
                "Hey Segue,",
                "Text my brother that",
                "What is the difference between",
                "Who was the first",
                "There is",
            ],
        );
    }

    #[test]
    fn a_whole_request_is_complete() {
        all_are(
            Completeness::Complete,
            &[
                "Set a timer for ten minutes.",
                "What's the weather like in Boston?",
                "What is it made of?",
                "What is she famous for?",
                "Tell me what time it is.",
                "What government does Italy have?",
                "Turn the lights on.",
                "Can I get a double shot americano, please?",
                "Wake me up at seven am.",
                "How are you?",
                "What is it?",
                "Stop that.",
                "Thanks.",
                "Good morning",
                "Who won the world cup in 2010?",
                "Yes, I do.",
                "Call her sister.",
                "Who does Ronaldo play for?",
            ],
        );
    }

    #[test]
    fn what_may_go_on_is_unsure() {
        all_are(
            Completeness::Unsure,
            &[
                "Set a timer.",
                "What is the capital?",
                "Turn the heating",
                "kitchen",
                "",
                "What sports do Canadians like?",
                "What city is it in?",
            ],
        );
    }

    #[test]
    fn only_a_closing_mark_closes() {
        assert!(is_closed("Turn it off.") && is_closed("Is it on? ") && is_closed("Call \"Anna.\""));
        assert!(!is_closed("Turn it off") && !is_closed("Turn it...") && !is_closed("well,") && !is_closed(""));
    }

    #[test]
    fn courtesy_does_not_hide_the_end() {
        assert_eq!(completeness("Okay, hey Segue, set a timer for, please"), Completeness::Incomplete);
        assert_eq!(completeness("please turn it off please"), Completeness::Complete);
    }

    #[test]
    fn the_lists_are_sorted_for_searching() {
        for list in [
            lists::ADJECTIVES,
            lists::AUXILIARIES,
            lists::FILLERS,
            lists::FRAMES,
            lists::GIVING,
            lists::HELPERS,
            lists::NUMBERS,
            lists::OPEN_ENDS,
            lists::PHRASAL,
            lists::PREPOSITIONS,
            lists::PRONOUNS,
            lists::RELATIONS,
            lists::SHORT,
            lists::STRANDING,
            lists::TRANSITIVE,
            lists::WH,
            lists::AROUND,
        ] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_judged(text in ".{0,80}") {
            let _ = completeness(&text);
        }
    }
}
