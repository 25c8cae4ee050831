//! Segue's own voice in the microphone: answers are spoken, made softer and heard by the ear, each pause is transcribed,
//! and it is judged whether somebody has interrupted, as in a conversation. Nobody does, so every interruption is a
//! mistake. No time is waited for.
//!
//! `echo ANSWERS NOISE.wav`: a file of lines `request<TAB>answer`, and the background under them, 60 dB below full
//! scale. One JSON object a loudness.

#[path = "common/piper.rs"]
mod piper;

use std::error::Error;

use segue_audio::ear::{Ear, EarConfig, EarEvent};
use segue_audio::resample::to_ear;
use segue_audio::wav;
use segue_core::interjection::{Interjection, interjection};
use segue_engines::split_voice::SplitVoice;
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_models::{Locations, Role};
use segue_runtime::port::{Stop, Transcriber, Voice};

/// How much softer than what is played the microphone hears it, in dB.
const BELOW_DB: [f32; 2] = [10.0, 20.0];
/// Loudness of the background, as an amplitude (RMS): -60 dB.
const BACKGROUND: f32 = 0.001;
/// Silence behind an answer, in samples of the ear: longer than any that ends an utterance.
const SILENCE: usize = 32_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(answers), Some(noise)) = (arguments.next(), arguments.next()) else {
        return Err("usage: echo ANSWERS NOISE.wav".into());
    };
    let text = std::fs::read_to_string(answers)?;
    let answers: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('\t')).collect();
    let noise = wav::read(noise.as_ref())?;
    let noise = to_ear(&noise.samples, noise.rate)?;
    let loud = (noise.iter().map(|sample| sample * sample).sum::<f32>() / noise.len().max(1) as f32).sqrt().max(1e-9);
    let locations = Locations::from_env()?;
    let mut voice = SplitVoice::new(&piper::piper(&locations)?, &locations.cache().folder().join("split-voices"))?;
    let model = locations.path(Role::Transcriber)?;
    let mut whisper = Whisper::new(WhisperConfig { model, threads: None, context: AudioContext::default() });
    let mut tallies = [Tally::default(); BELOW_DB.len()];
    for (request, answer) in answers {
        let mut spoken = Vec::new();
        voice.speak(answer, &Stop::default(), &mut |piece| spoken.extend_from_slice(piece))?;
        let spoken = to_ear(&spoken, voice.sample_rate())?;
        for (tally, below) in tallies.iter_mut().zip(BELOW_DB) {
            let gain = 10.0_f32.powf(-below / 20.0);
            let mut heard: Vec<f32> = spoken.iter().map(|sample| sample * gain).collect();
            heard.resize(heard.len() + SILENCE, 0.0);
            for (sample, noise) in heard.iter_mut().zip(noise.iter().cycle()) {
                *sample += noise * BACKGROUND / loud;
            }
            tally.seconds += spoken.len() as f32 / 16_000.0;
            tally.hear(&heard, request, answer, &mut whisper)?;
        }
    }
    for (tally, below) in tallies.iter().zip(BELOW_DB) {
        println!(
            "{}",
            serde_json::json!({
                "below_db": below, "seconds": tally.seconds, "heard": tally.heard, "own": tally.own,
                "murmurs": tally.murmurs, "self_interruptions": tally.interruptions,
            })
        );
    }
    Ok(())
}

/// What was made of what was heard.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    seconds: f32,
    heard: usize,
    own: usize,
    murmurs: usize,
    interruptions: usize,
}

impl Tally {
    fn hear(
        &mut self,
        sound: &[f32],
        request: &str,
        answer: &str,
        whisper: &mut Whisper,
    ) -> Result<(), Box<dyn Error>> {
        let mut ear = Ear::new(segue_audio::EAR_RATE, EarConfig::default())?;
        for block in sound.chunks(160) {
            for event in ear.push(block) {
                // As in a conversation: a pause that was looked at is not looked at again when it becomes an end.
                let EarEvent::SpeechPaused { so_far, .. } = event else { continue };
                let text = whisper.transcribe(&so_far, &Stop::default())?;
                self.heard += 1;
                match interjection(&text, request, answer) {
                    Interjection::Own => self.own += 1,
                    Interjection::Murmur => self.murmurs += 1,
                    Interjection::Speech(words) => {
                        self.interruptions += 1;
                        eprintln!("taken for somebody: {words:?} of {text:?}, while saying {answer:?}");
                    }
                }
            }
        }
        Ok(())
    }
}
