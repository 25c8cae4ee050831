//! Speech to text by whisper.cpp: one model, loaded and warmed once, one state for all utterances.
//!
//! What the model says is only a guess: whether it is speech at all is judged by [`crate::plausible`].
//! A stop sign is seen behind the encoder and behind each token: whisper.cpp does not interrupt an encoder at work,
//! which takes most of the time when it looks at the full window.

mod free_cores;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use segue_runtime::port::{EngineError, Stop, Transcriber};
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

use self::free_cores::FreeCores;
use crate::hesitation;
use crate::plausible::{self, Guess};

mod expected;

const ENGINE: &str = "whisper";

/// Samples a second of all that a [`Transcriber`] is given.
const RATE: usize = 16_000;

/// whisper.cpp gives nothing for less than 100 ms, and no word is that short.
const SHORTEST: usize = RATE / 10;

/// What a transcriber is made of.
#[derive(Clone, Debug)]
pub struct WhisperConfig {
    /// A whisper model in ggml form, as `segue models fetch` writes it.
    pub model: PathBuf,
    /// Threads for one utterance. `None`: two on a machine that stands idle, else one, because ggml's threads wait for
    /// each other by spinning (measured beside other work: two take 2-9 s, one 1 s).
    pub threads: Option<NonZeroUsize>,
    /// How much of its 30 s window the model looks at.
    pub context: AudioContext,
}

/// How much of its 30 s window the model looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AudioContext {
    /// All of it, whatever the utterance's length.
    Full,
    /// The utterance and some silence behind it: several times faster. The decoder may lose itself then, so what
    /// looks suspicious (a loop, too many tokens, doubt, nothing at all) is done again with the full window.
    #[default]
    Cut,
}

/// Positions of the model's window, 20 ms each.
const FULL_CONTEXT: usize = 1500;
/// Positions of silence behind a cut utterance, and the fewest that are looked at: shorter ones make the decoder
/// repeat itself.
const PADDING: usize = 128;
const LEAST_CONTEXT: usize = 448;
/// A guess from a cut window that is less sure than this is made again.
const SURE: f32 = -0.6;

/// The transcriber. Nothing is read before `warm_up` or the first utterance.
pub struct Whisper {
    config: WhisperConfig,
    /// Names that are likely to be said.
    names: Vec<String>,
    loaded: Option<Loaded>,
    warm: bool,
}

struct Loaded {
    context: WhisperContext,
    /// whisper.cpp keeps mel, keys, values and buffers in here between utterances.
    state: WhisperState,
    /// Copied for each utterance. The abort callback inside lives as long as the process.
    params: FullParams<'static, 'static>,
    /// Where that callback finds the stop sign of the utterance at work; `None` between utterances.
    stop: Arc<Mutex<Option<Stop>>>,
    /// `None` when the number of threads is configured.
    free_cores: Option<FreeCores>,
    /// The token that starts a transcript.
    start: whisper_rs::WhisperTokenId,
    /// The token that says, in place of a transcript, that nobody speaks.
    no_speech: usize,
}

impl Whisper {
    /// Prepares a transcriber; loads nothing.
    #[must_use]
    pub fn new(config: WhisperConfig) -> Self {
        Self { config, names: Vec::new(), loaded: None, warm: false }
    }

    /// Reads the model, so that a file that is none is known; warms nothing.
    ///
    /// # Errors
    /// When there is no model, or it cannot be used.
    pub fn load(&mut self) -> Result<(), EngineError> {
        self.loaded().map(drop)
    }

    /// What the model made of an utterance, before any judgement: one guess for each 30 s. For tuning and tests;
    /// `transcribe` is the way to words. Empty when stopped or too short.
    pub fn guess(&mut self, speech: &[f32], stop: &Stop) -> Result<Vec<Guess>, EngineError> {
        self.look(speech, 0, "", stop)
    }

