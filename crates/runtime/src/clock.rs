//! The session's clock. It runs with tokio's, so that tests can pause it, and may be set forward: a file that is
//! fed at once has been listened to in no time, and a reply that only goes to a file need not be waited for.

use std::time::Duration;

use segue_core::moment::Moment;
use tokio::time::Instant;

/// Tells the moments of a session; only ever goes forward.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    skipped: Duration,
}

impl Clock {
    /// A clock that stands at the session's start.
    #[must_use]
    pub fn start() -> Self {
        Self { origin: Instant::now(), skipped: Duration::ZERO }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment::from(self.origin.elapsed() + self.skipped)
    }

    /// Sets the clock forward to `moment`; a moment in the past changes nothing.
    pub fn skip_to(&mut self, moment: Moment) {
        let ahead = moment.since_start().saturating_sub(self.now().since_start());
        self.skipped += ahead;
    }

    /// When `moment` will be, on tokio's clock.
    #[must_use]
    pub fn instant(&self, moment: Moment) -> Instant {
        self.origin + moment.since_start().saturating_sub(self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn skipped_time_counts() {
        let mut clock = Clock::start();
        tokio::time::advance(Duration::from_secs(1)).await;
        clock.skip_to(Moment::from(Duration::from_secs(5)));
        clock.skip_to(Moment::from(Duration::from_secs(2)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now(), Moment::from(Duration::from_secs(6)));
        assert_eq!(clock.instant(clock.now()), Instant::now());
    }
}
