//! `segue chat`: a conversation in writing, at the pace of speech, with all that a spoken one has: openers, holds,
//! repairs, control words, interruptions. Lines that begin with a slash are for the chat itself.

mod lines;

use std::collections::VecDeque;

use segue_core::report::Report;
use segue_runtime::hear::Input;
use segue_runtime::session::Notice;
use tokio::sync::{Notify, mpsc};

use crate::args::ChatArgs;
use crate::crew::{self, Assistant, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::writing::{Look, Writing};
use crate::{terminal, timeline};
use lines::{Line, Lines};

/// Columns of `you` and `segue`.
const LABEL: usize = 7;

const HELP: &str = "\
/trace    the last turn drawn to scale
/history  what the cloud sees of this conversation: exactly what was heard
/help     this
/quit     ends, as Ctrl-D does; Ctrl-C interrupts Segue, as speaking would, and ends when it is silent
Words appear when they would be heard (--fast: when they are known). Dim: not heard yet, or a hold.
Struck through or [taken back: ...]: withdrawn before it was heard.
stop, repeat that, never mind, louder, quieter: handled here, at once.
";

pub(crate) fn run(args: &ChatArgs) -> Result<(), Failure> {
    let runtime = crew::runtime()?;
    let mouth = match args {
        ChatArgs { speak: true, .. } => Mouth::Loudspeaker,
        ChatArgs { fast: true, .. } => Mouth::Written,
        _ => Mouth::Mute,
    };
    let done = runtime.block_on(async {
        let assistant = crew::assemble(&args.talk, Needs { ear: Ear::None, mouth }, false).await?;
        let lines = Lines::of_stdin()?;
        let mut chat = Chat { assistant, lines, json: args.talk.json, last: None, pending: VecDeque::new() };
        let ended = chat.hold().await;
        chat.assistant.remember();
        ended
    });
    // The thread that reads stdin cannot be woken; nothing waits for it.
    runtime.shutdown_background();
    done
}

struct Chat {
    assistant: Assistant,
    lines: Lines,
    json: bool,
    last: Option<Report>,
    /// Lines that were typed while Segue was speaking.
    pending: VecDeque<String>,
}

impl Chat {
    async fn hold(&mut self) -> Result<(), Failure> {
        self.tell("Type a request, /help for help.\n");
        loop {
            let (line, seen) = match self.pending.pop_front() {
                Some(line) => (line, false),
                None => {
                    self.prompt();
                    match self.lines.next().await {
                        Line::Typed(line) => (line, self.lines.of_a_person()),
                        Line::Interrupt | Line::End => break,
                    }
                }
            };
            match line.trim() {
                "" => {}
                "/quit" | "/exit" => break,
                "/help" => self.tell(HELP),
                "/trace" => self.trace(),
                "/history" => self.history(),
                other if other.starts_with('/') => {
                    self.tell(&format!("there is no {other}; /help says what there is\n"))
                }
                request => {
                    if !seen {
                        self.show(&format!("you    {request}\n"));
                    }
                    let request = request.to_string();
                    self.turn(request).await?;
                }
            }
        }
        self.show("\n");
        Ok(())
    }

    /// One turn, which Ctrl-C or another request ends early.
    async fn turn(&mut self, request: String) -> Result<(), Failure> {
        self.show("segue  ");
        let (inputs, queue) = mpsc::channel(4);
        let _ = inputs.send(Input::Typed(request)).await;
        let (over, mut report) = (Notify::new(), None);
        let mut writing = (!self.json).then(|| Writing::new(std::io::stdout(), Look::of_stdout(LABEL, true), LABEL));
        let mut watch = |notice: Notice| {
            if let Some(writing) = &mut writing {
                writing.note(&notice);
            }
            if let Notice::Finished(_, done) = notice {
                report = Some(*done);
                over.notify_one();
            }
        };
        let (lines, pending, mut interrupted) = (&mut self.lines, &mut self.pending, false);
        let listen = async {
            loop {
                let line = tokio::select! {
                    () = over.notified() => break,
                    line = lines.interruption() => line,
                };
                match line {
                    Line::Typed(line) if line.is_empty() => continue,
                    Line::Typed(line) => {
                        let about_the_chat = line.starts_with('/');
                        pending.push_back(line);
                        if about_the_chat {
                            continue;
                        }
                    }
                    Line::Interrupt => {}
                    Line::End => {
                        pending.push_back("/quit".into());
                        over.notified().await;
                        break;
                    }
                }
                interrupted = true;
                let _ = inputs.send(Input::SpeechStarted).await;
            }
            drop(inputs);
        };
        tokio::join!(self.assistant.session.run(queue, &mut watch), listen);
        self.show(if interrupted { " [interrupted]\n" } else { "\n" });
        if let (true, Some(report)) = (self.json, &report) {
            terminal::json(report)?;
        }
        self.last = report;
        Ok(())
    }

    fn trace(&self) {
        match &self.last {
            Some(report) => self.tell(&timeline::draw(report)),
            None => self.tell("nothing was said yet\n"),
        }
    }

    fn history(&mut self) {
        let exchanges = self.assistant.session.dialogue_mut().history().to_vec();
        if exchanges.is_empty() {
            self.tell("the cloud sees no earlier exchange\n");
        }
        for exchange in exchanges {
            self.tell(&format!("user       {}\nassistant  {}\n", exchange.request, exchange.heard));
        }
    }

    fn prompt(&self) {
        if self.lines.of_a_person() {
            self.show("you    ");
        }
    }

    /// What belongs to the conversation; with `--json` the reports say it.
    fn show(&self, text: &str) {
        if !self.json {
            terminal::say(text);
        }
    }

    /// What the chat says about itself: with `--json` not on stdout.
    fn tell(&self, text: &str) {
        if self.json { eprint!("{text}") } else { terminal::say(text) }
    }
}
