//! Many joints at once: recordings of the same sentences joined in different ways, measured by the meter, a line a way.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::meter::{self, Seam};
use crate::sound;
use crate::statistics::spread;

/// A recording as `one_voice` tells it.
#[derive(Deserialize)]
struct Row {
    way: String,
    recording: String,
    seam_ms: f64,
}

/// Measures what `seams.json` in `folder` lists.
pub(crate) fn measure(folder: &Path) -> Result<()> {
    let path = folder.join("seams.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let rows: Vec<Row> = serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let mut ways: BTreeMap<String, Vec<Seam>> = BTreeMap::new();
    for row in rows {
        let channels = sound::read(&folder.join(&row.recording))?;
        ensure!(channels.len() == 2, "{} has not two channels", row.recording);
        let (user, segue) = (&channels[0], &channels[1]);
        let spoke = user.first_audible(0).zip(user.last_audible(usize::MAX));
        let (from, to) = spoke.with_context(|| format!("nobody speaks in {}", row.recording))?;
        let turn = meter::turn(segue, user.time(from)..user.time(to), segue.seconds(), Some(row.seam_ms));
        ways.entry(row.way).or_default().extend(turn.seam);
    }
    for (way, seams) in &ways {
        print!("{}", told(way, seams));
    }
    Ok(())
}

fn told(way: &str, seams: &[Seam]) -> String {
    let mut text = format!("{way}: {} joints\n", seams.len());
    let mut line = |what: &str, numbers: Vec<f64>| {
        text += &spread(numbers).map_or(String::new(), |spread| format!("  {what:22} {spread:.1}\n"));
    };
    let of = |pick: fn(&Seam) -> Option<f64>| seams.iter().filter_map(pick).collect::<Vec<f64>>();
    line("gap, ms", of(|seam| Some(seam.gap_ms)));
    line("pitch, semitones", of(|seam| seam.pitch_step));
    line("pitch, either way", of(|seam| seam.pitch_step.map(f64::abs)));
    line("loudness, dB", of(|seam| Some(seam.loudness_step_db)));
    line("loudness, either way", of(|seam| Some(seam.loudness_step_db.abs())));
    line("step, % of the voice's", of(|seam| Some(100.0 * seam.sample_step / seam.sample_step_elsewhere.max(1e-9))));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_told_by_its_spreads() {
        let seam = |gap_ms| Seam {
            at_ms: 0.0,
            gap_ms,
            pitch_step: Some(-1.5),
            loudness_step_db: 2.0,
            sample_step: 0.05,
            sample_step_elsewhere: 0.1,
        };
        let text = told("alone", &[seam(70.0), seam(90.0), seam(110.0)]);
        assert!(text.starts_with("alone: 3 joints\n"), "{text}");
        assert!(text.contains("median 90.0, 95% 110.0") && text.contains("median -1.5"), "{text}");
        assert!(text.contains("median 50.0"), "{text}");
    }
}
