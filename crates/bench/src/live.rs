//! `segue talk` on real devices without hardware: PulseAudio with two null sinks. A recording is played into what the
//! program opens as its microphone, and what it plays is recorded from its loudspeaker.

mod pulse;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use segue_integration::cloud::{Reply, Script, ScriptedCloud};
use serde::Serialize;
use serde_json::Value;

use crate::process::{Cost, now as cost_now};
use crate::sound::{self, Sound};
use crate::speech;
use pulse::Pulse;

/// How long the program may take to load its models.
const READY: Duration = Duration::from_secs(120);
/// Silence behind each request, in which it is answered.
const ROOM: Duration = Duration::from_secs(9);
/// Silence between two answers in the recording, in seconds.
const APART_S: f64 = 2.5;

/// What to do.
pub(crate) struct Plan {
    pub(crate) program: PathBuf,
    pub(crate) clips: Vec<PathBuf>,
    pub(crate) out: PathBuf,
    /// Whether the sound server puts idle devices to sleep.
    pub(crate) suspend: bool,
    /// How long to wait before the first request, measuring what waiting costs.
    pub(crate) idle: Duration,
}

/// One request and its answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) clip: PathBuf,
    pub(crate) transcript: String,
    pub(crate) opener: String,
    /// What a transcriber hears in the recording of the loudspeaker.
    pub(crate) heard: String,
    /// Whether its first word is the opener's.
    pub(crate) first_word_whole: bool,
    /// As the program tells it.
    pub(crate) response_gap_ms: Option<f64>,
}

/// The whole run.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) suspend: bool,
    /// Share of one core while nobody speaks.
    pub(crate) idle_cpu: f64,
    /// Memory that is resident then, in MB, and the most that was.
    pub(crate) idle_mb: f64,
    pub(crate) memory_mb: f64,
    pub(crate) answers: Vec<Answer>,
}

pub(crate) fn run(plan: &Plan) -> Result<Run> {
    std::fs::create_dir_all(&plan.out).with_context(|| format!("{}", plan.out.display()))?;
    let pulse = Pulse::start(plan.suspend)?;
    let cloud = ScriptedCloud::start(Script::of([Reply::says([" right here."]).first_after(1000)]))?;
    let (told, log) = (plan.out.join("told.jsonl"), plan.out.join("talk.log"));
    let mut talk = pulse.command(&plan.program);
    talk.args(["talk", "--json", "--model", "scripted", "--cloud", &cloud.base()]);
    talk.stdin(Stdio::null()).stdout(File::create(&told)?).stderr(File::create(&log)?);
    let mut talk = Ended(talk.spawn().with_context(|| format!("{}", plan.program.display()))?);
    wait_for(&log, "microphone", &mut talk.0)?;
    let recording = plan.out.join("loudspeaker.wav");
    let recorder =
        pulse.command(Path::new("parec")).args(["--device=spk.monitor", "--file-format=wav"]).arg(&recording).spawn();
    let recorder = Ended(recorder.context("parec cannot be run: is pulseaudio-utils there?")?);
    let idle = idle_cost(&talk.0, plan.idle)?;
    let idle_mb = cost_now(&talk.0).resident_mb;
    for clip in &plan.clips {
        let played = pulse.command(Path::new("paplay")).arg("--device=mic").arg(clip).status();
        ensure!(played.context("paplay cannot be run")?.success(), "paplay failed");
        thread::sleep(ROOM);
    }
    let memory_mb = cost_now(&talk.0).memory_mb;
    drop(talk);
    drop(recorder);
    let reports = std::fs::read_to_string(&told)?;
    let reports = reports.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let mut channels = sound::read(&recording)?;
    let heard = channels.pop().context("an empty recording")?;
    let answers = answers(plan, &reports, &heard)?;
    let run = Run { suspend: plan.suspend, idle_cpu: idle, idle_mb, memory_mb, answers };
    std::fs::write(plan.out.join("live.json"), serde_json::to_string_pretty(&run)?)?;
    Ok(run)
}

