//! One channel of sound as the meter sees it: exact integers, running sums, and where it can be heard.
//!
//! This is not the product's own `segue_audio::level`: windows move by single samples, not by milliseconds, and the
//! edge inside a window is found by amplitude, not by power.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// What can be heard: -40 dB below full scale, as an amplitude (RMS) of 1.0.
pub(crate) const AUDIBLE: f64 = 0.01;
/// How long it must last, in seconds.
const WINDOW_S: f64 = 0.02;
/// Longest recording that is read, in seconds.
const LONGEST_S: u32 = 3600;

/// Mono sound.
#[derive(Clone, Debug)]
pub(crate) struct Sound {
    /// Samples a second.
    pub(crate) rate: u32,
    /// -1 to 1.
    pub(crate) samples: Vec<f32>,
    /// Sum of squares of all samples before each position; one longer than `samples`.
    energy: Vec<f64>,
}

impl Sound {
    pub(crate) fn new(rate: u32, samples: Vec<f32>) -> Self {
        let mut energy = Vec::with_capacity(samples.len() + 1);
        let mut sum = 0.0;
        energy.push(sum);
        energy.extend(samples.iter().map(|&sample| {
            sum += f64::from(sample) * f64::from(sample);
            sum
        }));
        Self { rate, samples, energy }
    }

    /// Length in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate)
    }

    /// The sample at a time, inside the recording.
    pub(crate) fn at(&self, seconds: f64) -> usize {
        ((seconds.max(0.0) * f64::from(self.rate)).round() as usize).min(self.samples.len())
    }

    /// When a sample sounds, in seconds.
    pub(crate) fn time(&self, sample: usize) -> f64 {
        sample as f64 / f64::from(self.rate)
    }

    /// RMS of a stretch; 0 for an empty one.
    pub(crate) fn rms(&self, stretch: Range<usize>) -> f64 {
        let end = stretch.end.min(self.samples.len());
        let start = stretch.start.min(end);
        if start == end {
            return 0.0;
        }
        ((self.energy[end] - self.energy[start]).max(0.0) / (end - start) as f64).sqrt()
    }

    fn window(&self) -> usize {
        ((f64::from(self.rate) * WINDOW_S) as usize).max(1)
    }

    /// First sample that can be heard, from sample `from` on: in the first 20 ms above -40 dBFS, the first sample of
    /// that amplitude. (The window alone would begin up to 20 ms before a loud onset.)
    pub(crate) fn first_audible(&self, from: usize) -> Option<usize> {
        let window = self.window();
        let last = self.samples.len().checked_sub(window)?;
        let start = (from..=last).find(|&start| self.rms(start..start + window) >= AUDIBLE)?;
        self.loud_in(start..start + window).next().or(Some(start))
    }

    /// One past the last sample that can be heard before sample `until`.
    pub(crate) fn last_audible(&self, until: usize) -> Option<usize> {
        let window = self.window();
        let end = (window..=until.min(self.samples.len())).rev().find(|&end| self.rms(end - window..end) >= AUDIBLE)?;
        self.loud_in(end - window..end).next_back().map(|sample| sample + 1).or(Some(end))
    }

    /// Samples of a stretch at least as large as what can be heard.
    fn loud_in(&self, stretch: Range<usize>) -> impl DoubleEndedIterator<Item = usize> {
        let loud = |&sample: &usize| f64::from(self.samples[sample].abs()) >= AUDIBLE;
        stretch.filter(loud)
    }

    /// Stretches that can be heard, with silences of at least `silence` seconds between them.
    pub(crate) fn phrases(&self, silence: f64) -> Vec<Range<usize>> {
        let window = self.window();
        let apart = self.at(silence).max(1);
        let mut phrases: Vec<Range<usize>> = Vec::new();
        let mut from = 0;
        while let Some(first) = self.first_audible(from) {
            // The sound goes on while windows that touch its end are loud.
            let mut end = first + 1;
            while end < self.samples.len() {
                let next = (end + window).min(self.samples.len());
                if self.rms(next.saturating_sub(window)..next) < AUDIBLE {
                    break;
                }
                end = next;
            }
            let end = self.last_audible((end + window).min(self.samples.len())).unwrap_or(end).max(first + 1);
            match phrases.last_mut() {
                Some(last) if first.saturating_sub(last.end) < apart => last.end = end.max(last.end),
                _ => phrases.push(first..end),
            }
            from = end;
        }
        phrases
    }
}

