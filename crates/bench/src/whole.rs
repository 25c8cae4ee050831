//! The whole measurement of turns in one run: clean, in noise, and beside them the cascade that is usual.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use crate::turns::{self, Run, cascade::Cascade};
use crate::{turns::cascade, waterfall};

/// What is to be run.
#[derive(Debug, Args)]
pub(crate) struct Whole {
    /// The folder of requests, mono WAVs of one sample rate; files that begin with `noise` are left out.
    #[arg(long, default_value = "assets")]
    clips: PathBuf,
    /// Take only so many of them.
    #[arg(long)]
    first: Option<usize>,
    /// `truth.json` of the test speech in that folder: only the requests with pauses are taken, and it is told where they
    /// were cut off.
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Noise to lay under them in a second run.
    #[arg(long)]
    noise: Option<PathBuf>,
    /// How many dB below the speech.
    #[arg(long, default_value_t = 10.0)]
    below: f64,
    /// On how many of the requests the usual cascade is measured too: 0.7 s of silence, whisper with its full window,
    /// the cloud's first sentence, the voice's whole graph.
    #[arg(long, default_value_t = 20)]
    cascade: usize,
    /// Time between the end of a request and the next one, in seconds: an opener and the first words behind it.
    #[arg(long, default_value_t = 3.3)]
    room: f64,
    /// Where recordings, turns.json and waterfall.svg go.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// Print the whole measurement as JSON.
    #[arg(long)]
    json: bool,
    /// The program; else `segue` beside this one. The cascade is `examples/cascade` beside this one.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// All that was measured.
#[derive(Serialize)]
struct Measured {
    clean: Run,
    noise: Option<Run>,
    cascade: Option<Cascade>,
}

/// Runs, measures, writes and tells.
pub(crate) fn run(whole: &Whole) -> Result<()> {
    let program = crate::segue(whole.program.clone())?;
    let truths = whole.truth.as_deref().map(turns::hesitation::read).transpose()?;
    let mut clips = turns::clips(&whole.clips)?;
    if let Some(truths) = &truths {
        clips.retain(|clip| turns::hesitation::of(truths, clip).is_some_and(|truth| !truth.pauses.is_empty()));
    }
    clips.truncate(whole.first.unwrap_or(usize::MAX));
    let plan = |name: &str, noise| turns::Plan {
        program: program.clone(),
        clips: clips.clone(),
        noise,
        room: whole.room,
        truths: truths.clone().unwrap_or_default(),
        out: whole.out.join(name),
    };
    let clean = turns::run(&plan("clean", None))?;
    let mut noise = None;
    if let Some(path) = &whole.noise {
        noise = Some(turns::run(&plan("noise", Some((path.clone(), whole.below))))?);
    }
    let first: Vec<PathBuf> = clips.iter().take(whole.cascade).cloned().collect();
    let cascade = if first.is_empty() { None } else { Some(cascade::run(&cascade_program()?, &first)?) };
    let measured = Measured { clean, noise, cascade };
    let path = whole.out.join("turns.json");
    std::fs::write(&path, serde_json::to_string_pretty(&measured)?).with_context(|| format!("{}", path.display()))?;
    std::fs::write(whole.out.join("waterfall.svg"), drawn(&measured))?;
    if whole.json {
        println!("{}", serde_json::to_string(&measured)?);
    } else {
        print!("{}", told(&measured, whole.below));
        println!("  {} and waterfall.svg beside it", path.display());
    }
    Ok(())
}

fn cascade_program() -> Result<PathBuf> {
    let beside = std::env::current_exe()?;
    Ok(beside.parent().unwrap_or(Path::new(".")).join("examples").join("cascade"))
}

fn drawn(measured: &Measured) -> String {
    let mut parts = vec![("clean", measured.clean.turns.as_slice())];
    parts.extend(measured.noise.as_ref().map(|run| ("in noise", run.turns.as_slice())));
    parts.extend(measured.cascade.as_ref().map(|cascade| ("the usual cascade", cascade.turns.as_slice())));
    waterfall::draw(&parts)
}

fn told(measured: &Measured, below: f64) -> String {
    let mut text = turns::told("clean", &measured.clean);
    if let Some(noise) = &measured.noise {
        text += &turns::told(&format!("noise {below} dB below"), noise);
    }
    if let Some(cascade) = &measured.cascade {
        text += &cascade::told(cascade);
    }
    text
}
