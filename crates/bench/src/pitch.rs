//! How high a voice is: the median pitch of the voiced parts of a stretch.

use std::ops::Range;

use pitch_detection::detector::PitchDetector;
use pitch_detection::detector::mcleod::McLeodDetector;

use crate::sound::Sound;

/// Length of a window, in seconds: two periods of the lowest voice that is looked for.
const WINDOW_S: f64 = 0.04;
/// From one window to the next, in seconds.
const STEP_S: f64 = 0.01;
/// Voices are between these, in Hz.
const VOICES: Range<f32> = 60.0..400.0;
/// Least clarity (McLeod's normalised peak, 0 to 1) and power of a window that counts as voiced.
const CLARITY: f32 = 0.7;
const POWER: f32 = 0.01;

/// Median pitch in Hz; `None` when nothing in the stretch is voiced.
pub(crate) fn median(sound: &Sound, stretch: Range<usize>) -> Option<f64> {
    let (window, step) = (sound.at(WINDOW_S), sound.at(STEP_S).max(1));
    let stretch = stretch.start.min(sound.samples.len())..stretch.end.min(sound.samples.len());
    if window == 0 || stretch.len() < window {
        return None;
    }
    let mut detector = McLeodDetector::new(window, window / 2);
    let mut pitches: Vec<f64> = (stretch.start..=stretch.end - window)
        .step_by(step)
        .filter_map(|start| {
            let piece = &sound.samples[start..start + window];
            let pitch = detector.get_pitch(piece, sound.rate as usize, POWER, CLARITY)?;
            VOICES.contains(&pitch.frequency).then_some(f64::from(pitch.frequency))
        })
        .collect();
    pitches.sort_by(f64::total_cmp);
    pitches.get(pitches.len() / 2).copied()
}

/// From one pitch to another, in semitones; positive goes up.
pub(crate) fn semitones(from: f64, to: f64) -> f64 {
    12.0 * (to / from).log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::tests::{silence, tone};

    #[test]
    fn the_pitch_of_a_tone_is_its_frequency() {
        for hertz in [90.0, 120.0, 210.0] {
            let sound = Sound::new(22_050, tone(hertz, 0.3, 0.5, 22_050));
            let pitch = median(&sound, 0..sound.samples.len()).unwrap();
            assert!(semitones(hertz, pitch).abs() < 0.25, "{hertz} Hz: {pitch}");
        }
    }

    #[test]
    fn silence_has_no_pitch() {
        let sound = Sound::new(22_050, silence(0.5, 22_050));
        assert_eq!(median(&sound, 0..sound.samples.len()), None);
        assert_eq!(median(&sound, 0..3), None);
    }

    #[test]
    fn an_octave_is_twelve_semitones() {
        assert!((semitones(100.0, 200.0) - 12.0).abs() < 1e-9);
    }
}
