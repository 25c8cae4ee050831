//! A recording that comes in at the pace of speech, as from a microphone. Behind it comes silence.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use super::Microphone;
use crate::hear::SILENCE;

/// The recording.
pub struct Paced {
    samples: Vec<f32>,
    rate: NonZeroU32,
    /// When its first sample sounded: at the first call.
    began: Option<Instant>,
    taken: usize,
}

impl Paced {
    /// Begins when it is first listened to.
    #[must_use]
    pub fn new(mut samples: Vec<f32>, rate: NonZeroU32) -> Self {
        let silence = (SILENCE.as_secs_f64() * f64::from(rate.get())) as usize;
        samples.resize(samples.len() + silence, 0.0);
        Self { samples, rate, began: None, taken: 0 }
    }
}

impl Microphone for Paced {
    fn rate(&self) -> NonZeroU32 {
        self.rate
    }

    fn take(&mut self, into: &mut Vec<f32>) -> bool {
        let elapsed = self.began.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
        let due = ((elapsed * f64::from(self.rate.get())) as usize).min(self.samples.len());
        into.extend(&self.samples[self.taken..due]);
        self.taken = due;
        due < self.samples.len()
    }

    fn delay(&self) -> Duration {
        Duration::ZERO
    }
}