    /// As `guess`, from the first `context` positions of the window, 0 for all; as if `before` had
    /// been said before.
    fn look(&mut self, speech: &[f32], context: usize, before: &str, stop: &Stop) -> Result<Vec<Guess>, EngineError> {
        if speech.len() < SHORTEST || stop.is_set() {
            return Ok(Vec::new());
        }
        let loaded = self.loaded()?;
        // whisper-rs 0.16 does not see that there was too little room, so there must be enough: a token has at least
        // one byte.
        let prompt = match before {
            "" => Vec::new(),
            _ => loaded.context.tokenize(before, before.len() + 1).map_err(|error| EngineError::new(ENGINE, error))?,
        };
        let mut params: FullParams<'_, '_> = loaded.params.clone();
        if !prompt.is_empty() {
            params.set_tokens(&prompt);
        }
        params.set_max_tokens(token_budget(speech.len()));
        params.set_audio_ctx(i32::try_from(context).unwrap_or(0));
        if let Some(free_cores) = &mut loaded.free_cores {
            params.set_n_threads(i32::try_from(free_cores.threads()).unwrap_or(1));
        }
        loaded.watch(Some(stop.clone()));
        let outcome = loaded.state.full(params, speech);
        loaded.watch(None);
        let guesses = match outcome {
            _ if stop.is_set() => Ok(Vec::new()),
            Ok(()) => loaded.read(),
            Err(error) => Err(EngineError::new(ENGINE, error)),
        };
        if let Some(free_cores) = &mut loaded.free_cores {
            free_cores.rest();
        }
        guesses
    }

    /// Listens again to what nearly names something, with such names in mind. `None` where the words are as good.
    fn named(
        &mut self,
        speech: &[f32],
        context: usize,
        said: &str,
        stop: &Stop,
    ) -> Result<Option<String>, EngineError> {
        let near = expected::sentences(&expected::nearly(&self.names, said));
        if near.is_empty() {
            return Ok(None);
        }
        let guesses = self.look(speech, context, &near, stop)?;
        let trusted = matches!(guesses.as_slice(), [guess] if !is_suspicious(guess, speech.len()));
        let again = words(&guesses, speech);
        Ok(Some(again).filter(|again| trusted && expected::is_better(&self.names, said, again)))
    }

    fn loaded(&mut self) -> Result<&mut Loaded, EngineError> {
        let loaded = match self.loaded.take() {
            Some(loaded) => loaded,
            None => Loaded::load(&self.config)?,
        };
        Ok(self.loaded.insert(loaded))
    }
}

impl Transcriber for Whisper {
    fn warm_up(&mut self) -> Result<(), EngineError> {
        if self.warm {
            return Ok(());
        }
        // One second of silence runs encoder and decoder once, which allocates all that they need: the full window
        // last, so that the buffers are those of the largest.
        self.look(&[0.0; RATE], LEAST_CONTEXT, "", &Stop::default())?;
        self.guess(&[0.0; RATE], &Stop::default())?;
        self.warm = true;
        Ok(())
    }

    fn transcribe(&mut self, speech: &[f32], stop: &Stop) -> Result<String, EngineError> {
        let context = speech.len() / (RATE / 50) + PADDING;
        if self.config.context == AudioContext::Cut && context < FULL_CONTEXT * 2 / 3 {
            let context = context.max(LEAST_CONTEXT);
            let guesses = self.look(speech, context, "", stop)?;
            if let [guess] = guesses.as_slice() {
                if !is_suspicious(guess, speech.len()) {
                    let said = words(&guesses, speech);
                    return Ok(self.named(speech, context, &said, stop)?.unwrap_or(said));
                }
                tracing::debug!(guess.no_speech, guess.mean_log_prob, "a cut window is not trusted");
            }
        }
        let guesses = self.guess(speech, stop)?;
        Ok(words(&guesses, speech))
    }

    fn expect(&mut self, names: &[String]) {
        self.names = names.to_vec();
    }
}

