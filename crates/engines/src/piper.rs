//! Text to speech by a Piper voice: espeak-ng makes phonemes, ONNX Runtime runs the whole graph, a sentence at a time.
//!
//! A clip leaves in as many pieces as it has sentences, each without the silence that the voice puts around it. The
//! voice does not know when its words sound.
//!
//! espeak-ng is free software under the GPL, version 3 or later: a program with this module inside is under it too.

mod phonemes;

use std::fs::File;
use std::io::BufReader;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use ort::session::Session;
use piper_rs::{ModelConfig, Piper};
use segue_runtime::port::{EngineError, Stop, Voice, WordTime};

use crate::trim;

const ENGINE: &str = "piper";

/// What a voice is made of.
#[derive(Clone, Debug)]
pub struct PiperConfig {
    /// The voice's graph, `*.onnx`.
    pub voice: PathBuf,
    /// Its description, `*.onnx.json`.
    pub description: PathBuf,
    /// ONNX Runtime as a shared library. The first voice of a process loads it; later paths have no effect.
    pub onnx_runtime: PathBuf,
    /// The folder `espeak-ng-data`, or the one around it. The first voice of a process sets it; later ones have no
    /// effect.
    pub espeak_data: PathBuf,
    /// Threads for one clip.
    pub threads: NonZeroUsize,
    /// Who speaks, for a voice of several speakers.
    pub speaker: Option<i64>,
    /// How long each sound lasts: 1 is the voice's own pace times one, larger is slower. `None`: as the voice wants.
    pub pace: Option<f32>,
}

/// A voice, ready to speak.
pub struct PiperVoice {
    piper: Piper,
    sample_rate: NonZeroU32,
    /// espeak-ng's name of the language.
    language: String,
    speaker: Option<i64>,
    pace: Option<f32>,
}

impl PiperVoice {
    /// Loads ONNX Runtime, espeak-ng and the voice. Make voices at start, before there are other threads: espeak-ng's
    /// data can only be named through the environment (see `phonemes`).
    pub fn new(config: &PiperConfig) -> Result<Self, EngineError> {
        let described = description(&config.description)?;
        let sample_rate = NonZeroU32::new(described.audio.sample_rate)
            .ok_or_else(|| EngineError::new(ENGINE, "the voice has a sample rate of 0"))?;
        let language = described.espeak.voice.clone();
        phonemes::start(&config.espeak_data, &language)?;
        let session = session(config)?;
        Ok(Self {
            piper: Piper::from_session(session, described),
            sample_rate,
            language,
            speaker: config.speaker,
            pace: config.pace,
        })
    }
}

impl Voice for PiperVoice {
    fn sample_rate(&self) -> NonZeroU32 {
        self.sample_rate
    }

    fn warm_up(&mut self) -> Result<(), EngineError> {
        // The first run allocates; a clip of usual length makes room for the next ones.
        self.speak("The first words take longer than all the others.", &Stop::default(), &mut |_| {}).map(drop)
    }

    fn speak(&mut self, text: &str, stop: &Stop, sound: &mut dyn FnMut(&[f32])) -> Result<Vec<WordTime>, EngineError> {
        for sentence in phonemes::sentences(text, &self.language)? {
            if stop.is_set() {
                break;
            }
            let (clip, _) = self
                .piper
                .create(&sentence.phonemes, true, self.speaker, self.pace, None, None)
                .map_err(|error| EngineError::new(ENGINE, error))?;
            let audible = trim::audible(&clip, self.sample_rate, sentence.ends);
            if !audible.is_empty() && !stop.is_set() {
                sound(audible);
            }
        }
        Ok(Vec::new())
    }
}

fn description(path: &Path) -> Result<ModelConfig, EngineError> {
    let unusable = |error: &dyn std::fmt::Display| EngineError::new(ENGINE, format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| unusable(&error))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| unusable(&error))
}

fn session(config: &PiperConfig) -> Result<Session, EngineError> {
    for file in [&config.onnx_runtime, &config.voice] {
        if !file.is_file() {
            return Err(EngineError::new(ENGINE, format!("no file at {}", file.display())));
        }
    }
    let wrap = |error: &dyn std::fmt::Display| EngineError::new(ENGINE, error);
    ort::init_from(&config.onnx_runtime).map_err(|error| wrap(&error))?.commit();
    let builder = Session::builder().map_err(|error| wrap(&error))?;
    let builder = builder.with_intra_threads(config.threads.get()).map_err(|error| wrap(&error))?;
    // A thread that waits for the next clip by spinning takes a core from the opener and the transcriber.
    let mut builder = builder.with_intra_op_spinning(false).map_err(|error| wrap(&error))?;
    builder.commit_from_file(&config.voice).map_err(|error| wrap(&error))
}
