//! A voice without a sound: it takes the time that Segue's voice would take, so that a conversation in writing can be
//! followed, interrupted and repaired like a spoken one.

use std::num::NonZeroU32;

use segue_runtime::port::{EngineError, Stop, Voice, WordTime};

/// Samples a second: one a millisecond.
const RATE: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");
/// Milliseconds that a letter takes, and what each word takes besides: fitted to 486 words of Segue's voice (the
/// sentences of `crates/engines/examples/word_times`).
const LETTER: usize = 60;
const WORD: usize = 10;
/// Milliseconds of silence behind a comma and the like, and behind a sentence, as that voice leaves them.
const COMMA: usize = 230;
const STOP: usize = 65;
/// Loud enough to count as sound; nobody hears it.
const HUM: f32 = 0.1;

/// See the module.
#[derive(Debug)]
pub(crate) struct Mute;

impl Voice for Mute {
    fn sample_rate(&self) -> NonZeroU32 {
        RATE
    }

    fn warm_up(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    fn speak(&mut self, text: &str, _: &Stop, sound: &mut dyn FnMut(&[f32])) -> Result<Vec<WordTime>, EngineError> {
        let (mut samples, mut times) = (Vec::new(), Vec::new());
        for word in text.split_whitespace() {
            let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
            let start = samples.len();
            // A dash alone is a breath.
            samples.resize(start + if letters == 0 { 0 } else { WORD + LETTER * letters }, HUM);
            times.push(WordTime { word: word.to_string(), start, end: samples.len() });
            let pause = match word.chars().next_back() {
                Some('.' | '!' | '?' | '\u{2026}') => STOP,
                Some(',' | ';' | ':' | '\u{2014}' | '\u{2013}') => COMMA,
                _ => 0,
            };
            samples.resize(samples.len() + pause, 0.0);
        }
        sound(&samples);
        Ok(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_take_their_time_one_after_the_other() {
        let (mut length, mut calls) = (0, 0);
        let mut sound = |piece: &[f32]| {
            length += piece.len();
            calls += 1;
        };
        let times = Mute.speak("\u{2014} sorry, it is Canberra.", &Stop::default(), &mut sound).expect("words");
        assert_eq!(times.len(), 5);
        assert!(times.is_sorted_by(|a, b| a.end <= b.start), "{times:?}");
        assert!((1300..2500).contains(&length), "{length} ms for four words");
        assert_eq!(calls, 1);
    }
}
