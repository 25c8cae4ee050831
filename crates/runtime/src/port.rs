//! The ports: what the runtime asks of an ear's transcriber, an opener, a voice and a continuator.
//!
//! Engines are synchronous, object-safe traits that run on a thread of their own (see `worker`); only the
//! continuator is a future, because most of its life is waiting for a network. Nothing here knows an implementation.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
pub use segue_core::action::{as_order, asks_to_do};
pub use segue_core::event::ActionResult;
pub use segue_core::opposites::contradict;
use segue_core::talk::{Exchange, Opening};
use tokio::sync::mpsc;

/// A turn's stop sign. Set once by the session, read by engines between steps (a token, a clause); never unset.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks everyone who holds a clone to stop soon.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work has lost its purpose. Cheap enough to ask before each token.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// An engine could not do its work. The turn degrades, the program lives on.
#[derive(Debug, thiserror::Error)]
#[error("{engine}: {message}")]
pub struct EngineError {
    /// Which engine, in the words of `models/manifest.toml`.
    pub engine: &'static str,
    /// One clear sentence for a person.
    pub message: String,
}

impl EngineError {
    /// Wraps anything that can be shown.
    pub fn new(engine: &'static str, message: impl fmt::Display) -> Self {
        Self { engine, message: message.to_string() }
    }
}

/// Speech to text.
pub trait Transcriber: Send {
    /// Does everything that is slow only the first time, so that the first turn is as quick as the tenth.
    fn warm_up(&mut self) -> Result<(), EngineError>;

    /// `speech` is one utterance, 16 kHz mono, -1 to 1. Returns the words, trimmed; empty when nothing was said
    /// or when `stop` was set.
    fn transcribe(&mut self, speech: &[f32], stop: &Stop) -> Result<String, EngineError>;

    /// Names that are likely to be said from now on: rooms and devices of the home. One that cannot use them does not.
    fn expect(&mut self, names: &[String]) {
        let _ = names;
    }
}

/// What an opener is written for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenerAsk {
    /// The request as transcribed.
    pub request: String,
    /// The exchange before this one, if the conversation has one.
    pub last: Option<Exchange>,
    /// Rooms and devices of the home, as the user calls them. May be empty.
    pub home: Vec<String>,
    /// Fewest words that shall be spoken.
    pub min_words: usize,
    /// Most words that may be spoken.
    pub max_words: usize,
}

/// The micro language model.
pub trait Opener: Send {
    /// Loads and warms everything.
    fn warm_up(&mut self) -> Result<(), EngineError>;

    /// Writes an opener, greedy. `say` gets each word as soon as it is certain. An empty opening with source
    /// `None` means that it is better to say nothing.
    fn open(&mut self, ask: &OpenerAsk, stop: &Stop, say: &mut dyn FnMut(&str)) -> Result<Opening, EngineError>;
}

/// When a word sounds inside a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct WordTime {
    /// The word as written in the clip's text.
    pub word: String,
    /// First sample of the word, counted from the clip's first.
    pub start: usize,
    /// One past its last sample.
    pub end: usize,
}

/// Text to speech.
pub trait Voice: Send {
    /// Sample rate of all that `speak` gives, in Hz.
    fn sample_rate(&self) -> NonZeroU32;

    /// Loads and warms everything.
    fn warm_up(&mut self) -> Result<(), EngineError>;

    /// Speaks one clause: mono samples, -1 to 1, in one or more pieces through `sound`. Returns the words with
    /// their times, empty when the voice does not know them.
    fn speak(&mut self, text: &str, stop: &Stop, sound: &mut dyn FnMut(&[f32])) -> Result<Vec<WordTime>, EngineError>;

    /// As [`Voice::speak`], of a clause that carries on the sentence in which `before` was said last, so that both
    /// sound as one. A voice that cannot speaks it as if it began anew.
    fn carry_on(
        &mut self,
        before: &str,
        text: &str,
        stop: &Stop,
        sound: &mut dyn FnMut(&[f32]),
    ) -> Result<Vec<WordTime>, EngineError> {
        let _ = before;
        self.speak(text, stop, sound)
    }
}

/// What a continuator is asked: carry on the sentence that the user is hearing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Continue {
    /// The request as transcribed.
    pub request: String,
    /// The words already in the air; empty when there is no opener.
    pub opener: String,
    /// What was said and heard before, oldest first, bounded by the session.
    pub history: Vec<Exchange>,
    /// Rooms and devices of the home, where the user lets clouds know them; else empty.
    pub home: Vec<String>,
}

/// Why a continuator gave no more. Each kind is something the dialogue treats differently.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// No connection: refused, unresolvable, TLS failure.
    #[error("the cloud cannot be reached: {0}")]
    Unreachable(String),
    /// 401 or 403: the key is missing or wrong.
    #[error("the cloud refused the key")]
    Unauthorized,
    /// 404: no such model or path.
    #[error("the cloud does not know this model or address")]
    NotFound,
    /// 429, with the time to wait if the server named one.
    #[error("the cloud asks to wait")]
    RateLimited(Option<Duration>),
    /// Any other status that is not success.
    #[error("the cloud answered with status {0}")]
    Status(u16),
    /// No first byte, or no further one, within the limit.
    #[error("the cloud stopped answering")]
    Stalled,
    /// The stream was not what it should be, or ended in the middle.
    #[error("the cloud's reply was broken: {0}")]
    Broken(String),
    /// The reply had no words to speak.
    #[error("the cloud's reply was empty")]
    Empty,
}

/// One who continues the sentence: a cloud model, or one in this process.
pub trait Continuator: Send + Sync {
    /// Short name for people: provider and model, never a key.
    fn name(&self) -> &str;

    /// Opens connections or loads weights, so that the request itself is the only wait. Called at start and when
    /// the user begins to speak; must be cheap when there is nothing to do. Failure shows later, in `go_on`.
    fn warm_up(&self) -> BoxFuture<'_, ()>;

    /// Whether it can be reached now; asked in the background after it could not.
    fn probe(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(true))
    }

    /// Finds out what is not known yet about the one who continues (how a begun sentence is handed over), by asking.
    /// Called in the background after a turn; must be cheap when there is nothing to find out, and give way to
    /// `go_on`.
    fn learn(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Streams the continuation into `deltas` as text arrives, in order. Dropping the future or the receiver
    /// ends the work within one step. Text is bounded by the implementation.
    fn go_on(&self, ask: Continue, deltas: mpsc::Sender<String>) -> BoxFuture<'_, Result<(), CloudError>>;
}

/// One who does what requests ask for: a home, a scripted one in tests.
pub trait Executor: Send + Sync {
    /// Does what `request` asks for, if it is for this executor, and tells what really came of it. `opener` is
    /// what the user is hearing meanwhile. An answer that comes piece by piece is passed on to `said` and ends with
    /// [`ActionResult::Told`], or with [`ActionResult::Failed`] when it breaks off.
    fn act(&self, request: String, opener: String, said: mpsc::Sender<String>) -> BoxFuture<'_, ActionResult>;
}
