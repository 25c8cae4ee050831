//! Whole spoken turns: the product hears a long recording at the pace of speech, through the path of a microphone, and
//! what it played is measured. The cloud is scripted: its first token comes after a second.

pub(crate) mod cascade;
pub(crate) mod hesitation;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use segue_integration::cloud::{Reply, Script, ScriptedCloud};
use serde::Serialize;
use serde_json::Value;

use crate::layout::{Layout, Noise, Slot, lay_out, mono};
use crate::meter::{self, Measured};
use crate::process::{self, Cost};
use crate::speech::Truth;
use crate::statistics::{Spread, spread};
use crate::{sound, speech};
use hesitation::Hesitation;

/// The cloud's first token, in ms.
const CLOUD_MS: u64 = 1000;
/// What the cloud says, whatever the opener was: short, because a turn is over with its first sound.
const REPLY: [&str; 1] = [" right here."];

/// What to run.
pub(crate) struct Plan {
    pub(crate) program: PathBuf,
    pub(crate) clips: Vec<PathBuf>,
    pub(crate) noise: Option<(PathBuf, f64)>,
    /// Time behind each request, in seconds: an opener, the cloud's second and a short reply.
    pub(crate) room: f64,
    /// What is known about clips with pauses inside.
    pub(crate) truths: Vec<Truth>,
    /// Where recordings go.
    pub(crate) out: PathBuf,
}

/// What was measured of one request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Turn {
    pub(crate) clip: PathBuf,
    /// How many turns the product made of it; one is right.
    pub(crate) turns: usize,
    /// What the product believed to have been said, in all its turns.
    pub(crate) transcripts: Vec<String>,
    /// From the recording.
    pub(crate) measured: Measured,
    /// From the commit to the first sound, as the product tells it, in ms.
    pub(crate) after_commit_ms: Option<f64>,
    /// The product's own marks of the last turn, for the waterfall.
    pub(crate) marks_ms: Value,
    /// What became of a request with pauses inside.
    pub(crate) hesitation: Option<Hesitation>,
}

/// What was measured of a whole run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) response_gap_ms: Option<Spread>,
    pub(crate) after_commit_ms: Option<Spread>,
    pub(crate) seam_gap_ms: Option<Spread>,
    pub(crate) pitch_step_semitones: Option<Spread>,
    pub(crate) loudness_step_db: Option<Spread>,
    /// Requests in whose middle Segue spoke, and requests of which more than one turn was made.
    pub(crate) cut_offs: usize,
    pub(crate) split: usize,
    pub(crate) unanswered: usize,
    pub(crate) underruns: u64,
    pub(crate) seconds: f64,
    pub(crate) cost: Cost,
    pub(crate) turns: Vec<Turn>,
}

/// Runs and measures.
pub(crate) fn run(plan: &Plan) -> Result<Run> {
    std::fs::create_dir_all(&plan.out).with_context(|| format!("{}", plan.out.display()))?;
    let noise =
        plan.noise.as_ref().map(|(path, below_db)| mono(path).map(|sound| Noise { sound, below_db: *below_db }));
    let layout = lay_out(&plan.clips, plan.room, noise.transpose()?.as_ref())?;
    let (input, record) = (plan.out.join("said.wav"), plan.out.join("talk.wav"));
    speech::write(&input, &layout.sound)?;
    let reply = Reply::says(REPLY).first_after(CLOUD_MS);
    let cloud = ScriptedCloud::start(Script::of([reply])).context("the scripted cloud")?;
    let told = plan.out.join("told.jsonl");
    let mut child = Command::new(&plan.program)
        .arg("turn")
        .arg(&input)
        .args(["--pace", "realtime", "--json", "--model", "scripted", "--cloud", &cloud.base()])
        .arg("--record")
        .arg(&record)
        .stdin(Stdio::null())
        .stdout(File::create(&told)?)
        .spawn()
        .with_context(|| format!("{} cannot be run", plan.program.display()))?;
    let (status, cost) = process::wait(&mut child)?;
    ensure!(status.success(), "segue ended with {status}");
    let reports: Vec<Value> = std::fs::read_to_string(&told)?
        .lines()
        .map(|line| serde_json::from_str(line).context("a line of `segue turn --json`"))
        .collect::<Result<_>>()?;
    let channels = sound::read(&record)?;
    ensure!(channels.len() == 2, "the recording has not two channels");
    let mut run = measured(&layout, &channels[1], &reports, cost);
    for (turn, slot) in run.turns.iter_mut().zip(&layout.slots) {
        turn.hesitation = hesitation::of(&plan.truths, &slot.clip).map(|truth| hesitate(truth, slot, turn, &reports));
    }
    std::fs::write(plan.out.join("turns.json"), serde_json::to_string_pretty(&run)?)?;
    Ok(run)
}

