//! What is said where the model must not speak freely: the reviewed sentences, and neutral acknowledgements.

use std::sync::LazyLock;

use super::danger::Danger;
use super::rules::lines;
use crate::action::asks_to_do;
use crate::words::normal_words;

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

/// First words of somebody who tells something.
const SAYS: &[&str] = &[
    "he", "i", "i'm", "i've", "it", "it's", "my", "no", "nothing", "our", "she", "that", "that's", "the", "there",
    "these", "they", "this", "we",
];
/// What follows "I" in a wish.
const WISHES: &[&str] = &["need", "wanna", "want", "would"];

/// What a request is: an order, something said in passing, else a question, which a bare subject is, too.
fn kind(request: &str) -> &'static str {
    let words = normal_words(request);
    let first = |n: usize| words.get(n).map_or("", String::as_str);
    let wishes = first(0) == "i'd" || (matches!(first(0), "i" | "we") && WISHES.contains(&first(1)));
    if wishes || asks_to_do(request) {
        "order"
    } else if SAYS.contains(&first(0)) && !request.trim_end().ends_with('?') {
        "said"
    } else {
        "question"
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
            ("capital of france", "question"),
            ("", "question"),
        ] {
            assert_eq!(kind(request), expected, "{request}");
        }
        assert_ne!(thinking("lock the shed", 0), thinking("lock the shed", 1));
        for sentence in thinking_all() {
            assert!((4..=8).contains(&sentence.split(' ').count()), "{sentence}");
        }
    }
}
