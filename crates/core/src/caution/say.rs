//! What is said where the model must not speak freely: the reviewed sentences, and neutral acknowledgements.

use std::sync::LazyLock;

use super::danger::Danger;
use super::rules::lines;

static REVIEWED: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| lines(include_str!("reviewed.txt")).filter_map(|line| line.split_once(": ")).collect());
static NEUTRAL: LazyLock<Vec<&'static str>> = LazyLock::new(|| lines(include_str!("neutral.txt")).collect());
static THINKING: LazyLock<Vec<&'static str>> = LazyLock::new(|| lines(include_str!("thinking.txt")).collect());

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

/// An acknowledgement for a request that was understood, where no opener can be trusted; `turn` brings variety.
#[must_use]
pub fn thinking(turn: usize) -> &'static str {
    THINKING.get(turn % THINKING.len().max(1)).copied().unwrap_or("Okay, let me think about that,")
}
