//! The mouth: one endless queue of clips with sample-exact positions.
//!
//! [`mouth`] gives two ends. [`MouthFeed`] belongs to whoever speaks; [`MouthOut`] belongs to a sink (a callback, a
//! paced thread, a test) that pulls samples and thereby moves the mouth's clock. Between them are rings without
//! locks: clips one way, used-up buffers and reports the other. [`MouthRemote`] is a handle for everybody else.
//!
//! The law of [`MouthOut::render`]: no allocation, no lock, no log, and no freeing, because it runs on the thread
//! that must never be late.

mod feed;
mod out;
mod tap;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use feed::{Full, MouthFeed};
pub use out::MouthOut;
pub use tap::MouthTap;

/// How long a fade lasts when sound is stopped, in ms: short for the ear that waits, long enough not to click.
pub const FADE_MS: u32 = 8;

/// Makes a mouth of `rate` whose queue holds `capacity` entries: a begin, a piece, an end or a pause each. When it
/// is full the feed's calls fail with [`Full`], and who speaks waits.
#[must_use]
pub fn mouth(rate: NonZeroU32, capacity: usize) -> (MouthFeed, MouthOut) {
    let (items_in, items_out) = rtrb::RingBuffer::new(capacity);
    let (cuts_in, cuts_out) = rtrb::RingBuffer::new(CUTS);
    // The feed empties both before it adds to the queue, so they never hold more than what can be in flight: the
    // queue, the clip that sounds, and two reports for each.
    let (used_in, used_out) = rtrb::RingBuffer::new(capacity + 2);
    let (reports_in, reports_out) = rtrb::RingBuffer::new(2 * (capacity + 2) + CUTS);
    let remote = MouthRemote(Arc::new(Shared::new(rate)));
    let feed = MouthFeed::new(remote.clone(), items_in, cuts_in, used_out, reports_out);
    (feed, MouthOut::new(remote, items_out, cuts_out, used_in, reports_in))
}

/// Cuts that may wait at a time, in the ring and beside the queue.
const CUTS: usize = 16;

/// What happened to a clip. Positions in samples of the mouth's clock: samples rendered since it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouthReport {
    /// Its first sample was rendered.
    ClipBegan {
        /// Whose clip.
        turn: u64,
        /// Which clip.
        clip: u64,
        /// Position of its first sample.
        position: u64,
    },
    /// All of it was rendered.
    ClipEnded {
        /// Whose clip.
        turn: u64,
        /// Which clip.
        clip: u64,
        /// One past its last sample.
        position: u64,
    },
    /// It was stopped or cut; what came behind was dropped.
    ClipCut {
        /// Whose clip.
        turn: u64,
        /// Which clip.
        clip: u64,
        /// One past the last sample that was rendered of it.
        position: u64,
        /// Samples of it that were rendered, the fade included; 0 when it never began.
        played: u64,
    },
}

/// The mouth's clock and stop, for everyone: cheap to clone, and nothing here waits.
#[derive(Clone, Debug)]
pub struct MouthRemote(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    rate: NonZeroU32,
    /// Samples rendered. Written by the out end after each block.
    position: AtomicU64,
    /// Turns below this are not heard any more. Only grows.
    floor: AtomicU64,
    /// Times that a clip that had begun waited for its next piece.
    underruns: AtomicU64,
    /// Until this position silence is a hiss that nobody hears.
    awake_until: AtomicU64,
}

impl Shared {
    fn new(rate: NonZeroU32) -> Self {
        let zero = || AtomicU64::new(0);
        Self { rate, position: zero(), floor: zero(), underruns: zero(), awake_until: zero() }
    }
}

impl MouthRemote {
    /// Samples a second.
    #[must_use]
    pub fn rate(&self) -> NonZeroU32 {
        self.0.rate
    }

    /// Samples rendered so far: the position of the next one. The sink's own delay is not in it.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.0.position.load(Ordering::Acquire)
    }

    /// Fades out what sounds of turns below `floor` and drops everything of them, queued or still to come. One
    /// atomic store; a lower floor than before changes nothing.
    pub fn stop_before(&self, floor: u64) {
        self.0.floor.fetch_max(floor, Ordering::AcqRel);
    }

    /// How often a clip that had begun to sound had to wait for its next piece.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.0.underruns.load(Ordering::Acquire)
    }

    /// Up to this position silence is rendered as a hiss 90 dB below full scale: devices that go to sleep on digital
    /// silence (earbuds, Bluetooth) stay awake, and swallow no first word.
    pub fn keep_awake_until(&self, position: u64) {
        self.0.awake_until.store(position, Ordering::Release);
    }

    fn floor(&self) -> u64 {
        self.0.floor.load(Ordering::Acquire)
    }
}

/// An entry of the queue.
#[derive(Debug)]
enum Item {
    Begin { turn: u64, clip: u64 },
    Piece { turn: u64, clip: u64, samples: Vec<f32> },
    End { turn: u64, clip: u64 },
    Pause { turn: u64, samples: u64 },
}

/// Stop this clip at its `sample`.
#[derive(Clone, Copy, Debug)]
struct Cut {
    turn: u64,
    clip: u64,
    sample: u64,
}