fn measured(layout: &Layout, segue: &sound::Sound, reports: &[Value], cost: Cost) -> Run {
    let turns: Vec<Turn> = layout.slots.iter().map(|slot| turn(slot, segue, reports)).collect();
    let of = |pick: &dyn Fn(&Turn) -> Option<f64>| spread(turns.iter().filter_map(pick));
    let seam = |turn: &Turn| turn.measured.seam.clone();
    Run {
        response_gap_ms: of(&|turn| turn.measured.response_gap_ms.filter(|_| !turn.measured.cut_off)),
        after_commit_ms: of(&|turn| turn.after_commit_ms),
        seam_gap_ms: of(&|turn| Some(seam(turn)?.gap_ms)),
        pitch_step_semitones: of(&|turn| Some(seam(turn)?.pitch_step?.abs())),
        loudness_step_db: of(&|turn| Some(seam(turn)?.loudness_step_db.abs())),
        cut_offs: turns.iter().filter(|turn| turn.measured.cut_off).count(),
        split: turns.iter().filter(|turn| turn.turns > 1).count(),
        unanswered: turns.iter().filter(|turn| turn.measured.response_gap_ms.is_none()).count(),
        underruns: reports.iter().filter_map(|report| report["underruns"].as_u64()).sum(),
        seconds: layout.sound.seconds(),
        cost,
        turns,
    }
}

/// How long an answer may sound on after somebody has spoken over it, in seconds.
const FADES_S: f64 = 0.8;

/// From when on what is heard can be an answer to this request, in seconds: the answer before it may still sound when
/// it begins, until the product has noticed.
fn answered_from(slot: &Slot, segue: &sound::Sound) -> f64 {
    let (begins, step) = (slot.speech.start, 0.05);
    let sounds = |from: f64| segue.rms(segue.at(from)..segue.at(from + step)) >= sound::AUDIBLE;
    if !sounds(begins - step) && !sounds(begins) {
        return begins;
    }
    let mut from = begins;
    while from < begins + FADES_S && sounds(from) {
        from += step;
    }
    from
}

/// When the speech of a turn ended, in seconds of the recording.
fn ended(report: &Value) -> f64 {
    report["voice_ended_ms"].as_f64().unwrap_or(-1.0) / 1000.0
}

/// The turns that were made of one request.
fn mine<'a>(slot: &Slot, reports: &'a [Value]) -> Vec<&'a Value> {
    let spoken = |report: &Value| report["transcript"].as_str().is_some_and(|text| !text.is_empty());
    let inside = |report: &&Value| (slot.speech.start..slot.until).contains(&ended(report)) && spoken(report);
    reports.iter().filter(inside).collect()
}

fn hesitate(truth: &Truth, slot: &Slot, turn: &Turn, reports: &[Value]) -> Hesitation {
    let sounded = turn.measured.response_gap_ms.map(|gap| slot.speech.end + gap / 1000.0);
    let ended: Vec<f64> = mine(slot, reports).into_iter().map(ended).collect();
    hesitation::judge(truth, slot, sounded, &ended, turn.transcripts.last().map(String::as_str))
}

