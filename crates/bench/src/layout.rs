//! A long recording of many requests: each clip cut to its speech, one after the other, with room for an answer behind
//! each, and noise under all of it if wanted. One run of the product answers them all.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::sound::{self, Sound};

/// Silence in front of the first request, in seconds: what a detector needs to learn the background.
const LEAD_S: f64 = 1.5;
/// What is kept around the speech of a clip, in seconds: its own breath and room.
const AROUND_S: f64 = 0.15;

/// One request and its place.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) clip: PathBuf,
    /// Where it is spoken, in seconds.
    pub(crate) speech: Range<f64>,
    /// Where its answer must have ended, in seconds.
    pub(crate) until: f64,
}

/// The recording and the truth about it.
pub(crate) struct Layout {
    pub(crate) sound: Sound,
    pub(crate) slots: Vec<Slot>,
}

/// Noise and how many dB it lies below the speech.
pub(crate) struct Noise {
    pub(crate) sound: Sound,
    pub(crate) below_db: f64,
}

/// Lays out clips of one sample rate with `room` seconds behind each.
pub(crate) fn lay_out(clips: &[PathBuf], room: f64, noise: Option<&Noise>) -> Result<Layout> {
    let mut samples: Vec<f32> = Vec::new();
    let mut slots: Vec<Slot> = Vec::new();
    let mut rate = 0;
    for clip in clips {
        let sound = mono(clip)?;
        if rate == 0 {
            rate = sound.rate;
            samples.resize(sound.at_rate(LEAD_S), 0.0);
        }
        ensure!(sound.rate == rate, "{} has another sample rate than the clips before it", clip.display());
        let spoken = sound.first_audible(0).zip(sound.last_audible(usize::MAX));
        let (first, last) = spoken.with_context(|| format!("nobody speaks in {}", clip.display()))?;
        let around = sound.at_rate(AROUND_S);
        let (from, to) = (first.saturating_sub(around), (last + around).min(sound.samples.len()));
        let begin = samples.len() + (first - from);
        let mut voice = sound.samples[from..to].to_vec();
        if let Some(noise) = noise {
            // Each clip is brought to the same loudness, so that one noise lies as far below all of them.
            let gain = REFERENCE / sound.rms(first..last).max(1e-6);
            voice.iter_mut().for_each(|sample| *sample *= gain as f32);
            ensure!(noise.sound.rate == rate, "the noise has another sample rate than the clips");
        }
        samples.extend(voice);
        let time = |sample: usize| sample as f64 / f64::from(rate);
        let speech = time(begin)..time(begin + (last - first));
        samples.resize(begin + (last - first) + sound.at_rate(room), 0.0);
        slots.push(Slot { clip: clip.clone(), speech, until: time(samples.len()) });
    }
    if let Some(Noise { sound, below_db }) = noise {
        let gain = REFERENCE / 10.0_f64.powf(below_db / 20.0) / sound.rms(0..sound.samples.len()).max(1e-6);
        for (sample, noise) in samples.iter_mut().zip(sound.samples.iter().cycle()) {
            *sample = (*sample + noise * gain as f32).clamp(-1.0, 1.0);
        }
    }
    Ok(Layout { sound: Sound::new(rate.max(1), samples), slots })
}

/// Loudness (RMS) of speech under which noise is laid.
const REFERENCE: f64 = 0.06;

impl Sound {
    /// Seconds to samples, beyond the end too.
    fn at_rate(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.rate)).round() as usize
    }
}

/// The only channel of a file.
pub(crate) fn mono(path: &Path) -> Result<Sound> {
    let mut channels = sound::read(path)?;
    ensure!(channels.len() == 1, "{} is not mono", path.display());
    channels.pop().context("no channel")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::tests::{silence, tone};
    use crate::speech::write;

    #[test]
    fn each_clip_lies_where_the_truth_says_and_noise_lies_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let clip = |name: &str, seconds: f64| {
            let path = folder.path().join(name);
            let all = [silence(0.7, 8_000), tone(200.0, 0.4, seconds, 8_000), silence(0.9, 8_000)].concat();
            write(&path, &Sound::new(8_000, all)).unwrap();
            path
        };
        let clips = [clip("a.wav", 1.0), clip("b.wav", 0.5)];
        let layout = lay_out(&clips, 2.0, None).unwrap();
        for (slot, seconds) in layout.slots.iter().zip([1.0, 0.5]) {
            let from = layout.sound.at(slot.speech.start - 0.1);
            let first = layout.sound.time(layout.sound.first_audible(from).unwrap());
            assert!((first - slot.speech.start).abs() < 0.002, "{first} {slot:?}");
            assert!((slot.speech.end - slot.speech.start - seconds).abs() < 0.002, "{slot:?}");
            assert!((slot.until - slot.speech.end - 2.0).abs() < 0.002);
        }
        let hum = Noise { sound: Sound::new(8_000, tone(90.0, 0.5, 0.3, 8_000)), below_db: 10.0 };
        let noisy = lay_out(&clips, 2.0, Some(&hum)).unwrap().sound;
        let background = noisy.rms(0..8_000);
        assert!((20.0 * (REFERENCE / background).log10() - 10.0).abs() < 0.5, "{background}");
    }
}
