//! Silence around a synthesised clip: cut to what a listener needs. Pure.
//!
//! A voice begins and ends with some silence of its own. In front it delays the first sound, behind it tears a
//! sentence apart that is spoken in several clips; only after the end of a sentence a pause is wanted.

use std::num::NonZeroU32;

/// Softer than this is silence: -50 dBFS, as an amplitude.
const SILENCE: f32 = 0.003_16;

/// What stays in front, so that a soft consonant is not bitten off, in ms.
const BEFORE: u32 = 10;

/// What stays behind a clause that goes on in the next clip, in ms.
const AFTER_CLAUSE: u32 = 60;

/// What stays behind a sentence, in ms.
const AFTER_SENTENCE: u32 = 150;

/// The part of `clip` that shall be played. Nothing is added: where the voice left less silence, less it is. Empty
/// when all of it is silence. `ends_sentence`: whether a pause may follow.
#[must_use]
pub fn audible(clip: &[f32], rate: NonZeroU32, ends_sentence: bool) -> &[f32] {
    let loud = |sample: &f32| sample.abs() >= SILENCE;
    let (Some(first), Some(last)) = (clip.iter().position(loud), clip.iter().rposition(loud)) else {
        return &[];
    };
    let after = if ends_sentence { AFTER_SENTENCE } else { AFTER_CLAUSE };
    let start = first.saturating_sub(samples(BEFORE, rate));
    let end = (last + 1 + samples(after, rate)).min(clip.len());
    &clip[start..end]
}

/// Whether a sentence is over at the end of `text`: a full stop, question or exclamation mark, or an ellipsis,
/// perhaps inside closing quotes or brackets.
#[must_use]
pub fn ends_sentence(text: &str) -> bool {
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '»'));
    text.ends_with(['.', '!', '?', '…', '。'])
}

fn samples(ms: u32, rate: NonZeroU32) -> usize {
    usize::try_from(u64::from(ms) * u64::from(rate.get()) / 1000).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: NonZeroU32 = NonZeroU32::new(1000).unwrap();

    /// A clip at 1 kHz: so many ms of silence, of sound, of silence.
    fn clip(before: usize, sound: usize, after: usize) -> Vec<f32> {
        [vec![0.001; before], vec![0.5; sound], vec![-0.001; after]].concat()
    }

    #[test]
    fn silence_is_cut_on_both_sides() {
        assert_eq!(audible(&clip(300, 50, 400), RATE, false).len(), 10 + 50 + 60);
        assert_eq!(audible(&clip(300, 50, 400), RATE, true).len(), 10 + 50 + 150);
        assert_eq!(audible(&clip(300, 50, 400), RATE, true)[10], 0.5);
    }

    #[test]
    fn nothing_is_added() {
        assert_eq!(audible(&clip(3, 50, 20), RATE, true).len(), 3 + 50 + 20);
        assert_eq!(audible(&clip(0, 1, 0), RATE, false).len(), 1);
    }

    #[test]
    fn silence_alone_is_nothing() {
        assert!(audible(&clip(100, 0, 100), RATE, true).is_empty());
        assert!(audible(&[], RATE, true).is_empty());
    }

    #[test]
    fn a_pause_inside_stays() {
        let clip = [clip(20, 10, 200), clip(0, 10, 200)].concat();
        assert_eq!(audible(&clip, RATE, false).len(), 10 + 10 + 200 + 10 + 60);
    }

    #[test]
    fn sentences_end_with_their_marks() {
        for text in ["Canberra.", "Is it? ", "He said \"no.\"", "(It is!)", "Well…"] {
            assert!(ends_sentence(text), "{text}");
        }
        for text in ["The capital of Australia is", "Well,", "first:", "", "a ) b"] {
            assert!(!ends_sentence(text), "{text}");
        }
    }
}
