//! Trims the silence around a clip while it is still being made.
//!
//! Any division of the same sound into pieces gives the same trimmed sound.

use std::num::NonZeroU32;
use std::time::Duration;

/// A sample at least this loud is sound: -54 dBFS. A voice's own silence lies near -90, and even the breath of an "f"
/// reaches this within some 10 ms.
const SOUND: f32 = 0.002;

/// How much silence stays around a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edges {
    /// Before the first sound.
    pub lead: Duration,
    /// After the last sound.
    pub tail: Duration,
}

impl Edges {
    /// As these, for a clip that stops between two words of a clause: whoever speaks on leaves no pause there.
    #[must_use]
    pub fn inside_a_clause(self) -> Self {
        Self { tail: self.tail.min(Duration::from_millis(10)), ..self }
    }
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
    /// How many samples from the start of `held` belong to the clip in any case: the rest of the tail.
    certain: usize,
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
            certain: 0,
            dropped: 0,
            begun: false,
        }
    }

    /// Takes the next piece and gives, at once, what is certain by now.
    pub fn push(&mut self, piece: &[f32], give: &mut dyn FnMut(&[f32])) {
        self.held.extend_from_slice(piece);
        let loud = |sample: &f32| sample.abs() >= SOUND;
        // Everything that was held before is silence, so only the new samples need a look.
        let fresh = self.held.len() - piece.len();
        if let Some(last) = piece.iter().rposition(loud) {
            if !self.begun {
                self.begun = true;
                let first = fresh + piece.iter().position(loud).unwrap_or(last);
                self.drop_first(first.saturating_sub(self.lead));
            }
            self.certain = self.held.len() - (piece.len() - last - 1) + self.tail;
        } else if !self.begun {
            self.drop_first(self.held.len().saturating_sub(self.lead));
        }
        let now = self.certain.min(self.held.len());
        if now > 0 {
            give(&self.held[..now]);
            self.held.drain(..now);
            self.certain -= now;
        }
    }

    /// Samples before the first sound that are given, if the clip has that many.
    #[must_use]
    pub fn lead(&self) -> usize {
        self.lead
    }

    /// Samples taken away before the first that was given. Final once something was given.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
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
