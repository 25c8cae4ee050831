//! What a two-channel recording of a turn shows: left the user, right Segue. Only samples are looked at; the one hint
//! that is taken from outside is about where the seam lies, and the seam itself is then found in the sound.

use std::ops::Range;

use serde::Serialize;

use crate::pitch;
use crate::sound::{AUDIBLE, Sound};

/// How far from the hint the seam is looked for, in seconds.
const SEAM_NEAR_S: f64 = 0.25;
/// Shorter silences are inside words (the closure of a "t"), in seconds.
const SHORTEST_GAP_S: f64 = 0.06;
/// How much voice on each side of the seam is compared, in seconds.
const SIDE_S: f64 = 0.3;
/// A step between samples is looked for so near to a joint, in seconds.
const JOINT_S: f64 = 0.003;

/// One turn. Times in ms, counted from the user's last voiced sample.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// First audible sample of Segue's channel. Negative when it spoke before the user had finished.
    pub(crate) response_gap_ms: Option<f64>,
    /// Segue began to speak before the user had finished.
    pub(crate) cut_off: bool,
    /// Last audible sample of Segue's channel.
    pub(crate) end_ms: Option<f64>,
    /// The joint between opener and continuation, when there is one.
    pub(crate) seam: Option<Seam>,
}

/// The joint between opener and continuation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Seam {
    /// When the sound before it ends, in ms from the user's last voiced sample.
    pub(crate) at_ms: f64,
    /// Silence, in ms; 0 when the sides touch.
    pub(crate) gap_ms: f64,
    /// From the median pitch of the last 300 ms before to that of the first 300 ms behind, in semitones.
    pub(crate) pitch_step: Option<f64>,
    /// From the loudness (RMS) of those, in dB.
    pub(crate) loudness_step_db: f64,
    /// Largest step between neighbouring samples at the joint, full scale 1.
    pub(crate) sample_step: f64,
    /// Largest such step anywhere else in the same answer: what the voice itself does.
    pub(crate) sample_step_elsewhere: f64,
}

/// Measures one turn. `user` is where the user spoke, in seconds; `until` where the turn ends at the latest; `seam` is
/// when the seam is believed to be, in ms from the user's last voiced sample.
pub(crate) fn turn(segue: &Sound, user: Range<f64>, until: f64, seam: Option<f64>) -> Measured {
    let (from, ended, until) = (segue.at(user.start), segue.at(user.end), segue.at(until));
    let ms = |sample: usize| (sample as f64 - ended as f64) * 1000.0 / f64::from(segue.rate);
    let first = segue.first_audible(from).filter(|&first| first < until);
    let last = first.and_then(|_| segue.last_audible(until)).filter(|&last| Some(last) > first);
    Measured {
        response_gap_ms: first.map(ms),
        cut_off: first.is_some_and(|first| first < ended),
        end_ms: last.map(ms),
        seam: match (first, last, seam) {
            (Some(first), Some(last), Some(near)) => find_seam(segue, first..last, ended, near),
            _ => None,
        },
    }
}

fn find_seam(segue: &Sound, answer: Range<usize>, ended: usize, near_ms: f64) -> Option<Seam> {
    let near = segue.at(segue.time(ended) + near_ms / 1000.0);
    let reach = segue.at(SEAM_NEAR_S);
    if near <= answer.start || near >= answer.end {
        return None;
    }
    let gaps = silences(segue, answer.clone(), segue.at(SHORTEST_GAP_S));
    let distance =
        |gap: &Range<usize>| if gap.contains(&near) { 0 } else { near.abs_diff(gap.start).min(near.abs_diff(gap.end)) };
    let gap = gaps.into_iter().filter(|gap| distance(gap) <= reach).min_by_key(distance).unwrap_or(near..near);
    let side = segue.at(SIDE_S);
    let before = gap.start.saturating_sub(side).max(answer.start)..gap.start;
    let behind = gap.end..(gap.end + side).min(answer.end);
    let joint = segue.at(JOINT_S);
    let at_joint = |edge: usize| edge.saturating_sub(joint)..(edge + joint).min(segue.samples.len());
    let elsewhere = largest_step(segue, answer.start..at_joint(gap.start).start)
        .max(largest_step(segue, at_joint(gap.end).end..answer.end));
    let pitches = (pitch::median(segue, before.clone()), pitch::median(segue, behind.clone()));
    Some(Seam {
        at_ms: tenth((gap.start as f64 - ended as f64) * 1000.0 / f64::from(segue.rate)),
        gap_ms: tenth(segue.time(gap.len()) * 1000.0),
        pitch_step: if let (Some(from), Some(to)) = pitches { Some(tenth(pitch::semitones(from, to))) } else { None },
        loudness_step_db: tenth(20.0 * (segue.rms(behind).max(1e-6) / segue.rms(before).max(1e-6)).log10()),
        sample_step: largest_step(segue, at_joint(gap.start)).max(largest_step(segue, at_joint(gap.end))),
        sample_step_elsewhere: elsewhere,
    })
}

