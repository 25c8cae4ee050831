//! A Piper voice whose sound leaves while the rest of it is made, and that knows when each word sounds.

use std::fs;
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::PathBuf;

use segue_runtime::port::{EngineError, Stop, Voice, WordTime};

use super::cache::{CacheError, halves};
use super::config::{ConfigError, VoiceConfig};
use super::edges::{Edges, Trimmer};
use super::halves::{Latent, Sessions};
use super::phonemes::sentences;
use super::pieces::pieces;
use super::spoken::{find, shorten, words};

/// In the words of `models/manifest.toml`.
const ENGINE: &str = "voice";

/// More phonemes than a sentence for the ear has; the encoder's time and memory grow with their square.
const MOST_PHONEMES: usize = 400;

/// Frames before the first phoneme that are decoded, too: its sound may begin a little before its frames.
const HEAD: usize = 4;

/// What a voice is made of and how it shall work.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The voice, an `.onnx` file.
    pub model: PathBuf,
    /// Its description, the `.onnx.json` beside it.
    pub config: PathBuf,
    /// Where the two halves are kept between runs.
    pub cache: PathBuf,
    /// Threads for each operation, 1 or 2 on small machines.
    pub threads: usize,
    /// Which speaker, from 0, of a voice that has many.
    pub speaker: u32,
    /// How much silence stays around what is said.
    pub edges: Edges,
}

/// A voice could not be loaded. For [`LoadError::Cache`] with `NotSplittable` the whole graph may still do.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The voice's file could not be read or split.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The description could not be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The description is not one that can be spoken with.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no such speaker.
    #[error("the voice has {0} speakers, counted from 0")]
    Speaker(u32),
    /// ONNX Runtime could not load a half.
    #[error("the voice cannot be loaded: {0}")]
    Runtime(String),
}

/// A Piper voice, split at its decoder.
pub struct SplitVoice {
    sessions: Sessions,
    config: VoiceConfig,
    edges: Edges,
}

impl SplitVoice {
    /// Loads the voice, splitting it first if that has not been done before. ONNX Runtime's library must have been
    /// named with `ort::init_from` before.
    pub fn load(settings: &Settings) -> Result<Self, LoadError> {
        let json = fs::read_to_string(&settings.config)
            .map_err(|source| LoadError::File { path: settings.config.clone(), source })?;
        let config = VoiceConfig::read(&json)?;
        if settings.speaker >= config.speakers {
            return Err(LoadError::Speaker(config.speakers));
        }
        let load = || -> Result<_, LoadError> {
            let paths = halves(&settings.model, &settings.cache)?;
            let sessions = Sessions::load(&paths, settings.threads, i64::from(settings.speaker));
            Ok((paths, sessions))
        };
        let sessions = match load()? {
            (_, Ok(sessions)) => sessions,
            // A file that was damaged in the cache is made again, once.
            (paths, Err(_)) => {
                paths.remove();
                load()?.1.map_err(LoadError::Runtime)?
            }
        };
        Ok(Self { sessions, config, edges: settings.edges })
    }

    /// The two halves, for measuring.
    pub fn sessions(&mut self) -> &mut Sessions {
        &mut self.sessions
    }

    /// The voice's description; the scales may be changed between two clips.
    pub fn config(&mut self) -> &mut VoiceConfig {
        &mut self.config
    }

    /// Makes the sound of one sentence, in pieces, from the frame `first` on.
    fn sound(&mut self, latent: &Latent, first: usize, stop: &Stop, take: &mut dyn FnMut(&[f32])) -> Result<(), String> {
        for piece in pieces(first..latent.frames()) {
            if stop.is_set() {
                break;
            }
            take(&self.sessions.decode(latent, piece)?);
        }
        Ok(())
    }

