//! A conversation as SmolLM2 was taught to read it (ChatML), with the opener as the beginning of the reply.

use segue_runtime::port::{Continue, EngineError};

use super::vocabulary::Vocabulary;

/// No request of a person is longer, in characters; the rest of a longer one is not read.
const LONGEST_TEXT: usize = 2_000;

/// Tokens of conversation that are read before the request. Each hundred cost about a second on a small machine.
const MOST_HISTORY: usize = 256;

/// Writes prompts as tokens.
pub(super) struct Template {
    begin: u32,
    end: u32,
    system: Vec<u32>,
}

impl Template {
    /// Prepares the part that all prompts share.
    pub(super) fn new(vocabulary: &Vocabulary, system: &str) -> Result<Self, EngineError> {
        let mut template = Self {
            begin: vocabulary.special("<|im_start|>")?,
            end: vocabulary.special("<|im_end|>")?,
            system: Vec::new(),
        };
        let mut tokens = Vec::new();
        template.message(vocabulary, "system", system, &mut tokens)?;
        template.system = tokens;
        Ok(template)
    }

    /// The tokens that every prompt begins with.
    pub(super) fn system(&self) -> &[u32] {
        &self.system
    }

    /// The token that ends a reply.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// The conversation up to where the reply begins: what may be remembered for the next turn.
    pub(super) fn question(&self, vocabulary: &Vocabulary, ask: &Continue) -> Result<Vec<u32>, EngineError> {
        let mut tokens = self.system.clone();
        for message in self.recent(vocabulary, ask)? {
            tokens.extend(message);
        }
        self.message(vocabulary, "user", &ask.request, &mut tokens)?;
        Ok(tokens)
    }

    /// The reply as far as it was spoken. It has no end, so the model goes on in the middle of it.
    pub(super) fn reply(&self, vocabulary: &Vocabulary, opener: &str) -> Result<Vec<u32>, EngineError> {
        let mut tokens = vec![self.begin];
        vocabulary.encode(&format!("assistant\n{}", clipped(opener.trim())), &mut tokens)?;
        Ok(tokens)
    }

    /// The exchanges before, oldest first, as many of the newest as are allowed.
    fn recent(&self, vocabulary: &Vocabulary, ask: &Continue) -> Result<Vec<Vec<u32>>, EngineError> {
        let mut kept = Vec::new();
        let mut room = MOST_HISTORY;
        for exchange in ask.history.iter().rev() {
            let mut tokens = Vec::new();
            self.message(vocabulary, "user", &exchange.request, &mut tokens)?;
            self.message(vocabulary, "assistant", &exchange.heard, &mut tokens)?;
            let Some(left) = room.checked_sub(tokens.len()) else { break };
            room = left;
            kept.push(tokens);
        }
        kept.reverse();
        Ok(kept)
    }

    /// Appends one whole message.
    pub(super) fn message(
        &self,
        vocabulary: &Vocabulary,
        role: &str,
        text: &str,
        tokens: &mut Vec<u32>,
    ) -> Result<(), EngineError> {
        tokens.push(self.begin);
        vocabulary.encode(&format!("{role}\n{}", clipped(text.trim())), tokens)?;
        tokens.push(self.end);
        vocabulary.encode("\n", tokens)
    }
}

fn clipped(text: &str) -> &str {
    text.char_indices().nth(LONGEST_TEXT).map_or(text, |(at, _)| &text[..at])
}
