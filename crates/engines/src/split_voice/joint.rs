//! Where one clip ends and the next begins inside a sentence: cut at the quietest place near the border of two words,
//! and faded there, so that the pieces touch without a click.
//!
//! Any division of the same sound into pieces gives the same cut.

use std::num::NonZeroU32;
use std::ops::Range;

/// How far from the border a cut may lie, in ms, on the side of what is thrown away: a stop consonant's closure there
/// is a better place than a vowel at the border. Word times are right within 40 ms in 90% of words.
const FAR_MS: u32 = 46;
/// The same on the side of what is kept: a short word ("a") would be lost behind a longer one.
const NEAR_MS: u32 = 18;
/// How much sound is looked at to call a place quiet, in ms.
const WIDTH_MS: u32 = 5;
/// Length of a fade, in ms: half a period of a low voice.
const FADE_MS: u32 = 5;
/// A place this far from the border must be twice as quiet to be taken, in ms.
const WORTH_MS: u32 = 30;

fn samples(ms: u32, rate: NonZeroU32) -> usize {
    (u64::from(ms) * u64::from(rate.get()) / 1000) as usize
}

/// The place in `range` where a cut is heard least, `border` being the best guess: between quiet samples, near a change
/// of sign.
fn quietest(sound: &[f32], range: Range<usize>, border: usize, rate: NonZeroU32) -> usize {
    let (half, worth) = (samples(WIDTH_MS, rate) / 2, samples(WORTH_MS, rate).max(1));
    let loudness = |at: usize| {
        let around = &sound[at.saturating_sub(half)..(at + half + 1).min(sound.len())];
        let energy: f32 = around.iter().map(|sample| sample * sample).sum();
        // Digital silence everywhere still prefers the border.
        (energy / around.len().max(1) as f32).sqrt().max(1e-5)
    };
    let score = |at: usize| loudness(at) * (1.0 + at.abs_diff(border) as f32 / worth as f32);
    let range = range.start.min(sound.len())..range.end.min(sound.len());
    let found = range.clone().step_by((half / 2).max(1)).min_by(|a, b| score(*a).total_cmp(&score(*b)));
    let Some(found) = found else { return border.min(sound.len()) };
    let crosses = |at: &usize| *at > 0 && *at < sound.len() && (sound[at - 1] < 0.0) != (sound[*at] < 0.0);
    let near = found.saturating_sub(half).max(range.start)..(found + half + 1).min(range.end);
    near.filter(crosses).min_by_key(|at| at.abs_diff(found)).unwrap_or(found)
}

/// From silence to full loudness over the first `length` samples from `done` on, of a fade that has begun already.
fn fade(sound: &mut [f32], done: usize, length: usize) {
    for (index, sample) in sound.iter_mut().take(length.saturating_sub(done)).enumerate() {
        let share = (done + index) as f32 / length as f32;
        *sample *= 0.5 - 0.5 * (std::f32::consts::PI * share).cos();
    }
}

/// The beginning of a clip that was made with the words before it: those are thrown away.
#[derive(Debug)]
pub struct Beginning {
    /// Where its first word is believed to begin, in samples of what is pushed.
    border: usize,
    rate: NonZeroU32,
    /// What came in, until the cut is found.
    held: Option<Vec<f32>>,
    dropped: usize,
    faded: usize,
}

impl Beginning {
    /// `border` is the first sample of the clip's first word, counted from the first that will be pushed.
    #[must_use]
    pub fn new(border: usize, rate: NonZeroU32) -> Self {
        Self { border, rate, held: Some(Vec::new()), dropped: 0, faded: 0 }
    }

    /// Takes the next piece and gives what belongs to the clip.
    pub fn push(&mut self, piece: &[f32], give: &mut dyn FnMut(&[f32])) {
        let near = samples(NEAR_MS, self.rate) + samples(WIDTH_MS, self.rate);
        match &mut self.held {
            Some(held) => {
                held.extend_from_slice(piece);
                if held.len() >= self.border + near {
                    self.finish(give);
                }
            }
            None => self.faded_on(piece, give),
        }
    }

    /// No more comes: gives what was held of a clip that is shorter than a word.
    pub fn finish(&mut self, give: &mut dyn FnMut(&[f32])) {
        let Some(held) = self.held.take() else { return };
        let from = self.border.saturating_sub(samples(FAR_MS, self.rate));
        let to = self.border + samples(NEAR_MS, self.rate);
        // Only what is held in any case may decide, however much more this piece brought.
        let known = held.len().min(to + samples(WIDTH_MS, self.rate));
        self.dropped = quietest(&held[..known], from..to, self.border, self.rate);
        self.faded_on(&held[self.dropped..], give);
    }

    /// Samples that were thrown away; final once something was given.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    fn faded_on(&mut self, piece: &[f32], give: &mut dyn FnMut(&[f32])) {
        let length = samples(FADE_MS, self.rate);
        if piece.is_empty() || self.faded >= length {
            return give(piece);
        }
        let mut piece = piece.to_vec();
        fade(&mut piece, self.faded, length);
        self.faded += piece.len();
        give(&piece);
    }
}

/// The end of a clip that was made with a word behind it: that is thrown away.
#[derive(Debug)]
pub struct Ending {
    rate: NonZeroU32,
    /// Samples from the end of its last word to the end of what is pushed.
    behind: usize,
    held: Vec<f32>,
}

impl Ending {
    /// How far behind the border sound must be made, in samples.
    #[must_use]
    pub fn reach(rate: NonZeroU32) -> usize {
        samples(FAR_MS, rate) + samples(WIDTH_MS, rate)
    }