/// Reads all channels of a WAV, integers or floats.
pub(crate) fn read(path: &Path) -> Result<Vec<Sound>> {
    let mut wav = hound::WavReader::open(path).with_context(|| format!("{}", path.display()))?;
    let spec = wav.spec();
    if wav.duration() / spec.sample_rate.max(1) > LONGEST_S {
        bail!("{} is longer than an hour", path.display());
    }
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => wav.samples::<f32>().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let full = 2.0_f64.powi(i32::from(spec.bits_per_sample) - 1);
            let integers = wav.samples::<i32>();
            integers.map(|sample| sample.map(|sample| (f64::from(sample) / full) as f32)).collect::<Result<_, _>>()?
        }
    };
    let channels = usize::from(spec.channels).max(1);
    let channel = |index: usize| samples.iter().skip(index).step_by(channels).copied().collect();
    Ok((0..channels).map(|index| Sound::new(spec.sample_rate, channel(index))).collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn tone(hertz: f64, amplitude: f64, seconds: f64, rate: u32) -> Vec<f32> {
        let n_samples = (seconds * f64::from(rate)) as usize;
        let phase = |i: usize| std::f64::consts::TAU * hertz * i as f64 / f64::from(rate);
        (0..n_samples).map(|i| (amplitude * phase(i).sin()) as f32).collect()
    }

    pub(crate) fn silence(seconds: f64, rate: u32) -> Vec<f32> {
        vec![0.0; (seconds * f64::from(rate)) as usize]
    }

    #[test]
    fn the_edges_of_a_sound_are_exact_to_a_millisecond() {
        let rate = 22_050;
        let sound = Sound::new(rate, [silence(0.5, rate), tone(200.0, 0.5, 0.3, rate), silence(0.4, rate)].concat());
        let first = sound.time(sound.first_audible(0).unwrap());
        let last = sound.time(sound.last_audible(usize::MAX).unwrap());
        assert!((first - 0.5).abs() < 0.001, "{first}");
        assert!((last - 0.8).abs() < 0.001, "{last}");
    }

    #[test]
    fn what_is_softer_than_minus_40_decibels_or_a_click_is_not_heard() {
        let rate = 16_000;
        assert_eq!(Sound::new(rate, tone(200.0, 0.012, 1.0, rate)).first_audible(0), None);
        let mut click = silence(1.0, rate);
        click[8000] = 0.15;
        assert_eq!(Sound::new(rate, click).first_audible(0), None);
        assert_eq!(Sound::new(rate, Vec::new()).first_audible(0), None);
    }

    #[test]
    fn phrases_are_apart_by_the_silence_asked_for() {
        let rate = 16_000;
        let word = tone(150.0, 0.3, 0.2, rate);
        let sound = [word.clone(), silence(0.1, rate), word.clone(), silence(0.4, rate), word].concat();
        let sound = Sound::new(rate, sound);
        let phrases = sound.phrases(0.2);
        assert_eq!(phrases.len(), 2);
        assert!(phrases[0].end.abs_diff(8_000) < 20 && phrases[1].start.abs_diff(14_400) < 20, "{phrases:?}");
        assert_eq!(sound.phrases(0.05).len(), 3);
    }

    #[test]
    fn channels_of_a_file_come_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(&path, spec).unwrap();
        for sample in [16_384_i16, -16_384, 0, 8_192] {
            wav.write_sample(sample).unwrap();
        }
        wav.finalize().unwrap();
        let channels = read(&path).unwrap();
        assert_eq!(channels[0].samples, [0.5, 0.0]);
        assert_eq!(channels[1].samples, [-0.5, 0.25]);
    }
}
