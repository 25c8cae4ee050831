//! The small model as a reader of openers: how probable it finds a given answer behind a given beginning, and how it
//! would begin itself. For measurements, not for talk.

use std::path::Path;

use candle_core::Tensor;
use candle_nn::ops::log_softmax;
use segue_core::talk::Exchange;
use segue_runtime::port::EngineError;

use super::bytes::Utf8Stream;
use super::model::{ENGINE, Read};
use super::prompt::Template;
use super::vocabulary::Vocabulary;

/// Tokens that a beginning may take; more are no eight words.
const MOST_TOKENS: usize = 32;

/// A small Llama that has read a system prompt and some examples.
pub struct Scorer {
    vocabulary: Vocabulary,
    template: Template,
    /// Has read all that is before the request.
    base: Read,
}

/// How probable a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Sum of the log-probabilities of its tokens, in nats.
    pub total: f64,
    /// Number of its tokens.
    pub tokens: usize,
}

impl Scorer {
    /// Loads a GGUF file; reads the system prompt and the examples, oldest first.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn load(path: &Path, system: &str, examples: &[Exchange]) -> Result<Self, EngineError> {
        let (vocabulary, mut base) = Read::open(path)?;
        let template = Template::new(&vocabulary, system)?;
        let mut tokens = template.system().to_vec();
        for example in examples {
            template.message(&vocabulary, "user", &example.request, &mut tokens)?;
            template.message(&vocabulary, "assistant", &example.heard, &mut tokens)?;
        }
        base.read(&tokens).map_err(failed)?;
        Ok(Self { vocabulary, template, base })
    }

    /// The model's own beginning of an answer: greedy, until it ends or has `most_words` words.
    ///
    /// # Errors
    /// When the model cannot be run.
    pub fn begin(&self, request: &str, most_words: usize) -> Result<String, EngineError> {
        let (mut read, mut logits) = self.asked(request, "")?;
        let (mut text, mut stream) = (String::new(), Utf8Stream::default());
        for _ in 0..MOST_TOKENS {
            let token = logits.argmax(0).and_then(|t| t.to_scalar::<u32>()).map_err(failed)?;
            text += &stream.push(&self.vocabulary.bytes(token));
            if token == self.template.end() || text.split_whitespace().count() > most_words {
                break;
            }
            logits = read.read(&[token]).map_err(failed)?;
        }
        Ok(text.split_whitespace().take(most_words).collect::<Vec<_>>().join(" "))
    }

    /// How probable `answer` is as the continuation of a reply that begins with `begun` (which may be empty).
    ///
    /// # Errors
    /// When the model cannot be run.
    pub fn score(&self, request: &str, begun: &str, answer: &str) -> Result<Score, EngineError> {
        let (mut read, mut logits) = self.asked(request, begun)?;
        let mut tokens = Vec::new();
        let space = if begun.is_empty() { "" } else { " " };
        self.vocabulary.encode(&format!("{space}{answer}"), &mut tokens)?;
        let mut score = Score { total: 0.0, tokens: tokens.len() };
        for (index, token) in tokens.iter().enumerate() {
            score.total += f64::from(log_probability(&logits, *token).map_err(failed)?);
            if index + 1 < tokens.len() {
                logits = read.read(&[*token]).map_err(failed)?;
            }
        }
        Ok(score)
    }

    /// A clone that has read the request and the beginning of the reply, and the logits behind it.
    fn asked(&self, request: &str, begun: &str) -> Result<(Read, Tensor), EngineError> {
        let mut tokens = Vec::new();
        self.template.message(&self.vocabulary, "user", request, &mut tokens)?;
        tokens.extend(self.template.reply(&self.vocabulary, begun)?);
        let mut read = self.base.clone();
        let logits = read.read(&tokens).map_err(failed)?;
        Ok((read, logits))
    }
}

fn log_probability(logits: &Tensor, token: u32) -> candle_core::Result<f32> {
    log_softmax(logits, 0)?.get(token as usize)?.to_scalar::<f32>()
}

fn failed(error: candle_core::Error) -> EngineError {
    EngineError::new(ENGINE, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn log_probabilities_are_those_of_the_softmax() {
        let logits = Tensor::new(&[0.0_f32, 3.0_f32.ln()], &Device::Cpu).expect("a tensor");
        assert!((log_probability(&logits, 1).expect("in range") - 0.75_f32.ln()).abs() < 1e-6);
        assert!(log_probability(&logits, 2).is_err());
    }
}