fn turn(slot: &Slot, segue: &sound::Sound, reports: &[Value]) -> Turn {
    let mine = mine(slot, reports);
    let marks = mine.last().map_or(Value::Null, |report| report["marks_ms"].clone());
    let mark = |name: &str| marks[name].as_f64();
    let hint = mark("opener_end").filter(|_| mark("continuation_sound").is_some());
    Turn {
        clip: slot.clip.clone(),
        turns: mine.len(),
        transcripts: mine.iter().filter_map(|report| report["transcript"].as_str().map(str::to_string)).collect(),
        measured: meter::turn(segue, answered_from(slot, segue)..slot.speech.end, slot.until, hint),
        after_commit_ms: mark("first_sound").zip(mark("endpoint")).map(|(sound, commit)| (sound - commit).max(0.0)),
        marks_ms: marks,
        hesitation: None,
    }
}

/// The run in a few lines.
pub(crate) fn told(name: &str, run: &Run) -> String {
    let line =
        |what: &str, spread: Option<Spread>| spread.map_or(String::new(), |spread| format!("  {what:22} {spread}\n"));
    let mut text = format!("{name}: {} requests, {:.0} s\n", run.turns.len(), run.seconds);
    text += &line("response gap, ms", run.response_gap_ms);
    text += &line("commit to sound, ms", run.after_commit_ms);
    text += &line("seam gap, ms", run.seam_gap_ms);
    text += &line("pitch step, semitones", run.pitch_step_semitones);
    text += &line("loudness step, dB", run.loudness_step_db);
    let Run { cut_offs, split, unanswered, underruns, cost, .. } = run;
    text +=
        &format!("  cut off {cut_offs}, more than one turn {split}, unanswered {unanswered}, underruns {underruns}\n");
    text += &hesitation::told(&run.turns);
    text + &format!("  CPU {:.0}% of a core, memory {:.0} MB\n", 100.0 * cost.cpu_s / run.seconds, cost.memory_mb)
}

/// All WAVs of a folder but those that are no requests, in the order of their names.
pub(crate) fn clips(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut clips: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    clips.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".wav") && !name.starts_with("noise")
    });
    clips.sort();
    ensure!(!clips.is_empty(), "no recordings in {}", folder.display());
    Ok(clips)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Sound;
    use crate::sound::tests::{silence, tone};

    #[test]
    fn a_turn_is_found_in_its_slot_and_measured_from_the_sound() {
        let rate = 22_050;
        let slot = Slot { clip: "a.wav".into(), speech: 1.0..3.0, until: 9.0 };
        let sound = Sound::new(rate, [silence(3.3, rate), tone(150.0, 0.3, 2.0, rate), silence(5.0, rate)].concat());
        let report = |ms: f64, text: &str| {
            let marks = serde_json::json!({ "endpoint": 220.0, "first_sound": 240.0 });
            serde_json::json!({ "voice_ended_ms": ms, "transcript": text, "marks_ms": marks, "underruns": 0 })
        };
        let reports = [report(500.0, "before"), report(3000.0, "mine"), report(10_000.0, "behind")];
        let turn = turn(&slot, &sound, &reports);
        assert_eq!((turn.turns, turn.transcripts), (1, vec!["mine".to_string()]));
        assert!((turn.measured.response_gap_ms.unwrap() - 300.0).abs() < 1.0);
        assert_eq!(turn.after_commit_ms, Some(20.0));
    }

    #[test]
    fn an_answer_that_is_spoken_over_is_no_answer_to_the_next_request() {
        let rate = 22_050;
        let slot = Slot { clip: "a.wav".into(), speech: 1.0..3.0, until: 9.0 };
        let over = |seconds: f64| [silence(0.5, rate), tone(150.0, 0.3, seconds, rate)].concat();
        let answer = [tone(150.0, 0.3, 1.0, rate), silence(1.0, rate)].concat();
        let of = |before: Vec<f32>, pause: f64| {
            let sound = Sound::new(rate, [before, silence(pause, rate), answer.clone()].concat());
            turn(&slot, &sound, &[]).measured
        };
        let measured = of(over(0.8), 2.0);
        assert!((measured.response_gap_ms.unwrap() - 300.0).abs() < 2.0 && !measured.cut_off, "{measured:?}");
        // What begins behind it is one.
        assert!(of(over(0.8), 0.5).cut_off);
    }
}