/// What was said, written as it was said: with "..." behind it when it stopped at an "um", whether that was written or
/// not, and closed only when that is sure.
fn words(guesses: &[Guess], speech: &[f32]) -> String {
    let said = plausible::words(guesses, speech, RATE);
    let Some(last) = guesses.last() else { return said };
    match () {
        () if hesitation::trails_off(&said, last.last_word, speech) => hesitation::trailing(&said),
        () if last.mark < hesitation::CLOSED => hesitation::open(&said).into(),
        () => said,
    }
}

impl Loaded {
    fn load(config: &WhisperConfig) -> Result<Self, EngineError> {
        // whisper.cpp and ggml print to stderr unless told otherwise; with no log backend chosen, the hooks drop it.
        whisper_rs::install_logging_hooks();
        if !config.model.is_file() {
            return Err(EngineError::new(ENGINE, format!("no model at {}", config.model.display())));
        }
        let context =
            WhisperContext::new_with_params(&config.model, WhisperContextParameters::default()).map_err(|error| {
                EngineError::new(ENGINE, format!("{} is no whisper model: {error}", config.model.display()))
            })?;
        let state = context.create_state().map_err(|error| EngineError::new(ENGINE, error))?;
        let stop = Arc::new(Mutex::new(None));
        let params = params(config.threads.map_or(1, NonZeroUsize::get), Arc::clone(&stop))?;
        let free_cores = config.threads.is_none().then(FreeCores::watch);
        let start = context.token_sot();
        let no_speech = usize::try_from(context.token_nosp()).map_err(|error| EngineError::new(ENGINE, error))?;
        Ok(Self { context, state, params, stop, free_cores, start, no_speech })
    }

    /// The guesses that the state holds. whisper.cpp's own no-speech probability is always 0 when timestamps are off,
    /// because it looks behind the wrong token; so the decoder is asked once more, for one step (about 5 ms).
    fn read(&mut self) -> Result<Vec<Guess>, EngineError> {
        let wrap = |error| EngineError::new(ENGINE, error);
        self.state.decode(&[self.start], 0, 1).map_err(wrap)?;
        let no_speech = probability(self.state.get_logits().map_err(wrap)?, self.no_speech);
        self.state.as_iter().map(|segment| guess_of(&segment, no_speech)).collect()
    }

    fn watch(&self, stop: Option<Stop>) {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = stop;
    }
}

/// Whether a guess from a cut window may be wrong because of the cut.
fn is_suspicious(guess: &Guess, samples: usize) -> bool {
    let words = guess.text.split_whitespace().count();
    // People say at most five words a second.
    let too_many = words > samples / RATE * 5 + 8;
    let loops = plausible::says_twice(&guess.text);
    words == 0 || too_many || loops || says_twice(&guess.text) || guess.mean_log_prob < SURE || guess.no_speech > 0.5
}

/// Whether three words or more follow themselves: a decoder that has lost its place begins the sentence again.
fn says_twice(text: &str) -> bool {
    let words = segue_core::words::normal_words(text);
    (3..=words.len() / 2).any(|n| words.windows(2 * n).any(|window| window[..n] == window[n..]))
}

/// Greedy, one segment, no timestamps, no memory of the utterance before, no second try at a higher temperature:
/// the quickest that whisper.cpp can do, and the same words for the same sound.
fn params(threads: usize, stop: Arc<Mutex<Option<Stop>>>) -> Result<FullParams<'static, 'static>, EngineError> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_n_threads(threads.try_into().map_err(|_| EngineError::new(ENGINE, "too many threads"))?);
    params.set_language(Some("en"));
    params.set_single_segment(true);
    params.set_no_timestamps(true);
    params.set_no_context(true);
    params.set_suppress_blank(true);
    // Noise shall be called "(buzzing)" or "♪", which is easily told from speech; forbidden to write so, the model
    // writes "you" or "Okay." instead. On speech this changes no word.
    params.set_suppress_nst(false);
    params.set_temperature(0.0);
    params.set_temperature_inc(0.0);
    // whisper.cpp would compare a stale number (see `Loaded::read`); more than 1 is never reached.
    params.set_no_speech_thold(2.0);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    // whisper-rs 0.16 stores the closure as `Box<dyn FnMut() -> bool>` but calls it as `F`: sound only if `F` is
    // that very type. It also never frees it, so it is set once and looks for the utterance's stop sign itself.
    let stopped: Box<dyn FnMut() -> bool> =
        Box::new(move || stop.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(Stop::is_set));
    params.set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(stopped);
    Ok(params)
}

