//! Speaks a text with a Piper voice into a WAV file and says how long it took.
//!
//! `cargo run --release -p segue-engines --features piper --example say -- VOICE.onnx libonnxruntime.so ESPEAK_DATA OUT.wav TEXT`

use std::num::NonZeroUsize;
use std::time::Instant;

use segue_engines::piper::{PiperConfig, PiperVoice};
use segue_runtime::port::{Stop, Voice};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [voice, onnx_runtime, espeak_data, out, text] = arguments.as_slice() else {
        return Err("VOICE.onnx libonnxruntime.so ESPEAK_DATA OUT.wav TEXT".into());
    };
    let config = PiperConfig {
        voice: voice.into(),
        description: format!("{voice}.json").into(),
        onnx_runtime: onnx_runtime.into(),
        espeak_data: espeak_data.into(),
        threads: NonZeroUsize::MIN,
        speaker: None,
        pace: None,
    };
    let started = Instant::now();
    let mut voice = PiperVoice::new(&config)?;
    voice.warm_up()?;
    println!("loaded and warm after {:?}", started.elapsed());
    let mut clip = Vec::new();
    let mut times = Vec::new();
    for _ in 0..9 {
        clip.clear();
        let started = Instant::now();
        voice.speak(text, &Stop::default(), &mut |piece| clip.extend_from_slice(piece))?;
        times.push(started.elapsed());
    }
    times.sort();
    let rate = voice.sample_rate().get();
    println!(
        "{} ms of sound in {:?} (median of {})",
        clip.len() * 1000 / rate as usize,
        times[times.len() / 2],
        times.len()
    );
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::create(out, spec)?;
    clip.iter().try_for_each(|sample| wav.write_sample(*sample))?;
    Ok(wav.finalize()?)
}
