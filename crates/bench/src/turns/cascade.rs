//! The usual cascade, for comparison: one thing after the other, each waiting for the whole of what comes before. The
//! program `cascade` (an example of the command's crate) does the work in real time; only the listening is skipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use segue_integration::cloud::{Reply, Script, ScriptedCloud};
use serde::{Deserialize, Serialize};

use super::{CLOUD_MS, Turn};
use crate::layout::mono;
use crate::meter::Measured;
use crate::statistics::{Spread, spread};

/// What the cloud answers: a first sentence of usual length, and more behind it that nobody waits for.
const REPLY: [&str; 3] = ["You will find that", " right here on the first page.", " And that is all."];

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Cascade {
    pub(crate) response_gap_ms: Option<Spread>,
    /// Of it, in ms.
    pub(crate) whisper_ms: Option<Spread>,
    pub(crate) cloud_ms: Option<Spread>,
    pub(crate) voice_ms: Option<Spread>,
    pub(crate) cut_offs: usize,
    pub(crate) turns: Vec<Turn>,
}

/// A line of the program. Times in seconds of the clip where they are moments, in ms where they are lengths.
#[derive(Debug, Deserialize)]
struct Line {
    clip: PathBuf,
    transcript: String,
    decided_s: f64,
    whisper_ms: f64,
    cloud_ms: f64,
    voice_ms: f64,
}

/// Has the cascade answer these clips.
pub(crate) fn run(program: &Path, clips: &[PathBuf]) -> Result<Cascade> {
    let cloud = ScriptedCloud::start(Script::of([Reply::says(REPLY).first_after(CLOUD_MS)]))?;
    let output = Command::new(program)
        .arg(cloud.base())
        .args(clips)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} cannot be run", program.display()))?;
    ensure!(output.status.success(), "the cascade ended with {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    let lines: Vec<Line> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>().context("the cascade")?;
    let turns = lines.iter().map(turn).collect::<Result<Vec<_>>>()?;
    let of = |pick: fn(&Line) -> f64| spread(lines.iter().map(pick));
    let gaps = turns.iter().filter(|turn| !turn.measured.cut_off).filter_map(|turn| turn.measured.response_gap_ms);
    Ok(Cascade {
        response_gap_ms: spread(gaps),
        whisper_ms: of(|line| line.whisper_ms),
        cloud_ms: of(|line| line.cloud_ms),
        voice_ms: of(|line| line.voice_ms),
        cut_offs: turns.iter().filter(|turn| turn.measured.cut_off).count(),
        turns,
    })
}

fn turn(line: &Line) -> Result<Turn> {
    let sound = mono(&line.clip)?;
    let last = sound.last_audible(usize::MAX).context("a silent clip")?;
    Ok(of_line(line, sound.time(last)))
}

/// A line as a turn of the table; the user's last audible sample is at `ended`.
fn of_line(line: &Line, ended: f64) -> Turn {
    let decided = (line.decided_s - ended) * 1000.0;
    let transcribed = decided + line.whisper_ms;
    let sentence = transcribed + line.cloud_ms;
    let sounds = sentence + line.voice_ms;
    // The picture draws the cloud from the moment at which it is asked, which here is behind the transcript.
    let marks = serde_json::json!({
        "candidate": decided, "transcribed": transcribed, "endpoint": transcribed, "cloud_first_token": sentence,
    });
    let measured = Measured { response_gap_ms: Some(sounds), cut_off: decided < 0.0, end_ms: None, seam: None };
    Turn {
        clip: line.clip.clone(),
        turns: 1,
        transcripts: vec![line.transcript.clone()],
        measured,
        after_commit_ms: None,
        marks_ms: marks,
        hesitation: None,
    }
}

/// The cascade in a few lines.
pub(crate) fn told(cascade: &Cascade) -> String {
    let Cascade { response_gap_ms, whisper_ms, cloud_ms, voice_ms, cut_offs, turns } = cascade;
    let mut text = format!("the usual cascade: {} requests, cut off {cut_offs}\n", turns.len());
    for (what, spread) in [
        ("response gap, ms", response_gap_ms),
        ("whisper, ms", whisper_ms),
        ("first sentence, ms", cloud_ms),
        ("voice, ms", voice_ms),
    ] {
        text += &spread.map_or(String::new(), |spread| format!("  {what:22} {spread}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_waited_for_and_an_early_end_is_a_cut_off() {
        let line = |decided_s| Line {
            clip: "a.wav".into(),
            transcript: "a latte".into(),
            decided_s,
            whisper_ms: 1000.0,
            cloud_ms: 1100.0,
            voice_ms: 200.0,
        };
        let right = of_line(&line(2.7), 2.0).measured;
        assert!((right.response_gap_ms.unwrap() - 3000.0).abs() < 0.001 && !right.cut_off, "{right:?}");
        assert!(of_line(&line(1.7), 2.0).measured.cut_off);
    }
}
