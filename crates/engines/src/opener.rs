//! The opener: our micro language model, greedy and constrained, on one thread. Weights, shape, tokenizer and lexicon
//! come as bytes, so that the binary can carry them.
//!
//! Danger is answered by reviewed sentences and never reaches the model; what the model is not sure of becomes a
//! neutral acknowledgement or nothing.

mod allowed;
mod llama;
mod matrix;
mod prompt;
mod writer;

use std::path::Path;

use segue_core::caution;
use segue_core::talk::{OpenerSource, Opening};
use segue_runtime::port::{EngineError, Opener, OpenerAsk, Stop};
use tokenizers::Tokenizer;

use allowed::{Allowed, Lexicon};
use llama::Llama;
use prompt::Marks;
use writer::{Pieces, Written};

/// Mean probability of the tokens below which an opener is not trusted; see the model card's calibration.
const TRUST: f32 = 0.20;

/// What is said in place of an opener that is not trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fallback {
    /// A neutral acknowledgement.
    #[default]
    Neutral,
    /// Nothing.
    Silence,
}

/// The files of a model.
#[derive(Clone, Debug)]
pub struct OpenerFiles {
    /// `config.json`.
    pub config: Vec<u8>,
    /// `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// `opener.safetensors`.
    pub weights: Vec<u8>,
    /// `lexicon.txt`: the words that need not stand in the request, one a line.
    pub lexicon: Vec<u8>,
}

impl OpenerFiles {
    /// The model that this program was built with.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            config: include_bytes!("../../../models/opener/config.json").to_vec(),
            tokenizer: include_bytes!("../../../models/opener/tokenizer.json").to_vec(),
            weights: include_bytes!("../../../models/opener/opener.safetensors").to_vec(),
            lexicon: include_bytes!("../../../models/opener/lexicon.txt").to_vec(),
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
            lexicon: read("lexicon.txt")?,
        })
    }
}

/// The micro language model, loaded.
pub struct MicroLm {
    llama: Llama,
    tokenizer: Tokenizer,
    marks: Marks,
    pieces: Pieces,
    lexicon: Lexicon,
    fallback: Fallback,
    /// The tokens whose keys and values the model holds: a prompt that begins alike is not computed again.
    cached: Vec<u32>,
    /// Fallbacks said so far, so that no two in a row are alike.
    said: usize,
}

impl MicroLm {
    /// Loads a model; takes some tens of milliseconds.
    pub fn new(files: &OpenerFiles, fallback: Fallback) -> Result<Self, EngineError> {
        let fail = |message: String| EngineError::new("opener", message);
        let llama = Llama::load(&files.config, &files.weights).map_err(fail)?;
        let tokenizer = Tokenizer::from_bytes(&files.tokenizer).map_err(|e| fail(format!("tokenizer.json: {e}")))?;
        if tokenizer.get_vocab_size(true) > llama.vocabulary() {
            return Err(fail("the tokenizer knows more tokens than the model".into()));
        }
        let marks = Marks::of(&tokenizer).map_err(fail)?;
        let pieces = Pieces::of(&tokenizer);
        let lexicon = Lexicon::parse(&String::from_utf8_lossy(&files.lexicon));
        Ok(Self { llama, tokenizer, marks, pieces, lexicon, fallback, cached: Vec::new(), said: 0 })
    }

    /// A sentence that somebody else wrote, chosen by `choose` from a number that grows.
    fn instead(&mut self, choose: impl Fn(usize) -> &'static str, confidence: f32) -> Opening {
        self.said += 1;
        Opening { text: choose(self.said - 1).to_string(), confidence, source: OpenerSource::Fallback }
    }

    /// Writes an opener, without asking whether it can be trusted.
    fn write(&mut self, ask: &OpenerAsk, stop: &Stop) -> Result<Written, EngineError> {
        let fail = |message: String| EngineError::new("opener", message);
        let prompt = prompt::tokens(&self.tokenizer, self.marks, ask).map_err(fail)?;
        let mut sources = vec![ask.request.as_str()];
        sources.extend(ask.last.iter().flat_map(|last| [last.request.as_str(), last.heard.as_str()]));
        sources.extend(ask.home.iter().map(String::as_str));
        let allowed = Allowed::new(&self.lexicon, &sources);
        let same = self.cached.iter().zip(&prompt).take_while(|(a, b)| a == b).count().min(prompt.len() - 1);
        self.llama.rewind(same);
        self.cached.clear();
        self.cached.extend_from_slice(&prompt);
        let bounds = (ask.min_words, ask.max_words);
        let tokens =
            writer::write(&mut self.llama, &self.pieces, &allowed, self.marks.end, &prompt[same..], bounds, stop);
        Written::read(&self.tokenizer, &tokens).map_err(fail)
    }
}

impl Opener for MicroLm {
    fn warm_up(&mut self) -> Result<(), EngineError> {
        caution::warm_up();
        let ask = OpenerAsk { request: "Hello.".into(), min_words: 4, max_words: 8, ..OpenerAsk::default() };
        self.write(&ask, &Stop::default()).map(drop)
    }

    fn open(&mut self, ask: &OpenerAsk, stop: &Stop, say: &mut dyn FnMut(&str)) -> Result<Opening, EngineError> {
        let opening = if let Some(danger) = caution::danger(&ask.request) {
            self.instead(|turn| caution::reviewed(danger, turn), 1.0)
        } else {
            let written = self.write(ask, stop)?;
            if stop.is_set() {
                return Ok(Opening::default());
            }
            let too_short = written.words < ask.min_words;
            if too_short || written.confidence < TRUST || caution::forbidden(&written.text).is_some() {
                match self.fallback {
                    Fallback::Neutral => self.instead(caution::neutral, written.confidence),
                    Fallback::Silence => Opening::default(),
                }
            } else {
                Opening { text: written.text, confidence: written.confidence, source: OpenerSource::Model }
            }
        };
        for word in opening.text.split_whitespace() {
            say(word);
        }
        Ok(opening)
    }
}