    fn try_speak(&mut self, text: &str, stop: &Stop, sound: &mut dyn FnMut(&[f32])) -> Result<Vec<WordTime>, String> {
        let hop = self.sessions.reach().hop;
        let mut trimmer = Trimmer::new(self.edges, self.config.sample_rate);
        let mut clip = Clip::default();
        let mut given = 0;
        let mut give = |samples: &[f32]| {
            given += samples.len();
            sound(samples);
        };
        for sentence in sentences(text, &self.config.espeak)? {
            for phonemes in shorten(&sentence, MOST_PHONEMES) {
                if stop.is_set() {
                    break;
                }
                let (ids, places) = self.config.ids.encode(phonemes);
                let latent = self.sessions.encode(&ids, self.config.scales)?;
                // The silence before the first word need not be made at all.
                let first = if clip.is_empty() { latent.frames_before(places.first()).saturating_sub(HEAD) } else { 0 };
                clip.skipped += first * hop;
                clip.push(phonemes, &places, &latent.durations, hop);
                self.sound(&latent, first, stop, &mut |samples| trimmer.push(samples, &mut give))?;
            }
        }
        clip.skipped += trimmer.dropped();
        self.word_times(text, &clip, given)
    }

    /// When each written word sounds among the `given` samples of a clip.
    fn word_times(&self, text: &str, clip: &Clip, given: usize) -> Result<Vec<WordTime>, String> {
        let written: Vec<&str> = words(text).collect();
        let alone = |word: &&str| sentences(word, &self.config.espeak).map(|sentences| sentences.concat());
        let alone = written.iter().map(alone).collect::<Result<Vec<_>, _>>()?;
        let times = written.iter().zip(find(&alone, &clip.phonemes)).map(|(word, range)| {
            let samples = clip.samples(range, given);
            WordTime { word: (*word).to_owned(), start: samples.start, end: samples.end }
        });
        Ok(times.collect())
    }
}

impl Voice for SplitVoice {
    fn sample_rate(&self) -> NonZeroU32 {
        self.config.sample_rate
    }

    fn warm_up(&mut self) -> Result<(), EngineError> {
        // The runtime lays out its memory in the first runs; two of the usual length are enough.
        for _ in 0..2 {
            self.speak("Let me see what I can find about that.", &Stop::default(), &mut |_| ())?;
        }
        Ok(())
    }

    fn speak(&mut self, text: &str, stop: &Stop, sound: &mut dyn FnMut(&[f32])) -> Result<Vec<WordTime>, EngineError> {
        self.try_speak(text, stop, sound).map_err(|error| EngineError::new(ENGINE, error))
    }
}

/// What is known of a clip while it is made. Samples are counted before anything is trimmed.
#[derive(Default)]
struct Clip {
    /// The phonemes of all its sentences.
    phonemes: Vec<char>,
    /// For each phoneme, its samples.
    samples: Vec<Range<usize>>,
    length: usize,
    /// Samples at the start that nobody hears.
    skipped: usize,
}

impl Clip {
    fn is_empty(&self) -> bool {
        self.phonemes.is_empty()
    }

    /// Adds a sentence. `places` says which ids belong to which phoneme, `durations` how many frames each id lasts.
    fn push(&mut self, phonemes: &[char], places: &[Range<usize>], durations: &[usize], hop: usize) {
        let mut ends = vec![self.length];
        ends.extend(durations.iter().scan(self.length, |at, frames| {
            *at += frames * hop;
            Some(*at)
        }));
        self.phonemes.extend(phonemes);
        self.samples.extend(places.iter().map(|ids| ends[ids.start]..ends[ids.end]));
        self.length = ends[durations.len()];
    }

    /// The samples of some phonemes among the `given` ones that are heard.
    fn samples(&self, phonemes: Range<usize>, given: usize) -> Range<usize> {
        let at = |sample: usize| sample.saturating_sub(self.skipped).min(given);
        match self.samples.get(phonemes.clone()) {
            Some([first, .., last]) => at(first.start)..at(last.end),
            Some([only]) => at(only.start)..at(only.end),
            // A word without sound: the moment at which the one before it ends.
            _ => {
                let before = phonemes.start.checked_sub(1).and_then(|before| self.samples.get(before));
                let moment = before.map_or(0, |before| at(before.end));
                moment..moment
            }
        }
    }
}
