//! The opener: our micro language model, greedy and constrained, on one thread. Weights, shape, tokenizer and lexicon
//! come as bytes, so that the binary can carry them.
//!
//! Danger is answered by reviewed sentences and never reaches the model; what the model is not sure of becomes a
//! neutral acknowledgement or nothing.

mod allowed;
mod broken;
mod calibration;
mod case;
mod copy;
mod home;
mod learned;
mod llama;
mod matrix;
mod persons;
mod pieces;
mod prompt;
mod writer;

use std::path::Path;

use segue_core::caution;
use segue_core::talk::{OpenerSource, Opening};
use segue_runtime::port::{EngineError, Opener, OpenerAsk, Stop, asks_to_do};
use tokenizers::Tokenizer;

use allowed::{Allowed, Lexicon};
use case::{Names, Written};
use copy::Copying;
use llama::Llama;
use pieces::Pieces;
use prompt::Marks;
use writer::{Rules, Tokens};

pub use calibration::{Calibration, Signs, Weights};

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
    /// `names.txt`: words and short phrases that are written with capitals, one a line.
    pub names: Vec<u8>,
    /// `calibration.json`: what makes a confidence of the model's probabilities, and when it is trusted.
    pub calibration: Vec<u8>,
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
            names: include_bytes!("../../../models/opener/names.txt").to_vec(),
            calibration: include_bytes!("../../../models/opener/calibration.json").to_vec(),
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
            names: read("names.txt")?,
            calibration: read("calibration.json")?,
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
    names: Names,
    /// Tokens that change places when the other one speaks.
    turns: Vec<(u32, u32)>,
    calibration: Calibration,
    fallback: Fallback,
    /// The tokens whose keys and values the model holds: a prompt that begins alike is not computed again.
    cached: Vec<u32>,
    /// Fallbacks said so far, so that no two in a row are alike.
    said: usize,
}

/// What the model writes when nobody asks whether it can be trusted: for calibration and measurements.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The words.
    pub text: String,
    /// What shows how sure the model is of the whole.
    pub signs: Signs,
    /// The same after one word, two words and so on, as far as words could be said before the whole is there.
    pub early: Vec<Signs>,
    /// Whether the words are the model's own: neither an acknowledgement, which means that it did not understand, nor a
    /// sentence for danger. Others are never said.
    pub own: bool,
    /// The tokens that the model read before it wrote.
    pub prompt: Vec<u32>,
    /// The tokens that it wrote, without the end.
    pub ids: Vec<u32>,
}

/// Hears of each word that is complete: the text so far, its number of words, the signs. Whether it told the text.
type OnWord<'a> = &'a mut dyn FnMut(&dyn Fn() -> String, usize, &Signs) -> bool;

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
        let names = Names::parse(&String::from_utf8_lossy(&files.names));
        let turns = prompt::turns(&tokenizer);
        let calibration = Calibration::parse(&files.calibration).map_err(fail)?;
        let (cached, said) = (Vec::new(), 0);
        Ok(Self { llama, tokenizer, marks, pieces, lexicon, names, turns, calibration, fallback, cached, said })
    }

    /// Writes without a gate and without saying anything.
    pub fn draft(&mut self, ask: &OpenerAsk) -> Result<Draft, EngineError> {
        self.draft_watched(ask, &mut |_| ())
    }

    /// The same; `written` hears of the number of words whenever one is complete, among the first ones.
    pub fn draft_watched(&mut self, ask: &OpenerAsk, written: &mut dyn FnMut(usize)) -> Result<Draft, EngineError> {
        let mut early = Vec::new();
        let (text, signs, ids) = self.write(ask, &Stop::default(), &mut |_, words, signs| {
            written(words);
            early.push(*signs);
            false
        })?;
        let text = persons::turn(&text, &ask.request);
        Ok(Draft { own: is_own(&text), text, signs, early, prompt: self.cached.clone(), ids })
    }

    /// Bytes of weights that are read for one token.
    #[must_use]
    pub fn weight_bytes(&self) -> usize {
        self.llama.weight_bytes()
    }

    /// Writes an opener. `on_word` hears of each word that is complete and will not be taken back if it says that it
    /// told it to somebody.
    fn write(
        &mut self,
        ask: &OpenerAsk,
        stop: &Stop,
        on_word: OnWord<'_>,
    ) -> Result<(String, Signs, Vec<u32>), EngineError> {
        let fail = |message: String| EngineError::new("opener", message);
        let about_now = home::is_about_now(&ask.request);
        let home = if about_now { Vec::new() } else { prompt::relevant(&ask.home, &ask.request) };
        // "Turned on the bed light" was a command, too, before it was heard so.
        let command = asks_to_do(&ask.request) || home::is_named(&ask.home, &ask.request);
        // A command that names what it is about is not about what was said before, and neither is "what time is it".
        let alone = if command { !home::points_back(&ask.request) } else { about_now };
        let last = ask.last.as_ref().filter(|_| !alone);
        let (prompt, request) = prompt::tokens(&self.tokenizer, self.marks, &ask.request, last, &home).map_err(fail)?;
        let mut sources = vec![ask.request.as_str()];
        sources.extend(last.iter().flat_map(|last| [last.request.as_str(), last.heard.as_str()]));
        let unsaid = home::unsaid(&ask.home, &sources);
        sources.extend(home);
        let allowed = Allowed::new(&self.lexicon, &sources).without(&unsaid);
        let heard = ask.request.split_whitespace().count().max(1) as f32;
        let of_request = Signs { pieces: request as f32 / heard, heard: heard.ln(), ..Signs::default() };
        let same = self.cached.iter().zip(&prompt).take_while(|(a, b)| a == b).count().min(prompt.len() - 1);
        self.llama.rewind(same);
        self.cached.clear();
        self.cached.extend_from_slice(&prompt);
        let rules = Rules {
            tokenizer: &self.tokenizer,
            request: &ask.request,
            command,
            pieces: &self.pieces,
            allowed: &allowed,
            copying: &Copying::of(&prompt, &self.turns, |token| self.pieces.is_word(token)),
            written: Written::of(&sources),
            names: &self.names,
            end: self.marks.end,
            bounds: (ask.min_words, ask.max_words),
        };
        let mut tell =
            |tokens: &Tokens, words: usize| on_word(&|| rules.text(&tokens.ids), words, &tokens.signs(of_request));
        let tokens = writer::write(&mut self.llama, &rules, &prompt[same..], stop, &mut tell);
        Ok((rules.text(&tokens.ids), tokens.signs(of_request), tokens.ids))
    }

    /// A sentence that somebody else wrote, chosen by `choose` from a number that grows.
    fn instead(&mut self, choose: impl Fn(usize) -> &'static str, confidence: f32) -> Opening {
        self.said += 1;
        Opening { text: choose(self.said - 1).to_string(), confidence, source: OpenerSource::Fallback }
    }
}

