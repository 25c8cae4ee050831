//! What is asked to find out how a begun sentence is handed over, and what the answer means. Pure.
//!
//! A count that was begun in its middle: whoever continues it says "ten", whoever starts anew says "one", and whoever
//! echoes says "seven". The smallest models can count.

use segue_core::words::normal;
use segue_runtime::port::Continue;

use super::dialect::Dialect;
use super::hand_over::{HandOver, Seen};

/// The most tokens of an answer.
pub const MOST_TOKENS: u32 = 24;

/// The request. A scripted cloud knows it by these words.
#[must_use]
pub fn ask() -> Continue {
    Continue {
        request: "Count from one to twelve in words.".into(),
        opener: "Seven, eight, nine,".into(),
        ..Continue::default()
    }
}

/// What to try with a provider that is not in the table, in order. A server that does not know
/// `continue_final_message` and does not refuse it takes it for a plain trailing message.
#[must_use]
pub fn ways(dialect: Dialect) -> &'static [HandOver] {
    match dialect {
        Dialect::OpenAi => &[HandOver::ContinueFinalMessage, HandOver::TrailingAssistant, HandOver::PrefixTrue],
        Dialect::Anthropic => &[HandOver::TrailingAssistant],
    }
}

/// What an answer shows; `None` when it shows nothing.
#[must_use]
pub fn judge(answer: &str) -> Option<Seen> {
    let first = answer.split_whitespace().map(normal).find(|word| !word.is_empty())?;
    Some(match first.as_str() {
        "ten" | "10" | "and" => Seen::Continued,
        "seven" | "7" => Seen::Echoed,
        _ => Seen::Anew,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_tells() {
        assert_eq!(judge(" ten, eleven, twelve."), Some(Seen::Continued));
        assert_eq!(judge("Ten,"), Some(Seen::Continued));
        assert_eq!(judge("\n10, 11"), Some(Seen::Continued));
        assert_eq!(judge("Seven, eight, nine, ten"), Some(Seen::Echoed));
        assert_eq!(judge("One, two"), Some(Seen::Anew));
        assert_eq!(judge("Sure! Here is"), Some(Seen::Anew));
        assert_eq!(judge(" ,. "), None);
        assert_eq!(judge(""), None);
    }
}
