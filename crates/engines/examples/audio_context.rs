//! Compares the cut window of whisper with the full one, as one JSON object a recording: both texts and their times in
//! ms. `cargo xtask bench errors` counts their errors.
//!
//! `audio_context MODEL [--cuts N] WAV...`: with `--cuts` also N random cuts and pads of the recordings are heard (the
//! same in each run): a cut begins and ends anywhere, a pad puts up to 3 s of faint noise around.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use segue_audio::{EAR_RATE, resample, wav};
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_runtime::port::{Stop, Transcriber};
use serde_json::json;

/// Shortest cut, in samples.
const SHORTEST: u64 = EAR_RATE.get() as u64 / 2;
/// Longest pad on each side, in samples.
const LONGEST_PAD: u64 = 3 * EAR_RATE.get() as u64;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let model: PathBuf = arguments.next().ok_or("usage: audio_context MODEL [--cuts N] WAV...")?.into();
    let n_cuts = match arguments.next_if(|argument| argument == "--cuts") {
        Some(_) => arguments.next().ok_or("how many cuts?")?.parse()?,
        None => 0,
    };
    let open = |context| -> Result<Whisper, Box<dyn Error>> {
        let mut whisper = Whisper::new(WhisperConfig { model: model.clone(), threads: None, context });
        whisper.warm_up()?;
        Ok(whisper)
    };
    let mut pair = [open(AudioContext::Full)?, open(AudioContext::Cut)?];
    let mut recordings = Vec::new();
    for path in arguments {
        let recording = wav::read(path.as_ref())?;
        let speech = resample::to_ear(&recording.samples, recording.rate)?;
        println!("{}", compared(&path, &speech, &mut pair)?);
        recordings.push((path, speech));
    }
    let mut dice = Dice(1);
    for index in 0..n_cuts {
        let (path, speech) = &recordings[dice.below(recordings.len() as u64) as usize];
        let changed = if index % 2 == 0 { cut(speech, &mut dice) } else { padded(speech, &mut dice) };
        println!("{}", compared(&format!("{path}#{index}"), &changed, &mut pair)?);
    }
    Ok(())
}

fn compared(name: &str, speech: &[f32], pair: &mut [Whisper; 2]) -> Result<serde_json::Value, Box<dyn Error>> {
    let [full, cut] = pair;
    let hear = |whisper: &mut Whisper| -> Result<_, Box<dyn Error>> {
        let start = Instant::now();
        let text = whisper.transcribe(speech, &Stop::default())?;
        Ok((text, start.elapsed().as_secs_f64() * 1000.0))
    };
    let ((full, full_ms), (cut, cut_ms)) = (hear(full)?, hear(cut)?);
    let seconds = speech.len() as f64 / f64::from(EAR_RATE.get());
    Ok(json!({ "clip": name, "seconds": seconds, "full": full, "cut": cut, "full_ms": full_ms, "cut_ms": cut_ms }))
}

fn cut(speech: &[f32], dice: &mut Dice) -> Vec<f32> {
    let length = speech.len() as u64;
    let from = dice.below(length.saturating_sub(SHORTEST).max(1));
    let to = (from + SHORTEST + dice.below((length - from).max(1))).min(length);
    speech[from as usize..to as usize].to_vec()
}

fn padded(speech: &[f32], dice: &mut Dice) -> Vec<f32> {
    let mut noise = |n: u64| -> Vec<f32> { (0..n).map(|_| (dice.below(2001) as f32 - 1000.0) * 1e-6).collect() };
    let (front, behind) = (noise(LONGEST_PAD / 2), noise(LONGEST_PAD));
    let front = &front[..dice.below(front.len() as u64) as usize];
    let behind = &behind[..dice.below(behind.len() as u64) as usize];
    [front, speech, behind].concat()
}

/// xorshift: the same numbers in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
