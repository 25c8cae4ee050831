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

/// When a position of the mouth's clock is heard on a device; `None` before its first block.
pub type HeardAt = Box<dyn Fn(u64) -> Option<Instant> + Send>;

/// The session's end of the mouth.
pub struct Player {
    feed: MouthFeed,
    rate: NonZeroU32,
    sink: Sink,
    /// Loudness, 0.1 to 1.
    gain: f32,
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
        Self { feed, rate, sink: Sink::Tape { out: Box::new(out), played: Vec::new() }, gain: 1.0 }
    }

    /// Plays in step with the clock for nobody's ears, without end: a conversation in writing takes the time of speech.
    #[must_use]
    pub fn unheard(rate: NonZeroU32) -> Self {
        let (feed, out) = mouth(rate, MOUTH_CAPACITY);
        Self { feed, rate, sink: Sink::Unheard { out: Box::new(out), played: 0 }, gain: 1.0 }
    }

    /// Plays to whatever `open` makes of the mouth's audio end: a loudspeaker that pulls from it, and its clock.
    pub fn device<E>(
        rate: NonZeroU32,
        open: impl FnOnce(MouthOut) -> Result<(Box<dyn Send>, HeardAt), E>,
    ) -> Result<Self, E> {
        let (feed, out) = mouth(rate, MOUTH_CAPACITY);
        let (open, heard_at) = open(out)?;
        Ok(Self { feed, rate, sink: Sink::Device { _open: open, heard_at }, gain: 1.0 })
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
