//! The usual cascade, to compare with: 0.7 s of silence end the turn, whisper hears with its full window, the cloud is
//! asked, its first sentence is awaited, and the voice makes all of it before any of it sounds. The same models, threads
//! and client as in `segue`.
//!
//! `cascade CLOUD WAV...`: one JSON object a recording. Work is done in real time; only the listening is skipped.
//! `segue-bench turn` runs it and measures from the recordings when the user had finished.

#[path = "common/piper.rs"]
mod piper;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use segue_audio::ear::{Ear, EarConfig, EarEvent};
use segue_audio::{EAR_RATE, level, wav};
use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_engines::piper::PiperVoice;
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_models::{Locations, Role};
use segue_runtime::port::{Continuator, Continue, Stop, Transcriber, Voice};

/// Silence that ends a turn, in ms: the usual default.
const SILENCE_MS: u32 = 700;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let cloud = arguments.next().ok_or("usage: cascade CLOUD WAV...")?;
    let locations = Locations::from_env()?;
    let mut voice = PiperVoice::new(&piper::piper(&locations)?)?;
    voice.warm_up()?;
    let model = locations.path(Role::Transcriber)?;
    let mut whisper = Whisper::new(WhisperConfig { model, threads: None, context: AudioContext::Full });
    whisper.warm_up()?;
    let config = ProviderConfig::at(Dialect::OpenAi, &cloud);
    let provider = Provider::new(ProviderConfig { model: Some("scripted".into()), ..config })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for path in arguments {
        let Some((decided, speech)) = heard(path.as_ref())? else {
            return Err(format!("nobody speaks in {path}").into());
        };
        runtime.block_on(provider.warm_up());
        let asked = Instant::now();
        let transcript = whisper.transcribe(&speech, &Stop::default())?;
        let transcribed = asked.elapsed();
        let sentence = runtime.block_on(first_sentence(&provider, transcript.clone()))?;
        let written = asked.elapsed();
        let mut lead = None;
        let rate = voice.sample_rate();
        voice.speak(&sentence, &Stop::default(), &mut |piece| {
            lead.get_or_insert(level::first_sound(piece, rate).unwrap_or(0));
        })?;
        let made = asked.elapsed();
        let lead_ms = lead.unwrap_or(0) as f64 * 1000.0 / f64::from(rate.get());
        let ms = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
        let line = serde_json::json!({
            "clip": path,
            "transcript": transcript,
            "decided_s": decided,
            "whisper_ms": ms(transcribed),
            "cloud_ms": ms(written - transcribed),
            "voice_ms": ms(made - written) + lead_ms,
        });
        println!("{line}");
    }
    Ok(())
}

/// When the end of an utterance was decided, in seconds, and its samples.
type Heard = (f64, Vec<f32>);

/// The first utterance of a recording and when its end was decided, in seconds.
fn heard(path: &Path) -> Result<Option<Heard>, Box<dyn Error>> {
    let recording = wav::read(path)?;
    let mut config = EarConfig::default();
    config.endpointer.hangover_ms = SILENCE_MS;
    let mut ear = Ear::new(recording.rate, config)?;
    let silence = vec![0.0; recording.rate.get() as usize * 2];
    for block in recording.samples.chunks(320).chain(silence.chunks(320)) {
        for event in ear.push(block) {
            if let EarEvent::SpeechEnded { decided_at, utterance, .. } = event {
                return Ok(Some((decided_at as f64 / f64::from(EAR_RATE.get()), utterance)));
            }
        }
    }
    Ok(None)
}

/// What the cloud says up to the end of its first sentence.
async fn first_sentence(provider: &Provider, request: String) -> Result<String, Box<dyn Error>> {
    let (deltas, mut said) = tokio::sync::mpsc::channel::<String>(256);
    let ask = Continue { request, ..Continue::default() };
    let listen = async {
        let mut text = String::new();
        while let Some(delta) = said.recv().await {
            text.push_str(&delta);
            if let Some(end) = text.find(['.', '!', '?']) {
                text.truncate(end + 1);
                break;
            }
        }
        text
    };
    let asking = provider.go_on(ask, deltas);
    tokio::pin!(asking, listen);
    tokio::select! {
        text = &mut listen => Ok(text),
        ended = &mut asking => {
            ended?;
            Ok(listen.await)
        }
    }
}
