//! A talk on two channels and one clock: left what the user said, right what the mouth played.

use std::num::NonZeroU32;
use std::path::Path;

use crate::resample::{Resampler, UnsupportedRate};
use crate::wav::{self, LONGEST_S, WavError};

/// Collects both channels at the mouth's rate, 16 bits, at most 30 minutes (what comes later is not kept).
///
/// Position 0 of both is the same moment. Each channel may be given in any pieces, and one may run ahead of the
/// other; holes are silence, and what was already told is not told again.
pub struct Recorder {
    rate: NonZeroU32,
    /// From the user's rate to `rate`.
    resampler: Resampler,
    /// Samples of the user's that were taken, at the user's rate.
    n_said: u64,
    /// One resampled block, reused.
    resampled: Vec<f32>,
    said: Vec<i16>,
    played: Vec<i16>,
}

impl Recorder {
    /// For a user heard at `user_rate` and a mouth of `rate`.
    pub fn new(user_rate: NonZeroU32, rate: NonZeroU32) -> Result<Self, UnsupportedRate> {
        Ok(Self {
            rate,
            resampler: Resampler::new(user_rate, rate)?,
            n_said: 0,
            resampled: Vec::new(),
            said: Vec::new(),
            played: Vec::new(),
        })
    }

    /// The user's sound from `position` on, in samples at the user's rate.
    pub fn said(&mut self, position: u64, block: &[f32]) {
        let silence = [0.0; 1024];
        while self.n_said < position && self.said.len() < self.limit() {
            let n_now = (position - self.n_said).min(silence.len() as u64) as usize;
            self.add_said(&silence[..n_now]);
        }
        let n_known = (self.n_said.saturating_sub(position) as usize).min(block.len());
        self.add_said(&block[n_known..]);
    }

    /// The mouth's sound from `position` on, in samples at the mouth's rate.
    pub fn played(&mut self, position: u64, block: &[f32]) {
        let limit = self.limit();
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(limit);
        if self.played.len() < position {
            self.played.resize(position, 0);
        }
        let n_known = (self.played.len() - position).min(block.len());
        let n_room = limit - self.played.len();
        self.played.extend(block[n_known..].iter().take(n_room).map(|&sample| wav::to_16_bits(sample)));
    }

    /// Writes what was collected so far as a stereo WAV; the shorter channel is filled up with silence.
    pub fn write(&self, path: &Path) -> Result<(), WavError> {
        wav::write_stereo(path, &self.said, &self.played, self.rate)
    }

    /// Lets the resampler's last few milliseconds through. Call it once, when the user is not listened to any more.
    pub fn finish(&mut self) {
        self.resampled.clear();
        self.resampler.finish(&mut self.resampled);
        self.keep_said();
    }

    /// Both channels so far: what was said, what was played, at the mouth's rate.
    #[must_use]
    pub fn channels(&self) -> (&[i16], &[i16]) {
        (&self.said, &self.played)
    }

    fn add_said(&mut self, block: &[f32]) {
        self.n_said += block.len() as u64;
        self.resampled.clear();
        self.resampler.push(block, &mut self.resampled);
        self.keep_said();
    }

    fn keep_said(&mut self) {
        let n_room = self.limit() - self.said.len();
        self.said.extend(self.resampled.iter().take(n_room).map(|&sample| wav::to_16_bits(sample)));
    }

    /// Most samples a channel keeps.
    fn limit(&self) -> usize {
        LONGEST_S as usize * self.rate.get() as usize
    }
}
