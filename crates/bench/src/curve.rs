//! Endpointing replayed: given the pauses of recordings and what the words so far were judged to be, when would a turn
//! have been taken with these silences or those? The curve of response gap against cut-offs, without running anything.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::speech::Truth;
use crate::statistics::spread;

/// A commit so long before the user's last voiced sample is a cut-off, in ms. Less is how exact ends are known.
const CUT_MS: f64 = 120.0;

/// A line of `pauses`. Times in ms from the clip's first sample.
#[derive(Clone, Debug, Deserialize)]
struct Clip {
    clip: String,
    pauses: Vec<Pause>,
}

#[derive(Clone, Debug, Deserialize)]
struct Pause {
    voice_end: f64,
    noticed: f64,
    resumed: Option<f64>,
    judged: Judged,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Judged {
    Complete,
    Unsure,
    Incomplete,
}

/// What is true about a clip, in ms.
#[derive(Clone, Debug, Default)]
struct Known {
    end: f64,
    /// Begin and kind of its pauses.
    pauses: Vec<(f64, bool)>,
}

/// Silences in ms.
#[derive(Clone, Copy, Debug)]
struct Silences {
    complete: f64,
    unsure: f64,
    incomplete: f64,
}

impl Silences {
    fn behind(&self, judged: Judged) -> f64 {
        match judged {
            Judged::Complete => self.complete,
            Judged::Unsure => self.unsure,
            Judged::Incomplete => self.incomplete,
        }
    }
}

/// What became of a clip.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// Taken in the middle, at a pause where the words could have been complete or not.
    Cut { complete: bool },
    /// Taken behind the end, after so many ms.
    Taken(f64),
    /// Never taken.
    Missed,
}

/// Prints the curve.
pub(crate) fn draw(pauses: &Path, truth: &Path, work: f64) -> Result<()> {
    let text = std::fs::read_to_string(pauses).with_context(|| format!("{}", pauses.display()))?;
    let clips: Vec<Clip> =
        text.lines().map(|line| serde_json::from_str(line).context("a line of pauses")).collect::<Result<_>>()?;
    let known = read(truth)?;
    let clips: Vec<(Clip, &Known)> = clips
        .into_iter()
        .filter_map(|clip| {
            let name = Path::new(&clip.clip).file_name()?.to_string_lossy().into_owned();
            Some((clip, known.get(&name)?))
        })
        .collect();
    let places = |complete: bool| {
        clips.iter().filter(|(_, known)| known.pauses.iter().any(|(_, kind)| *kind == complete)).count()
    };
    println!(
        "{} clips; {} pause where the words are incomplete, {} where they could be complete",
        clips.len(),
        places(false),
        places(true)
    );
    println!("silences            gap median  95%   cut off: incomplete, complete, no pause  missed");
    let words = (160..=420).step_by(20).map(|ms| (f64::from(ms), 500.0, 1200.0));
    let deadlines = [(220.0, 400.0, 1000.0), (220.0, 600.0, 1200.0), (220.0, 500.0, 1500.0)];
    let plain = [200.0, 300.0, 500.0, 700.0, 900.0, 1200.0].map(|ms| (ms, ms, ms));
    for (complete, unsure, incomplete) in words.chain(deadlines).chain(plain) {
        let silences = Silences { complete, unsure, incomplete };
        let outcomes: Vec<(Outcome, bool)> = clips
            .iter()
            .map(|(clip, known)| (outcome(clip, known, silences, work), !known.pauses.is_empty()))
            .collect();
        let gap =
            spread(outcomes.iter().filter_map(|(o, _)| if let Outcome::Taken(gap) = o { Some(*gap) } else { None }));
        let count =
            |wanted: &dyn Fn(&(Outcome, bool)) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
        let (median, high) = gap.map_or((f64::NAN, f64::NAN), |gap| (gap.median, gap.p95));
        println!(
            "{complete:4.0} {unsure:4.0} {incomplete:5.0} ms  {median:8.0} {high:6.0}  {:12} {:9} {:9} {:7}",
            count(&|o| o.1 && o.0 == Outcome::Cut { complete: false }),
            count(&|o| o.1 && o.0 == Outcome::Cut { complete: true }),
            count(&|o| !o.1 && matches!(o.0, Outcome::Cut { .. })),
            count(&|o| o.0 == Outcome::Missed)
        );
    }
    Ok(())
}

fn outcome(clip: &Clip, known: &Known, silences: Silences, work: f64) -> Outcome {
    for pause in &clip.pauses {
        let commit = (pause.voice_end + silences.behind(pause.judged)).max(pause.noticed + work);
        if pause.resumed.is_some_and(|resumed| resumed < commit) {
            continue;
        }
        if known.end - pause.voice_end > CUT_MS {
            let near = known
                .pauses
                .iter()
                .min_by(|a, b| (a.0 - pause.voice_end).abs().total_cmp(&(b.0 - pause.voice_end).abs()));
            return Outcome::Cut { complete: near.is_some_and(|(_, complete)| *complete) };
        }
        return Outcome::Taken(commit - known.end);
    }
    Outcome::Missed
}

fn read(path: &Path) -> Result<BTreeMap<String, Known>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    if let Ok(truths) = serde_json::from_str::<Vec<Truth>>(&text) {
        let known = |truth: Truth| {
            let pauses = truth.pauses.iter().map(|pause| (pause.begin * 1000.0, pause.complete)).collect();
            (truth.clip, Known { end: truth.end * 1000.0, pauses })
        };
        return Ok(truths.into_iter().map(known).collect());
    }
    let line = |line: &str| {
        let [name, _, end] = line.split(',').collect::<Vec<_>>()[..] else { anyhow::bail!("{line}") };
        Ok((name.to_string(), Known { end: end.parse::<f64>()? / 16.0, pauses: Vec::new() }))
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCES: Silences = Silences { complete: 220.0, unsure: 500.0, incomplete: 1200.0 };

    fn clip(pauses: &[(f64, Option<f64>, Judged)]) -> Clip {
        let pauses = pauses
            .iter()
            .map(|&(voice_end, resumed, judged)| Pause { voice_end, noticed: voice_end + 50.0, resumed, judged })
            .collect();
        Clip { clip: "a.wav".into(), pauses }
    }

    fn known(end: f64) -> Known {
        Known { end, pauses: vec![(1000.0, false)] }
    }

    #[test]
    fn who_trails_off_is_waited_for_and_a_whole_request_is_taken_early() {
        let hesitates = clip(&[(1000.0, Some(1800.0), Judged::Incomplete), (2500.0, None, Judged::Complete)]);
        assert_eq!(outcome(&hesitates, &known(2500.0), SILENCES, 150.0), Outcome::Taken(220.0));
        let cut = clip(&[(1000.0, Some(1800.0), Judged::Complete), (2500.0, None, Judged::Complete)]);
        assert_eq!(outcome(&cut, &known(2500.0), SILENCES, 150.0), Outcome::Cut { complete: false });
    }

    #[test]
    fn work_that_takes_longer_than_the_silence_is_waited_for() {
        let whole = clip(&[(2500.0, None, Judged::Complete)]);
        assert_eq!(outcome(&whole, &known(2500.0), SILENCES, 400.0), Outcome::Taken(450.0));
        assert_eq!(outcome(&clip(&[]), &known(2500.0), SILENCES, 150.0), Outcome::Missed);
    }
}
