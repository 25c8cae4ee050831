//! `segue ask`: a written question; the opener appears at once, then the continuation streams.

use segue_core::report::Report;
use segue_runtime::hear::Input;
use segue_runtime::session::Notice;

use crate::args::AskArgs;
use crate::crew::{self, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::terminal;
use crate::writing::{Look, Writing};

/// Longest question, in characters: more is not a question.
const LONGEST: usize = 4000;

pub(crate) fn run(args: &AskArgs) -> Result<(), Failure> {
    let text = args.text.trim();
    if text.chars().count() > LONGEST {
        return Err(Failure::input(format!("a question of more than {LONGEST} characters is too long")));
    }
    let runtime = crew::runtime()?;
    runtime.block_on(async {
        let mut assistant = crew::assemble(&args.talk, Needs { ear: Ear::None, mouth: Mouth::Written }, true).await?;
        let (inputs, queue) = tokio::sync::mpsc::channel(1);
        let _ = inputs.send(Input::Typed(text.to_string())).await;
        drop(inputs);
        let mut report = Report::default();
        let mut writing = Writing::new(std::io::stdout(), Look::of_stdout(0, false), 0);
        assistant
            .session
            .run(queue, &mut |notice| {
                writing.note(&notice);
                if let Notice::Finished(_, done) = notice {
                    report = *done;
                }
            })
            .await;
        terminal::say("\n");
        if args.talk.json {
            terminal::json(&report)?;
        }
        assistant.learn().await;
        assistant.remember();
        Ok(())
    })
}
