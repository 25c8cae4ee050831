//! The opener: our micro language model, greedy, on one thread. Weights, shape and tokenizer come as bytes, so that
//! the binary can carry them.

mod llama;
mod matrix;
mod prompt;

use std::path::Path;

use segue_core::talk::{OpenerSource, Opening};
use segue_runtime::port::{EngineError, Opener, OpenerAsk, Stop};
use tokenizers::Tokenizer;

use llama::Llama;
use prompt::Marks;

/// Longest opener in tokens, as the model was trained.
const MOST_TOKENS: usize = 40;

/// The three files of a model.
#[derive(Clone, Debug)]
pub struct OpenerFiles {
    /// `config.json`.
    pub config: Vec<u8>,
    /// `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// `opener.safetensors`.
    pub weights: Vec<u8>,
}

impl OpenerFiles {
    /// The model that this program was built with.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            config: include_bytes!("../../../models/opener/config.json").to_vec(),
            tokenizer: include_bytes!("../../../models/opener/tokenizer.json").to_vec(),
            weights: include_bytes!("../../../models/opener/opener.safetensors").to_vec(),
        }
    }

    /// A user's own model: a folder with files of the same names.
    pub fn read(folder: &Path) -> Result<Self, EngineError> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(|e| EngineError::new("opener", format!("cannot read {}: {e}", path.display())))
        };
        Ok(Self {
            config: read("config.json")?,
            tokenizer: read("tokenizer.json")?,
            weights: read("opener.safetensors")?,
        })
    }
}

/// The micro language model, loaded.
pub struct MicroLm {
    llama: Llama,
    tokenizer: Tokenizer,
    marks: Marks,
    /// The tokens whose keys and values the model holds: a prompt that begins alike is not computed again.
    cached: Vec<u32>,
}

impl MicroLm {
    /// Loads a model; takes some tens of milliseconds.
    pub fn new(files: &OpenerFiles) -> Result<Self, EngineError> {
        let fail = |message: String| EngineError::new("opener", message);
        let llama = Llama::load(&files.config, &files.weights).map_err(fail)?;
        let tokenizer = Tokenizer::from_bytes(&files.tokenizer).map_err(|e| fail(format!("tokenizer.json: {e}")))?;
        if tokenizer.get_vocab_size(true) > llama.vocabulary() {
            return Err(fail("the tokenizer knows more tokens than the model".into()));
        }
        let marks = Marks::of(&tokenizer).map_err(fail)?;
        Ok(Self { llama, tokenizer, marks, cached: Vec::new() })
    }

    /// Computes the prompt, as far as it is new, and returns the best next token with its probability.
    fn feed(&mut self, prompt: &[u32]) -> (u32, f32) {
        let same = self.cached.iter().zip(prompt).take_while(|(a, b)| a == b).count().min(prompt.len() - 1);
        self.llama.rewind(same);
        self.cached.clear();
        self.cached.extend_from_slice(prompt);
        best(self.llama.forward(&prompt[same..]))
    }
}

impl Opener for MicroLm {
    fn warm_up(&mut self) -> Result<(), EngineError> {
        let ask = OpenerAsk { request: "Hello.".into(), min_words: 4, max_words: 8, ..OpenerAsk::default() };
        self.open(&ask, &Stop::default(), &mut |_| {}).map(drop)
    }

    fn open(&mut self, ask: &OpenerAsk, stop: &Stop, say: &mut dyn FnMut(&str)) -> Result<Opening, EngineError> {
        let fail = |message: String| EngineError::new("opener", message);
        let prompt = prompt::tokens(&self.tokenizer, self.marks, ask).map_err(fail)?;
        let room = self.llama.positions().saturating_sub(prompt.len()).min(MOST_TOKENS);
        let mut written: Vec<u32> = Vec::with_capacity(MOST_TOKENS);
        let mut log_probability = 0.0;
        let mut text = String::new();
        let mut said = 0;
        let (mut token, mut probability) = self.feed(&prompt);
        while token != self.marks.end && written.len() < room && !stop.is_set() {
            written.push(token);
            log_probability += probability.ln();
            let so_far = self.tokenizer.decode(&written, true).map_err(|e| fail(e.to_string()))?;
            let words = so_far.split_whitespace().count();
            if words > ask.max_words {
                break;
            }
            // A word is certain when the next one begins; the last words are said at the end.
            for word in so_far.split_whitespace().take(words.saturating_sub(1)).skip(said) {
                say(&capital_if(said == 0, word));
                said += 1;
            }
            text = so_far;
            (token, probability) = best(self.llama.forward(&[token]));
        }
        self.cached.extend_from_slice(&written[..written.len().saturating_sub(1)]);
        self.cached.truncate(self.llama.positions());
        if stop.is_set() {
            return Ok(Opening::default());
        }
        let text = capital_if(true, text.trim());
        for word in text.split_whitespace().skip(said) {
            say(word);
        }
        let words = text.split_whitespace().count();
        let confidence = (log_probability / written.len().max(1) as f32).exp();
        if words < ask.min_words {
            return Ok(Opening::default());
        }
        Ok(Opening { text, confidence, source: OpenerSource::Model })
    }
}

/// The most probable token and its probability.
fn best(logits: &mut [f32]) -> (u32, f32) {
    let mut token = 0;
    for (index, logit) in logits.iter().enumerate() {
        if *logit > logits[token] {
            token = index;
        }
    }
    let most = logits[token];
    let total: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
    (token as u32, total.recip())
}

fn capital_if(first: bool, word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(c) if first => c.to_uppercase().chain(chars).collect(),
        _ => word.to_string(),
    }
}
