//! What the scripted server makes of a trailing assistant message: the begun sentence that shall be continued.

use serde::Deserialize;

use super::asked::{Asked, PROBE_BEGUN};
use super::script::{Piece, Reply};

/// What becomes of a begun sentence.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Prefill {
    /// The reply goes on from its last word: it is what the script says.
    #[default]
    Continues,
    /// The server says the begun words first, in one event, then what the script says.
    Echoes,
    /// The server takes the message for a finished one and starts a new one: "Sure! ", then the whole answer again.
    Anew,
    /// The server takes the message for a finished one and the reply for a finished one too: no text at all, as of
    /// `llama-server --no-jinja`.
    Silent,
    /// Status 400.
    Refuses,
}

/// What becomes of a begun sentence, by the mark with which it was handed over.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Prefills {
    /// The same for all.
    All(Prefill),
    /// By mark, for servers that want one.
    ByMark {
        /// No mark: only the trailing message.
        #[serde(default = "anew")]
        trailing: Prefill,
        /// vLLM's and SGLang's.
        #[serde(default = "anew")]
        continue_final_message: Prefill,
        /// Mistral's and DeepSeek's.
        #[serde(default = "anew")]
        prefix: Prefill,
        /// Moonshot's and DashScope's.
        #[serde(default = "anew")]
        partial: Prefill,
    },
}

fn anew() -> Prefill {
    Prefill::Anew
}

impl Default for Prefills {
    fn default() -> Self {
        Self::All(Prefill::Continues)
    }
}

impl Prefills {
    /// What becomes of this request's begun sentence; `Continues` when nothing was begun in this way.
    pub(super) fn of(self, asked: &Asked) -> Prefill {
        match (asked.hand_over(), self) {
            ("instruction", _) => Prefill::Continues,
            (_, Self::All(all)) => all,
            ("trailing", Self::ByMark { trailing, .. }) => trailing,
            ("continue_final_message", Self::ByMark { continue_final_message, .. }) => continue_final_message,
            ("prefix", Self::ByMark { prefix, .. }) => prefix,
            (_, Self::ByMark { partial, .. }) => partial,
        }
    }
}

/// The reply's text as a server of this kind says it.
pub(super) fn colour(reply: &mut Reply, prefill: Prefill, asked: &Asked) {
    let opener = asked.opener();
    if asked.is_probe() && !reply.say.is_empty() {
        let all = opener != PROBE_BEGUN || prefill == Prefill::Anew;
        let said = if all { "One, two, three, four, five." } else { " ten, eleven, twelve." };
        reply.say = vec![Piece::Text(said.into())];
    }
    match prefill {
        Prefill::Continues | Prefill::Refuses => {}
        _ if reply.say.is_empty() => {}
        Prefill::Silent => reply.say.clear(),
        Prefill::Echoes => reply.say.insert(0, Piece::Text(opener)),
        Prefill::Anew if asked.is_probe() => {}
        Prefill::Anew => reply.say.insert(0, Piece::Text(format!("Sure! {opener}"))),
    }
}
