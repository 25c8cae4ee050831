//! Where the mouth's sound goes: onto a tape in step with the clock, kept or not, or to a loudspeaker.
//!
//! A tape is the mouth rendered up to "now" whenever something happens, so a clip that is queued now starts at the
//! sample that is due now, exactly as on a device; and what is left when nothing more can come may be rendered at once.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use segue_audio::mouth::{MouthFeed, MouthOut, MouthReport, mouth};
use segue_core::event::Event;
use segue_core::moment::{ClipId, Moment, TurnId};

/// Pieces and commands that may wait in the mouth's ring.
const MOUTH_CAPACITY: usize = 4096;
/// Samples rendered at a time.
const BLOCK: usize = 1024;
/// Longest tape, in seconds: a bound for what a session keeps in memory.
const LONGEST_TAPE: u64 = 30 * 60;

/// How long a device is kept awake behind the last sign that a turn may come, in seconds.
const AWAKE_S: u64 = 30;

/// When a position of the mouth's clock is heard on a device; `None` before its first block.
pub type HeardAt = Box<dyn Fn(u64) -> Option<Instant> + Send>;

/// The session's end of the mouth.
pub struct Player {
    feed: MouthFeed,
    rate: NonZeroU32,
    sink: Sink,
    /// Loudness, 0.1 to 1.
    gain: f32,
    awake: Awake,
}

/// A device that needs time to wake, in samples of the mouth's clock.
#[derive(Clone, Copy, Debug, Default)]
struct Awake {
    /// How long it needs; 0 for one that never sleeps.
    lead_in: u64,
    from: u64,
    until: u64,
}

impl Awake {
    /// A turn may come at `now`: awake until a while from now.
    fn wake(&mut self, now: u64, rate: NonZeroU32) {
        if now >= self.until {
            self.from = now;
        }
        self.until = now + AWAKE_S * u64::from(rate.get());
    }

    /// How long a clip that comes at `now` has to wait.
    fn wait(&self, now: u64) -> u64 {
        (self.from + self.lead_in).saturating_sub(now)
    }
}

enum Sink {
    /// What was played, one sample a tick of the clock.
    Tape { out: Box<MouthOut>, played: Vec<f32> },
    /// As a tape, and nothing is kept: how many samples were played.
    Unheard { out: Box<MouthOut>, played: u64 },
    /// A device pulls by itself; the value keeps it open. Its clock is not the session's.
    Device { _open: Box<dyn Send>, heard_at: HeardAt },
}

impl Player {
    /// Plays onto a tape at `rate` Hz.
    #[must_use]
    pub fn tape(rate: NonZeroU32) -> Self {
        let (feed, out) = mouth(rate, MOUTH_CAPACITY);
        Self {
            feed,
            rate,
            sink: Sink::Tape { out: Box::new(out), played: Vec::new() },
            gain: 1.0,
            awake: Awake::default(),
        }
    }

    /// Plays in step with the clock for nobody's ears, without end: a conversation in writing takes the time of speech.
    #[must_use]
    pub fn unheard(rate: NonZeroU32) -> Self {
        let (feed, out) = mouth(rate, MOUTH_CAPACITY);
        Self { feed, rate, sink: Sink::Unheard { out: Box::new(out), played: 0 }, gain: 1.0, awake: Awake::default() }
    }

    /// Plays to whatever `open` makes of the mouth's audio end: a loudspeaker that pulls from it, and its clock.
    pub fn device<E>(
        rate: NonZeroU32,
        open: impl FnOnce(MouthOut) -> Result<(Box<dyn Send>, HeardAt), E>,
    ) -> Result<Self, E> {
        let (feed, out) = mouth(rate, MOUTH_CAPACITY);
        let (open, heard_at) = open(out)?;
        Ok(Self { feed, rate, sink: Sink::Device { _open: open, heard_at }, gain: 1.0, awake: Awake::default() })
    }

    /// Whether the sound goes to a tape, which may run ahead of the clock.
    #[must_use]
    pub fn is_tape(&self) -> bool {
        matches!(self.sink, Sink::Tape { .. })
    }

    /// Everything played so far, from the session's start, at the mouth's rate. Empty when nothing is kept.
    #[must_use]
    pub fn played(&self) -> &[f32] {
        match &self.sink {
            Sink::Tape { played, .. } => played,
            Sink::Unheard { .. } | Sink::Device { .. } => &[],
        }
    }

    /// Samples a second.
    #[must_use]
    pub fn rate(&self) -> NonZeroU32 {
        self.rate
    }

