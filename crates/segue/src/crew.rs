//! Assembly: which engines a command needs, where their files lie, loaded side by side and warmed before the first
//! turn.

mod cloud;
mod mute;
mod spec;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use segue_core::dialogue::Settings;
use segue_engines::cloud::finding::Findings;
use segue_engines::opener::{Fallback, MicroLm, OpenerFiles};
use segue_engines::piper::{PiperConfig, PiperVoice};
use segue_engines::split_voice::{LoadError, SplitVoice};
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_models::{Locations, Role};
use segue_runtime::player::Player;
use segue_runtime::port::{Continuator, EngineError, Opener, Transcriber, Voice};
use segue_runtime::session::{self, Crew, Session};
use segue_runtime::worker;
use tokio::runtime::Runtime;

use crate::args::{OpenerChoice, TalkArgs};
use crate::failure::Failure;
use crate::{loudspeaker, memory, state};

pub(crate) use cloud::{Cloud, choose};

/// How long a command that answers once and ends may take at its end to find out about a cloud that is new to it.
const LEARNING: Duration = Duration::from_secs(2);

/// Which engines a command needs besides opener and cloud.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs {
    /// A transcriber.
    pub(crate) ear: Ear,
    /// How the answer is given.
    pub(crate) mouth: Mouth,
}

/// Whether speech is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ear {
    /// No.
    None,
    /// From the first moment.
    Warm,
    /// Soon: the transcriber warms up while the session has begun, and what is said meanwhile waits for it.
    Soon,
}

/// How an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mouth {
    /// Written as soon as it is known.
    Written,
    /// Written at the pace of speech.
    Mute,
    /// Spoken onto a tape.
    Tape,
    /// Spoken on the default loudspeaker.
    Loudspeaker,
}

/// A session with everybody who works for it, warm.
pub(crate) struct Assistant {
    pub(crate) session: Session,
    /// The voice's sample rate, in Hz; 1 without a voice.
    pub(crate) rate: NonZeroU32,
    /// The clouds, in the order in which they are asked.
    clouds: Vec<Arc<dyn Continuator>>,
    /// The names under which their speed is kept, in the same order.
    names: Vec<String>,
    /// What is known about how they are handed a sentence.
    findings: Arc<Findings>,
}

impl Assistant {
    /// Finds out about clouds that answered for the first time. For commands that end after one turn; a session that
    /// goes on does this by itself between turns.
    pub(crate) async fn learn(&self) {
        let all = futures_util::future::join_all(self.clouds.iter().map(|cloud| cloud.learn()));
        let _ = tokio::time::timeout(LEARNING, all).await;
    }

    /// Who continues, for people.
    pub(crate) fn clouds(&self) -> String {
        if self.clouds.is_empty() {
            "none".to_string()
        } else {
            let names: Vec<&str> = self.clouds.iter().map(|cloud| cloud.name()).collect();
            names.join(", then ")
        }
    }

    /// Keeps what this session learned for the next run.
    pub(crate) fn remember(&mut self) {
        for (name, forecast) in self.names.iter().zip(self.session.dialogue_mut().forecasts()) {
            state::keep(name, *forecast);
        }
        state::keep_findings(&self.findings);
    }
}

/// The asynchronous part of the program: two threads are plenty, because engines have their own.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().map_err(Failure::other)
}

/// What the arguments say about the conversation.
fn settings(talk: &TalkArgs, clouds: usize) -> Settings {
    let pauses = talk.silences.unwrap_or(talk.settings.pauses);
    Settings { opener: talk.opener.into(), clouds, pauses, ..talk.settings }
}

/// The opener alone.
pub(crate) fn load_opener() -> Result<MicroLm, Failure> {
    let files = match std::env::var_os("SEGUE_MODEL_OPENER") {
        Some(folder) => OpenerFiles::read(Path::new(&folder)).map_err(Failure::models)?,
        None => OpenerFiles::built_in(),
    };
    let mut opener = MicroLm::new(&files, Fallback::default()).map_err(Failure::models)?;
    opener.warm_up().map_err(Failure::other)?;
    Ok(opener)
}

