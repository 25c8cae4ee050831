//! `segue demo --timelines`: one question asked until the cloud's speed is known; the first turn and the last one, drawn.
//! Written as Markdown, because the drawings stand in the documentation.

use segue_audio::wav;

use crate::args::{DemoArgs, Pace};
use crate::command::turn;
use crate::crew::{self, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::{terminal, timeline};

/// The question.
const QUESTION: &str = "1-capital-of-mongolia.wav";
/// Turns: after so many the forecast follows a cloud of constant speed to a few percent.
const TURNS: usize = 7;

pub(super) fn run(args: &DemoArgs) -> Result<(), Failure> {
    let path = args.assets.join(QUESTION);
    let recording = wav::read(&path).map_err(|e| Failure::input(format!("{}: {e}", path.display())))?;
    let runtime = crew::runtime()?;
    let needs = Needs { ear: Ear::Warm, mouth: Mouth::Tape };
    let mut assistant = runtime.block_on(crew::assemble(&args.talk, needs, true))?;
    for turn in 1..=TURNS {
        let talk = runtime.block_on(turn::hold(&mut assistant, &recording, Pace::Fast, &mut |_| {}))?;
        if args.talk.json {
            terminal::json(&talk.report)?;
        } else if turn == 1 || turn == TURNS {
            let (drawn, heard) = (timeline::draw(&talk.report), timeline::heard(&talk.report));
            terminal::say(&format!("Turn {turn}:\n\n```text\n{drawn}\n{heard}```\n\n"));
        }
    }
    Ok(())
}
