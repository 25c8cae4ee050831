//! A listener on the mouth: gets every rendered sample in order, off the real-time thread.

use rtrb::{Consumer, Producer};

/// The reading end. Read it more often than its capacity lasts.
#[derive(Debug)]
pub struct MouthTap {
    samples: Consumer<f32>,
    position: u64,
}

impl MouthTap {
    /// Position on the mouth's clock of the next sample that [`MouthTap::read`] gives.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Appends what was rendered since the last call, mono at the mouth's rate. Samples that found no room are
    /// silence, so that positions stay true.
    pub fn read(&mut self, into: &mut Vec<f32>) {
        let n_ready = self.samples.slots();
        let before = into.len();
        into.extend(std::iter::from_fn(|| self.samples.pop().ok()).take(n_ready));
        self.position += (into.len() - before) as u64;
    }
}

/// The writing end, inside the out end.
#[derive(Debug)]
pub(super) struct TapIn {
    samples: Producer<f32>,
    /// Samples that found no room yet.
    owed: u64,
}

impl TapIn {
    pub(super) fn write(&mut self, block: &[f32]) {
        while self.owed > 0 && self.samples.push(0.0).is_ok() {
            self.owed -= 1;
        }
        let n_room = if self.owed > 0 { 0 } else { self.samples.slots().min(block.len()) };
        for &sample in &block[..n_room] {
            // There is room: only the reader changes it, and it makes more.
            let _ = self.samples.push(sample);
        }
        self.owed += (block.len() - n_room) as u64;
    }
}

/// A tap from `position` on that holds `capacity` samples.
pub(super) fn tap(position: u64, capacity: usize) -> (TapIn, MouthTap) {
    let (producer, consumer) = rtrb::RingBuffer::new(capacity);
    (TapIn { samples: producer, owed: 0 }, MouthTap { samples: consumer, position })
}