/// Whether the words so far are the model's own: no sentence for danger, no acknowledgement.
fn is_own(text: &str) -> bool {
    !learned::is_alarm(text) && !learned::is_acknowledgement(text)
}

impl Opener for MicroLm {
    fn warm_up(&mut self) -> Result<(), EngineError> {
        caution::warm_up();
        let ask = OpenerAsk { request: "Hello.".into(), min_words: 4, max_words: 8, ..OpenerAsk::default() };
        self.draft(&ask).map(drop)
    }

    /// The first words are said while the others are written, once the calibration is sure enough after one of them
    /// (`Calibration::commit`); from then on the opener stands, whatever its end shows. Otherwise the whole is judged.
    fn open(&mut self, ask: &OpenerAsk, stop: &Stop, say: &mut dyn FnMut(&str)) -> Result<Opening, EngineError> {
        let mut told = 0;
        let opening = if let Some(danger) = caution::danger(&ask.request) {
            self.instead(|turn| caution::reviewed(danger, turn), 1.0)
        } else {
            let calibration = self.calibration.clone();
            let (text, signs, _) = self.write(ask, stop, &mut |text, words, signs| {
                let stands = told > 0 || (calibration.is_sure(words, signs) && is_own(&text()));
                if stands {
                    for word in text().split_whitespace().take(words).skip(told).take_while(|_| !stop.is_set()) {
                        say(word);
                    }
                    told = words;
                }
                stands
            })?;
            if stop.is_set() {
                return Ok(Opening::default());
            }
            // What was told stands as it is.
            let text = if told == 0 { persons::turn(&text, &ask.request) } else { text };
            if learned::is_alarm(&text) {
                // It sees a danger that the rules do not: neither an alarm nor free words are right.
                return Ok(Opening::default());
            }
            // A model that writes an acknowledgement says that it did not understand.
            let understood = !learned::is_acknowledgement(&text);
            let confidence = if understood { calibration.whole.probability(&signs) } else { 0.0 };
            let too_short = text.split_whitespace().count() < ask.min_words;
            let trusted = !too_short && confidence >= calibration.trust;
            if told > 0 || (trusted && caution::forbidden(&text).is_none()) {
                Opening { text, confidence, source: OpenerSource::Model }
            } else {
                match self.fallback {
                    Fallback::Neutral if understood => {
                        self.instead(|turn| caution::thinking(&ask.request, turn), confidence)
                    }
                    Fallback::Neutral => self.instead(caution::neutral, confidence),
                    Fallback::Silence => Opening::default(),
                }
            }
        };
        for word in opening.text.split_whitespace().skip(told) {
            say(word);
        }
        Ok(opening)
    }
}
