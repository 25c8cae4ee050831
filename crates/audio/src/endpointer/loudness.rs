//! How loud the voice and the background are: which milliseconds are the voice itself, and whether the room is quiet.

use std::collections::VecDeque;

use super::MS;
use crate::level::{AUDIBLE_DBFS, AUDIBLE_MS, dbfs, power, power_at};

/// The background is what sounds while the probability of voice is below this. Silence and kitchen noise stay under
/// it nine tenths of the time, speech a hundredth.
const BACKGROUND_PROBABILITY: f32 = 0.3;

/// How fast the background's level follows: by 1/16 of the difference a frame, so mostly within half a second. In
/// decibels, so that a bang does not count for more than a frame.
const BACKGROUND_PACE: f32 = 1.0 / 16.0;

/// The background until it was heard, in dBFS. A quiet room: who speaks from the first sample on is not taken for it.
const FIRST_BACKGROUND_DBFS: f32 = -60.0;

/// A voice stands out of the background by so many decibels. With more the ends of words in noise go missing, with
/// less the noise itself counts.
const OVER_BACKGROUND_DB: f32 = 6.0;

/// Speech so quiet that [`AUDIBLE_DBFS`] would miss half of it ends 23 dB below its loudest 20 ms instead.
const UNDER_PEAK: f32 = 0.005;

/// Whatever the background, the loudest 10 dB of an utterance are voice.
const SURELY_UNDER_PEAK: f32 = 0.1;

/// Where the background is softer than the voice by so many decibels nothing clatters, and whatever is voiced in a
/// pause goes on with the speech at once. On 60 clean recordings that is told 60 to 120 ms sooner: it decides whether a
/// turn is taken in a pause of a fifth of a second. With kitchen noise 20 dB below it does not apply.
const QUIET_DB: f32 = 30.0;

/// Which milliseconds are loud enough to be the voice itself.
#[derive(Debug)]
pub(super) struct Loudness {
    /// Powers of the last [`AUDIBLE_MS`] milliseconds.
    window: VecDeque<f32>,
    /// Loudest window since speech began to rise.
    peak: f32,
    /// Level of the background, in dBFS.
    background: f32,
}

impl Default for Loudness {
    fn default() -> Self {
        Self { window: VecDeque::with_capacity(AUDIBLE_MS), peak: 0.0, background: FIRST_BACKGROUND_DBFS }
    }
}

impl Loudness {
    /// Takes a frame; returns one past its last sample that is loud enough, if any is.
    pub(super) fn push(&mut self, frame: &[f32]) -> Option<usize> {
        let mut loud_until = None;
        for (ms_idx, millisecond) in frame.chunks(MS).enumerate() {
            if self.window.len() == AUDIBLE_MS {
                self.window.pop_front();
            }
            let now = power(millisecond);
            self.window.push_back(now);
            let mean = self.mean();
            self.peak = self.peak.max(mean);
            let threshold = self.threshold();
            if now >= threshold && mean >= threshold {
                loud_until = Some(ms_idx * MS + millisecond.len());
            }
        }
        loud_until
    }

    /// Power of the last window.
    fn mean(&self) -> f32 {
        self.window.iter().sum::<f32>() / self.window.len().max(1) as f32
    }

    fn threshold(&self) -> f32 {
        let audible = power_at(AUDIBLE_DBFS).min(self.peak * UNDER_PEAK);
        audible.max(power_at(self.background + OVER_BACKGROUND_DB)).min(self.peak * SURELY_UNDER_PEAK)
    }

    /// Whether the voice stands far out of the background.
    pub(super) fn is_quiet(&self) -> bool {
        dbfs(self.peak) - self.background >= QUIET_DB
    }

    pub(super) fn forget_peak(&mut self) {
        self.peak = self.mean();
    }

    pub(super) fn learn_background(&mut self, probability: f32, frame: &[f32]) {
        if probability < BACKGROUND_PROBABILITY {
            self.background += (dbfs(power(frame)) - self.background) * BACKGROUND_PACE;
        }
    }
}