fn answers(plan: &Plan, reports: &[Value], heard: &Sound) -> Result<Vec<Answer>> {
    let text = |report: &Value, key: &str| report[key].as_str().unwrap_or_default().to_string();
    let spoken: Vec<&Value> = reports.iter().filter(|report| !text(report, "spoken").is_empty()).collect();
    let phrases = heard.phrases(APART_S);
    let mut answers = Vec::new();
    for (index, clip) in plan.clips.iter().enumerate() {
        let (report, phrase) = (spoken.get(index), phrases.get(index));
        let opener = report.map_or(String::new(), |report| text(&report["opener"], "text"));
        let words = match phrase {
            Some(phrase) => {
                let path = plan.out.join(format!("answer-{index}.wav"));
                let around = heard.at(0.3);
                let from = phrase.start.saturating_sub(around);
                let to = (phrase.end + around).min(heard.samples.len());
                speech::write(&path, &Sound::new(heard.rate, heard.samples[from..to].to_vec()))?;
                transcript(&plan.program, &path)?
            }
            None => String::new(),
        };
        answers.push(Answer {
            clip: clip.clone(),
            transcript: report.map_or(String::new(), |report| text(report, "transcript")),
            first_word_whole: first_word(&words).is_some() && first_word(&words) == first_word(&opener),
            opener,
            heard: words,
            response_gap_ms: report.and_then(|report| report["response_gap_ms"].as_f64()),
        });
    }
    Ok(answers)
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.split_whitespace().next()?.chars().filter(|c| c.is_alphanumeric()).collect();
    Some(word.to_lowercase())
}

/// What the product's own transcriber hears.
fn transcript(program: &Path, path: &Path) -> Result<String> {
    let output = Command::new(program)
        .arg("turn")
        .arg(path)
        .args(["--cloud", "none", "--opener", "never", "--json"])
        .stderr(Stdio::null())
        .output()?;
    let last = String::from_utf8_lossy(&output.stdout).lines().next_back().unwrap_or_default().to_string();
    let report: Value = serde_json::from_str(&last).context("the transcript of an answer")?;
    Ok(report["transcript"].as_str().unwrap_or_default().to_string())
}

/// Share of a core that a program takes while nothing happens.
fn idle_cost(child: &Child, time: Duration) -> Result<f64> {
    let (before, since): (Cost, _) = (cost_now(child), Instant::now());
    thread::sleep(time);
    Ok((cost_now(child).cpu_s - before.cpu_s) / since.elapsed().as_secs_f64().max(0.001))
}

fn wait_for(log: &Path, word: &str, child: &mut Child) -> Result<()> {
    let since = Instant::now();
    while since.elapsed() < READY {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        if text.contains(word) {
            return Ok(());
        }
        if let Some(status) = child.try_wait()? {
            bail!("segue talk ended with {status}: {text}");
        }
        thread::sleep(Duration::from_millis(200));
    }
    bail!("segue talk does not get ready")
}

/// A program that ends with its owner.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Asked kindly first, so that a recorder can write its file to the end.
        let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        for _ in 0..30 {
            if self.0.try_wait().ok().flatten().is_some() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The run in a few lines.
pub(crate) fn told(run: &Run) -> String {
    let mut text = format!(
        "{}, idle: {:.1}% of a core, {:.0} MB (at most {:.0} MB)\n",
        if run.suspend { "devices that sleep" } else { "devices that stay awake" },
        100.0 * run.idle_cpu,
        run.idle_mb,
        run.memory_mb
    );
    for answer in &run.answers {
        let Answer { transcript, opener, heard, first_word_whole, response_gap_ms, .. } = answer;
        let whole = if *first_word_whole { "whole" } else { "NOT whole" };
        let gap = response_gap_ms.map_or("none".to_string(), |gap| format!("{gap:.0} ms"));
        text += &format!("  {transcript}\n    {opener} ... heard as: {heard}\n    first word {whole}, gap {gap}\n");
    }
    text
}
