//! Turns on trial in a whole session: engines are tasks of the test, time is tokio's and stands still while they work.
#![allow(clippy::unwrap_used)]

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_core::event::Event;
use segue_core::moment::Moment;
use segue_core::talk::{OpenerSource, Opening};
use segue_runtime::hear::Input;
use segue_runtime::player::Player;
use segue_runtime::port::{CloudError, Continuator, Continue};
use segue_runtime::session::{self, Crew, Notice, Session};
use segue_runtime::worker::{OpenJob, Outcome, SpeakJob, TranscribeJob};
use tokio::sync::mpsc;
use tokio::time::sleep;

const RATE: NonZeroU32 = NonZeroU32::new(16_000).unwrap();
const MS: fn(u64) -> Duration = Duration::from_millis;

/// What the engines were asked, in order.
type Log = Arc<Mutex<Vec<String>>>;

struct Cloud(Log);

impl Continuator for Cloud {
    fn name(&self) -> &str {
        "scripted"
    }

    fn warm_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn go_on(&self, ask: Continue, deltas: mpsc::Sender<String>) -> BoxFuture<'_, Result<(), CloudError>> {
        let home = ask.home.iter().map(|name| format!(", there is a {name}")).collect::<String>();
        self.0.lock().unwrap().push(format!("cloud: {}{home}", ask.request));
        Box::pin(async move {
            sleep(MS(100)).await;
            let _ = deltas.send("ten minutes.".into()).await;
            Ok(())
        })
    }
}

/// A session whose transcriber hears `texts` in turn, in 80 ms each, and whose voice makes 0.3 s of sound in 40 ms.
fn session(texts: &'static [&'static str], log: &Log) -> Session {
    let (outcomes, inbox) = session::outcomes();
    let (transcriber, mut transcribe) = mpsc::channel::<TranscribeJob>(8);
    let (opener, mut open) = mpsc::channel::<OpenJob>(8);
    let (voice, mut speak) = mpsc::channel::<SpeakJob>(8);
    let (out, notes) = (outcomes.clone(), log.clone());
    tokio::spawn(async move {
        let mut texts = texts.iter();
        while let Some(job) = transcribe.recv().await {
            let text = texts.next().unwrap_or(&"").to_string();
            notes.lock().unwrap().extend(job.home.iter().map(|name| format!("expects: {name}")));
            sleep(MS(80)).await;
            notes
                .lock()
                .unwrap()
                .push(format!("transcript: {text}{}", if job.stop.is_set() { " (stopped)" } else { "" }));
            let _ = out.send(Outcome::Event(Event::Transcribed { turn: job.turn, text })).await;
        }
    });
    let out = outcomes.clone();
    tokio::spawn(async move {
        while let Some(job) = open.recv().await {
            let opening = Opening { text: "Setting a timer for".into(), confidence: 0.9, source: OpenerSource::Model };
            let _ = out.send(Outcome::Event(Event::OpenerEnded { turn: job.turn, opening })).await;
        }
    });
    let (out, notes) = (outcomes.clone(), log.clone());
    tokio::spawn(async move {
        while let Some(SpeakJob { turn, clip, text, .. }) = speak.recv().await {
            notes.lock().unwrap().push(format!("voice: {text}"));
            sleep(MS(40)).await;
            let (piece, lead) = (vec![0.5; 4_800], Some(Duration::ZERO));
            let _ = out.send(Outcome::Sound { turn, clip, piece, lead }).await;
            let _ = out.send(Outcome::SoundEnded { turn, clip, voiced: MS(300), times: Vec::new() }).await;
        }
    });
    let crew = Crew {
        transcriber: Some(transcriber),
        opener: Some(opener),
        voice: Some(voice),
        clouds: vec![Arc::new(Cloud(log.clone()))],
        executor: None,
    };
    let settings = Settings { opener: OpenerPolicy::Always, ..Settings::default() };
    Session::new(settings, crew, Some(Player::tape(RATE)), false, (outcomes, inbox))
}

/// Plays a script of inputs, each so many ms after the one before.
async fn run(session: &mut Session, script: Vec<(u64, Input)>) -> Vec<Notice> {
    let (inputs, queue) = mpsc::channel(8);
    tokio::spawn(async move {
        for (after, input) in script {
            sleep(MS(after)).await;
            let _ = inputs.send(input).await;
        }
    });
    let mut notices = Vec::new();
    session.run(queue, &mut |notice| notices.push(notice)).await;
    // What is only the state of ear and mouth is no part of these scripts.
    notices.retain(|notice| !matches!(notice, Notice::Listening(_) | Notice::Sounding(_)));
    notices
}

