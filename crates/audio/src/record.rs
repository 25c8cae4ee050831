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

#[cfg(test)]
mod tests {
    use super::*;

    fn hz(rate: u32) -> NonZeroU32 {
        NonZeroU32::new(rate).unwrap()
    }

    #[test]
    fn both_channels_share_a_clock_and_holes_are_silence() {
        let mut recorder = Recorder::new(hz(8_000), hz(8_000)).unwrap();
        recorder.said(0, &[0.5; 4]);
        recorder.said(6, &[0.25; 2]);
        recorder.played(3, &[-0.5; 2]);
        recorder.played(4, &[0.125; 3]);
        recorder.finish();
        let (half, quarter, eighth) = (16_384, 8_192, 4_096);
        let (said, played) = recorder.channels();
        assert_eq!(said, [half, half, half, half, 0, 0, quarter, quarter]);
        assert_eq!(played, [0, 0, 0, -half, -half, eighth, eighth], "what was told before stays");
    }

    #[test]
    fn the_user_is_resampled_to_the_mouth() {
        let mut recorder = Recorder::new(hz(16_000), hz(22_050)).unwrap();
        let mut samples = vec![0.0; 32_000];
        for (i, sample) in samples.iter_mut().enumerate().skip(16_000) {
            *sample = 0.5 * (i as f32 * 0.2).sin();
        }
        for (block_idx, block) in samples.chunks(160).enumerate() {
            recorder.said(160 * block_idx as u64, block);
        }
        recorder.finish();
        let (said, _) = recorder.channels();
        assert_eq!(said.len(), 44_100);
        let said: Vec<f32> = said.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
        let first = crate::first_sound(&said, hz(22_050)).unwrap();
        assert!(first.abs_diff(22_050) <= 22, "within a millisecond: {first}");
    }

    #[test]
    fn memory_is_bounded() {
        let mut recorder = Recorder::new(hz(8_000), hz(8_000)).unwrap();
        recorder.played(u64::MAX, &[0.5; 10]);
        recorder.said(u64::MAX - 10, &[0.5; 10]);
        let (said, played) = recorder.channels();
        assert_eq!((said.len(), played.len()), (30 * 60 * 8_000, 30 * 60 * 8_000));
    }

    #[test]
    fn the_file_has_the_user_left_and_the_mouth_right() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.wav");
        let mut recorder = Recorder::new(hz(8_000), hz(8_000)).unwrap();
        recorder.said(0, &[0.5; 2]);
        recorder.played(0, &[-0.5; 3]);
        recorder.write(&path).unwrap();
        let mut wav = hound::WavReader::open(&path).unwrap();
        assert_eq!((wav.spec().channels, wav.spec().sample_rate), (2, 8_000));
        let samples: Vec<i16> = wav.samples().map(Result::unwrap).collect();
        assert_eq!(samples, [16_384, -16_384, 16_384, -16_384, 0, -16_384]);
    }
}
