//! A Piper voice's `.onnx.json`: what the numbers of its phonemes are and how it wants to be asked.

use std::collections::HashMap;
use std::num::NonZeroU32;

use serde::Deserialize;

/// The file does not describe a voice that can be spoken with here.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not JSON of the expected form.
    #[error("the voice's description cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It is a voice of another kind.
    #[error("the voice's description {0}")]
    Unfit(&'static str),
}

/// What a voice is.
#[derive(Clone, Debug)]
pub struct VoiceConfig {
    /// Sample rate of its sound, in Hz.
    pub sample_rate: NonZeroU32,
    /// The espeak-ng voice that makes its phonemes, for example `en-us`.
    pub espeak: String,
    /// Noise, speed and rhythm, in the order in which the encoder takes them.
    pub scales: Scales,
    /// How many speakers it has; one unless it says otherwise.
    pub speakers: u32,
    /// The ids of its phonemes.
    pub ids: PhonemeIds,
}

/// The three numbers that Piper's encoder is asked with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// How much the sound varies; 0 is the same each time.
    pub noise: f32,
    /// How long sounds are; 2 is half as fast.
    pub length: f32,
    /// How much the rhythm varies; 0 is the same each time.
    pub rhythm: f32,
}

/// Which ids stand for which phoneme.
#[derive(Clone, Debug)]
pub struct PhonemeIds {
    map: HashMap<char, Vec<i64>>,
    start: i64,
    end: i64,
    pad: i64,
}

impl VoiceConfig {
    /// Reads the description in `json`.
    pub fn read(json: &str) -> Result<Self, ConfigError> {
        let raw: Raw = serde_json::from_str(json)?;
        if raw.phoneme_type.is_some_and(|kind| kind != "espeak") {
            return Err(ConfigError::Unfit("asks for phonemes that espeak-ng does not make"));
        }
        let scales = Scales {
            noise: raw.inference.noise_scale.unwrap_or(0.667),
            length: raw.inference.length_scale.unwrap_or(1.0),
            rhythm: raw.inference.noise_w.unwrap_or(0.8),
        };
        let fits = |scale: f32| (0.0..=100.0).contains(&scale);
        if !fits(scales.noise) || !fits(scales.rhythm) || !(0.05..=20.0).contains(&scales.length) {
            return Err(ConfigError::Unfit("has scales that make no speech"));
        }
        Ok(Self {
            sample_rate: raw.audio.sample_rate,
            espeak: raw.espeak.voice,
            scales,
            speakers: raw.num_speakers.unwrap_or(1).max(1),
            ids: PhonemeIds::new(raw.phoneme_id_map)?,
        })
    }
}

impl PhonemeIds {
    fn new(raw: HashMap<String, Vec<i64>>) -> Result<Self, ConfigError> {
        let mut map = HashMap::new();
        for (phoneme, ids) in raw {
            let mut symbols = phoneme.chars();
            if let (Some(symbol), None) = (symbols.next(), symbols.next()) {
                map.insert(symbol, ids);
            }
        }
        let mut special = |symbol| match map.remove(&symbol).as_deref() {
            Some(&[id]) => Ok(id),
            _ => Err(ConfigError::Unfit("lacks the ids for start, end and pad")),
        };
        Ok(Self { start: special('^')?, end: special('$')?, pad: special('_')?, map })
    }

    /// The ids for `phonemes` as Piper was trained on them: start, then each phoneme with a pad after it, then end.
    /// With them, for each phoneme, which ids are its own (empty when the voice does not know it).
    #[must_use]
    pub fn encode(&self, phonemes: &[char]) -> (Vec<i64>, Vec<std::ops::Range<usize>>) {
        let mut ids = vec![self.start, self.pad];
        let mut places = Vec::with_capacity(phonemes.len());
        for phoneme in phonemes {
            let first = ids.len();
            if let Some(known) = self.map.get(phoneme) {
                ids.extend(known);
                ids.push(self.pad);
            }
            places.push(first..ids.len());
        }
        ids.push(self.end);
        (ids, places)
    }
}

#[derive(Deserialize)]
struct Raw {
    audio: RawAudio,
    espeak: RawEspeak,
    #[serde(default)]
    inference: RawInference,
    phoneme_type: Option<String>,
    num_speakers: Option<u32>,
    phoneme_id_map: HashMap<String, Vec<i64>>,
}

#[derive(Deserialize)]
struct RawAudio {
    sample_rate: NonZeroU32,
}

#[derive(Deserialize)]
struct RawEspeak {
    voice: String,
}

#[derive(Default, Deserialize)]
struct RawInference {
    noise_scale: Option<f32>,
    length_scale: Option<f32>,
    noise_w: Option<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOE: &str = r#"{
        "audio": {"sample_rate": 16000, "quality": "low"}, "espeak": {"voice": "en-us"}, "num_speakers": 3,
        "inference": {"noise_scale": 0.5, "length_scale": 1, "noise_w": 0.8}, "phoneme_type": "espeak",
        "phoneme_id_map": {"_": [0], "^": [1], "$": [2], " ": [3], "a": [14], "b": [15, 16], "aː": [9]}
    }"#;

    #[test]
    fn ids_stand_with_a_pad_after_each_phoneme() {
        let config = VoiceConfig::read(JOE).unwrap();
        assert_eq!((config.sample_rate.get(), config.speakers), (16_000, 3));
        assert_eq!(config.scales, Scales { noise: 0.5, length: 1.0, rhythm: 0.8 });
        let (ids, places) = config.ids.encode(&['a', '?', 'b', ' ']);
        assert_eq!(ids, [1, 0, 14, 0, 15, 16, 0, 3, 0, 2]);
        assert_eq!(places, [2..4, 4..4, 4..7, 7..9]);
    }

    #[test]
    fn voices_of_another_kind_are_refused() {
        for (from, to) in [
            ("\"phoneme_type\": \"espeak\"", "\"phoneme_type\": \"text\""),
            ("\"$\": [2],", ""),
            ("16000", "0"),
            ("\"length_scale\": 1", "\"length_scale\": 0"),
            ("\"length_scale\": 1", "\"length_scale\": 1e30"),
        ] {
            let broken = JOE.replace(from, to);
            assert_ne!(broken, JOE);
            assert!(VoiceConfig::read(&broken).is_err(), "{broken}");
        }
    }
}
