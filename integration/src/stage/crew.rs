//! The engines that are played: tasks with plausible times.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use segue_core::event::Event;
use segue_core::talk::{OpenerSource, Opening};
use segue_runtime::worker::{OpenJob, Outcome, Outcomes, SpeakJob, TranscribeJob};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::sound::{self, Lexicon};
use super::{Lines, lock};

/// What a small transcriber needs for a short request.
const TRANSCRIBES: Duration = Duration::from_millis(150);
/// What the opener needs.
const OPENS: Duration = Duration::from_millis(35);
/// What the voice needs before the first sound, and how many times faster than speech it is after that.
const FIRST_SOUND: Duration = Duration::from_millis(45);
const FASTER: u32 = 6;

pub(super) fn transcriber(lines: Arc<Mutex<Lines>>, outcomes: Outcomes) -> mpsc::Sender<TranscribeJob> {
    let (jobs, mut inbox) = mpsc::channel::<TranscribeJob>(4);
    tokio::spawn(async move {
        while let Some(job) = inbox.recv().await {
            sleep(TRANSCRIBES).await;
            let text = lock(&lines).request.clone();
            let _ = outcomes.send(Outcome::Event(Event::Transcribed { turn: job.turn, text })).await;
        }
    });
    jobs
}

pub(super) fn opener(lines: Arc<Mutex<Lines>>, outcomes: Outcomes) -> mpsc::Sender<OpenJob> {
    let (jobs, mut inbox) = mpsc::channel::<OpenJob>(4);
    tokio::spawn(async move {
        while let Some(job) = inbox.recv().await {
            sleep(OPENS).await;
            let text = lock(&lines).opener.clone();
            let source = if text.is_empty() { OpenerSource::None } else { OpenerSource::Model };
            let opening = Opening { text, confidence: 0.9, source };
            let _ = outcomes.send(Outcome::Event(Event::OpenerEnded { turn: job.turn, opening })).await;
        }
    });
    jobs
}

pub(super) fn voice(lexicon: Arc<Mutex<Lexicon>>, outcomes: Outcomes) -> mpsc::Sender<SpeakJob> {
    let (jobs, mut inbox) = mpsc::channel::<SpeakJob>(512);
    tokio::spawn(async move {
        while let Some(job) = inbox.recv().await {
            speak(job, &lexicon, &outcomes).await;
        }
    });
    jobs
}

async fn speak(job: SpeakJob, lexicon: &Mutex<Lexicon>, outcomes: &Outcomes) {
    let (turn, clip) = (job.turn, job.clip);
    let mut lead = Some(Duration::ZERO);
    let (mut samples, mut times) = (0, Vec::new());
    let mut work = FIRST_SOUND;
    for word in job.text.split_whitespace() {
        sleep(work).await;
        if job.stop.is_set() {
            return;
        }
        let piece = lock(lexicon).sound(turn, clip, word);
        times.push((sound::time(samples), sound::time(samples + piece.len())));
        samples += piece.len();
        work = sound::time(piece.len()) / FASTER;
        let _ = outcomes.send(Outcome::Sound { turn, clip, piece, lead: lead.take() }).await;
    }
    let outcome = if samples == 0 {
        Outcome::Event(Event::ClipFailed { turn, clip })
    } else {
        Outcome::SoundEnded { turn, clip, voiced: sound::time(samples), times }
    };
    let _ = outcomes.send(outcome).await;
}
