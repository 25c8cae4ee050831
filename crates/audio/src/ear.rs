//! The ear: sound of any rate in, utterances out. Resampler, voice activity, endpointer and a bounded buffer in a
//! row; the same for a file at once, a file at the pace of speech and a microphone.
//!
//! The end of a recording is nothing special: whoever feeds one goes on with silence until the ear has decided.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use crate::endpointer::{Boundary, Endpointer, EndpointerConfig, samples};
use crate::resample::{Resampler, UnsupportedRate};
use crate::vad::{Earshot, VoiceActivity};

/// How the ear cuts utterances. Durations in ms.
#[derive(Clone, Debug, PartialEq)]
pub struct EarConfig {
    /// When speech begins and ends.
    pub endpointer: EndpointerConfig,
    /// Sound kept from before the first voiced frame: detectors find weak first consonants late (by up to 208 ms on
    /// the recordings).
    pub pre_roll_ms: u32,
    /// Sound kept from behind the voice end, as far as it was heard when the end was decided.
    pub tail_ms: u32,
}

impl Default for EarConfig {
    fn default() -> Self {
        Self { endpointer: EndpointerConfig::default(), pre_roll_ms: 300, tail_ms: 200 }
    }
}

/// What the ear tells. Positions in samples at [`crate::EAR_RATE`] since the ear began to listen.
#[derive(Clone, Debug, PartialEq)]
pub enum EarEvent {
    /// Somebody began to speak.
    SpeechStarted {
        /// First sample of the first voiced frame; pre-roll not included.
        at_sample: u64,
    },
    /// Who spoke has stopped.
    SpeechEnded {
        /// One past the last voiced sample.
        voice_end: u64,
        /// One past the last sample heard when this was decided.
        decided_at: u64,
        /// The utterance with pre-roll and tail, mono at [`crate::EAR_RATE`].
        utterance: Vec<f32>,
    },
}

/// Listens to one stream.
pub struct Ear {
    resampler: Resampler,
    activity: Box<dyn VoiceActivity>,
    endpointer: Endpointer,
    pre_roll: u64,
    tail: u64,
    /// Resampled sound that does not fill a frame yet.
    waiting: Vec<f32>,
    /// The frames that an utterance may still need; trimmed after each frame, so at most an utterance long.
    kept: VecDeque<f32>,
    /// Position of the first kept sample.
    kept_from: u64,
    /// No sample is in two utterances: end of the one before.
    taken_until: u64,
}

impl Ear {
    /// An ear for mono sound of `rate`, with the default detector.
    pub fn new(rate: NonZeroU32, config: EarConfig) -> Result<Self, UnsupportedRate> {
        Self::with_activity(rate, config, Box::<Earshot>::default())
    }

    /// An ear with a detector of the caller's choice.
    pub fn with_activity(
        rate: NonZeroU32,
        config: EarConfig,
        activity: Box<dyn VoiceActivity>,
    ) -> Result<Self, UnsupportedRate> {
        Ok(Self {
            resampler: Resampler::new(rate, crate::EAR_RATE)?,
            activity,
            endpointer: Endpointer::new(config.endpointer),
            pre_roll: samples(config.pre_roll_ms),
            tail: samples(config.tail_ms),
            waiting: Vec::new(),
            kept: VecDeque::new(),
            kept_from: 0,
            taken_until: 0,
        })
    }

    /// Hears a block of any size, -1 to 1 at the ear's input rate. How the stream is cut into blocks changes nothing
    /// but when an event is told.
    pub fn push(&mut self, block: &[f32]) -> Vec<EarEvent> {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.resampler.push(block, &mut waiting);
        let mut events = Vec::new();
        let frames = waiting.chunks_exact(self.activity.frame_len());
        let rest = frames.remainder().to_vec();
        for frame in frames {
            events.extend(self.hear(frame));
        }
        self.waiting = rest;
        events
    }

    /// Samples at [`crate::EAR_RATE`] that were judged so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.endpointer.position()
    }

    /// While somebody speaks: samples since the voice was last heard.
    #[must_use]
    pub fn pause(&self) -> Option<u64> {
        self.endpointer.pause()
    }

    /// While somebody speaks: the utterance as far as it was heard, with pre-roll. For those who begin to work
    /// before the end is decided.
    #[must_use]
    pub fn so_far(&self) -> Option<Vec<f32>> {
        self.endpointer.pause()?;
        Some(self.cut(self.endpointer.speech_start()?, self.position()))
    }

    /// One frame through detector, endpointer and buffer.
    fn hear(&mut self, frame: &[f32]) -> Option<EarEvent> {
        // A device may deliver anything; one value that is no number would spoil the detector's state for ever.
        self.kept.extend(frame.iter().map(|&sample| if sample.is_finite() { sample } else { 0.0 }));
        let frame_start = self.kept.len() - frame.len();
        let frame: Vec<f32> = self.kept.range(frame_start..).copied().collect();
        let speech_start = self.endpointer.speech_start();
        let boundary = self.endpointer.push(self.activity.probability(&frame), &frame);
        let event = boundary.map(|boundary| match boundary {
            Boundary::Started { sample } => EarEvent::SpeechStarted { at_sample: sample },
            Boundary::Ended { voice_end, decided_at } => {
                let until = (voice_end + self.tail).min(decided_at);
                let utterance = self.cut(speech_start.unwrap_or(voice_end), until);
                self.taken_until = until;
                EarEvent::SpeechEnded { voice_end, decided_at, utterance }
            }
        });
        let needed_from = self.endpointer.speech_start().unwrap_or(self.position()).saturating_sub(self.pre_roll);
        let n_past = needed_from.saturating_sub(self.kept_from).min(self.kept.len() as u64);
        self.kept.drain(..n_past as usize);
        self.kept_from += n_past;
        event
    }

    /// The kept sound from the pre-roll of `start` to `until`.
    fn cut(&self, start: u64, until: u64) -> Vec<f32> {
        let from = start.saturating_sub(self.pre_roll).max(self.taken_until).max(self.kept_from);
        let index = |position: u64| (position.saturating_sub(self.kept_from) as usize).min(self.kept.len());
        self.kept.range(index(from)..index(until.max(from))).copied().collect()
    }
}
