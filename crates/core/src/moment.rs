//! Time and names of things that outlive their cause. The core never asks a clock: it is told.

use serde::Serialize;
use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment of a session: microseconds since its start. The audio edge makes it from sample positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Moment(u64);

impl Moment {
    /// The moment `samples` after the start, on a clock that counts `rate` samples a second (`rate` > 0).
    #[must_use]
    pub fn from_samples(samples: u64, rate: u32) -> Self {
        Self((u128::from(samples) * 1_000_000 / u128::from(rate.max(1))) as u64)
    }

    /// How many samples of a clock with `rate` Hz have passed at this moment.
    #[must_use]
    pub fn to_samples(self, rate: u32) -> u64 {
        (u128::from(self.0) * u128::from(rate) / 1_000_000) as u64
    }

    /// Time since the session's start.
    #[must_use]
    pub fn since_start(self) -> Duration {
        Duration::from_micros(self.0)
    }

    /// Milliseconds from `earlier` to this moment; negative when this one comes first.
    #[must_use]
    pub fn ms_since(self, earlier: Moment) -> f64 {
        (self.0 as f64 - earlier.0 as f64) / 1000.0
    }
}

impl From<Duration> for Moment {
    fn from(since_start: Duration) -> Self {
        Self(since_start.as_micros() as u64)
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;
    fn add(self, later: Duration) -> Moment {
        Moment(self.0.saturating_add(later.as_micros() as u64))
    }
}

impl Sub<Duration> for Moment {
    type Output = Moment;
    fn sub(self, before: Duration) -> Moment {
        Moment(self.0.saturating_sub(before.as_micros() as u64))
    }
}

/// Names one turn of a session. Later turns have larger ids; results of a turn that is over are dropped by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TurnId(pub u64);

/// Names one clip of a turn: 0 is the first that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ClipId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_moments_agree() {
        for samples in [0, 1, 22_050, 22_050 * 3600, 12_345_678] {
            let moment = Moment::from_samples(samples, 22_050);
            assert!(samples - moment.to_samples(22_050) <= 1);
        }
        assert!((Moment::from_samples(22_050, 22_050).ms_since(Moment::default()) - 1000.0).abs() < 1e-9);
    }

    #[test]
    fn the_past_is_negative() {
        let early = Moment::from(Duration::from_millis(5));
        assert!((Moment::default().ms_since(early) + 5.0).abs() < 1e-9);
    }
}
