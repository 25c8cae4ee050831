//! Prints what whisper makes of WAV files (16 kHz mono): the guesses with their measures, the judged words, the time.
//!
//! `cargo run --release -p segue-engines --features whisper --example hear -- MODEL THREADS WAV...`
//! With `SEGUE_NAMES=bed light,hall window` each file is also transcribed as a request in a home of these names.

use std::time::Instant;

use segue_engines::plausible;
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_runtime::port::{Stop, Transcriber};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().ok_or("which model?")?.into();
    let threads = Some(arguments.next().ok_or("how many threads?")?.parse()?);
    let config = WhisperConfig { model, threads, context: AudioContext::Full };
    let mut whisper = Whisper::new(config.clone());
    let started = Instant::now();
    whisper.warm_up()?;
    let names = std::env::var("SEGUE_NAMES").ok();
    let names: Option<Vec<String>> = names.map(|names| names.split(',').map(str::to_string).collect());
    let mut cut = Whisper::new(WhisperConfig { context: AudioContext::Cut, ..config });
    if names.is_some() {
        cut.warm_up()?;
    }
    println!("loaded and warm after {:?}", started.elapsed());
    let mut times = Vec::new();
    for path in arguments {
        let mut wav = hound::WavReader::open(&path)?;
        let speech: Vec<f32> =
            wav.samples::<i16>().map(|sample| sample.map(|s| f32::from(s) / 32768.0)).collect::<Result<_, _>>()?;
        let started = Instant::now();
        let guesses = whisper.guess(&speech, &Stop::default())?;
        times.push(started.elapsed());
        println!("{path}: {:?}: {:?}", started.elapsed(), plausible::words(&guesses, &speech, 16_000));
        if let Some(names) = &names {
            for expected in [&[][..], names] {
                cut.expect(expected);
                let started = Instant::now();
                let words = cut.transcribe(&speech, &Stop::default())?;
                println!("    {} names: {:?}: {words:?}", expected.len(), started.elapsed());
            }
        }
        for guess in guesses {
            println!("    no speech {:.2}, mean log p {:.2}: {:?}", guess.no_speech, guess.mean_log_prob, guess.text);
        }
    }
    times.sort();
    println!("median {:?} of {}", times.get(times.len() / 2), times.len());
    Ok(())
}
