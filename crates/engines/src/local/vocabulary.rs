//! The tokenizer that a GGUF file carries in its metadata: byte-level BPE as GPT-2's, rebuilt with `tokenizers`.

use candle_core::quantized::gguf_file::{Content, Value};
use segue_runtime::port::EngineError;
use tokenizers::Tokenizer;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

use super::bytes::token_bytes;
use super::model::ENGINE;

/// Tokens and text, both ways. Special tokens are never read out of text: what a user says cannot end a turn of the
/// chat, whatever it looks like.
pub(super) struct Vocabulary {
    tokens: Vec<String>,
    tokenizer: Tokenizer,
}

impl Vocabulary {
    /// Reads the vocabulary of a model file.
    pub(super) fn read(content: &Content) -> Result<Self, EngineError> {
        let kind = value(content, "tokenizer.ggml.model")?.to_string().map_err(unusable)?;
        if kind != "gpt2" {
            return Err(unusable(format!("its tokenizer is of kind {kind}, not gpt2")));
        }
        let tokens = strings(content, "tokenizer.ggml.tokens")?;
        let pair = |merge: String| merge.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
        let merges: Option<Vec<_>> = strings(content, "tokenizer.ggml.merges")?.into_iter().map(pair).collect();
        let merges = merges.ok_or_else(|| unusable("a merge of its tokenizer is not a pair"))?;
        let vocabulary: Vocab = (0u32..).zip(&tokens).map(|(id, token)| (token.clone(), id)).collect();
        let bpe = BPE::builder().vocab_and_merges(vocabulary, merges).build().map_err(unusable)?;
        let mut tokenizer = Tokenizer::new(bpe);
        // SmolLM's own order: each digit alone, then GPT-2's split into words.
        let split = vec![Digits::new(true).into(), ByteLevel::new(false, true, true).into()];
        tokenizer.with_pre_tokenizer(Some(Sequence::new(split)));
        Ok(Self { tokens, tokenizer })
    }

    /// Appends the tokens of a text.
    pub(super) fn encode(&self, text: &str, tokens: &mut Vec<u32>) -> Result<(), EngineError> {
        let encoding = self.tokenizer.encode(text, false).map_err(unusable)?;
        tokens.extend_from_slice(encoding.get_ids());
        Ok(())
    }

    /// The number of a special token.
    pub(super) fn special(&self, name: &str) -> Result<u32, EngineError> {
        let found = (0u32..).zip(&self.tokens).find(|(_, token)| *token == name);
        found.map(|(id, _)| id).ok_or_else(|| unusable(format!("it has no token {name}")))
    }

    /// The bytes that a token adds to a text; none for a special one, which is written without GPT-2's disguise.
    pub(super) fn bytes(&self, token: u32) -> Vec<u8> {
        let token = usize::try_from(token).ok().and_then(|index| self.tokens.get(index));
        token.filter(|token| !is_special(token)).map(|token| token_bytes(token)).unwrap_or_default()
    }
}

fn is_special(token: &str) -> bool {
    token.starts_with("<|") && token.ends_with("|>")
}

fn value<'a>(content: &'a Content, key: &str) -> Result<&'a Value, EngineError> {
    content.metadata.get(key).ok_or_else(|| unusable(format!("it has no {key}")))
}

fn strings(content: &Content, key: &str) -> Result<Vec<String>, EngineError> {
    let values = value(content, key)?.to_vec().map_err(unusable)?;
    values.iter().map(|value| value.to_string().cloned().map_err(unusable)).collect()
}

fn unusable(why: impl std::fmt::Display) -> EngineError {
    EngineError::new(ENGINE, format!("the model file cannot be used: {why}"))
}