    /// How often a clip's next samples were not there in time.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.feed.underruns()
    }

    /// The device swallows so much of what comes after a silence (0 by default). It is woken when a turn may come, and
    /// nothing is played before it is awake.
    pub fn set_lead_in(&mut self, lead_in: Duration) {
        self.awake.lead_in = Moment::from(lead_in).to_samples(self.rate.get());
    }

    /// A turn may come: somebody speaks, or is about to be spoken to.
    pub fn wake(&mut self) {
        if self.awake.lead_in > 0 {
            self.awake.wake(self.feed.position(), self.rate);
            self.feed.remote().keep_awake_until(self.awake.until);
        }
    }

    /// Brings a tape up to `now`.
    pub fn catch_up(&mut self, now: Moment) {
        let (rate, now) = (u64::from(self.rate.get()), now.to_samples(self.rate.get()));
        match &mut self.sink {
            Sink::Tape { out, played } => {
                let (from, due) = (played.len(), now.min(LONGEST_TAPE * rate) as usize);
                played.resize(due.max(from), 0.0);
                played[from..].chunks_mut(BLOCK).for_each(|block| out.render(block));
            }
            Sink::Unheard { out, played } => {
                let mut block = [0.0; BLOCK];
                while *played < now {
                    let due = (now - *played).min(BLOCK as u64);
                    out.render(&mut block[..due as usize]);
                    *played += due;
                }
            }
            Sink::Device { .. } => {}
        }
    }

    /// Queues a piece of a clip, `begins` for the first one. False when the queue is full, which a bounded reply
    /// cannot bring about: the piece is lost then.
    pub fn push(&mut self, now: Moment, turn: TurnId, clip: ClipId, mut piece: Vec<f32>, begins: bool) -> bool {
        self.catch_up(now);
        if self.gain < 1.0 {
            piece.iter_mut().for_each(|sample| *sample *= self.gain);
        }
        if begins {
            self.wake();
            let wait = self.awake.wait(self.feed.position());
            if wait > 0 && self.feed.pause(turn.0, wait).is_err() {
                return false;
            }
        }
        (!begins || self.feed.begin(turn.0, clip.0).is_ok()) && self.feed.push(turn.0, clip.0, piece).is_ok()
    }

    /// All pieces of a clip were queued.
    pub fn end(&mut self, turn: TurnId, clip: ClipId) -> bool {
        self.feed.end(turn.0, clip.0).is_ok()
    }

    /// Fades out what sounds and drops what waits, of `turn` and those before it.
    pub fn hush(&mut self, now: Moment, turn: TurnId) {
        self.catch_up(now);
        self.feed.stop_before(turn.0 + 1);
    }

    /// Stops a clip `at` a time of its own.
    pub fn cut(&mut self, now: Moment, turn: TurnId, clip: ClipId, at: Duration) {
        self.catch_up(now);
        let sample = Moment::from(at).to_samples(self.rate.get());
        if self.feed.cut_at(turn.0, clip.0, sample).is_err() {
            tracing::warn!(turn = turn.0, clip = clip.0, "too many cuts at once, one is lost");
        }
    }

    /// Changes the loudness of all clips that are queued from now on, by steps of a tenth.
    pub fn volume(&mut self, steps: i8) {
        self.gain = (self.gain + 0.1 * f32::from(steps)).clamp(0.1, 1.0);
    }

    /// What happened in the loudspeaker since the last call, with the moments at which it is heard: on a device some
    /// milliseconds from `now`.
    pub fn events(&mut self, now: Moment) -> Vec<(Moment, Event)> {
        let rate = self.rate.get();
        let at = |position| match &self.sink {
            Sink::Tape { .. } | Sink::Unheard { .. } => Moment::from_samples(position, rate),
            Sink::Device { heard_at, .. } => heard_at(position).map_or(now, |heard| on_clock(heard, now)),
        };
        let report = |report| match report {
            MouthReport::ClipBegan { turn, clip, position } => {
                (at(position), Event::ClipBegan { turn: TurnId(turn), clip: ClipId(clip) })
            }
            MouthReport::ClipEnded { turn, clip, position } => {
                (at(position), Event::ClipEnded { turn: TurnId(turn), clip: ClipId(clip) })
            }
            MouthReport::ClipCut { turn, clip, position, played } => {
                let played = Moment::from_samples(played, rate).since_start();
                let event = Event::ClipCut { turn: TurnId(turn), clip: ClipId(clip), played };
                (at(position), event)
            }
        };
        let reports = self.feed.reports();
        reports.into_iter().map(report).collect()
    }
}

/// An instant as a moment of the session, for which it is `now`.
fn on_clock(instant: Instant, now: Moment) -> Moment {
    let real = Instant::now();
    match instant.checked_duration_since(real) {
        Some(ahead) => now + ahead,
        None => now - real.duration_since(instant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: NonZeroU32 = NonZeroU32::new(1000).unwrap();

    /// When a clip that comes at `at` ms begins to sound, on a device that was woken at `woken` ms.
    fn begins(lead_in: u64, woken: Option<u64>, at: u64) -> Moment {
        let ms = |ms: u64| Moment::from(Duration::from_millis(ms));
        let mut player = Player::tape(RATE);
        player.set_lead_in(Duration::from_millis(lead_in));
        if let Some(woken) = woken {
            player.catch_up(ms(woken));
            player.wake();
        }
        assert!(player.push(ms(at), TurnId(1), ClipId(0), vec![0.5; 100], true));
        player.catch_up(ms(at + 2_000));
        let events = player.events(ms(at + 2_000));
        let (moment, _) = events.iter().find(|(_, event)| matches!(event, Event::ClipBegan { .. })).unwrap();
        *moment
    }

    #[test]
    fn a_device_that_sleeps_has_its_time_before_the_first_word() {
        let ms = |ms: u64| Moment::from(Duration::from_millis(ms));
        assert_eq!(begins(0, None, 700), ms(700), "a device that never sleeps waits for nothing");
        assert_eq!(begins(400, None, 700), ms(1_100), "nobody has woken it");
        assert_eq!(begins(400, Some(500), 700), ms(900), "it was woken when the user began to speak");
        assert_eq!(begins(400, Some(100), 700), ms(700), "it is awake");
        assert_eq!(begins(400, Some(100), 40_000), ms(40_400), "it has gone to sleep again");
    }
}
