//! Requests with pauses inside: was the turn taken in one of them, and were the words before it a complete request?

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Turn;
use crate::layout::Slot;
use crate::speech::Truth;
use crate::words;

/// A turn whose speech ends this much before the request's end was taken too early, in seconds: the last voiced sample
/// is told within a few ms on synthetic voices.
const EARLY_S: f64 = 0.25;
/// A transcript holds the whole request when at most this share of its words is wrong: a synthetic voice is misheard in
/// some words, and half of a request lacks more.
const WRONG: f64 = 0.3;

/// What became of a request with pauses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Hesitation {
    /// Places where the words so far were no complete request, and where they could be.
    pub(crate) incomplete: usize,
    pub(crate) complete: usize,
    /// The turn was taken before the user had finished; at a place of which kind.
    pub(crate) cut_off: Option<Place>,
    /// Whether the last turn's transcript is the whole request.
    pub(crate) whole: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Incomplete,
    Complete,
    /// Not in a pause at all.
    Speech,
}

/// Reads `truth.json`.
pub(crate) fn read(path: &Path) -> Result<Vec<Truth>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{}", path.display()))
}

/// The truth about a clip.
pub(crate) fn of<'a>(truths: &'a [Truth], clip: &Path) -> Option<&'a Truth> {
    let name = clip.file_name()?.to_string_lossy();
    truths.iter().find(|truth| truth.clip == name)
}

/// Judges one request. `sounded` is when Segue was first heard, `ended` when the speech of each of its turns ended, all
/// in seconds of the recording.
pub(crate) fn judge(
    truth: &Truth,
    slot: &Slot,
    sounded: Option<f64>,
    ended: &[f64],
    transcript: Option<&str>,
) -> Hesitation {
    let zero = slot.speech.start - truth.begin;
    let finished = slot.speech.end;
    let early = ended.iter().copied().filter(|&ended| ended < finished - EARLY_S);
    let taken = early.chain(sounded.filter(|&sounded| sounded < finished)).min_by(f64::total_cmp);
    let place = |at: f64| {
        // The detector may tell an end a little before or behind the pause's first sample.
        let inside = |pause: &&crate::speech::PauseTruth| {
            (zero + pause.begin - EARLY_S..zero + pause.end + EARLY_S).contains(&at)
        };
        match truth.pauses.iter().find(inside) {
            Some(pause) if pause.complete => Place::Complete,
            Some(_) => Place::Incomplete,
            None => Place::Speech,
        }
    };
    let incomplete = truth.pauses.iter().filter(|pause| !pause.complete).count();
    let request = words::normal(&truth.request);
    let heard = words::normal(transcript.unwrap_or_default());
    let wrong = words::distance(&request, &heard);
    Hesitation {
        incomplete,
        complete: truth.pauses.len() - incomplete,
        cut_off: taken.map(place),
        whole: wrong as f64 <= (WRONG * request.len() as f64).max(1.0),
    }
}

/// All of them in two lines; nothing when there are none.
pub(crate) fn told(turns: &[Turn]) -> String {
    let all: Vec<&Hesitation> = turns.iter().filter_map(|turn| turn.hesitation.as_ref()).collect();
    if all.is_empty() {
        return String::new();
    }
    let cut = |place| all.iter().filter(|one| one.cut_off == Some(place)).count();
    let with = |pick: fn(&Hesitation) -> usize| all.iter().filter(|one| pick(one) > 0).count();
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    let (incomplete, complete) = (with(|one| one.incomplete), with(|one| one.complete));
    let whole = all.iter().filter(|one| one.whole).count();
    format!(
        "  cut off where the words are incomplete {} of {incomplete} ({:.1}%), where they could be complete {} of \
         {complete} ({:.1}%), in speech {}\n  heard as the whole request {whole} of {} ({:.1}%)\n",
        cut(Place::Incomplete),
        percent(cut(Place::Incomplete), incomplete),
        cut(Place::Complete),
        percent(cut(Place::Complete), complete),
        cut(Place::Speech),
        all.len(),
        percent(whole, all.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::PauseTruth;

    fn truth() -> Truth {
        Truth {
            clip: "a.wav".into(),
            domain: "timer".into(),
            voice: "x".into(),
            request: "set a timer for ten minutes".into(),
            begin: 0.5,
            end: 4.5,
            pauses: vec![
                PauseTruth { begin: 1.5, end: 2.1, complete: false },
                PauseTruth { begin: 3.0, end: 3.5, complete: true },
            ],
        }
    }

    /// The request lies at 10 s of the recording.
    fn judged(sounded: f64, ended: &[f64], transcript: &str) -> Hesitation {
        let slot = Slot { clip: "a.wav".into(), speech: 10.0..14.0, until: 18.0 };
        judge(&truth(), &slot, Some(sounded), ended, Some(transcript))
    }

    #[test]
    fn who_waits_for_the_end_cuts_nobody_off() {
        let right = judged(14.3, &[14.01], "Set a timer for 10 minutes.");
        assert_eq!(right, Hesitation { incomplete: 1, complete: 1, cut_off: None, whole: true });
    }

    #[test]
    fn a_turn_that_is_taken_in_a_pause_is_a_cut_off_of_its_kind() {
        assert_eq!(judged(11.5, &[11.0, 14.0], "Set a timer for ten minutes").cut_off, Some(Place::Incomplete));
        assert_eq!(judged(12.7, &[12.5, 14.0], "for ten minutes").cut_off, Some(Place::Complete));
        assert_eq!(judged(12.1, &[14.0], "").cut_off, Some(Place::Speech));
        // Taken in a pause, and hushed before anything sounded.
        assert_eq!(judged(14.2, &[11.02, 14.0], "").cut_off, Some(Place::Incomplete));
    }

    #[test]
    fn half_a_request_is_not_the_whole() {
        assert!(!judged(14.3, &[14.0], "for ten minutes").whole);
        assert!(judged(14.3, &[14.0], "set the timer for ten minutes").whole);
        assert!(!judged(14.3, &[14.0], "").whole);
    }
}