/// Nobody speaks faster than ten tokens a second; a decoder that wants more is caught in a loop.
fn token_budget(samples: usize) -> i32 {
    // whisper.cpp looks at 30 s at a time, and the budget counts for each look.
    let seconds = (samples / RATE).min(30);
    i32::try_from(seconds * 10 + 16).unwrap_or(i32::MAX)
}

/// Softmax of one logit.
fn probability(logits: &[f32], token: usize) -> f32 {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - top).exp()).sum();
    logits.get(token).map_or(0.0, |logit| (logit - top).exp() / sum)
}

fn guess_of(segment: &whisper_rs::WhisperSegment<'_>, no_speech: f32) -> Result<Guess, EngineError> {
    let text = segment.to_str_lossy().map_err(|error| EngineError::new(ENGINE, error))?.into_owned();
    let tokens = segment.n_tokens();
    let mut log_prob_sum = 0.0;
    let (mut last_word, mut mark) = (1.0_f32, 0.0_f32);
    for token in (0..tokens).filter_map(|index| segment.get_token(index)) {
        let data = token.token_data();
        log_prob_sum += data.plog;
        let piece = token.to_str_lossy().map_err(|error| EngineError::new(ENGINE, error))?;
        let marker = piece.starts_with("[_") || piece.starts_with("<|");
        if !marker && piece.contains(char::is_alphanumeric) {
            // A piece that begins with a space begins a word.
            last_word = if piece.starts_with(' ') { data.p } else { last_word.min(data.p) };
            mark = 0.0;
        } else if !marker {
            mark = data.p;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a segment has at most 448 tokens")]
    let mean_log_prob = log_prob_sum / tokens.max(1) as f32;
    Ok(Guess { text, no_speech, mean_log_prob, last_word, mark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_model_is_one_clear_sentence() {
        let mut whisper = Whisper::new(WhisperConfig {
            model: "/nowhere/tiny.bin".into(),
            threads: None,
            context: AudioContext::Full,
        });
        let error = whisper.warm_up().unwrap_err();
        assert_eq!(error.to_string(), "whisper: no model at /nowhere/tiny.bin");
    }

    #[test]
    fn what_sounds_right_is_not_done_twice() {
        let guess = |text: &str, mean_log_prob| Guess {
            text: text.into(),
            no_speech: 0.03,
            mean_log_prob,
            last_word: 1.0,
            mark: 1.0,
        };
        let seconds = 3 * RATE;
        assert!(!is_suspicious(&guess(" Make me a coffee with milk.", -0.19), seconds));
        assert!(is_suspicious(&guess(" Make me a coffee with milk.", -0.9), seconds));
        assert!(is_suspicious(&guess(&" Make me a coffee.".repeat(2), -0.1), seconds));
        assert!(is_suspicious(&guess("", 0.0), seconds));
    }

    #[test]
    fn a_sentence_said_twice_is_suspicious() {
        assert!(says_twice("Why is the sky blue? Why is the sky blue?"));
        assert!(says_twice("Well, set a timer, set a timer for ten minutes."));
        assert!(!says_twice("No, no, no, that is fine."));
        assert!(!says_twice("Is it what it is?"));
    }

    #[test]
    fn nothing_is_loaded_for_a_click() {
        let mut whisper = Whisper::new(WhisperConfig {
            model: "/nowhere/tiny.bin".into(),
            threads: None,
            context: AudioContext::Full,
        });
        assert_eq!(whisper.transcribe(&[0.1; 1000], &Stop::default()).unwrap(), "");
    }
}
