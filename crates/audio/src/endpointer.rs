//! Where speech begins and ends: a state machine over the probabilities of voice activity. It counts samples, reads
//! no clock and keeps no sound.
//!
//! Two ends must not be confused. The *decision* comes a hangover after the voice has stopped. The *voice end* is
//! where it stopped: the detector's probability lingers for some 100 ms after the last sound, so the end is taken
//! from the energy inside the last voiced frames.

use std::collections::VecDeque;

use crate::EAR_RATE;
use crate::level::{AUDIBLE_DBFS, AUDIBLE_MS, power, power_at};

/// Samples in a millisecond at [`EAR_RATE`]: the grain of a voice end.
const MS: usize = EAR_RATE.get() as usize / 1000;

/// The background is what sounds while the probability of voice is below this.
const BACKGROUND_PROBABILITY: f32 = 0.2;

/// How fast the background's level follows: 1/32 a frame is about half a second.
const BACKGROUND_PACE: f32 = 1.0 / 32.0;

/// A voice stands out of the background by this factor of power (6 dB).
const OVER_BACKGROUND: f32 = 4.0;

/// Speech so quiet that [`AUDIBLE_DBFS`] would miss half of it ends 20 dB below its loudest 20 ms instead.
const UNDER_PEAK: f32 = 0.01;

/// Whatever the background, the loudest 10 dB of an utterance are voice.
const SURELY_UNDER_PEAK: f32 = 0.1;

/// When a voice counts as begun and as ended. Durations in ms.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointerConfig {
    /// Probability that a frame must reach for speech to begin.
    pub onset_probability: f32,
    /// How many frames in a row must reach it.
    pub onset_frames: u32,
    /// Below this a frame is not voiced any more.
    pub offset_probability: f32,
    /// Voiced time before speech counts as begun; less is a click or a cough.
    pub min_speech_ms: u32,
    /// Silence after the voice end at which speech counts as ended.
    pub hangover_ms: u32,
    /// Speech that lasts longer is ended by force.
    pub max_speech_ms: u32,
}

impl Default for EndpointerConfig {
    fn default() -> Self {
        Self {
            onset_probability: 0.6,
            onset_frames: 3,
            offset_probability: 0.4,
            min_speech_ms: 96,
            hangover_ms: 500,
            // With pre-roll and tail this makes 30 s, which is all that whisper hears.
            max_speech_ms: 29_500,
        }
    }
}

/// A border between silence and speech. Positions in samples at [`EAR_RATE`] since the first frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// A voice began.
    Started {
        /// First sample of the first voiced frame.
        sample: u64,
    },
    /// The voice that began has stopped. Follows each `Started` exactly once, unless the sound ends before.
    Ended {
        /// One past the last voiced sample, exact to 1 ms.
        voice_end: u64,
        /// One past the last sample that was looked at to decide it.
        decided_at: u64,
    },
}

/// Finds [`Boundary`]s in frames that come in order and without holes.
#[derive(Debug)]
pub struct Endpointer {
    config: EndpointerConfig,
    phase: Phase,
    /// Samples seen so far.
    position: u64,
    /// Begin of the first frame of the speech that rises or is spoken.
    start: u64,
    /// One past the last sample that was voiced and loud enough.
    voice_end: u64,
    /// Frames in a row at or above the onset probability.
    onset_run: u32,
    /// Voiced samples since `start`.
    voiced: u64,
    loudness: Loudness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody speaks.
    Quiet,
    /// Something sounds like a voice but has not lasted long enough.
    Rising,
    /// Somebody speaks.
    Speaking,
}

impl Endpointer {
    /// At position 0, in silence.
    #[must_use]
    pub fn new(config: EndpointerConfig) -> Self {
        Self {
            config,
            phase: Phase::Quiet,
            position: 0,
            start: 0,
            voice_end: 0,
            onset_run: 0,
            voiced: 0,
            loudness: Loudness::default(),
        }
    }

    /// Samples seen so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// While somebody speaks: samples since the voice was last heard. For those who act on shorter pauses than the
    /// hangover.
    #[must_use]
    pub fn pause(&self) -> Option<u64> {
        (self.phase == Phase::Speaking).then(|| self.position - self.voice_end)
    }

