//! `segue demo`: the questions in `assets/`, asked and answered, each turn drawn to scale.

mod repairs;
mod timelines;

use std::path::{Path, PathBuf};

use segue_audio::wav;

use crate::args::{DemoArgs, Pace};
use crate::command::turn::{self, told};
use crate::crew::{self, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::terminal;

/// Silence between two answers in the WAV, in seconds.
const BETWEEN: f64 = 0.7;

pub(crate) fn run(args: &DemoArgs) -> Result<(), Failure> {
    if (args.repairs || args.timelines) && args.talk.clouds.cloud == ["local"] {
        return Err(Failure::usage(
            "this demo needs a cloud that is made for it: run it through `cargo xtask demo`, or name one with --cloud",
        ));
    }
    match args {
        DemoArgs { repairs: true, .. } => return repairs::run(args, &questions(&args.assets.join("repairs"))?),
        DemoArgs { timelines: true, .. } => return timelines::run(args),
        _ => {}
    }
    let questions = questions(&args.assets)?;
    if args.talk.clouds.cloud == ["local"] {
        terminal::say(
            "The rest of each answer comes from a 135M model in this process. It stands in for a cloud: it knows\n\
             little and invents facts. Name a real one with --cloud URL.\n\n",
        );
    }
    let runtime = crew::runtime()?;
    let mut answers: Vec<f32> = Vec::new();
    let mut rate = None;
    let mut assistant =
        runtime.block_on(crew::assemble(&args.talk, Needs { ear: Ear::Warm, mouth: Mouth::Tape }, true))?;
    for path in &questions {
        let recording = wav::read(path).map_err(|e| Failure::input(format!("{}: {e}", path.display())))?;
        let talk = runtime.block_on(turn::hold(&mut assistant, &recording, Pace::Fast, &mut |_| {}))?;
        terminal::say(&format!("{}\n\n", told(&talk.report)));
        answers.extend(talk.answer());
        answers.resize(answers.len() + (f64::from(talk.rate.get()) * BETWEEN) as usize, 0.0);
        rate = Some(talk.rate);
    }
    let Some(rate) = rate else { return Ok(()) };
    wav::write(&args.output, &answers, rate)
        .map_err(|e| Failure::other(format!("cannot write {}: {e}", args.output.display())))?;
    terminal::say(&format!("answers written to {}\n", args.output.display()));
    if !args.quiet {
        match crate::loudspeaker::play(&answers, rate) {
            Ok(name) => terminal::say(&format!("played on {name}\n")),
            Err(why) => terminal::say(&format!("not played: {why}\n")),
        }
    }
    Ok(())
}

/// The spoken questions, in the order of their names.
fn questions(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let none = |why: &dyn std::fmt::Display| {
        Failure::input(format!("no questions in {}: {why} (name the folder with --assets)", folder.display()))
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| none(&e))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "wav"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(none(&"no WAV files"));
    }
    Ok(files)
}
