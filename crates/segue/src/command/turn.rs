//! `segue turn`: a spoken question in a WAV, the spoken answer in a WAV.

use std::num::NonZeroU32;
use std::path::Path;

use segue_audio::level;
use segue_audio::record;
use segue_audio::wav::{self, Recording};
use segue_core::report::Report;
use segue_runtime::hear::{self, Input};
use segue_runtime::player::Player;
use segue_runtime::session::{Notice, Session};

use crate::args::{Pace, TalkArgs, TurnArgs};
use crate::crew::{self, Needs};
use crate::failure::Failure;
use crate::{terminal, timeline};

pub(crate) fn run(args: &TurnArgs) -> Result<(), Failure> {
    let recording = wav::read(&args.input).map_err(|e| Failure::input(format!("{}: {e}", args.input.display())))?;
    let runtime = crew::runtime()?;
    let talk = runtime.block_on(hold(&args.talk, &recording, args.pace, &mut |_| {}))?;
    if let Some(path) = &args.output {
        write(path, |path| wav::write(path, talk.answer(), talk.rate))?;
    }
    if let Some(path) = &args.record {
        write(path, |path| record::write(path, &recording.samples, recording.rate, &talk.played, talk.rate))?;
    }
    if !args.talk.json {
        terminal::say(&told(&talk.report));
    } else {
        terminal::json(&talk.report)?;
    }
    Ok(())
}

/// A turn that was held: what it was like, and what was played on the clock of the recording.
pub(crate) struct Talk {
    pub(crate) report: Report,
    pub(crate) played: Vec<f32>,
    pub(crate) rate: NonZeroU32,
}

impl Talk {
    /// From the first sound to the last, nothing when nothing was said.
    pub(crate) fn answer(&self) -> &[f32] {
        level::audible_above(&self.played, self.rate, -60.0).map_or(&[], |heard| &self.played[heard])
    }
}

/// Holds one turn on what is said in `recording`; everything is loaded and warm before the first sample is fed.
pub(crate) async fn hold(
    talk: &TalkArgs,
    recording: &Recording,
    pace: Pace,
    watch: &mut (dyn FnMut(&Notice) + Send),
) -> Result<Talk, Failure> {
    let (crew, outcomes) = crew::assemble(talk, Needs { ear: true, voice: true }).await?;
    let rate = crew::voice_rate();
    let fast = pace == Pace::Fast;
    let mut session = Session::new(crew::settings(talk), crew, Some(Player::tape(rate)), fast, outcomes);
    let (inputs, queue) = tokio::sync::mpsc::channel(8);
    let bad = |error| Failure::input(format!("the recording cannot be heard: {error}"));
    if fast {
        if let Some(heard) = hear::at_once(&recording.samples, recording.rate).map_err(bad)? {
            session.clock_mut().skip_to(heard.decided);
            let spoken = Input::SpeechEnded { voice_ended: heard.voice_ended, speech: heard.speech };
            let _ = inputs.send(spoken).await;
        }
        drop(inputs);
    } else {
        hear::at_pace(recording.samples.clone(), recording.rate, inputs).map_err(bad)?;
    }
    let mut report = Report::default();
    session
        .run(queue, &mut |notice| {
            watch(&notice);
            if let Notice::Finished(_, done) = notice {
                report = done;
            }
        })
        .await;
    let played = session.player().map(|player| player.played().to_vec()).unwrap_or_default();
    Ok(Talk { report, played, rate })
}

/// A turn for people: who said what, and the timeline.
pub(crate) fn told(report: &Report) -> String {
    if report.transcript.is_empty() {
        return "Nobody spoke, so nothing was said.\n".to_string();
    }
    format!("you    {}\nsegue  {}\n\n{}", report.transcript, marked(report), timeline::draw(report))
}

/// The spoken answer with a bar where the continuation takes over.
fn marked(report: &Report) -> String {
    match report.spoken.strip_prefix(&report.opener.text) {
        Some(rest) if !report.opener.text.is_empty() => format!("{} \u{2502}{rest}", report.opener.text),
        _ => report.spoken.clone(),
    }
}

fn write<E: std::fmt::Display>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), Failure> {
    write(path).map_err(|e| Failure::other(format!("cannot write {}: {e}", path.display())))
}