    /// Begin of the speech that is going on, or may be: what a buffer must keep.
    #[must_use]
    pub fn speech_start(&self) -> Option<u64> {
        (self.phase != Phase::Quiet || self.onset_run > 0).then_some(self.start)
    }

    /// Takes the next frame and the probability that it is voiced.
    pub fn push(&mut self, probability: f32, frame: &[f32]) -> Option<Boundary> {
        let frame_start = self.position;
        self.position += frame.len() as u64;
        let loud_until = self.loudness.push(frame).map(|n| frame_start + n as u64);
        let is_voiced = probability >= self.config.offset_probability;
        if is_voiced && self.phase != Phase::Quiet {
            self.voiced += frame.len() as u64;
            self.voice_end = loud_until.unwrap_or(self.voice_end);
        }
        match self.phase {
            Phase::Quiet if probability >= self.config.onset_probability => self.rise(frame_start, loud_until),
            Phase::Quiet => {
                self.onset_run = 0;
                if probability < BACKGROUND_PROBABILITY {
                    self.loudness.learn_background(power(frame));
                }
                None
            }
            Phase::Rising if self.voiced >= samples(self.config.min_speech_ms) => {
                self.phase = Phase::Speaking;
                Some(Boundary::Started { sample: self.start })
            }
            Phase::Rising => {
                if !is_voiced && self.position - self.voice_end > samples(self.config.min_speech_ms) {
                    self.rest();
                }
                None
            }
            Phase::Speaking => {
                let paused = !is_voiced && self.position - self.voice_end >= samples(self.config.hangover_ms);
                let too_long = self.position - self.start >= samples(self.config.max_speech_ms);
                if !paused && !too_long {
                    return None;
                }
                self.rest();
                Some(Boundary::Ended { voice_end: self.voice_end, decided_at: self.position })
            }
        }
    }

    /// One more frame at the onset probability.
    fn rise(&mut self, frame_start: u64, loud_until: Option<u64>) -> Option<Boundary> {
        if self.onset_run == 0 {
            self.start = frame_start;
            self.voiced = 0;
            self.loudness.forget_peak();
        }
        self.onset_run += 1;
        self.voiced += self.position - frame_start;
        self.voice_end = loud_until.unwrap_or(self.position);
        if self.onset_run >= self.config.onset_frames {
            self.phase = Phase::Rising;
        }
        None
    }

    fn rest(&mut self) {
        self.phase = Phase::Quiet;
        self.onset_run = 0;
    }
}

/// Which milliseconds are loud enough to be the voice itself.
#[derive(Debug, Default)]
struct Loudness {
    /// Powers of the last [`AUDIBLE_MS`] milliseconds.
    window: VecDeque<f32>,
    /// Loudest window since speech began to rise.
    peak: f32,
    /// Mean power of the background; 0 until some was heard.
    background: f32,
}

impl Loudness {
    /// Takes a frame; returns one past its last sample that is loud enough, if any is.
    fn push(&mut self, frame: &[f32]) -> Option<usize> {
        let mut loud_until = None;
        for (ms_idx, millisecond) in frame.chunks(MS).enumerate() {
            if self.window.len() == AUDIBLE_MS {
                self.window.pop_front();
            }
            let now = power(millisecond);
            self.window.push_back(now);
            let mean = self.window.iter().sum::<f32>() / self.window.len() as f32;
            self.peak = self.peak.max(mean);
            let threshold = self.threshold();
            if now >= threshold && mean >= threshold {
                loud_until = Some(ms_idx * MS + millisecond.len());
            }
        }
        loud_until
    }

    fn threshold(&self) -> f32 {
        let audible = power_at(AUDIBLE_DBFS).min(self.peak * UNDER_PEAK);
        audible.max(self.background * OVER_BACKGROUND).min(self.peak * SURELY_UNDER_PEAK)
    }

    fn forget_peak(&mut self) {
        self.peak = self.window.iter().sum::<f32>() / self.window.len().max(1) as f32;
    }

    fn learn_background(&mut self, power: f32) {
        let pace = if self.background == 0.0 { 1.0 } else { BACKGROUND_PACE };
        self.background += (power - self.background) * pace;
    }
}

/// Milliseconds to samples at [`EAR_RATE`].
pub(crate) fn samples(ms: u32) -> u64 {
    u64::from(ms) * MS as u64
}
