//! What the command's tests share: running it, and an ear of their own for what it said.
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use segue_audio::wav::{self, Recording};
use segue_engines::whisper::{AudioContext, Whisper, WhisperConfig};
use segue_models::{Locations, Role};
use segue_runtime::port::{Stop, Transcriber};

/// A spoken question of the repository.
pub(crate) fn asset(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets").join(name).to_str().expect("a path").to_string()
}

/// Runs the command with a state folder of its own.
pub(crate) fn segue(args: &[&str]) -> Output {
    segue_with(args, "")
}

/// Runs the command with something on stdin.
pub(crate) fn segue_with(args: &[&str], stdin: &str) -> Output {
    let state = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(args)
        .env("SEGUE_STATE", state.path())
        .env_remove("SEGUE_CLOUD")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("segue runs");
    child.stdin.take().expect("stdin").write_all(stdin.as_bytes()).expect("written");
    child.wait_with_output().expect("segue ends")
}

/// The last line of stdout.
pub(crate) fn json_of(run: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&run.stdout);
    let line = text.lines().last().unwrap_or_else(|| panic!("no output: {}", String::from_utf8_lossy(&run.stderr)));
    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))
}

pub(crate) fn silence(seconds: f64) -> Vec<f32> {
    vec![0.0; (seconds * 16_000.0) as usize]
}

/// Writes a 16 kHz WAV and returns its path.
pub(crate) fn wav_of(dir: &Path, name: &str, samples: &[f32]) -> String {
    let path: PathBuf = dir.join(format!("{name}.wav"));
    wav::write(&path, samples, NonZeroU32::new(16_000).expect("a rate")).expect("written");
    path.to_str().expect("a path").to_string()
}

/// What whisper hears in a recording.
pub(crate) fn transcribe(recording: &Recording) -> String {
    let locations = Locations::from_env().expect("a cache");
    let model = locations.path(Role::Transcriber).expect("models are fetched: cargo xtask test");
    let mut whisper = Whisper::new(WhisperConfig { model, threads: None, context: AudioContext::Full });
    let samples = segue_audio::resample::to_ear(&recording.samples, recording.rate).expect("resampled");
    let pieces = samples.chunks(16_000 * 28);
    let texts = pieces.map(|piece| whisper.transcribe(piece, &Stop::default()).expect("transcribed"));
    texts.collect::<Vec<_>>().join(" ")
}

/// Word errors of `heard` against `said`, as a share of the words said.
pub(crate) fn word_error_rate(said: &str, heard: &str) -> f64 {
    let (said, heard) = (segue_core::words::normal_words(said), segue_core::words::normal_words(heard));
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, word) in said.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in heard.iter().enumerate() {
            let best = (diagonal + usize::from(word != other)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[heard.len()] as f64 / said.len().max(1) as f64
}

/// Both channels of a stereo WAV.
pub(crate) fn stereo(path: &Path) -> (Vec<f32>, Vec<f32>, NonZeroU32) {
    let mut reader = hound::WavReader::open(path).expect("a WAV");
    let spec = reader.spec();
    assert_eq!(spec.channels, 2);
    let samples: Vec<f32> = reader.samples::<i16>().map(|s| f32::from(s.expect("a sample")) / 32_768.0).collect();
    let channel = |offset: usize| samples.iter().skip(offset).step_by(2).copied().collect();
    (channel(0), channel(1), NonZeroU32::new(spec.sample_rate).expect("a rate"))
}
