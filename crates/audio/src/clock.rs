//! When a position of the mouth's clock reaches the listener: the one bridge between samples and moments.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Filled by a sink after each block, read by everybody; one atomic each way.
#[derive(Clone, Debug)]
pub struct SinkClock {
    rate: NonZeroU32,
    epoch: Instant,
    /// Nanoseconds from `epoch` to the moment at which position 0 was, or would have been, heard.
    zero: Arc<AtomicI64>,
}

/// No block was rendered yet.
const UNKNOWN: i64 = i64::MIN;

impl SinkClock {
    pub(crate) fn new(rate: NonZeroU32) -> Self {
        Self { rate, epoch: Instant::now(), zero: Arc::new(AtomicI64::new(UNKNOWN)) }
    }

    /// Notes that the sample at `position` is heard `delay` after `now`.
    pub(crate) fn anchor(&self, position: u64, now: Instant, delay: Duration) {
        let heard = (now.saturating_duration_since(self.epoch) + delay).as_nanos();
        self.zero.store(heard as i64 - self.nanos(position), Ordering::Release);
    }

    /// When the sample at `position` is, or will be, heard; `None` before the sink's first block. A device's clock
    /// drifts against ours, so ask near the event.
    #[must_use]
    pub fn heard_at(&self, position: u64) -> Option<Instant> {
        let zero = self.zero.load(Ordering::Acquire);
        let nanos = (zero != UNKNOWN).then(|| zero.saturating_add(self.nanos(position)))?;
        let distance = Duration::from_nanos(nanos.unsigned_abs());
        if nanos < 0 { self.epoch.checked_sub(distance) } else { self.epoch.checked_add(distance) }
    }

    /// Samples to nanoseconds; 292 years fit.
    fn nanos(&self, position: u64) -> i64 {
        (u128::from(position) * 1_000_000_000 / u128::from(self.rate.get())) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_become_moments_and_may_lie_before_the_anchor() {
        let clock = SinkClock::new(NonZeroU32::new(22_050).unwrap());
        assert_eq!(clock.heard_at(0), None);
        let now = Instant::now();
        clock.anchor(22_050, now, Duration::from_millis(30));
        let near = |position, expected: Instant| {
            let heard = clock.heard_at(position).unwrap();
            heard.max(expected) - heard.min(expected) < Duration::from_micros(2)
        };
        assert!(near(22_050, now + Duration::from_millis(30)));
        assert!(near(44_100, now + Duration::from_millis(1030)));
    }
}
