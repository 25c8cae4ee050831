//! `segue turn`: a spoken question in a WAV, the spoken answer in a WAV.

use std::num::NonZeroU32;
use std::path::Path;

use segue_audio::level;
use segue_audio::record::Recorder;
use segue_audio::wav::{self, Recording};
use segue_core::moment::Moment;
use segue_core::report::Report;
use segue_runtime::hear::{self, Input};
use segue_runtime::session::Notice;

use crate::args::{Pace, TurnArgs};
use crate::crew::{self, Assistant, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::writing::{Look, Writing};
use crate::{terminal, timeline};

/// Columns of `you` and `segue`.
const LABEL: usize = 7;

pub(crate) fn run(args: &TurnArgs) -> Result<(), Failure> {
    let recording = wav::read(&args.input).map_err(|e| Failure::input(format!("{}: {e}", args.input.display())))?;
    let runtime = crew::runtime()?;
    let mut assistant = runtime.block_on(crew::assemble(
        &args.talk,
        Needs { ear: Ear::Warm, mouth: Mouth::Tape },
        args.pace == Pace::Fast,
    ))?;
    let talk = runtime.block_on(hold(&mut assistant, &recording, args.pace, &mut |_| {}))?;
    if let Some(path) = &args.output {
        talk.write_answer(path)?;
    }
    if let Some(path) = &args.record {
        talk.write_recording(&recording, path)?;
    }
    if !args.talk.json {
        terminal::say(&told(&talk.report));
    } else if talk.reports.is_empty() {
        terminal::json(&talk.report)?;
    } else {
        // One object a turn. Most recordings hold one; the last one is the last.
        talk.reports.iter().try_for_each(terminal::json)?;
    }
    runtime.block_on(assistant.learn());
    assistant.remember();
    Ok(())
}

/// A turn that was held: what it was like, and what was played on the clock of the recording.
pub(crate) struct Talk {
    /// The last turn; an empty one when there was none.
    pub(crate) report: Report,
    /// All turns, those that the next one interrupted too.
    pub(crate) reports: Vec<Report>,
    pub(crate) played: Vec<f32>,
    pub(crate) rate: NonZeroU32,
}

impl Talk {
    /// From the first sound to the last, nothing when nothing was said.
    pub(crate) fn answer(&self) -> &[f32] {
        level::audible_above(&self.played, self.rate, -60.0).map_or(&[], |heard| &self.played[heard])
    }

    /// Writes the answer as a WAV.
    pub(crate) fn write_answer(&self, path: &Path) -> Result<(), Failure> {
        write(path, |path| wav::write(path, self.answer(), self.rate))
    }

    /// Writes both sides on one clock: left what the user said, right what was played.
    pub(crate) fn write_recording(&self, said: &Recording, path: &Path) -> Result<(), Failure> {
        let mut recorder = Recorder::new(said.rate, self.rate).map_err(Failure::input)?;
        recorder.said(0, &said.samples);
        recorder.played(0, &self.played);
        recorder.finish();
        write(path, |path| recorder.write(path))
    }
}

/// Holds one turn on what is said in `recording`. A recording that is heard at once is one request: the clock is set
/// to the moment at which the pause behind it would have been noticed.
pub(crate) async fn hold(
    assistant: &mut Assistant,
    recording: &Recording,
    pace: Pace,
    watch: &mut (dyn FnMut(&Notice) + Send),
) -> Result<Talk, Failure> {
    let (rate, session) = (assistant.rate, &mut assistant.session);
    let (inputs, queue) = tokio::sync::mpsc::channel(8);
    let bad = |error| Failure::input(format!("the recording cannot be heard: {error}"));
    let heard = match pace {
        Pace::Fast => hear::at_once(&recording.samples, recording.rate).map_err(bad)?,
        Pace::Realtime => None,
    };
    let start = session.clock_mut().now();
    match pace {
        Pace::Fast => {
            if let Some(heard) = heard {
                session.clock_mut().skip_to(start + heard.noticed.since_start());
                let voice_ended = start + heard.voice_ended.since_start();
                let _ = inputs.send(Input::SpeechPaused { voice_ended, speech: heard.speech }).await;
            }
            drop(inputs);
        }
        Pace::Realtime => {
            hear::at_pace(recording.samples.clone(), recording.rate, start, inputs).map_err(bad)?;
        }
    }
    let mut reports: Vec<Report> = Vec::new();
    session
        .run(queue, &mut |notice| {
            watch(&notice);
            if let Notice::Finished(_, mut done) = notice {
                done.voice_ended_ms -= start.ms_since(Moment::default());
                reports.push(*done);
            }
        })
        .await;
    let from = start.to_samples(rate.get()) as usize;
    let played = session.player().and_then(|player| player.played().get(from..)).unwrap_or_default().to_vec();
    Ok(Talk { report: reports.last().cloned().unwrap_or_default(), reports, played, rate })
}

/// A turn for people: who said what, and the timeline.
pub(crate) fn told(report: &Report) -> String {
    if report.transcript.is_empty() {
        return "Nobody spoke, so nothing was said.\n".to_string();
    }
    let mut answer = Vec::new();
    Writing::whole(&mut answer, Look { width: None, ..Look::of_stdout(LABEL, true) }, LABEL, report);
    let answer = String::from_utf8_lossy(&answer);
    format!("you    {}\nsegue  {answer}\n\n{}", report.transcript, timeline::draw(report))
}

fn write<E: std::fmt::Display>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), Failure> {
    write(path).map_err(|e| Failure::other(format!("cannot write {}: {e}", path.display())))
}
