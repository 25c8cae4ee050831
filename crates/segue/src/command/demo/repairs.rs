//! `segue demo --repairs`: questions whose openers a cloud disagrees with; what was asked, what was heard and when, what
//! was taken back; and the sound of it.

use std::path::PathBuf;

use segue_audio::wav;
use segue_core::report::Report;

use crate::args::{DemoArgs, Pace};
use crate::command::turn::{self, told};
use crate::crew::{self, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::{terminal, timeline};

pub(super) fn run(args: &DemoArgs, questions: &[PathBuf]) -> Result<(), Failure> {
    let folder = &args.output;
    std::fs::create_dir_all(folder)
        .map_err(|e| Failure::other(format!("cannot make the folder {}: {e}", folder.display())))?;
    let runtime = crew::runtime()?;
    let needs = Needs { ear: Ear::Warm, mouth: Mouth::Tape };
    for question in questions {
        let recording = wav::read(question).map_err(|e| Failure::input(format!("{}: {e}", question.display())))?;
        // Each its own conversation: the turns shall not refer to each other.
        let mut assistant = runtime.block_on(crew::assemble(&args.talk, needs, true))?;
        let talk = runtime.block_on(turn::hold(&mut assistant, &recording, Pace::Fast, &mut |_| {}))?;
        let name = question.file_stem().unwrap_or_default().to_string_lossy();
        let (answer, both) = (folder.join(format!("{name}.wav")), folder.join(format!("{name}-talk.wav")));
        talk.write_answer(&answer)?;
        talk.write_recording(&recording, &both)?;
        if args.talk.json {
            terminal::json(&talk.report)?;
            continue;
        }
        terminal::say(&format!("== {name}: {}\n\n", summary(&talk.report)));
        terminal::say(&format!("{}\n{}\n", told(&talk.report), timeline::heard(&talk.report)));
        terminal::say(&format!("answer {}, both sides {}\n\n", answer.display(), both.display()));
    }
    Ok(())
}

/// The verdict, and what became of the opener.
fn summary(report: &Report) -> String {
    let verdict = format!("{:?}", report.verdict).to_lowercase();
    match report.withdrawn.split_whitespace().count() {
        0 => verdict,
        words => format!("{verdict}, {words} of the opener's {} words were never heard", report.opener.words),
    }
}
