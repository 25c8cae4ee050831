//! What is said where the model must not speak freely: the reviewed sentences, and neutral acknowledgements.

use std::sync::LazyLock;

use super::danger::Danger;
use super::rules::lines;

static REVIEWED: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| lines(include_str!("reviewed.txt")).filter_map(|line| line.split_once(": ")).collect());
static NEUTRAL: LazyLock<Vec<&'static str>> = LazyLock::new(|| lines(include_str!("neutral.txt")).collect());
static THINKING: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| lines(include_str!("thinking.txt")).filter_map(|line| line.split_once(": ")).collect());

static CLOSES: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| lines(include_str!("closes.txt")).filter_map(|line| line.split_once(": ")).collect());

/// How a turn about a danger ends when no cloud goes on: a whole sentence that still sends to help.
#[must_use]
pub fn reviewed_close(danger: Danger) -> &'static str {
    let close = CLOSES.iter().find(|(kind, _)| *kind == danger.name());
    close.map_or("I can't say more right now, so please call your emergency number.", |(_, sentence)| sentence)
}

/// All reviewed sentences for a danger.
pub fn reviewed_all(danger: Danger) -> impl Iterator<Item = &'static str> {
    REVIEWED.iter().filter(move |(kind, _)| *kind == danger.name()).map(|(_, sentence)| *sentence)
}

/// One of the reviewed sentences for a danger; `turn` brings variety.
#[must_use]
pub fn reviewed(danger: Danger, turn: usize) -> &'static str {
    let count = reviewed_all(danger).count().max(1);
    reviewed_all(danger).nth(turn % count).unwrap_or("Please call your emergency number right now.")
}

/// A neutral acknowledgement for a request that was not understood; `turn` brings variety.
#[must_use]
pub fn neutral(turn: usize) -> &'static str {
    NEUTRAL.get(turn % NEUTRAL.len().max(1)).copied().unwrap_or("Let me see if I got that,")
}

/// All acknowledgements for requests that were understood.
pub fn thinking_all() -> impl Iterator<Item = &'static str> {
    THINKING.iter().map(|(_, sentence)| *sentence)
}

/// An acknowledgement for a request that was understood, where no opener can be trusted; `turn` brings variety.
#[must_use]
pub fn thinking(request: &str, turn: usize) -> &'static str {
    let kind = kind(request);
    let fitting = || THINKING.iter().filter(|(of, _)| *of == kind).map(|(_, sentence)| *sentence);
    fitting().nth(turn % fitting().count().max(1)).unwrap_or("Okay, let me think about that,")
}

/// Words in front of a request that say nothing about its kind.
const BEFORE: &[&str] =
    &["alright", "and", "but", "hey", "hi", "ok", "okay", "please", "so", "then", "well", "yes", "yeah"];
const ASKS: &[&str] = &[
    "am", "are", "did", "do", "does", "has", "have", "how", "how's", "is", "isn't", "may", "should", "was", "were",
    "what", "what's", "when", "where", "where's", "which", "who", "who's", "whose", "why",
];
const ASKS_TO: &[&str] = &["can", "could", "will", "would"];
const SAYS: &[&str] = &[
    "he", "i", "i'm", "i've", "it", "it's", "my", "no", "nothing", "our", "she", "that", "that's", "the", "there",
    "these", "they", "this", "we",
];
const WISHES: &[&str] = &["want", "need", "like", "wanna", "would"];

/// What a request is, by its first words: an order unless it asks or tells.
fn kind(request: &str) -> &'static str {
    let words = crate::words::normal_words(request);
    let mut words = words.iter().map(String::as_str).skip_while(|word| BEFORE.contains(word));
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match first {
        _ if ASKS_TO.contains(&first) => {
            if second == "you" {
                "order"
            } else {
                "question"
            }
        }
        _ if ASKS.contains(&first) => "question",
        "i" | "we" if WISHES.contains(&second) => "order",
        "i'd" => "order",
        _ if SAYS.contains(&first) => {
            if request.trim_end().ends_with('?') {
                "question"
            } else {
                "said"
            }
        }
        _ => "order",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_fits_what_the_request_is() {
        for (request, expected) in [
            ("who sang that song", "question"),
            ("So what's the time?", "question"),
            ("Can I get a refund", "question"),
            ("could you turn it down", "order"),
            ("Please lock the shed.", "order"),
            ("I'd like two lattes please", "order"),
            ("i want a taxi", "order"),
            ("I bought an item then saw the price.", "said"),
            ("My card is gone?", "question"),
            ("", "order"),
        ] {
            assert_eq!(kind(request), expected, "{request}");
        }
        assert_ne!(thinking("lock the shed", 0), thinking("lock the shed", 1));
        for sentence in thinking_all() {
            assert!((4..=8).contains(&sentence.split(' ').count()), "{sentence}");
        }
    }
}
