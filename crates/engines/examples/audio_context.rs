//! Compares the cut window of whisper with the full one: `audio_context MODEL WAV...` prints both texts where they
//! differ, and the medians of their times.

use std::time::Instant;

use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_runtime::port::{Stop, Transcriber};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let model: std::path::PathBuf = args.next().ok_or("usage: audio_context MODEL WAV...")?.into();
    let open = |context| -> Result<Whisper, Box<dyn std::error::Error>> {
        let mut whisper = Whisper::new(WhisperConfig { model: model.clone(), threads: None, context });
        whisper.warm_up()?;
        Ok(whisper)
    };
    let (mut full, mut cut) = (open(AudioContext::Full)?, open(AudioContext::Cut)?);
    let (mut times, mut same, mut total) = ([Vec::new(), Vec::new()], 0, 0);
    for path in args {
        let speech: Vec<f32> = hound::WavReader::open(&path)?
            .samples::<i16>()
            .map(|s| s.map(|s| f32::from(s) / 32_768.0))
            .collect::<Result<_, _>>()?;
        let hear = |whisper: &mut Whisper, times: &mut Vec<f64>| -> Result<String, Box<dyn std::error::Error>> {
            let start = Instant::now();
            let text = whisper.transcribe(&speech, &Stop::default())?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            Ok(text)
        };
        let a = hear(&mut full, &mut times[0])?;
        let b = hear(&mut cut, &mut times[1])?;
        total += 1;
        if segue_core::words::normal_words(&a) == segue_core::words::normal_words(&b) {
            same += 1;
        } else {
            println!("full: {a}\ncut:  {b}\n");
        }
    }
    for (name, times) in ["full", "cut"].iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        println!("{name}: median {:.0} ms, slowest {:.0} ms", times[times.len() / 2], times[times.len() - 1]);
    }
    println!("{same} of {total} the same");
    Ok(())
}
