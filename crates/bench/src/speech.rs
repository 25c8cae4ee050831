//! Test speech: `speech/requests.txt` spoken by voices of Debian that are not Segue's own, with pauses where the text
//! asks for them, and the truth about every clip. The same seed gives the same clips.

mod script;
mod voices;

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::sound::Sound;
use script::{Part, Pause};

/// The requests.
const REQUESTS: &str = include_str!("../speech/requests.txt");
/// Silence around a request, in seconds: before it and behind it.
const AROUND_S: (f64, f64) = (0.5, 0.5);
/// Shortest and longest pause inside a request, in ms.
const PAUSE_MS: (u64, u64) = (300, 1000);
/// What is written beside the clips.
pub(crate) const TRUTH: &str = "truth.json";

/// What is true about a clip. Times in seconds from its first sample.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Truth {
    /// File name.
    pub(crate) clip: String,
    /// The part of the world that the request is from.
    pub(crate) domain: String,
    /// Which voice spoke it.
    pub(crate) voice: String,
    /// The whole request, without hesitations.
    pub(crate) request: String,
    /// First and last audible sample.
    pub(crate) begin: f64,
    pub(crate) end: f64,
    /// The pauses inside.
    pub(crate) pauses: Vec<PauseTruth>,
}

/// A pause inside a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PauseTruth {
    pub(crate) begin: f64,
    pub(crate) end: f64,
    /// Whether the words before it could be the whole request.
    pub(crate) complete: bool,
}

/// A small generator of numbers (xorshift): the same on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        least + self.0 % (most - least + 1)
    }
}

/// Speaks all requests into `folder`.
pub(crate) fn make(folder: &Path, seed: u64) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    let requests = script::read(REQUESTS)?;
    let voices = voices::all();
    let mut truths = Vec::new();
    for (index, request) in requests.iter().enumerate() {
        let mut dice = Dice::new(seed + index as u64);
        let voice = &voices[index % voices.len()];
        let clip = format!("{index:03}-{}.wav", voice.name);
        let mut parts = Vec::new();
        for part in request.spoken(&mut dice) {
            let text = part.words.join(" ");
            let sound = voice.speak(&text, folder).with_context(|| format!("{} says {text:?}", voice.name))?;
            parts.push((trimmed(&sound).with_context(|| format!("{} is silent on {text:?}", voice.name))?, part));
        }
        let (sound, begin, end, pauses) = joined(&parts, &mut dice);
        write(&folder.join(&clip), &sound)?;
        let voice = voice.name.to_string();
        truths.push(Truth {
            clip,
            domain: request.domain.clone(),
            voice,
            request: request.words(),
            begin,
            end,
            pauses,
        });
    }
    let path = folder.join(TRUTH);
    std::fs::write(&path, serde_json::to_string_pretty(&truths)?).with_context(|| format!("{}", path.display()))?;
    println!("{} clips in {}", truths.len(), folder.display());
    Ok(())
}

/// The part of a sound that can be heard.
fn trimmed(sound: &Sound) -> Option<Sound> {
    let (from, to) = sound.first_audible(0).zip(sound.last_audible(usize::MAX))?;
    Some(Sound::new(sound.rate, sound.samples[from..to].to_vec()))
}

/// Parts with their pauses between them, and the truth about them.
fn joined(parts: &[(Sound, Part)], dice: &mut Dice) -> (Sound, f64, f64, Vec<PauseTruth>) {
    let rate = parts.first().map_or(16_000, |(sound, _)| sound.rate);
    let silence = |seconds: f64| vec![0.0; (seconds * f64::from(rate)) as usize];
    let mut samples = silence(AROUND_S.0);
    let mut pauses = Vec::new();
    for (sound, part) in parts {
        samples.extend(&sound.samples);
        if let Some(pause) = part.pause {
            let begin = samples.len() as f64 / f64::from(rate);
            samples.extend(silence(dice.between(PAUSE_MS.0, PAUSE_MS.1) as f64 / 1000.0));
            let end = samples.len() as f64 / f64::from(rate);
            pauses.push(PauseTruth { begin, end, complete: pause == Pause::Complete });
        }
    }
    let end = samples.len() as f64 / f64::from(rate);
    samples.extend(silence(AROUND_S.1));
    (Sound::new(rate, samples), AROUND_S.0, end, pauses)
}

/// Writes mono sound, 16 bits.
pub(crate) fn write(path: &Path, sound: &Sound) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sound.rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).with_context(|| format!("{}", path.display()))?;
    for sample in &sound.samples {
        wav.write_sample((sample * 32_767.0).clamp(-32_768.0, 32_767.0) as i16)?;
    }
    wav.finalize()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::tests::tone;

    #[test]
    fn the_truth_is_where_the_pauses_are() {
        let part = |pause| Part { words: vec!["set".into()], pause };
        let word = || Sound::new(16_000, tone(150.0, 0.3, 0.4, 16_000));
        let parts = [(word(), part(Some(Pause::Incomplete))), (word(), part(None))];
        let (sound, begin, end, pauses) = joined(&parts, &mut Dice::new(1));
        let phrases = sound.phrases(0.2);
        assert_eq!(phrases.len(), 2);
        assert!((sound.time(phrases[0].start) - begin).abs() < 0.002);
        assert!((sound.time(phrases[0].end) - pauses[0].begin).abs() < 0.002);
        assert!((sound.time(phrases[1].start) - pauses[0].end).abs() < 0.002);
        assert!((sound.time(phrases[1].end) - end).abs() < 0.002);
        let pause = pauses[0].end - pauses[0].begin;
        assert!((0.3..=1.0).contains(&pause) && !pauses[0].complete);
    }

    #[test]
    fn the_same_seed_rolls_the_same() {
        let roll = |seed| {
            let mut dice = Dice::new(seed);
            [(); 20].map(|()| dice.between(300, 1000))
        };
        assert_eq!(roll(7), roll(7));
        assert_ne!(roll(7), roll(8));
        assert!(roll(7).iter().all(|n| (300..=1000).contains(n)));
    }
}
