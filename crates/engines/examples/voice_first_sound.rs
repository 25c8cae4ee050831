//! How long after a text its first sound can leave: the whole graph against the split voice, turn by turn in one run.
//!
//! `cargo run --release -p segue-engines --features piper --example voice_first_sound -- VOICE.onnx libonnxruntime.so ESPEAK_DATA CACHE [ROUNDS] [THREADS]`

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use segue_engines::piper::{PiperConfig, PiperVoice};
use segue_engines::split_voice::SplitVoice;
use segue_runtime::port::{Stop, Voice};

/// Openers of eight words.
const OPENERS: [&str; 6] = [
    "The tallest mountain in all of Africa is",
    "To descale your coffee machine, start by filling",
    "Reminding you to water the ficus on Thursday,",
    "Let me check what the weather does tomorrow,",
    "The best way to boil an egg is",
    "Turning on all the lights in the kitchen,",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [voice, onnx_runtime, espeak_data, cache, rest @ ..] = arguments.as_slice() else {
        return Err("VOICE.onnx libonnxruntime.so ESPEAK_DATA CACHE [ROUNDS] [THREADS]".into());
    };
    let rounds = rest.first().map_or(Ok(10), |rounds| rounds.parse())?;
    let config = PiperConfig {
        voice: voice.into(),
        description: format!("{voice}.json").into(),
        onnx_runtime: onnx_runtime.into(),
        espeak_data: espeak_data.into(),
        threads: rest.get(1).map_or(Ok(NonZeroUsize::MIN), |threads| threads.parse())?,
        speaker: None,
        pace: None,
    };
    let started = Instant::now();
    let mut split = SplitVoice::new(&config, Path::new(cache))?;
    println!("split voice loaded in {:?}", started.elapsed());
    let mut whole = PiperVoice::new(&config)?;
    whole.warm_up()?;
    split.warm_up()?;

    println!("{:48} {:>8} {:>8} {:>6}", "median ms to the first sound", "whole", "split", "%");
    let (mut all_whole, mut all_split) = (Vec::new(), Vec::new());
    for opener in OPENERS {
        let (mut wholes, mut splits) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            wholes.push(first_sound(&mut whole, opener)?);
            splits.push(first_sound(&mut split, opener)?);
        }
        show(opener, &mut wholes, &mut splits);
        all_whole.append(&mut wholes);
        all_split.append(&mut splits);
    }
    show("all", &mut all_whole, &mut all_split);
    println!("fastest: whole {:.1}, split {:.1}", ms(all_whole[0]), ms(all_split[0]));
    Ok(())
}

fn first_sound(voice: &mut dyn Voice, text: &str) -> Result<Duration, Box<dyn std::error::Error>> {
    let started = Instant::now();
    let mut first = None;
    voice.speak(text, &Stop::default(), &mut |_| first = first.or_else(|| Some(started.elapsed())))?;
    first.ok_or_else(|| format!("no sound for {text:?}").into())
}

fn show(what: &str, wholes: &mut [Duration], splits: &mut [Duration]) {
    wholes.sort();
    splits.sort();
    let (whole, split) = (ms(wholes[wholes.len() / 2]), ms(splits[splits.len() / 2]));
    println!("{what:48} {whole:8.1} {split:8.1} {:6.1}", split / whole * 100.0);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
