//! The text that each token stands for, as the writer compares it.

use tokenizers::Tokenizer;

use crate::local::bytes::token_bytes;

/// The text of each token in lower case; `None` for special ones and for the mark of a capital, which is not written.
pub(super) struct Pieces(Vec<Option<Box<str>>>);

impl Pieces {
    pub(super) fn of(tokenizer: &Tokenizer) -> Self {
        let size = tokenizer.get_vocab_size(true) as u32;
        let piece = |id: u32| {
            let token = tokenizer.id_to_token(id)?;
            if token.starts_with("<|") || token == "^" {
                return None;
            }
            String::from_utf8(token_bytes(&token)).ok().map(String::into_boxed_str)
        };
        Self((0..size).map(piece).collect())
    }

    pub(super) fn text(&self, token: u32) -> Option<&str> {
        self.0.get(token as usize)?.as_deref()
    }

    /// Whether a token holds a letter or a digit.
    pub(super) fn is_word(&self, token: u32) -> bool {
        self.text(token).is_some_and(|piece| piece.contains(char::is_alphanumeric))
    }
}
