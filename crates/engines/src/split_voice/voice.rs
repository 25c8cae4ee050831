//! A Piper voice whose sound leaves while the rest of it is made, and that knows when each word sounds.

use std::fs;
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::Path;

use segue_runtime::port::{EngineError, Stop, Voice, WordTime};

use super::cache::{CacheError, parts};
use super::config::VoiceConfig;
use super::context;
use super::cut::NotSplittable;
use super::edges::{Edges, Trimmer};
use super::espeak;
use super::joint::{Beginning, Ending};
use super::pieces::pieces;
use super::sentences::{Sentence, sentences};
use super::sessions::{Latent, Sessions};
use super::silences::Silences;
use super::spoken::{find, opens_softly, shorten, words};
use crate::piper::PiperConfig;

/// In the words of `models/manifest.toml`.
const ENGINE: &str = "voice";

/// More phonemes than a sentence for the ear has; the encoder's time and memory grow with their square.
const MOST_PHONEMES: usize = 400;

/// Frames before the first phoneme that are made, too: its sound may begin before its frames (of 120 beginnings the
/// earliest came 4 frames early), and a clip begins with 10 ms of silence.
const HEAD: usize = 5;

/// A voice could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Its graph cannot be cut. [`PiperVoice`](crate::piper::PiperVoice) with the same configuration can speak it.
    #[error(transparent)]
    NotSplittable(#[from] NotSplittable),
    /// It cannot be used at all.
    #[error(transparent)]
    Unusable(#[from] EngineError),
}

/// A Piper voice, split into an encoder and stages.
pub struct SplitVoice {
    sessions: Sessions,
    config: VoiceConfig,
    edges: Edges,
    /// The phonemes of [`context::BEHIND`].
    behind: Vec<char>,
    alone: bool,
}

impl SplitVoice {
    /// Loads ONNX Runtime, espeak-ng and the voice. It is split first if the folder `cache` does not hold its parts
    /// yet; the folder is made when it is missing.
    ///
    /// Make voices at start, before there are other threads: espeak-ng's data can only be named through the environment
    /// (see `espeak`).
    pub fn new(config: &PiperConfig, cache: &Path) -> Result<Self, LoadError> {
        let json = fs::read_to_string(&config.description)
            .map_err(|error| failed(format!("{}: {error}", config.description.display())))?;
        let mut voice = VoiceConfig::read(&json).map_err(failed)?;
        if let Some(pace) = config.pace {
            voice.scales.length = pace;
        }
        let speaker = config.speaker.unwrap_or(0);
        if !(0..i64::from(voice.speakers)).contains(&speaker) {
            return Err(
                failed(format!("there is no speaker {speaker}; the voice has {}, from 0", voice.speakers)).into()
            );
        }
        espeak::start(&config.espeak_data, &voice.espeak).map_err(failed)?;
        ort::init_from(&config.onnx_runtime).map_err(failed)?.commit();
        let load = || -> Result<_, LoadError> {
            let paths = parts(&config.voice, cache).map_err(|error| match error {
                CacheError::NotSplittable(why) => LoadError::NotSplittable(why),
                error @ CacheError::File { .. } => failed(error).into(),
            })?;
            let sessions = Sessions::load(&paths, config.threads, speaker);
            Ok((paths, sessions))
        };
        let sessions = match load()? {
            (_, Ok(sessions)) => sessions,
            // A file that was damaged in the cache is made again, once.
            (paths, Err(_)) => {
                paths.remove();
                load()?.1.map_err(NotSplittable)?
            }
        };
        let behind = espeak::phonemes(context::BEHIND, &voice.espeak).map_err(failed)?;
        Ok(Self { sessions, config: voice, edges: Edges::default(), behind, alone: false })
    }

    /// How much silence stays around a clip from now on.
    pub fn set_edges(&mut self, edges: Edges) {
        self.edges = edges;
    }

    /// Whether clips are made from now on as if nothing stood before and behind them, for measuring.
    pub fn set_alone(&mut self, alone: bool) {
        self.alone = alone;
    }

    /// The parts, for measuring.
    pub fn sessions(&mut self) -> &mut Sessions {
        &mut self.sessions
    }

    /// The voice's description; the scales may be changed between two clips.
    pub fn config(&mut self) -> &mut VoiceConfig {
        &mut self.config
    }

    /// Makes the sound of some frames, in pieces.
    fn sound(
        &mut self,
        latent: &Latent,
        frames: Range<usize>,
        stop: &Stop,
        take: &mut dyn FnMut(&[f32]),
    ) -> Result<(), String> {
        let mut chain = self.sessions.chain(latent, frames.start);
        for piece in pieces(frames) {
            if stop.is_set() {
                break;
            }
            take(&self.sessions.sound(latent, &mut chain, piece.end)?);
        }
        Ok(())
    }

    /// The phonemes of the last words of `before`; none when nothing is carried on.
    fn lead(&self, before: &str) -> Result<Vec<char>, String> {
        let Some((words, mark)) = context::last_words(before) else { return Ok(Vec::new()) };
        Ok(context::lead(espeak::phonemes(&words, &self.config.espeak)?, mark))
    }

    fn try_speak(
        &mut self,
        before: &str,
        text: &str,
        stop: &Stop,
        sound: &mut dyn FnMut(&[f32]),
    ) -> Result<Vec<WordTime>, String> {
        let sentences = sentences(text, |clause| espeak::phonemes(clause, &self.config.espeak))?;
        let lead = if self.alone { Vec::new() } else { self.lead(before)? };
        let goes_on = !self.alone && context::goes_on(text, &sentences);
        let inside = goes_on && context::stops_in_a_clause(text);
        let edges = if inside { self.edges.inside_a_clause() } else { self.edges };
        let mut trimmer = Trimmer::new(edges, self.config.sample_rate);
        let mut clip = Clip::default();
        let mut given = 0;
        let mut silences = Silences::new(self.config.sample_rate);
        let mut give = |samples: &[f32]| {
            given += samples.len();
            silences.push(samples);
            sound(samples);
        };
        let parts: Vec<&[char]> =
            sentences.iter().flat_map(|sentence| shorten(&sentence.phonemes, MOST_PHONEMES)).collect();
        for (index, part) in parts.iter().enumerate() {
            if stop.is_set() {
                break;
            }
            let lead: &[char] = if index == 0 { &lead } else { &[] };
            let goes_on = goes_on && index + 1 == parts.len();
            self.make(part, lead, goes_on, stop, &mut clip, &mut |samples| trimmer.push(samples, &mut give))?;
        }
        let hop = self.sessions.hop();
        // What is heard of a word comes half a frame before its frames, by an alignment that was not made here.
        clip.skipped += trimmer.dropped() + hop / 2;
        let mut times = self.word_times(&sentences, &clip, given)?;
        // Its frames may begin a little late, but the trimmer knows where the sound does.
        if let Some(first) = times.iter_mut().find(|time| time.start < time.end) {
            first.start = first.start.min(trimmer.lead());
        }
        silences.mend(&mut times);
        if stop.is_set() {
            times.retain(|time| time.start < given);
        }
        Ok(times)
    }

    /// Makes the sound of some phonemes, said behind those of `lead` and before others when the sentence goes on.
    fn make(
        &mut self,
        own: &[char],
        lead: &[char],
        goes_on: bool,
        stop: &Stop,
        clip: &mut Clip,
        take: &mut dyn FnMut(&[f32]),
    ) -> Result<(), String> {
        let (hop, rate) = (self.sessions.hop(), self.config.sample_rate);
        let mut phonemes = [lead, own].concat();
        let end = phonemes.len();
        if goes_on {
            phonemes.push(' ');
            phonemes.extend(&self.behind);
        }
        let (ids, places) = self.config.ids.encode(&phonemes);
        let latent = self.sessions.encode(&ids, self.config.scales)?;
        // The space before its first word is heard as that word already.
        let border = latent.frames_before(places.get(lead.len().saturating_sub(1)));
        // The silence before the first word need not be made at all.
        let first = if clip.samples.is_empty() { border.saturating_sub(HEAD) } else { 0 };
        let mut last = latent.frames();
        let mut ending = goes_on.then(|| {
            let border = latent.frames_before(places.get(end));
            last = (border + Ending::reach(rate).div_ceil(hop)).min(last);
            Ending::new((last - border) * hop, rate)
        });
        let mut beginning = (!lead.is_empty()).then(|| Beginning::new((border - first) * hop, rate));
        let mut end_of = |samples: &[f32], take: &mut dyn FnMut(&[f32])| match &mut ending {
            Some(ending) => ending.push(samples, take),
            None => take(samples),
        };
        self.sound(&latent, first..last, stop, &mut |samples| match &mut beginning {
            Some(beginning) => beginning.push(samples, &mut |samples| end_of(samples, take)),
            None => end_of(samples, take),
        })?;
        if let Some(beginning) = &mut beginning {
            beginning.finish(&mut |samples| end_of(samples, take));
        }
        if let Some(ending) = ending {
            ending.finish(take);
        }
        clip.skipped += first * hop + beginning.map_or(0, |beginning| beginning.dropped());
        clip.push(&places[lead.len()..end], &latent.durations, hop);
        Ok(())
    }

    /// When each written word sounds among the `given` samples of a clip.
    fn word_times(&self, sentences: &[Sentence<'_>], clip: &Clip, given: usize) -> Result<Vec<WordTime>, String> {
        let mut times = Vec::new();
        let mut before = 0;
        for sentence in sentences {
            for (text, range) in &sentence.clauses {
                let written: Vec<&str> = words(text).collect();
                let alone = written.iter().map(|word| espeak::phonemes(word, &self.config.espeak));
                let heard = &sentence.phonemes[range.clone()];
                let found = find(&alone.collect::<Result<Vec<_>, _>>()?, heard);
                let start = before + range.start;
                let first = times.len();
                times.extend(written.iter().zip(&found).map(|(word, found)| {
                    let samples = clip.samples(start + found.start..start + found.end, given);
                    WordTime { word: (*word).to_owned(), start: samples.start, end: samples.end }
                }));
                for (word, found) in found.iter().enumerate().skip(1) {
                    let [earlier, own] = &mut times[first + word - 1..=first + word] else { continue };
                    let touch = earlier.start < earlier.end && earlier.end == own.start;
                    if touch && opens_softly(&heard[found.start..found.end]) {
                        let space = clip.samples(start + found.start..start + found.start + 1, given);
                        own.start = space.start + space.len() / 2;
                        earlier.end = own.start;
                    }
                }
            }
            before += sentence.phonemes.len();
        }
        Ok(times)
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
        self.try_speak("", text, stop, sound).map_err(failed)
    }

    fn carry_on(
        &mut self,
        before: &str,
        text: &str,
        stop: &Stop,
        sound: &mut dyn FnMut(&[f32]),
    ) -> Result<Vec<WordTime>, EngineError> {
        self.try_speak(before, text, stop, sound).map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::new(ENGINE, error)
}

/// What is known of a clip while it is made. Samples are counted before anything is trimmed.
#[derive(Default)]
struct Clip {
    /// For each phoneme of the text, its samples.
    samples: Vec<Range<usize>>,
    length: usize,
    /// Samples at the start that nobody hears.
    skipped: usize,
}

impl Clip {
    /// Adds a run of the encoder. `places` says which ids belong to which phoneme of the clip, `durations` how many frames
    /// each id lasts, those of its context too.
    fn push(&mut self, places: &[Range<usize>], durations: &[usize], hop: usize) {
        let mut ends = vec![self.length];
        ends.extend(durations.iter().scan(self.length, |at, frames| {
            *at += frames * hop;
            Some(*at)
        }));
        self.samples.extend(places.iter().map(|ids| ends[ids.start]..ends[ids.end]));
        self.length = ends[durations.len()];
    }

    /// The samples of some phonemes among the `given` ones that are heard. What was stopped before it was made lies
    /// at the end, and so does, as a moment, a word without sound at the end of the one before it.
    fn samples(&self, phonemes: Range<usize>, given: usize) -> Range<usize> {
        let at = |sample: usize| sample.saturating_sub(self.skipped).min(given);
        let Some(before) = phonemes.end.checked_sub(1) else { return 0..0 };
        let end = self.samples.get(before).map_or(given, |last| at(last.end));
        let start = if phonemes.is_empty() {
            end
        } else {
            self.samples.get(phonemes.start).map_or(given, |first| at(first.start))
        };
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phonemes_have_the_samples_of_their_ids() {
        let mut clip = Clip { skipped: 15, ..Clip::default() };
        // Two sentences of 10 samples a frame; the second phoneme is one that the voice does not know.
        clip.push(&[2..4, 4..4, 4..6], &[1, 1, 2, 1, 3, 1, 2], 10);
        clip.push(&[2..4, 4..4], &[1, 1, 4, 1, 1], 10);
        assert_eq!(clip.samples, [20..50, 50..50, 50..90, 130..180, 180..180]);
        assert_eq!(clip.samples(0..1, 1000), 5..35);
        assert_eq!(clip.samples(1..4, 1000), 35..165);
        assert_eq!(clip.samples(0..0, 1000), 0..0, "a word without sound at the start");
        assert_eq!(clip.samples(2..2, 1000), 35..35, "a word without sound after the second phoneme");
        assert_eq!(clip.samples(2..3, 40), 35..40, "stopped in the middle of a word");
        assert_eq!(clip.samples(4..6, 40), 40..40, "stopped before the word was made");
    }
}
