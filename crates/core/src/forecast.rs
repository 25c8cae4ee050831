//! How long until the continuation will sound: learned from each answer, kept between runs, and turned into the
//! length of the opener that covers the wait.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How fast the estimates follow: a fifth of the difference an answer, so that five answers settle them.
const STEP: f64 = 0.2;
/// A gap that a person would leave anyway (Stivers et al. 2009: about 240 ms); no opener is worth less.
const HUMAN_GAP: f64 = 0.24;
/// Seconds that a word of an opener takes when spoken, as measured on Segue's voice.
const WORD: f64 = 0.30;

/// A smoothed median and spread of waits, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    median: f64,
    spread: f64,
    answers: u32,
}

/// What to do with the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The cloud is there before an opener would help.
    NoOpener,
    /// Open with at most this many words.
    Open {
        /// Most words.
        max_words: usize,
    },
}

impl Forecast {
    /// Takes note of a wait between the opener's completion and the first sound of a continuation that could have
    /// followed it.
    pub fn learn(&mut self, wait: Duration) {
        let wait = wait.as_secs_f64().min(60.0);
        if self.answers == 0 {
            (self.median, self.spread) = (wait, wait / 4.0);
        } else {
            let off = wait - self.median;
            // A step towards the new value, bounded by the spread, follows the median and not the outliers.
            self.median += STEP * off.clamp(-4.0 * self.spread - 0.05, 4.0 * self.spread + 0.05);
            self.spread += STEP * (off.abs() - self.spread);
        }
        self.answers = self.answers.saturating_add(1);
    }

    /// The wait to plan for: usually not exceeded. `None` before the first answer.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        (self.answers > 0).then(|| Duration::from_secs_f64((self.median + self.spread).clamp(0.0, 60.0)))
    }

    /// How to open, between `min` and `max` words.
    #[must_use]
    pub fn plan(&self, min: usize, max: usize) -> Plan {
        match self.wait() {
            None => Plan::Open { max_words: max },
            Some(wait) if wait.as_secs_f64() < HUMAN_GAP => Plan::NoOpener,
            Some(wait) => {
                let words = (wait.as_secs_f64() / WORD).ceil() as usize;
                Plan::Open { max_words: words.clamp(min, max) }
            }
        }
    }

    /// Whether numbers read from a file can be trusted: finite and not negative.
    #[must_use]
    pub fn is_sane(&self) -> bool {
        let sane = |seconds: f64| seconds.is_finite() && (0.0..=60.0).contains(&seconds);
        sane(self.median) && sane(self.spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(waits: &[f64]) -> Forecast {
        let mut forecast = Forecast::default();
        for wait in waits {
            forecast.learn(Duration::from_secs_f64(*wait));
        }
        forecast
    }

    #[test]
    fn the_opener_covers_the_wait() {
        assert_eq!(Forecast::default().plan(4, 8), Plan::Open { max_words: 8 });
        assert_eq!(after(&[0.1; 8]).plan(4, 8), Plan::NoOpener);
        assert_eq!(after(&[0.6; 8]).plan(4, 8), Plan::Open { max_words: 4 });
        assert_eq!(after(&[1.5; 8]).plan(4, 8), Plan::Open { max_words: 6 });
        assert_eq!(after(&[4.0; 8]).plan(4, 8), Plan::Open { max_words: 8 });
    }

    #[test]
    fn one_slow_answer_does_not_change_the_plan_for_long() {
        let mut forecast = after(&[0.6; 20]);
        let before = forecast.wait().expect("known");
        forecast.learn(Duration::from_secs(30));
        for _ in 0..15 {
            forecast.learn(Duration::from_millis(600));
        }
        let after = forecast.wait().expect("known");
        assert!(after < before + Duration::from_millis(450), "{before:?} {after:?}");
    }

    #[test]
    fn rubbish_from_a_file_is_recognised() {
        for (median, spread) in [(f64::NAN, 0.0), (-1.0, 0.0), (0.0, f64::INFINITY)] {
            assert!(!Forecast { median, spread, answers: 1 }.is_sane());
        }
    }
}
