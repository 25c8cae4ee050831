//! From what the model showed while it wrote to the probability that the opener is good: a logistic map, fitted on
//! requests that were kept back for it (`cargo xtask eval opener --calibrate`).

use serde::{Deserialize, Serialize};

/// What shows how sure the model is, after some words or at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signs {
    /// Mean log-probability of the tokens, before anything was forbidden.
    pub mean: f32,
    /// Log-probability of the least probable token.
    pub least: f32,
    /// Tokens a word of the request: many for noise, names and other languages.
    pub pieces: f32,
    /// Logarithm of the number of words of the request: fragments are short.
    pub heard: f32,
}

impl Signs {
    /// How many signs there are.
    pub const COUNT: usize = 4;

    /// As a vector, in the order of [`Weights::of`].
    #[must_use]
    pub fn values(&self) -> [f32; Self::COUNT] {
        [self.mean, self.least, self.pieces, self.heard]
    }
}

/// One logistic map.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Log-odds when all signs are 0.
    pub bias: f32,
    /// Log-odds that each sign adds, in the order of [`Signs::values`].
    pub of: [f32; Signs::COUNT],
}

impl Weights {
    /// The probability that these signs stand for a good opener.
    #[must_use]
    pub fn probability(&self, signs: &Signs) -> f32 {
        let odds: f32 = self.bias + self.of.iter().zip(signs.values()).map(|(w, v)| w * v).sum::<f32>();
        1.0 / (1.0 + (-odds).exp())
    }
}

/// What `calibration.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Probability of being good below which an opener is not said.
    pub trust: f32,
    /// Probability, after a few words, from which an opener is said while it is still written.
    pub commit: f32,
    /// For the whole opener.
    pub whole: Weights,
    /// For the first word, the first two words, and so on.
    pub early: Vec<Weights>,
}

impl Calibration {
    /// Reads `calibration.json`.
    ///
    /// # Errors
    /// A sentence, when it is not of this form or holds a number that is none.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let this: Self = serde_json::from_slice(json).map_err(|e| format!("calibration.json: {e}"))?;
        let weights = this.early.iter().chain([&this.whole]).flat_map(|w| w.of.into_iter().chain([w.bias]));
        if weights.chain([this.trust, this.commit]).all(f32::is_finite) {
            Ok(this)
        } else {
            Err("calibration.json holds a number that is not finite".to_string())
        }
    }

    /// Whether an opener of which `words` words are written can be relied on already.
    pub(super) fn is_sure(&self, words: usize, signs: &Signs) -> bool {
        let weights = words.checked_sub(1).and_then(|index| self.early.get(index));
        weights.is_some_and(|weights| weights.probability(signs) >= self.commit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = r#"{"trust": 0.5, "commit": 0.9, "whole": {"bias": 2.0, "of": [1.0, 0.5, -1.0, 0.0]},
        "early": [{"bias": 0.0, "of": [1.0, 0.0, 0.0, 0.0]}]}"#;

    #[test]
    fn surer_tokens_make_a_surer_opener() {
        let calibration = Calibration::parse(GIVEN.as_bytes()).expect("whole");
        let at = |mean: f32| calibration.whole.probability(&Signs { mean, ..Signs::default() });
        assert!(at(-0.1) > at(-1.0) && at(-1.0) > at(-5.0));
        assert!((at(-2.0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn only_the_first_words_are_judged_early() {
        let calibration = Calibration::parse(GIVEN.as_bytes()).expect("whole");
        let sure = Signs { mean: 3.0, ..Signs::default() };
        assert!(calibration.is_sure(1, &sure));
        assert!(!calibration.is_sure(1, &Signs::default()));
        assert!(!calibration.is_sure(0, &sure) && !calibration.is_sure(2, &sure));
    }

    #[test]
    fn a_broken_file_is_a_sentence() {
        assert!(Calibration::parse(b"{}").is_err());
        assert!(Calibration::parse(GIVEN.replace("0.9", "1e39").as_bytes()).is_err());
    }
}
