//! What is heard at each pause of recordings, as one JSON object a recording: what endpointing is tuned on.
//!
//! `cargo run --release -p segue-engines --features whisper --example pauses -- whisper.bin WAV...`
//!
//! Times in ms from the recording's first sample. Pauses of less than 150 ms are counted but not transcribed: nothing
//! commits so early.

use std::error::Error;
use std::path::Path;

use segue_audio::ear::{Ear, EarConfig, EarEvent};
use segue_audio::wav;
use segue_core::endpoint::completeness;
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_runtime::port::{Stop, Transcriber};
use serde_json::{Value, json};

/// Shorter pauses are not transcribed, in ms.
const SHORTEST: f64 = 150.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().ok_or("a whisper model and recordings are needed")?.into();
    let mut whisper = Whisper::new(WhisperConfig { model, threads: None, context: AudioContext::Cut });
    whisper.warm_up()?;
    for path in arguments {
        println!("{}", heard(Path::new(&path), &mut whisper)?);
    }
    Ok(())
}

/// A pause under way.
struct Pause {
    voice_end: f64,
    noticed: f64,
    so_far: Vec<f32>,
}

fn heard(path: &Path, whisper: &mut Whisper) -> Result<Value, Box<dyn Error>> {
    let recording = wav::read(path)?;
    let mut ear = Ear::new(recording.rate, EarConfig::default())?;
    let silence = vec![0.0; 2 * recording.rate.get() as usize];
    let (mut pauses, mut pause, mut short) = (Vec::new(), None::<Pause>, 0);
    let ms = |position: u64| position as f64 / 16.0;
    let mut started = Vec::new();
    for event in ear.push(&recording.samples).into_iter().chain(ear.push(&silence)) {
        match event {
            EarEvent::SpeechStarted { at_sample } => started.push(ms(at_sample)),
            EarEvent::SpeechPaused { voice_end, decided_at, so_far } => {
                pause = Some(Pause { voice_end: ms(voice_end), noticed: ms(decided_at), so_far });
            }
            EarEvent::SpeechResumed { decided_at } => {
                let resumed = ms(decided_at);
                match pause.take() {
                    Some(pause) if resumed - pause.voice_end >= SHORTEST => {
                        pauses.push(told(pause, Some(resumed), whisper)?);
                    }
                    _ => short += 1,
                }
            }
            EarEvent::SpeechEnded { .. } => {
                if let Some(pause) = pause.take() {
                    pauses.push(told(pause, None, whisper)?);
                }
            }
        }
    }
    if let Some(pause) = pause {
        pauses.push(told(pause, None, whisper)?);
    }
    Ok(json!({ "clip": path, "started": started, "short": short, "pauses": pauses }))
}

fn told(pause: Pause, resumed: Option<f64>, whisper: &mut Whisper) -> Result<Value, Box<dyn Error>> {
    let words = whisper.transcribe(&pause.so_far, &Stop::default())?;
    let Pause { voice_end, noticed, .. } = pause;
    let judged = format!("{:?}", completeness(&words)).to_lowercase();
    Ok(json!({ "voice_end": voice_end, "noticed": noticed, "resumed": resumed, "words": words, "judged": judged }))
}
