//! Engines at work: a thread each, with an inbox of one kind of job. The session sees only channels, so that a test
//! may put a task where an engine would be.
//!
//! Inboxes are bounded; what is full makes the session's job fail like an engine that broke, never wait.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use segue_core::event::Event;
use segue_core::moment::{ClipId, TurnId};
use segue_core::talk::Opening;
use tokio::sync::mpsc;

use crate::port::{Opener, OpenerAsk, Stop, Transcriber, Voice};
use segue_audio::level;

/// Clips that may wait for the voice. A reply is bounded to 2,000 characters: fewer clauses than this.
pub const VOICE_INBOX: usize = 512;
/// Jobs that may wait for the transcriber or the opener: the last one counts, and those before it, which pauses of the
/// user have made stale, are skipped at once when the engine comes to them.
pub const INBOX: usize = 32;

/// Transcribe an utterance.
#[derive(Debug)]
pub struct TranscribeJob {
    /// For.
    pub turn: TurnId,
    /// 16 kHz mono.
    pub speech: Vec<f32>,
    /// Rooms and devices of the home, which are likely to be named.
    pub home: Arc<[String]>,
    /// The turn's stop sign.
    pub stop: Stop,
}

/// Write an opener.
#[derive(Debug)]
pub struct OpenJob {
    /// For.
    pub turn: TurnId,
    /// What it is written for.
    pub ask: OpenerAsk,
    /// The turn's stop sign.
    pub stop: Stop,
}

/// Speak a clip.
#[derive(Debug)]
pub struct SpeakJob {
    /// For.
    pub turn: TurnId,
    /// Its number.
    pub clip: ClipId,
    /// What to say.
    pub text: String,
    /// What was said before it in the same sentence; empty when it begins anew.
    pub after: String,
    /// The turn's stop sign.
    pub stop: Stop,
}

/// What comes back to the session.
#[derive(Debug)]
pub enum Outcome {
    /// Something that the dialogue wants to know.
    Event(Event),
    /// A word of the opener is certain: for those who watch.
    OpenerWord(TurnId, String),
    /// A piece of a clip.
    Sound {
        /// For.
        turn: TurnId,
        /// Its number.
        clip: ClipId,
        /// Mono at the voice's rate.
        piece: Vec<f32>,
        /// From this piece's first sample to its first audible one, when this is the clip's first piece.
        lead: Option<Duration>,
    },
    /// The clip is complete.
    SoundEnded {
        /// For.
        turn: TurnId,
        /// Its number.
        clip: ClipId,
        /// From the clip's first sample to its last audible one.
        voiced: Duration,
        /// Start and end of each word, from the clip's first sample; empty when the voice does not know.
        times: Vec<(Duration, Duration)>,
    },
}

/// Where outcomes go. The session drains it all the time; a full channel makes an engine wait.
pub type Outcomes = mpsc::Sender<Outcome>;

/// Runs a transcriber on a thread until its inbox is closed. It warms up there first, which does nothing to one that is
/// warm; speech that comes meanwhile waits.
pub fn transcriber(engine: Box<dyn Transcriber>, outcomes: Outcomes) -> mpsc::Sender<TranscribeJob> {
    let mut home: Arc<[String]> = Arc::default();
    let warm = |engine: &mut Box<dyn Transcriber>| {
        if let Err(error) = engine.warm_up() {
            tracing::error!(%error, "speech cannot be understood");
        }
    };
    spawn_with("segue-transcriber", INBOX, engine, warm, move |engine, job: TranscribeJob| {
        if job.stop.is_set() {
            return true;
        }
        if !Arc::ptr_eq(&home, &job.home) {
            engine.expect(&job.home);
            home = job.home;
        }
        let text = engine.transcribe(&job.speech, &job.stop).unwrap_or_else(|error| {
            tracing::warn!(%error, turn = job.turn.0, "no transcript");
            String::new()
        });
        outcomes.blocking_send(Outcome::Event(Event::Transcribed { turn: job.turn, text })).is_ok()
    })
}

/// Runs an opener on a thread until its inbox is closed.
pub fn opener(mut engine: Box<dyn Opener>, outcomes: Outcomes) -> mpsc::Sender<OpenJob> {
    spawn("segue-opener", INBOX, move |job: OpenJob| {
        let mut say = |word: &str| {
            let _ = outcomes.blocking_send(Outcome::OpenerWord(job.turn, word.to_string()));
        };
        let opening = engine.open(&job.ask, &job.stop, &mut say).unwrap_or_else(|error| {
            tracing::warn!(%error, turn = job.turn.0, "no opener");
            Opening::default()
        });
        outcomes.blocking_send(Outcome::Event(Event::OpenerEnded { turn: job.turn, opening })).is_ok()
    })
}

/// Runs a voice on a thread until its inbox is closed.
pub fn voice(mut engine: Box<dyn Voice>, outcomes: Outcomes) -> mpsc::Sender<SpeakJob> {
    let rate = engine.sample_rate();
    let time = move |samples: usize| Duration::from_secs_f64(samples as f64 / f64::from(rate.get()));
    spawn("segue-voice", VOICE_INBOX, move |job: SpeakJob| {
        if job.stop.is_set() {
            return true;
        }
        let (turn, clip) = (job.turn, job.clip);
        let (mut samples, mut voiced) = (0, 0);
        let mut sound = |piece: &[f32]| {
            let lead = (samples == 0).then(|| time(level::first_sound(piece, rate).unwrap_or(0)));
            voiced = level::last_voiced(piece, rate).map_or(voiced, |last| samples + last);
            samples += piece.len();
            let _ = outcomes.blocking_send(Outcome::Sound { turn, clip, piece: piece.to_vec(), lead });
        };
        let spoken = engine.carry_on(&job.after, &job.text, &job.stop, &mut sound);
        let outcome = match spoken {
            Ok(words) if samples > 0 => {
                let times = words.iter().map(|word| (time(word.start), time(word.end))).collect();
                Outcome::SoundEnded { turn, clip, voiced: time(voiced), times }
            }
            Ok(_) => Outcome::Event(Event::ClipFailed { turn, clip }),
            Err(error) => {
                tracing::warn!(%error, turn = turn.0, clip = clip.0, "a clip could not be spoken");
                Outcome::Event(Event::ClipFailed { turn, clip })
            }
        };
        outcomes.blocking_send(outcome).is_ok()
    })
}

/// A named thread that works through an inbox until it is closed or `work` says that nobody listens.
fn spawn<Job: Send + 'static>(
    name: &'static str,
    inbox: usize,
    mut work: impl FnMut(Job) -> bool + Send + 'static,
) -> mpsc::Sender<Job> {
    spawn_with(name, inbox, (), |()| {}, move |(), job| work(job))
}

/// As `spawn`, with what the thread works on; `begin` prepares it there.
fn spawn_with<State: Send + 'static, Job: Send + 'static>(
    name: &'static str,
    inbox: usize,
    mut state: State,
    begin: impl FnOnce(&mut State) + Send + 'static,
    mut work: impl FnMut(&mut State, Job) -> bool + Send + 'static,
) -> mpsc::Sender<Job> {
    let (sender, mut jobs) = mpsc::channel(inbox);
    let run = move || {
        begin(&mut state);
        while let Some(job) = jobs.blocking_recv() {
            if !work(&mut state, job) {
                break;
            }
        }
        tracing::debug!(name, "worker ended");
    };
    if let Err(error) = thread::Builder::new().name(name.into()).spawn(run) {
        tracing::error!(name, %error, "no thread could be started");
    }
    sender
}
