//! The ear: sound of any rate in, utterances out. Resampler, voice activity, endpointer and a bounded buffer in a
//! row; the same for a file at once, a file at the pace of speech and a microphone.
//!
//! The end of a recording is nothing special: whoever feeds one goes on with silence until the ear has decided.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use crate::endpointer::{Boundary, Endpointer, EndpointerConfig, samples};
use crate::resample::{Resampler, UnsupportedRate};
use crate::vad::{Earshot, Levelled, VoiceActivity};

/// How the ear cuts utterances. Durations in ms.
#[derive(Clone, Debug, PartialEq)]
pub struct EarConfig {
    /// When speech begins and ends.
    pub endpointer: EndpointerConfig,
    /// Sound kept from before the first voiced frame: weak first consonants are found late, by up to 208 ms on the
    /// recordings with noise 10 dB below.
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
    /// Who speaks has paused, perhaps only for a moment: `SpeechResumed` or `SpeechEnded` follows.
    SpeechPaused {
        /// One past the last voiced sample.
        voice_end: u64,
        /// One past the last sample heard when this was decided.
        decided_at: u64,
        /// The utterance so far, with pre-roll, mono at [`crate::EAR_RATE`].
        so_far: Vec<f32>,
    },
    /// Who had paused goes on.
    SpeechResumed {
        /// One past the last sample heard when this was decided.
        decided_at: u64,
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
        Self::with_activity(rate, config, Box::new(Levelled::new(Earshot::default())))
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

    /// Whoever speaks has finished, as they have said by a key. Nothing when nobody speaks.
    pub fn end(&mut self) -> Option<EarEvent> {
        let speech_start = self.endpointer.speech_start()?;
        let Boundary::Ended { voice_end, decided_at } = self.endpointer.end()? else { return None };
        let utterance = self.cut(speech_start, decided_at);
        self.taken_until = decided_at;
        Some(EarEvent::SpeechEnded { voice_end, decided_at, utterance })
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
            Boundary::Paused { voice_end, decided_at } => {
                let so_far = self.cut(speech_start.unwrap_or(voice_end), decided_at);
                EarEvent::SpeechPaused { voice_end, decided_at, so_far }
            }
            Boundary::Resumed { sample } => EarEvent::SpeechResumed { decided_at: sample },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EAR_RATE;

    /// Takes loud frames for voices.
    struct LoudIsVoice;

    impl VoiceActivity for LoudIsVoice {
        fn frame_len(&self) -> usize {
            256
        }

        fn probability(&mut self, frame: &[f32]) -> f32 {
            if crate::level::power(frame) > 0.001 { 0.95 } else { 0.05 }
        }

        fn reset(&mut self) {}
    }

    fn ear(rate: u32) -> Ear {
        let rate = NonZeroU32::new(rate).unwrap();
        Ear::with_activity(rate, EarConfig::default(), Box::new(LoudIsVoice)).unwrap()
    }

    /// Silence, with tones at these ranges of milliseconds, at `rate`.
    fn talk(rate: u32, n_ms: usize, voices: &[(usize, usize)]) -> Vec<f32> {
        let at = |ms: usize| ms * rate as usize / 1000;
        let mut samples = vec![0.0; at(n_ms)];
        for &(start, end) in voices {
            for (i, sample) in samples.iter_mut().enumerate().take(at(end)).skip(at(start)) {
                *sample = 0.3 * (std::f32::consts::TAU * 220.0 * i as f32 / rate as f32).sin();
            }
        }
        samples
    }

    fn heard(ear: &mut Ear, samples: &[f32], n_block: usize) -> Vec<EarEvent> {
        samples.chunks(n_block).flat_map(|block| ear.push(block)).collect()
    }

    #[test]
    fn an_utterance_comes_with_pre_roll_and_tail() {
        for rate in [8_000, 16_000, 44_100, 48_000] {
            let events = heard(&mut ear(rate), &talk(rate, 4000, &[(1000, 2000)]), 480);
            let [
                EarEvent::SpeechStarted { at_sample },
                EarEvent::SpeechPaused { .. },
                EarEvent::SpeechEnded { voice_end, decided_at, utterance },
            ] = &events[..]
            else {
                panic!("{rate} Hz: {} events", events.len());
            };
            assert!(at_sample.abs_diff(16_000) <= 256, "{rate} Hz: begin {at_sample}");
            assert!(voice_end.abs_diff(32_000) <= 32, "{rate} Hz: end {voice_end}");
            assert!(decided_at - voice_end >= 19_200 && decided_at - voice_end < 19_200 + 256);
            let from = at_sample - 4_800;
            assert_eq!(utterance.len() as u64, voice_end + 3_200 - from);
            let loud = crate::level::audible(utterance, EAR_RATE).unwrap();
            assert!((loud.start as u64 + from).abs_diff(16_000) <= 32);
            assert!((loud.end as u64 + from).abs_diff(32_000) <= 32);
        }
    }

    #[test]
    fn no_sample_is_in_two_utterances() {
        let config = EarConfig {
            endpointer: EndpointerConfig { max_speech_ms: 1000, ..EndpointerConfig::default() },
            ..EarConfig::default()
        };
        let mut ear = Ear::with_activity(EAR_RATE, config, Box::new(LoudIsVoice)).unwrap();
        let events = heard(&mut ear, &talk(16_000, 6000, &[(1000, 3700)]), 160);
        let n_heard: usize = events
            .iter()
            .map(|event| if let EarEvent::SpeechEnded { utterance, .. } = event { utterance.len() } else { 0 })
            .sum();
        let expected = 16 * (2700 + 300 + 200);
        assert!(n_heard.abs_diff(expected) <= 512, "{n_heard} of {expected}");
    }

    #[test]
    fn what_was_said_so_far_comes_with_the_pause() {
        let mut ear = ear(16_000);
        let events = heard(&mut ear, &talk(16_000, 4000, &[(1000, 2000), (2300, 2600)]), 160);
        let [
            _,
            EarEvent::SpeechPaused { voice_end, decided_at, so_far },
            EarEvent::SpeechResumed { .. },
            EarEvent::SpeechPaused { so_far: more, .. },
            EarEvent::SpeechEnded { utterance, .. },
        ] = &events[..]
        else {
            panic!("{} events", events.len());
        };
        assert!(voice_end.abs_diff(32_000) <= 32 && decided_at - voice_end < 800 + 256);
        assert_eq!(so_far[..], utterance[..so_far.len()]);
        assert_eq!(more[..], utterance[..more.len()]);
    }

    #[test]
    fn a_key_ends_what_is_being_said() {
        let mut ear = ear(16_000);
        let samples = talk(16_000, 2000, &[(1000, 2000)]);
        assert_eq!(ear.end(), None);
        heard(&mut ear, &samples, 160);
        let Some(EarEvent::SpeechEnded { voice_end, utterance, .. }) = ear.end() else { panic!("no end") };
        assert!(voice_end.abs_diff(32_000) <= 256 && utterance.len().abs_diff(16 * 1300) <= 512);
        assert_eq!(ear.end(), None);
        assert_eq!(heard(&mut ear, &[0.0; 32_000], 160), []);
    }

    #[test]
    fn memory_is_bounded_by_the_longest_utterance() {
        let mut ear = ear(16_000);
        let block = talk(16_000, 1000, &[(0, 1000)]);
        for _ in 0..120 {
            ear.push(&block);
            assert!(ear.kept.len() <= 31 * 16_000);
        }
        for _ in 0..10 {
            ear.push(&[0.0; 16_000]);
        }
        assert!(ear.kept.len() <= 16_000);
    }

    #[test]
    fn what_is_no_number_is_silence() {
        let mut ear = Ear::new(EAR_RATE, EarConfig::default()).unwrap();
        ear.push(&[f32::NAN; 1000]);
        assert!(ear.kept.iter().all(|&sample| sample == 0.0));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
        /// However the stream is cut into blocks, the same is heard.
        #[test]
        fn the_size_of_blocks_changes_nothing(
            n_blocks in proptest::collection::vec(1_usize..3000, 1..20),
            gap in 300_usize..1600,
            rate in proptest::sample::select(vec![8_000_u32, 16_000, 44_100]),
        ) {
            let samples = talk(rate, 5000, &[(500, 1300), (1300 + gap, 3000)]);
            let at_once = heard(&mut ear(rate), &samples, usize::MAX);
            let (mut ear, mut rest, mut events) = (ear(rate), &samples[..], Vec::new());
            for n_block in n_blocks.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (block, later) = rest.split_at((*n_block).min(rest.len()));
                events.extend(ear.push(block));
                rest = later;
            }
            proptest::prop_assert_eq!(events, at_once);
        }
    }
}
