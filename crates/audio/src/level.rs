//! How loud a stretch of sound is, and where in a clip sound can be heard at all. Offline: whole clips only.

use std::num::NonZeroU32;
use std::ops::Range;

/// Quieter than this counts as silence, in dB below full scale (RMS over [`AUDIBLE_MS`]).
pub const AUDIBLE_DBFS: f32 = -40.0;

/// How long a sound must carry [`AUDIBLE_DBFS`] on average to count as audible, in ms.
pub const AUDIBLE_MS: usize = 20;

/// Mean power of `samples` (1.0 is a full-scale square wave); 0 when there are none.
#[must_use]
pub fn power(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32
}

/// Power to dB below full scale; silence is -120.
#[must_use]
pub fn dbfs(power: f32) -> f32 {
    10.0 * power.max(1e-12).log10()
}

/// The inverse of [`dbfs`].
#[must_use]
pub fn power_at(dbfs: f32) -> f32 {
    10.0_f32.powf(dbfs / 10.0)
}

/// First audible sample: inside the first 20 ms window (moved by 1 ms) whose RMS is above -40 dBFS, the first
/// millisecond that is itself above. The second step matters: a loud onset lifts a window that begins up to 20 ms
/// before it, and that would flatter every gap.
#[must_use]
pub fn first_sound(samples: &[f32], rate: NonZeroU32) -> Option<usize> {
    audible(samples, rate).map(|range| range.start)
}

/// One past the last audible sample: [`first_sound`] seen from the end.
#[must_use]
pub fn last_voiced(samples: &[f32], rate: NonZeroU32) -> Option<usize> {
    audible(samples, rate).map(|range| range.end)
}

/// From the first audible sample to one past the last, exact to 1 ms; `None` when all is silence.
#[must_use]
pub fn audible(samples: &[f32], rate: NonZeroU32) -> Option<Range<usize>> {
    audible_above(samples, rate, AUDIBLE_DBFS)
}

/// [`audible`] with a threshold of the caller's, in dBFS.
#[must_use]
pub fn audible_above(samples: &[f32], rate: NonZeroU32, threshold: f32) -> Option<Range<usize>> {
    let millisecond = (rate.get() as usize / 1000).max(1);
    let powers: Vec<f32> = samples.chunks(millisecond).map(power).collect();
    let loud = power_at(threshold);
    let window = AUDIBLE_MS.min(powers.len()).max(1);
    let is_loud = |window: &[f32]| window.iter().sum::<f32>() / window.len() as f32 >= loud;
    let first_window = powers.windows(window).position(is_loud)?;
    let last_window = powers.windows(window).rposition(is_loud)?;
    // A mean above the threshold has at least one term above it (equal up to rounding, hence the fall-backs).
    let inside = |start: usize| powers[start..start + window].iter();
    let first = first_window + inside(first_window).position(|&power| power >= loud).unwrap_or(0);
    let last = last_window + inside(last_window).rposition(|&power| power >= loud).unwrap_or(window - 1);
    Some(first * millisecond..((last + 1) * millisecond).min(samples.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EAR_RATE;

    fn tone(n_samples: usize, amplitude: f32) -> impl Iterator<Item = f32> {
        (0..n_samples).map(move |i| amplitude * (i as f32 * 0.3).sin())
    }

    fn clip(before: usize, sound: usize, after: usize, amplitude: f32) -> Vec<f32> {
        let silence = |n| std::iter::repeat_n(0.0, n);
        silence(before).chain(tone(sound, amplitude)).chain(silence(after)).collect()
    }

    #[test]
    fn the_borders_of_a_tone_are_exact_to_a_millisecond() {
        let clip = clip(1600, 3200, 800, 0.5);
        assert_eq!(audible(&clip, EAR_RATE), Some(1600..4800));
    }

    #[test]
    fn quiet_and_short_sounds_are_not_audible() {
        assert_eq!(audible(&clip(1600, 3200, 800, 0.01), EAR_RATE), None);
        assert_eq!(audible(&[], EAR_RATE), None);
        let mut click = vec![0.0; 16_000];
        click[8000] = 0.1;
        assert_eq!(audible(&click, EAR_RATE), None, "one sample at -20 dBFS is below -40 dBFS over 20 ms");
    }

    #[test]
    fn a_clip_shorter_than_a_window_is_judged_as_a_whole() {
        let short: Vec<f32> = tone(100, 0.5).collect();
        assert_eq!(audible(&short, EAR_RATE), Some(0..100));
    }

    #[test]
    fn decibels_go_back_and_forth() {
        assert!((dbfs(power_at(-40.0)) + 40.0).abs() < 1e-3);
        assert!((dbfs(power(&[1.0, -1.0]))).abs() < 1e-3);
    }
}