/// Stretches of an answer in which nothing can be heard for at least `shortest` samples.
fn silences(sound: &Sound, answer: Range<usize>, shortest: usize) -> Vec<Range<usize>> {
    let loud = |sample: usize| f64::from(sound.samples[sample].abs()) >= AUDIBLE;
    let mut silences = Vec::new();
    let mut quiet_from = answer.start;
    for sample in answer.clone() {
        if loud(sample) {
            if sample - quiet_from >= shortest {
                silences.push(quiet_from..sample);
            }
            quiet_from = sample + 1;
        }
    }
    silences
}

fn largest_step(sound: &Sound, stretch: Range<usize>) -> f64 {
    let end = stretch.end.min(sound.samples.len());
    let samples = &sound.samples[stretch.start.min(end)..end];
    samples.windows(2).map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max)
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::tests::{silence, tone};

    const RATE: u32 = 22_050;

    /// Silence, an opener of 150 Hz, a gap, a continuation of another pitch and loudness.
    fn answer(begins: f64, gap: f64, hertz: f64, amplitude: f64) -> Sound {
        let opener = tone(150.0, 0.2, 1.0, RATE);
        let continuation = tone(hertz, amplitude, 1.0, RATE);
        let all = [silence(begins, RATE), opener, silence(gap, RATE), continuation, silence(1.0, RATE)];
        Sound::new(RATE, all.concat())
    }

    #[test]
    fn the_response_gap_counts_from_the_last_voiced_sample() {
        let measured = turn(&answer(2.25, 0.1, 150.0, 0.2), 0.5..2.0, 10.0, None);
        assert!((measured.response_gap_ms.unwrap() - 250.0).abs() < 1.0);
        assert!(!measured.cut_off);
        assert!((measured.end_ms.unwrap() - 2350.0).abs() < 1.0);
        assert!(measured.seam.is_none());
    }

    #[test]
    fn who_speaks_before_the_user_has_finished_cuts_them_off() {
        let measured = turn(&answer(1.4, 0.1, 150.0, 0.2), 0.5..2.0, 10.0, None);
        assert!(measured.cut_off);
        assert!((measured.response_gap_ms.unwrap() + 600.0).abs() < 1.0);
    }

    #[test]
    fn no_sound_is_no_gap() {
        let measured = turn(&Sound::new(RATE, silence(5.0, RATE)), 0.5..2.0, 5.0, Some(100.0));
        assert_eq!((measured.response_gap_ms, measured.cut_off), (None, false));
        // What comes after the turn's end is another turn's.
        assert_eq!(turn(&answer(4.0, 0.1, 150.0, 0.2), 0.5..2.0, 3.0, None).response_gap_ms, None);
    }

    #[test]
    fn the_seam_is_found_near_the_hint_and_measured() {
        let measured = turn(&answer(2.25, 0.15, 300.0, 0.1), 0.5..2.0, 10.0, Some(1300.0));
        let seam = measured.seam.unwrap();
        assert!((seam.gap_ms - 150.0).abs() < 2.0, "{seam:?}");
        assert!((seam.at_ms - 1250.0).abs() < 2.0, "{seam:?}");
        assert!((seam.pitch_step.unwrap() - 12.0).abs() < 0.2, "{seam:?}");
        assert!((seam.loudness_step_db + 6.0).abs() < 0.2, "{seam:?}");
    }

    #[test]
    fn a_click_at_the_joint_is_told_from_the_voice_itself() {
        let mut sound = answer(2.25, 0.0, 150.0, 0.2);
        let joint = sound.at(3.25);
        sound.samples[joint] = 0.9;
        let sound = Sound::new(RATE, sound.samples);
        let seam = turn(&sound, 0.5..2.0, 10.0, Some(1250.0)).seam.unwrap();
        assert_eq!(seam.gap_ms, 0.0);
        assert!(seam.sample_step > 0.5 && seam.sample_step_elsewhere < 0.05, "{seam:?}");
    }
}