/// Loads and warms all engines that are needed, each on a thread of its own, and begins a session. With `hurry` the
/// session does not wait for what only goes to a file.
pub(crate) async fn assemble(talk: &TalkArgs, needs: Needs, hurry: bool) -> Result<Assistant, Failure> {
    let locations = Locations::from_env().map_err(Failure::models)?;
    let findings = Arc::new(state::findings());
    let clouds: Vec<Arc<dyn Continuator>> =
        choose(&talk.clouds, &locations, &findings)?.iter().map(Cloud::port).collect();
    // espeak-ng's data is named through the environment, so the voice comes before other threads read it.
    let voice = match needs.mouth {
        Mouth::Written => None,
        Mouth::Mute => Some(Box::new(mute::Mute) as Box<dyn Voice>),
        Mouth::Tape | Mouth::Loudspeaker => Some(load_voice(&locations)?),
    };
    let whisper = if needs.ear != Ear::None {
        let model = locations.path(Role::Transcriber).map_err(Failure::models)?;
        Some(Whisper::new(WhisperConfig { model, threads: None, context: AudioContext::default() }))
    } else {
        None
    };
    let wants_opener = talk.opener != OpenerChoice::Never;
    let (transcriber, voice, opener) = thread::scope(|scope| {
        let transcriber = scope.spawn(|| whisper.map(|engine| ready_transcriber(engine, needs.ear)).transpose());
        let voice = scope.spawn(|| voice.map(warm_voice).transpose());
        let opener = scope.spawn(|| wants_opener.then(load_opener).transpose());
        (join(transcriber), join(voice), join(opener))
    });
    let (transcriber, voice, opener) = (transcriber?, voice?, opener?);
    memory::give_back();
    for cloud in &clouds {
        cloud.warm_up().await;
    }
    let outcomes = session::outcomes();
    let rate = voice.as_ref().map_or(NonZeroU32::MIN, |voice| voice.sample_rate());
    // In writing the answer waits for no voice, so what is learned about the cloud is kept apart.
    let written = if needs.mouth == Mouth::Mute { ", written" } else { "" };
    let names: Vec<String> = clouds.iter().map(|cloud| format!("{}{written}", cloud.name())).collect();
    let player = match needs.mouth {
        Mouth::Written => None,
        Mouth::Mute => Some(Player::unheard(rate)),
        Mouth::Tape => Some(Player::tape(rate)),
        Mouth::Loudspeaker => Some(loudspeaker::player(rate).map_err(Failure::other)?),
    };
    let crew = Crew {
        transcriber: transcriber.map(|engine| worker::transcriber(engine, outcomes.0.clone())),
        opener: opener.map(|engine| worker::opener(Box::new(engine), outcomes.0.clone())),
        voice: voice.map(|engine| worker::voice(engine, outcomes.0.clone())),
        clouds: clouds.clone(),
        executor: None,
    };
    let mut session = Session::new(settings(talk, clouds.len()), crew, player, hurry, outcomes);
    for (index, name) in names.iter().enumerate() {
        if let Some(forecast) = state::forecast(name) {
            session.dialogue_mut().expect(index, forecast);
        }
    }
    Ok(Assistant { session, rate, clouds, names, findings })
}

/// The transcriber, as far as it is needed at the start: its thread warms it up where that was not done.
fn ready_transcriber(mut engine: Whisper, ear: Ear) -> Result<Box<dyn Transcriber>, Failure> {
    let ready = if ear == Ear::Soon { engine.load() } else { engine.warm_up() };
    ready.map_err(Failure::models)?;
    Ok(Box::new(engine))
}

/// The voice, cut in two so that its first sound comes early and its words have times; whole when it does not fit.
fn load_voice(locations: &Locations) -> Result<Box<dyn Voice>, Failure> {
    let config = voice_config(locations)?;
    match SplitVoice::new(&config, &locations.cache().folder().join("split-voices")) {
        Ok(voice) => Ok(Box::new(voice)),
        Err(LoadError::NotSplittable(why)) => {
            tracing::info!(%why, "the voice is used whole");
            Ok(Box::new(PiperVoice::new(&config).map_err(Failure::models)?))
        }
        Err(LoadError::Unusable(error)) => Err(Failure::models(error)),
    }
}

fn warm_voice(mut engine: Box<dyn Voice>) -> Result<Box<dyn Voice>, Failure> {
    engine.warm_up().map_err(Failure::models)?;
    Ok(engine)
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, Result<T, Failure>>) -> Result<T, Failure> {
    thread.join().unwrap_or_else(|_| Err(Failure::other("an engine broke while it was loaded")))
}

fn voice_config(locations: &Locations) -> Result<PiperConfig, Failure> {
    let path = |role| locations.path(role).map_err(Failure::models);
    Ok(PiperConfig {
        voice: path(Role::Voice)?,
        description: path(Role::VoiceConfig)?,
        onnx_runtime: path(Role::Runtime)?,
        espeak_data: espeak_data(locations)?,
        threads: NonZeroUsize::MIN,
        speaker: None,
        pace: None,
    })
}

/// espeak-ng's data: beside the program, or in the cache, where `cargo xtask build` puts it.
fn espeak_data(locations: &Locations) -> Result<PathBuf, Failure> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("espeak-ng-data")));
    beside
        .filter(|folder| folder.join("phontab").exists())
        .or_else(|| Some(locations.espeak_parent()?.join("espeak-ng-data")))
        .ok_or_else(|| Failure::models("espeak-ng's data is missing: run `cargo xtask build`"))
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Failure::models(error)
    }
}
