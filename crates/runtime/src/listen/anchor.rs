//! When the first sample of a stream was heard, from when its blocks arrive.
//!
//! Blocks come late by a time that changes, never early, so the earliest one is nearest to the truth. A device's clock
//! drifts against ours, so what was learned is forgotten slowly.

use std::time::Duration;

/// How fast the two clocks may drift apart: 200 millionths; sound cards are within 100.
const DRIFT: f64 = 200e-6;

/// Knows the zero of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Anchor {
    /// Where sample 0 lies, in seconds from the start of listening, and when that was seen; `None` before the first
    /// block.
    zero: Option<(f64, f64)>,
}

impl Anchor {
    /// Samples that last `position` in all had arrived at `now`, both from the start of listening.
    pub(super) fn arrived(&mut self, now: Duration, position: Duration) {
        let now = now.as_secs_f64();
        let seen = now - position.as_secs_f64();
        let known = self.zero.map_or(f64::INFINITY, |(zero, at)| zero + (now - at) * DRIFT);
        self.zero = Some((known.min(seen), now));
    }

    /// When sample 0 was heard, from the start of listening; never before it.
    pub(super) fn zero(&self) -> Duration {
        Duration::from_secs_f64(self.zero.map_or(0.0, |(zero, _)| zero.max(0.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn late_blocks_move_nothing() {
        let mut anchor = Anchor::default();
        for (now, position) in [(30, 10), (40, 20), (95, 30), (96, 75), (140, 120)] {
            anchor.arrived(MS(now), MS(position));
        }
        assert!(anchor.zero().abs_diff(MS(20)) < MS(1), "{:?}", anchor.zero());
    }

    #[test]
    fn a_clock_that_drifts_is_followed() {
        let mut anchor = Anchor::default();
        // The device is 100 millionths too slow: after an hour its samples come 360 ms late, truly.
        for second in 0..3600_u64 {
            anchor.arrived(Duration::from_micros(second * 1_000_100), Duration::from_secs(second));
        }
        assert!(anchor.zero().abs_diff(MS(360)) < MS(5), "{:?}", anchor.zero());
    }
}
