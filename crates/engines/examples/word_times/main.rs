//! Speaks sentences and writes what the voice says about its words, for an aligner that knows nothing of Segue:
//! `NN.wav` (16 kHz) and `times.json` in a folder. `align.py` beside this file compares.
//!
//! `cargo xtask bench words FOLDER`, or with sentences of your own, one a line, `word_times FOLDER SENTENCES`

#[path = "../common/voice.rs"]
mod voice;

use std::error::Error;
use std::path::PathBuf;

use segue_runtime::port::{Stop, Voice};
use serde_json::{Value, json};

/// One a line.
const SENTENCES: &str = include_str!("sentences.txt");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder to write to")?);
    std::fs::create_dir_all(&folder)?;
    let mut voice = voice::split()?;
    let rate = voice.sample_rate();
    let seconds = |samples: usize| samples as f64 / f64::from(rate.get());
    let mut told: Vec<Value> = Vec::new();
    let own = std::env::args().nth(2).map(std::fs::read_to_string).transpose()?;
    for (index, text) in own.as_deref().unwrap_or(SENTENCES).lines().enumerate() {
        let mut clip = Vec::new();
        let words = voice.speak(text, &Stop::default(), &mut |piece| clip.extend_from_slice(piece))?;
        if words.is_empty() {
            return Err(format!("the voice knows no times for {text:?}").into());
        }
        let file = format!("{index:02}.wav");
        let heard = segue_audio::resample::to_ear(&clip, rate)?;
        segue_audio::wav::write(&folder.join(&file), &heard, segue_audio::EAR_RATE)?;
        let words: Vec<Value> = words.iter().map(|w| json!([w.word, seconds(w.start), seconds(w.end)])).collect();
        told.push(json!({ "file": file, "text": text, "words": words }));
    }
    std::fs::write(folder.join("times.json"), serde_json::to_vec_pretty(&told)?)?;
    println!("{} sentences in {}", told.len(), folder.display());
    Ok(())
}