    /// `behind` is how many samples follow the end of the clip's last word in what will be pushed.
    #[must_use]
    pub fn new(behind: usize, rate: NonZeroU32) -> Self {
        Self { rate, behind, held: Vec::new() }
    }

    /// Takes the next piece and gives what surely belongs to the clip.
    pub fn push(&mut self, piece: &[f32], give: &mut dyn FnMut(&[f32])) {
        self.held.extend_from_slice(piece);
        let kept = self.behind + samples(NEAR_MS, self.rate) + samples(WIDTH_MS + FADE_MS, self.rate);
        let certain = self.held.len().saturating_sub(kept);
        if certain > 0 {
            give(&self.held[..certain]);
            self.held.drain(..certain);
        }
    }

    /// All was pushed: gives the end.
    pub fn finish(mut self, give: &mut dyn FnMut(&[f32])) {
        let border = self.held.len().saturating_sub(self.behind);
        let from = border.saturating_sub(samples(NEAR_MS, self.rate));
        let end = quietest(&self.held, from..border + samples(FAR_MS, self.rate), border, self.rate);
        self.held.truncate(end);
        self.held.reverse();
        fade(&mut self.held, 0, samples(FADE_MS, self.rate));
        self.held.reverse();
        if !self.held.is_empty() {
            give(&self.held);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: NonZeroU32 = NonZeroU32::new(16_000).unwrap();
    const MS: usize = 16;

    /// A hum whose pitch is no round number of samples, of one loudness and then another.
    fn hum(parts: &[(usize, f32)]) -> Vec<f32> {
        let loudness = parts.iter().flat_map(|&(ms, loud)| std::iter::repeat_n(loud, ms * MS));
        loudness.enumerate().map(|(at, loud)| loud * (at as f32 * 0.047).sin()).collect()
    }

    fn pieces<'a>(sound: &'a [f32], cuts: &'a [usize]) -> impl Iterator<Item = &'a [f32]> {
        let mut rest = sound;
        cuts.iter().copied().chain([usize::MAX]).map(move |cut| {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            rest = after;
            piece
        })
    }

    fn begin(sound: &[f32], border: usize, cuts: &[usize]) -> (Vec<f32>, usize) {
        let (mut beginning, mut out) = (Beginning::new(border, RATE), Vec::new());
        let mut give = |piece: &[f32]| out.extend_from_slice(piece);
        pieces(sound, cuts).for_each(|piece| beginning.push(piece, &mut give));
        beginning.finish(&mut give);
        (out, beginning.dropped())
    }

    fn end(sound: &[f32], behind: usize, cuts: &[usize]) -> Vec<f32> {
        let (mut ending, mut out) = (Ending::new(behind, RATE), Vec::new());
        let mut give = |piece: &[f32]| out.extend_from_slice(piece);
        pieces(sound, cuts).for_each(|piece| ending.push(piece, &mut give));
        ending.finish(&mut give);
        out
    }

    fn largest_step(sound: &[f32]) -> f32 {
        sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn the_closure_beside_the_border_is_where_both_are_cut() {
        // The word before it, 30 ms of closure, the word; the border is told 20 ms late.
        let sound = hum(&[(100, 0.4), (30, 0.001), (100, 0.4)]);
        let (_, dropped) = begin(&sound, 145 * MS, &[]);
        assert!((100 * MS..=130 * MS).contains(&dropped), "{} ms", dropped / MS);
        let kept = end(&sound, 135 * MS, &[]).len();
        assert!((100 * MS..=130 * MS).contains(&kept), "{} ms", kept / MS);
    }

    #[test]
    fn a_short_word_behind_the_border_is_kept() {
        // "a car": the closure of the "c" is the quietest place, but it lies behind a whole word.
        let sound = hum(&[(100, 0.4), (50, 0.3), (40, 0.001), (100, 0.4)]);
        let (_, dropped) = begin(&sound, 100 * MS, &[]);
        assert!(dropped <= 118 * MS, "{} ms", dropped / MS);
        let kept = end(&sound, 180 * MS, &[]).len();
        assert!(kept >= 82 * MS, "{} ms", kept / MS);
    }

    #[test]
    fn what_is_shorter_than_a_window_is_no_trouble() {
        assert!(begin(&[], 100, &[]).0.is_empty() && end(&[], 100, &[]).is_empty());
        assert!(begin(&[0.1; 7], 100, &[]).0.len() <= 7 && end(&[0.1; 7], 100, &[3]).len() <= 7);
    }

    proptest! {
        /// Wherever a voiced sound is cut, the two sides touch with no larger step than the voice itself makes.
        #[test]
        fn no_joint_steps_further_than_the_voice(border in 60_usize..240, loud in 0.05_f32..0.9) {
            let sound = hum(&[(300, loud)]);
            let before = end(&sound, sound.len() - border * MS, &[]);
            let (after, _) = begin(&sound, border * MS, &[]);
            let joined = [vec![0.0; 9], before, after].concat();
            prop_assert!(largest_step(&joined) <= largest_step(&sound) * 1.01);
        }

        #[test]
        fn any_pieces_give_the_same_edges(
            parts in proptest::collection::vec((0_usize..80, 0.0_f32..0.5), 0..6),
            border in 0_usize..300,
            cuts in proptest::collection::vec(0_usize..2000, 0..9),
        ) {
            let sound = hum(&parts);
            prop_assert_eq!(begin(&sound, border * MS, &cuts), begin(&sound, border * MS, &[]));
            prop_assert_eq!(end(&sound, border * MS, &cuts), end(&sound, border * MS, &[]));
        }
    }
}
