//! Trims the silence around a clip while it is still being made.
//!
//! Any division of the same sound into pieces gives the same trimmed sound.

use std::num::NonZeroU32;
use std::time::Duration;

/// A sample at least this loud is sound. The breath of an "f" or "h" is louder, the noise floor of a voice is not.
const SOUND: f32 = 0.004;

/// How much silence stays around a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edges {
    /// Before the first sound.
    pub lead: Duration,
    /// After the last sound.
    pub tail: Duration,
}

impl Default for Edges {
    /// 10 ms before, so that no onset is cut hard; 60 ms after, in which the last sound dies away.
    fn default() -> Self {
        Self { lead: Duration::from_millis(10), tail: Duration::from_millis(60) }
    }
}

/// Takes a clip piece by piece and hands on what is left of it.
#[derive(Debug)]
pub struct Trimmer {
    lead: usize,
    tail: usize,
    /// Samples that came and are neither given nor dropped: silence that may yet turn out to be inside the clip.
    held: Vec<f32>,
    /// How much of `held`'s kind may be given now: the tail that is left after the last sound.
    tail_left: usize,
    dropped: usize,
    begun: bool,
}

impl Trimmer {
    /// For a clip of `rate` samples a second.
    #[must_use]
    pub fn new(edges: Edges, rate: NonZeroU32) -> Self {
        let samples = |time: Duration| (time.as_secs_f64() * f64::from(rate.get())).round() as usize;
        Self {
            lead: samples(edges.lead),
            tail: samples(edges.tail),
            held: Vec::new(),
            tail_left: 0,
            dropped: 0,
            begun: false,
        }
    }

    /// Takes the next piece and gives what is certain by now, in order.
    pub fn push(&mut self, piece: &[f32], give: &mut dyn FnMut(&[f32])) {
        let Some(last) = piece.iter().rposition(|sample| sample.abs() >= SOUND) else {
            self.keep(piece, give);
            return;
        };
        self.held.extend_from_slice(&piece[..=last]);
        if !self.begun {
            self.begun = true;
            let first = self.held.iter().position(|sample| sample.abs() >= SOUND).unwrap_or(0);
            self.drop_first(first.saturating_sub(self.lead));
        }
        give(&self.held);
        self.held.clear();
        self.tail_left = self.tail;
        self.keep(&piece[last + 1..], give);
    }

    /// Samples taken away before the first that was given. Final once something was given.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Silence: after the last sound as much as the tail allows is given, the rest waits. Before the first sound only
    /// the lead is worth keeping.
    fn keep(&mut self, silence: &[f32], give: &mut dyn FnMut(&[f32])) {
        let (now, later) = silence.split_at(self.tail_left.min(silence.len()));
        self.tail_left -= now.len();
        if !now.is_empty() {
            give(now);
        }
        self.held.extend_from_slice(later);
        if !self.begun {
            self.drop_first(self.held.len().saturating_sub(self.lead));
        }
    }

    fn drop_first(&mut self, count: usize) {
        self.held.drain(..count);
        self.dropped += count;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: NonZeroU32 = NonZeroU32::new(1000).unwrap();

    fn trim(clip: &[f32], cuts: &[usize]) -> (Vec<f32>, usize) {
        let mut trimmer = Trimmer::new(Edges::default(), RATE);
        let mut out = Vec::new();
        let mut give = |piece: &[f32]| out.extend_from_slice(piece);
        let mut rest = clip;
        for &cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            trimmer.push(piece, &mut give);
            rest = after;
        }
        trimmer.push(rest, &mut give);
        (out, trimmer.dropped())
    }

    #[test]
    fn ten_milliseconds_stay_before_and_sixty_after() {
        let clip = [vec![0.0; 200], vec![0.5; 30], vec![0.0; 150], vec![-0.5; 20], vec![0.001; 100]].concat();
        let (out, dropped) = trim(&clip, &[]);
        assert_eq!(dropped, 190);
        assert_eq!(out, clip[190..460]);
    }

    #[test]
    fn silence_alone_gives_nothing() {
        assert!(trim(&[0.001; 500], &[100]).0.is_empty());
    }

    proptest! {
        #[test]
        fn any_pieces_give_the_same_clip(
            parts in proptest::collection::vec((any::<bool>(), 0_usize..90), 0..8),
            cuts in proptest::collection::vec(0_usize..100, 0..12),
        ) {
            let mut clip = Vec::new();
            for (loud, length) in parts {
                let sample = if loud { 0.3 } else { 0.0 };
                clip.extend((0..length).map(|place| if place % 3 == 0 { sample } else { 0.0 }));
            }
            prop_assert_eq!(trim(&clip, &cuts), trim(&clip, &[]));
        }
    }
}
