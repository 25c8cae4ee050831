//! The weights at work: prompt in, tokens out, with what was read before kept for the next prompt.
//!
//! candle's quantised Llama hides its keys and values, but a clone of it shares them: so the model is cloned after the
//! system prompt, and again after each question, and a prompt starts from the clone that has read most of it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_llama::{MAX_SEQ_LEN, ModelWeights};
use candle_transformers::utils::apply_repeat_penalty;
use segue_runtime::port::{Continue, EngineError};

use super::brief::{Brief, Length};
use super::bytes::Utf8Stream;
use super::prompt::Template;
use super::vocabulary::Vocabulary;

pub(super) const ENGINE: &str = "local";

/// Light: enough that a small model leaves a loop, too little to make it avoid words that it needs.
const REPEAT_PENALTY: f32 = 1.1;

/// A small Llama, ready to go on.
pub(super) struct Model {
    vocabulary: Vocabulary,
    template: Template,
    length: Length,
    /// Has read the system prompt.
    base: Read,
    /// Has read the last question and all before it.
    last: Read,
}

/// Weights (shared by all clones) with the keys and values of the tokens that were read.
#[derive(Clone)]
pub(super) struct Read {
    weights: ModelWeights,
    tokens: Vec<u32>,
}

impl Read {
    /// Loads a GGUF file; nothing is read yet.
    pub(super) fn open(path: &Path) -> Result<(Vocabulary, Self), EngineError> {
        let unusable = |why: &dyn std::fmt::Display| EngineError::new(ENGINE, format!("{}: {why}", path.display()));
        let file = File::open(path).map_err(|error| unusable(&error))?;
        let mut file = BufReader::new(file);
        let content = Content::read(&mut file).map_err(|error| unusable(&error))?;
        let vocabulary = Vocabulary::read(&content)?;
        let weights = ModelWeights::from_gguf(content, &mut file, &Device::Cpu).map_err(|error| unusable(&error))?;
        Ok((vocabulary, Self { weights, tokens: Vec::new() }))
    }

    /// Reads more; returns the logits of the token to come.
    pub(super) fn read(&mut self, tokens: &[u32]) -> candle_core::Result<Tensor> {
        let input = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
        let logits = self.weights.forward(&input, self.tokens.len())?.squeeze(0)?;
        self.tokens.extend_from_slice(tokens);
        Ok(logits)
    }
}

impl Model {
    /// Loads a GGUF file and reads the system prompt.
    pub(super) fn load(path: &Path, system: &str, length: Length) -> Result<Self, EngineError> {
        let (vocabulary, mut base) = Read::open(path)?;
        let template = Template::new(&vocabulary, system)?;
        let read = base.read(template.system());
        read.map_err(|error| EngineError::new(ENGINE, format!("{}: {error}", path.display())))?;
        Ok(Self { vocabulary, template, length, last: base.clone(), base })
    }

    /// Goes on with `ask.opener`; gives each piece of text to `say` until that returns false. Greedy.
    pub(super) fn go_on(&mut self, ask: &Continue, say: &mut dyn FnMut(String) -> bool) -> Result<(), EngineError> {
        let question = self.template.question(&self.vocabulary, ask)?;
        let reply = self.template.reply(&self.vocabulary, &ask.opener)?;
        if question.len() + reply.len() + self.length.most > MAX_SEQ_LEN {
            return Err(EngineError::new(ENGINE, "the prompt is too long"));
        }
        self.run(&question, &reply, say).map_err(|error| EngineError::new(ENGINE, error))
    }

    fn run(&mut self, question: &[u32], reply: &[u32], say: &mut dyn FnMut(String) -> bool) -> candle_core::Result<()> {
        let begun = if question.starts_with(&self.last.tokens) { &self.last } else { &self.base };
        let mut read = begun.clone();
        let unread = &question[read.tokens.len()..];
        if !unread.is_empty() {
            // In two steps, at the price of one token's time: the next turn's prompt begins with this question.
            read.read(unread)?;
            self.last = read.clone();
        }
        let mut logits = read.read(reply)?;
        let mut brief = Brief::new(self.length);
        let mut text = Utf8Stream::default();
        let mut said = Vec::new();
        while !brief.is_over() {
            let token = apply_repeat_penalty(&logits, REPEAT_PENALTY, &said)?.argmax(0)?.to_scalar::<u32>()?;
            if token == self.template.end() {
                let rest = brief.finish();
                if !rest.is_empty() {
                    say(rest);
                }
                return Ok(());
            }
            said.push(token);
            let piece = brief.push(&text.push(&self.vocabulary.bytes(token)));
            if (!piece.is_empty() && !say(piece)) || brief.is_over() {
                return Ok(());
            }
            logits = read.read(&[token])?;
        }
        Ok(())
    }
}
