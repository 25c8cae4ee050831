//! The feed end of the mouth: fills the queue, frees used-up buffers, collects reports. May allocate and free.

use std::num::NonZeroU32;

use rtrb::{Consumer, Producer, PushError};

use super::{Cut, Item, MouthRemote, MouthReport};

/// The queue is full (or the out end is gone, which nothing will ever empty). Try again a little later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mouth's queue is full")]
pub struct Full<T = ()>(pub T);

/// Speaks: clips go in here, piece by piece if need be.
///
/// `turn` never falls from one call to the next. A clip is `begin`, any number of `push`, `end`; its first piece
/// sounds while later ones are still computed.
#[derive(Debug)]
pub struct MouthFeed {
    remote: MouthRemote,
    items: Producer<Item>,
    cuts: Producer<Cut>,
    /// Buffers that were rendered or dropped. Filled by the out end, freed here.
    used: Consumer<Vec<f32>>,
    /// Filled by the out end, moved to `collected` at each call.
    reports: Consumer<MouthReport>,
    collected: Vec<MouthReport>,
    /// The clip that was begun and not ended.
    open: Option<(u64, u64)>,
}

impl MouthFeed {
    pub(super) fn new(
        remote: MouthRemote,
        items: Producer<Item>,
        cuts: Producer<Cut>,
        used: Consumer<Vec<f32>>,
        reports: Consumer<MouthReport>,
    ) -> Self {
        Self { remote, items, cuts, used, reports, collected: Vec::new(), open: None }
    }

    /// Opens a clip. A clip that is still open is ended.
    pub fn begin(&mut self, turn: u64, clip: u64) -> Result<(), Full> {
        self.put(turn, Item::Begin { turn, clip }).map_err(|_| Full(()))?;
        self.open = Some((turn, clip));
        Ok(())
    }

    /// Adds a piece to a clip, begun here if it was not yet: mono samples at the mouth's rate, -1 to 1. Gives the
    /// samples back when the queue is full.
    pub fn push(&mut self, turn: u64, clip: u64, samples: Vec<f32>) -> Result<(), Full<Vec<f32>>> {
        if self.open != Some((turn, clip)) && self.begin(turn, clip).is_err() {
            return Err(Full(samples));
        }
        self.put(turn, Item::Piece { turn, clip, samples }).map_err(|item| match item {
            Item::Piece { samples, .. } => Full(samples),
            _ => Full(Vec::new()),
        })
    }

    /// Says that no piece follows.
    pub fn end(&mut self, turn: u64, clip: u64) -> Result<(), Full> {
        self.put(turn, Item::End { turn, clip }).map_err(|_| Full(()))?;
        self.open = None;
        Ok(())
    }

    /// Exactly `samples` of silence, behind what is queued.
    pub fn pause(&mut self, turn: u64, samples: u64) -> Result<(), Full> {
        self.put(turn, Item::Pause { turn, samples }).map_err(|_| Full(()))
    }

    /// See [`MouthRemote::stop_before`].
    pub fn stop_before(&mut self, floor: u64) {
        self.remote.stop_before(floor);
    }

    /// Stops a clip, sounding or queued, at `sample` counted from its first; the fade is over there. When that
    /// sample is past or nearer than a fade, it fades out now. At 0 a clip that has not begun is dropped whole. Of
    /// a clip that was heard or ended already nothing happens.
    pub fn cut_at(&mut self, turn: u64, clip: u64, sample: u64) -> Result<(), Full> {
        self.collect();
        self.cuts.push(Cut { turn, clip, sample }).map_err(|_| Full(()))
    }

    /// What happened since the last call, in order. Read it once in a while: unread reports pile up here.
    pub fn reports(&mut self) -> Vec<MouthReport> {
        self.collect();
        std::mem::take(&mut self.collected)
    }

    /// See [`MouthRemote::position`].
    #[must_use]
    pub fn position(&self) -> u64 {
        self.remote.position()
    }

    /// See [`MouthRemote::underruns`].
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.remote.underruns()
    }

    /// Samples a second.
    #[must_use]
    pub fn rate(&self) -> NonZeroU32 {
        self.remote.rate()
    }

    /// A handle for those who only stop the mouth or read its clock.
    #[must_use]
    pub fn remote(&self) -> MouthRemote {
        self.remote.clone()
    }

    /// Whether the sink is gone, so that nothing will ever be rendered again.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.items.is_abandoned()
    }

    /// Queues an item unless its turn was stopped; gives it back when there is no room.
    fn put(&mut self, turn: u64, item: Item) -> Result<(), Item> {
        self.collect();
        if turn < self.remote.floor() {
            return Ok(());
        }
        self.items.push(item).map_err(|PushError::Full(item)| item)
    }

    /// Frees used-up buffers and takes over reports, so that both rings have room for all that is in flight.
    fn collect(&mut self) {
        while self.used.pop().is_ok() {}
        while let Ok(report) = self.reports.pop() {
            self.collected.push(report);
        }
    }
}
