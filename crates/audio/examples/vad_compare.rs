//! Which detector of voices the ear shall use, by numbers. Each hears the same recordings, clean and in kitchen noise,
//! in front of the same endpointer:
//!
//! 1. `vad_compare mix RECORDINGS OUT` writes the mixtures, and `truth.csv` (loud part of the clean recording).
//! 2. `crates/bench/vad/probabilities.py OUT` adds what Silero and WebRTC say of each frame (`NAME.wav.DETECTOR`).
//! 3. `vad_compare judge OUT` tells for each detector and mixture what the ear makes of it.

use std::error::Error;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use segue_audio::endpointer::{Boundary, Endpointer, EndpointerConfig};
use segue_audio::vad::{Earshot, Levelled, VoiceActivity};
use segue_audio::{EAR_RATE, level, resample, wav};

/// Silence behind each recording, in samples.
const SILENCE: usize = 2 * EAR_RATE.get() as usize;
/// Voiced time that an onset needs, in ms, as near as frames allow.
const ONSET_MS: usize = 80;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["mix", recordings, out] => mix(Path::new(recordings), Path::new(out)),
        ["judge", out] => judge(Path::new(out)),
        _ => Err("mix RECORDINGS OUT, or judge OUT".into()),
    }
}

fn mix(recordings: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let noise = load(&recordings.join("noise_kitchen.wav"))?;
    let mut truth = String::new();
    for path in wavs(recordings)?.iter().filter(|path| !path.ends_with("noise_kitchen.wav")) {
        let clean = load(path)?;
        let name = path.file_name().ok_or("no name")?;
        let Some(loud) = level::audible(&clean, EAR_RATE) else { continue };
        truth += &format!("{},{},{}\n", name.display(), loud.start, loud.end);
        for decibels in [None, Some(20.0), Some(10.0), Some(5.0)] {
            let gain = decibels.map_or(0.0, |decibels: f32| {
                (level::power(&clean[loud.clone()]) / level::power(&noise) / level::power_at(decibels)).sqrt()
            });
            // The noise goes on behind the recording, as in a kitchen.
            let voice = clean.iter().copied().chain(std::iter::repeat_n(0.0, SILENCE));
            let mixed: Vec<f32> = voice.zip(noise.iter().cycle()).map(|(voice, noise)| voice + gain * noise).collect();
            let folder = out.join(decibels.map_or("clean".into(), |decibels| format!("noise{decibels:02}")));
            std::fs::create_dir_all(&folder)?;
            wav::write(&folder.join(name), &mixed, EAR_RATE)?;
        }
    }
    std::fs::create_dir_all(out.join("alone"))?;
    wav::write(&out.join("alone/noise.wav"), &noise, EAR_RATE)?;
    Ok(std::fs::write(out.join("truth.csv"), truth)?)
}

fn judge(out: &Path) -> Result<(), Box<dyn Error>> {
    let truth = std::fs::read_to_string(out.join("truth.csv"))?;
    println!("end and start in ms against the clean recording: 5%, median, 95%");
    for mixture in ["clean", "noise20", "noise10", "noise05"] {
        for detector in ["earshot", "silero", "webrtc1", "webrtc2", "webrtc3"] {
            let (mut missed, mut cut, mut starts, mut ends, mut pauses) = (0, 0, Vec::new(), Vec::new(), 0);
            for line in truth.lines() {
                let [name, start, end] = line.split(',').collect::<Vec<_>>()[..] else {
                    return Err("truth.csv".into());
                };
                let loud: Range<u64> = start.parse()?..end.parse()?;
                let (found, n_pauses) = utterances(&out.join(mixture).join(name), detector)?;
                let inside: Vec<_> = found.iter().filter(|r| r.start < loud.end && r.end > loud.start).collect();
                let (Some(first), Some(last)) = (inside.first(), inside.last()) else {
                    missed += 1;
                    continue;
                };
                cut += usize::from(inside.len() > 1);
                starts.push((first.start as f64 - loud.start as f64) / 16.0);
                ends.push((last.end as f64 - loud.end as f64) / 16.0);
                pauses += n_pauses;
            }
            let n_pauses = f64::from(pauses) / starts.len().max(1) as f64;
            println!(
                "{mixture:8} {detector:8} missed {missed:2}, cut {cut:2}, start {}, end {}, pauses told {n_pauses:.1}",
                spread(&mut starts),
                spread(&mut ends)
            );
        }
    }
    for detector in ["earshot", "silero", "webrtc1", "webrtc2", "webrtc3"] {
        let (found, _) = utterances(&out.join("alone/noise.wav"), detector)?;
        println!("noise alone, {detector:8}: {} utterances", found.len());
    }
    let (mut earshot, sound) = (Levelled::new(Earshot::default()), load(&out.join("alone/noise.wav"))?);
    let since = Instant::now();
    sound.chunks_exact(256).for_each(|frame| {
        earshot.probability(frame);
    });
    println!("earshot: {:.2} ms a second of sound", since.elapsed().as_secs_f64() * 16e6 / sound.len() as f64);
    Ok(())
}

/// Utterances, and how many pauses were told in them.
type Found = (Vec<Range<u64>>, i32);

/// What an endpointer finds behind a detector.
fn utterances(path: &Path, detector: &str) -> Result<Found, Box<dyn Error>> {
    let sound = load(path)?;
    let (frame_len, probabilities) = match detector {
        "earshot" => {
            let mut earshot = Levelled::new(Earshot::default());
            (256, sound.chunks_exact(256).map(|frame| earshot.probability(frame)).collect())
        }
        _ => {
            let text = std::fs::read_to_string(format!("{}.{detector}", path.display()))?;
            let mut numbers = text.split_whitespace();
            let frame_len: usize = numbers.next().ok_or("an empty file")?.parse()?;
            (frame_len, numbers.map(str::parse).collect::<Result<Vec<f32>, _>>()?)
        }
    };
    let onset_frames = (ONSET_MS * 16).div_ceil(frame_len) as u32;
    let mut endpointer = Endpointer::new(EndpointerConfig { onset_frames, ..EndpointerConfig::default() });
    let (mut found, mut start, mut n_pauses, mut voice_end) = (Vec::new(), None, 0, 0);
    for (frame, probability) in sound.chunks_exact(frame_len).zip(probabilities) {
        match endpointer.push(probability, frame) {
            Some(Boundary::Started { sample }) => start = Some(sample),
            Some(Boundary::Paused { voice_end: end, .. }) => (n_pauses, voice_end) = (n_pauses + 1, end),
            Some(Boundary::Ended { voice_end, .. }) => found.extend(start.take().map(|start| start..voice_end)),
            Some(Boundary::Resumed { .. }) | None => {}
        }
    }
    // Noise behind the recording may have kept it from the end.
    found.extend(start.map(|start| start..voice_end.max(start + 1)));
    Ok((found, n_pauses))
}

fn spread(values: &mut [f64]) -> String {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get(((values.len().max(1) - 1) as f64 * share).round() as usize).copied();
    let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| at(share).unwrap_or(f64::NAN));
    format!("{low:5.0} {middle:5.0} {high:5.0}")
}

fn wavs(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    paths.sort();
    Ok(paths)
}

fn load(path: &Path) -> Result<Vec<f32>, Box<dyn Error>> {
    let recording = wav::read(path)?;
    Ok(resample::to_ear(&recording.samples, recording.rate)?)
}
