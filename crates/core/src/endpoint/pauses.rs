//! How long a silence must last before the turn is taken: by what the words are, and by how this speaker pauses.

use std::time::Duration;

use super::completeness::Completeness;

/// Silences that take the turn. What they do is measured in `crates/bench/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauseSettings {
    /// Behind a whole request.
    pub complete: Duration,
    /// Behind what may be one.
    pub unsure: Duration,
    /// Behind words that trail off; also the deadline, whatever the words are.
    pub incomplete: Duration,
    /// Whether the speaker's own pauses change these.
    pub adapt: bool,
}

impl Default for PauseSettings {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self { complete: ms(220), unsure: ms(500), incomplete: ms(1200), adapt: true }
    }
}

/// How much of the memory of a speaker's pauses a turn without one takes away.
const FORGET: f32 = 0.85;
/// A silence must be this much longer than the pauses that the speaker makes inside requests.
const MARGIN: f32 = 1.25;
/// Most that adaptation adds.
const MOST_ADDED: Duration = Duration::from_millis(350);

/// What is known about one speaker's pauses.
#[derive(Clone, Copy, Debug)]
pub struct Pauses {
    settings: PauseSettings,
    /// A long inner pause of late behind words that looked whole, in ms; fades.
    habit: f32,
    /// Whether this turn had such a pause.
    paused: bool,
}

impl Pauses {
    /// A speaker of whom nothing is known.
    #[must_use]
    pub fn new(settings: PauseSettings) -> Self {
        Self { settings, habit: 0.0, paused: false }
    }

    /// Changes the silences, from now on; what is known about the speaker stays.
    pub fn configure(&mut self, settings: PauseSettings) {
        self.settings = settings;
    }

    /// How long a silence behind such words must last; `closed` tells whether they were said as if they were all
    /// ([`super::is_closed`]). A whole request that was not is waited for half as long as what may be one.
    #[must_use]
    pub fn needed(&self, words: Completeness, closed: bool) -> Duration {
        let PauseSettings { complete, unsure, incomplete, adapt } = self.settings;
        let base = match words {
            Completeness::Complete if closed => complete,
            Completeness::Complete => (complete + unsure.max(complete)) / 2,
            Completeness::Unsure => unsure,
            Completeness::Incomplete => incomplete,
        };
        if !adapt {
            return base.min(incomplete);
        }
        let habit = Duration::from_millis((self.habit * MARGIN) as u64);
        base.max(habit.min(base + MOST_ADDED)).min(incomplete)
    }

    /// The speaker paused so long inside a request, behind such words, and went on.
    pub fn went_on(&mut self, pause: Duration, words: Completeness) {
        // A pause behind words that trail off shows nothing: it is waited for anyway.
        if words == Completeness::Incomplete {
            return;
        }
        let pause = pause.min(self.settings.incomplete).as_millis() as f32;
        self.habit = self.habit.max(pause);
        self.paused = true;
    }

    /// A request is over.
    pub fn finished(&mut self) {
        if !std::mem::take(&mut self.paused) {
            self.habit *= FORGET;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_words_say_how_long_to_wait() {
        let pauses = Pauses::new(PauseSettings::default());
        let needed =
            [Completeness::Complete, Completeness::Unsure, Completeness::Incomplete].map(|w| pauses.needed(w, true));
        assert_eq!(needed, [MS(220), MS(500), MS(1200)]);
        let open =
            [Completeness::Complete, Completeness::Unsure, Completeness::Incomplete].map(|w| pauses.needed(w, false));
        assert_eq!(open, [MS(360), MS(500), MS(1200)]);
    }

    #[test]
    fn who_pauses_long_is_waited_for_longer_and_the_habit_fades() {
        let mut pauses = Pauses::new(PauseSettings::default());
        pauses.went_on(MS(400), Completeness::Complete);
        pauses.finished();
        assert_eq!(pauses.needed(Completeness::Complete, true), MS(500));
        assert_eq!(pauses.needed(Completeness::Incomplete, true), MS(1200));
        for _ in 0..6 {
            pauses.finished();
        }
        assert_eq!(pauses.needed(Completeness::Complete, true), MS(220));
    }

    #[test]
    fn adaptation_is_bounded_and_can_be_turned_off() {
        let mut pauses = Pauses::new(PauseSettings::default());
        pauses.went_on(MS(60_000), Completeness::Unsure);
        assert_eq!(pauses.needed(Completeness::Complete, true), MS(570));
        let mut pauses = Pauses::new(PauseSettings { adapt: false, ..PauseSettings::default() });
        pauses.went_on(MS(900), Completeness::Complete);
        assert_eq!(pauses.needed(Completeness::Complete, true), MS(220));
    }

    #[test]
    fn a_pause_behind_words_that_trail_off_changes_nothing() {
        let mut pauses = Pauses::new(PauseSettings::default());
        pauses.went_on(MS(900), Completeness::Incomplete);
        assert_eq!(pauses.needed(Completeness::Complete, true), MS(220));
    }
}
