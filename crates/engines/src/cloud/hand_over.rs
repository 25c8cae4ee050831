//! How a sentence that was begun is handed over to the one who goes on, and what was seen to come of it. Pure.

use serde::{Deserialize, Serialize};

/// How a sentence that was begun is handed over. All but the first are a **prefill**: the opener is sent as the
/// beginning of the reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOver {
    /// By words alone, which every model understands (OpenAI, Gemini, Claude since 4.6).
    #[default]
    Instruction,
    /// A trailing message of the assistant is continued (llama.cpp, Ollama, Claude before 4.6).
    TrailingAssistant,
    /// The same, when asked for by `continue_final_message` (vLLM, SGLang).
    ContinueFinalMessage,
    /// The same, when the message is marked `prefix` (Mistral, DeepSeek).
    PrefixTrue,
    /// The same, when the message is marked `partial` (Moonshot, DashScope).
    PartialTrue,
}

impl HandOver {
    /// Whether the opener is sent as the beginning of the reply.
    #[must_use]
    pub fn is_prefill(self) -> bool {
        self != Self::Instruction
    }

    /// What to try next when this did not work. A refusal may mean the mark, so the unmarked message comes next; a
    /// server that took the message for a finished one would do the same without the mark.
    #[must_use]
    pub fn lesser(self, seen: Seen) -> Option<Self> {
        match (self, seen) {
            (Self::Instruction, _) | (_, Seen::Continued) => None,
            (Self::TrailingAssistant, _) | (_, Seen::Echoed | Seen::Anew | Seen::Silent) => Some(Self::Instruction),
            (_, Seen::Refused) => Some(Self::TrailingAssistant),
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Instruction => "by instruction",
            Self::TrailingAssistant => "by prefill (trailing assistant message)",
            Self::ContinueFinalMessage => "by prefill (continue_final_message)",
            Self::PrefixTrue => "by prefill (prefix: true)",
            Self::PartialTrue => "by prefill (partial: true)",
        }
    }
}

/// What a server made of a prefill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The reply went on from the last word.
    Continued,
    /// The reply said the begun words again.
    Echoed,
    /// The reply began a new answer.
    Anew,
    /// The request was refused: status 400 or 422.
    Refused,
    /// The reply had no words to judge by, as of a model that thinks first.
    Silent,
}

impl Seen {
    /// For people: what the server did with a prefill.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Continued => "goes on from the last word",
            Self::Echoed => "says the begun words again",
            Self::Anew => "begins a new answer",
            Self::Refused => "refuses a prefill",
            Self::Silent => "answers a prefill without a word",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_ends_at_the_instruction() {
        use HandOver::{ContinueFinalMessage, Instruction, PartialTrue, PrefixTrue, TrailingAssistant};
        for way in [ContinueFinalMessage, PrefixTrue, PartialTrue] {
            assert_eq!(way.lesser(Seen::Refused), Some(TrailingAssistant));
            assert_eq!(way.lesser(Seen::Anew), Some(Instruction));
            assert_eq!(way.lesser(Seen::Echoed), Some(Instruction));
            assert_eq!(way.lesser(Seen::Continued), None);
        }
        assert_eq!(TrailingAssistant.lesser(Seen::Refused), Some(Instruction));
        assert_eq!(Instruction.lesser(Seen::Refused), None);
    }
}