fn paused(ms: u64) -> Input {
    Input::SpeechPaused { voice_ended: Moment::from(MS(ms)), speech: vec![0.1; 16_000] }
}

fn first_sound_ms(session: &Session) -> Option<usize> {
    session.player().unwrap().played().iter().position(|&sample| sample != 0.0).map(|sample| sample / 16)
}

#[tokio::test(start_paused = true)]
async fn the_first_sound_is_made_at_the_pause_and_heard_at_the_commit() {
    let log = Log::default();
    let mut session = session(&["Set a timer for ten minutes."], &log);
    let notices = run(&mut session, vec![(500, Input::SpeechStarted), (548, paused(1000))]).await;
    assert_eq!(
        *log.lock().unwrap(),
        [
            "transcript: Set a timer for ten minutes.",
            "voice: Setting a timer for",
            "cloud: Set a timer for ten minutes.",
            "voice: ten minutes."
        ]
    );
    // 220 ms behind the last voiced sample, up to a tick of the session.
    let first = first_sound_ms(&session).unwrap();
    assert!((1220..=1226).contains(&first), "{first}");
    let Some(Notice::Finished(_, report)) = notices.last() else { panic!("{notices:?}") };
    assert_eq!(report.spoken, "Setting a timer for ten minutes.");
    assert_eq!(report.underruns, 0);
    let words: Vec<_> = notices.iter().filter(|notice| matches!(notice, Notice::Transcribed(..))).collect();
    assert_eq!(words.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn names_of_the_home_are_listened_for_and_clouds_are_told_only_where_that_is_wanted() {
    for tell in [false, true] {
        let log = Log::default();
        let mut session = session(&["Set a timer for ten minutes."], &log);
        session.tell_clouds_home(tell);
        let home = Input::Home(vec!["reading lamp".into()]);
        run(&mut session, vec![(1, home), (500, Input::SpeechStarted), (548, paused(1000))]).await;
        let log = log.lock().unwrap();
        assert_eq!(log[0], "expects: reading lamp");
        let told = if tell { ", there is a reading lamp" } else { "" };
        assert!(log.contains(&format!("cloud: Set a timer for ten minutes.{told}")), "{log:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_not_the_end_is_dropped_without_a_sound() {
    let log = Log::default();
    let mut session = session(&["Set a timer.", "Set a timer for ten minutes."], &log);
    let script =
        vec![(500, Input::SpeechStarted), (548, paused(1000)), (350, Input::SpeechResumed), (1000, paused(2350))];
    let notices = run(&mut session, script).await;
    let asked: Vec<String> = log.lock().unwrap().iter().filter(|line| line.starts_with("cloud")).cloned().collect();
    assert_eq!(asked, ["cloud: Set a timer for ten minutes."]);
    assert!(first_sound_ms(&session).unwrap() >= 2570, "{:?}", first_sound_ms(&session));
    assert_eq!(notices.iter().filter(|notice| matches!(notice, Notice::Finished(..))).count(), 1);
    assert!(matches!(&notices[0], Notice::SoFar(_, text) if text == "Set a timer."));
}

#[tokio::test(start_paused = true)]
async fn what_a_dropped_trial_still_brings_is_not_heard() {
    let log = Log::default();
    let mut session = session(&["Set a timer.", "Set a timer for ten minutes."], &log);
    // The user goes on while the transcriber is at work, and pauses again before it is done.
    let script =
        vec![(1048, paused(1000)), (20, Input::SpeechResumed), (40, paused(1080)), (3000, Input::SpeechStarted)];
    let notices = run(&mut session, script).await;
    let Some(Notice::Finished(_, report)) = notices.iter().find(|notice| matches!(notice, Notice::Finished(..))) else {
        panic!("{notices:?}")
    };
    assert_eq!(report.transcript, "Set a timer for ten minutes.");
    assert_eq!(log.lock().unwrap()[0], "transcript: Set a timer. (stopped)");
    assert!(!notices.iter().any(|notice| matches!(notice, Notice::SoFar(_, text) if text == "Set a timer.")));
}
