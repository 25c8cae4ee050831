//! `segue ask`: a written question; the opener appears at once, then the continuation streams.

use segue_core::report::Report;
use segue_runtime::hear::Input;
use segue_runtime::session::Notice;

use crate::args::AskArgs;
use crate::crew::{self, Needs};
use crate::failure::Failure;
use crate::terminal;

/// Longest question, in characters: more is not a question.
const LONGEST: usize = 4000;

pub(crate) fn run(args: &AskArgs) -> Result<(), Failure> {
    let text = args.text.trim();
    if text.chars().count() > LONGEST {
        return Err(Failure::input(format!("a question of more than {LONGEST} characters is too long")));
    }
    let runtime = crew::runtime()?;
    runtime.block_on(async {
        let mut assistant = crew::assemble(&args.talk, Needs { ear: false, voice: false }, true).await?;
        let (inputs, queue) = tokio::sync::mpsc::channel(1);
        let _ = inputs.send(Input::Typed(text.to_string())).await;
        drop(inputs);
        let (mut report, mut words) = (Report::default(), 0);
        assistant
            .session
            .run(queue, &mut |notice| match notice {
                Notice::OpenerWord(_, word) => {
                    terminal::say(&if words == 0 { word } else { format!(" {word}") });
                    words += 1;
                }
                // The opener's words were shown one by one.
                Notice::Clause(_, clip, _) if words > 0 && clip.0 == 0 => {}
                Notice::Clause(_, clip, text) => {
                    let glued = clip.0 == 0 || text.starts_with([',', '.', '!', '?', ';', ':']);
                    terminal::say(&if glued { text } else { format!(" {text}") });
                }
                Notice::Finished(_, done) => report = *done,
                Notice::Transcribed(..) => {}
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
