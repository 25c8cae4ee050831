//! What the defaults of the ear are chosen by: runs every recording of a folder through the ear, clean and with
//! `noise_kitchen.wav` mixed in, and compares the boundaries with the loud part of the clean recording.
//!
//! `cargo run --release -p segue-audio --example ear_report -- FOLDER`

use std::error::Error;
use std::path::Path;

use segue_audio::{EAR_RATE, Ear, EarConfig, EarEvent, level, resample, wav};

/// Silence behind each recording, in samples.
const SILENCE: usize = 2 * EAR_RATE.get() as usize;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("a folder of recordings is needed")?;
    let mut clips = Vec::new();
    let mut noise = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    paths.sort_by_key(|entry| entry.path());
    for path in paths.iter().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "wav")) {
        let samples = load(&path)?;
        if path.ends_with("noise_kitchen.wav") { noise = samples } else { clips.push((path, samples)) }
    }
    println!("{} recordings; end and start in ms against the part above -40 dBFS of the clean one", clips.len());
    for decibels in [None, Some(20.0), Some(10.0), Some(5.0)] {
        let mut tally = Tally::default();
        for (path, clean) in &clips {
            let Some(loud) = level::audible(clean, EAR_RATE) else { continue };
            let gain = decibels.map_or(0.0, |decibels: f32| {
                (level::power(&clean[loud.clone()]) / level::power(&noise) / level::power_at(decibels)).sqrt()
            });
            let background = noise.iter().cycle().chain(std::iter::repeat(&0.0));
            let mixed: Vec<f32> = clean.iter().zip(background).map(|(voice, noise)| voice + gain * noise).collect();
            tally.add(path, loud, &utterances(&mixed)?);
        }
        tally.print(&decibels.map_or("clean".into(), |decibels| format!("noise {decibels} dB below")));
    }
    for decibels in [-20.0, -10.0, 0.0, 6.0, 12.0, 18.0] {
        let louder: Vec<f32> = noise.iter().map(|sample| sample * level::power_at(decibels).sqrt()).collect();
        let loudness = level::dbfs(level::power(&louder));
        println!("noise alone at {loudness:.0} dBFS: {} utterances", utterances(&louder)?.len());
    }
    let mut tally = Tally::default();
    for (path, clean) in &clips {
        let Some(loud) = level::audible(clean, EAR_RATE) else { continue };
        tally.add(path, 0..loud.len(), &utterances(&clean[loud])?);
    }
    tally.print("clean, speech from the first sample");
    for decibels in [-10.0, -20.0, -30.0] {
        let mut tally = Tally::default();
        for (path, clean) in &clips {
            let Some(loud) = level::audible(clean, EAR_RATE) else { continue };
            let quiet: Vec<f32> = clean.iter().map(|sample| sample * level::power_at(decibels).sqrt()).collect();
            tally.add(path, loud, &utterances(&quiet)?);
        }
        tally.print(&format!("clean, {decibels} dB"));
    }
    Ok(())
}

fn load(path: &Path) -> Result<Vec<f32>, Box<dyn Error>> {
    let recording = wav::read(path)?;
    Ok(resample::to_ear(&recording.samples, recording.rate)?)
}

/// Start, voice end and decision of each utterance that the ear hears.
fn utterances(samples: &[f32]) -> Result<Vec<[u64; 3]>, Box<dyn Error>> {
    let mut ear = Ear::new(EAR_RATE, EarConfig::default())?;
    let mut found = Vec::new();
    let mut start = 0;
    for event in ear.push(samples).into_iter().chain(ear.push(&vec![0.0; SILENCE])) {
        match event {
            EarEvent::SpeechStarted { at_sample } => start = at_sample,
            EarEvent::SpeechPaused { .. } | EarEvent::SpeechResumed { .. } => {}
            EarEvent::SpeechEnded { voice_end, decided_at, .. } => found.push([start, voice_end, decided_at]),
        }
    }
    Ok(found)
}

#[derive(Default)]
struct Tally {
    missed: usize,
    cut: usize,
    false_alarms: usize,
    starts: Vec<f64>,
    ends: Vec<f64>,
    decisions: Vec<f64>,
}

impl Tally {
    fn add(&mut self, path: &Path, loud: std::ops::Range<usize>, found: &[[u64; 3]]) {
        let (start, end) = (loud.start as u64, loud.end as u64);
        let ms = |position: u64, truth: u64| (position as f64 - truth as f64) * 1000.0 / f64::from(EAR_RATE.get());
        let inside: Vec<_> = found.iter().filter(|[from, to, _]| *from < end && *to > start).collect();
        self.false_alarms += found.len() - inside.len();
        self.cut += usize::from(inside.len() > 1);
        let (Some(first), Some(last)) = (inside.first(), inside.last()) else {
            println!("  missed: {}", path.display());
            return self.missed += 1;
        };
        self.starts.push(ms(first[0], start));
        self.ends.push(ms(last[1], end));
        self.decisions.push(ms(last[2], end));
    }

    fn print(&mut self, title: &str) {
        println!("{title}: missed {}, cut in two {}, false alarms {}", self.missed, self.cut, self.false_alarms);
        for (name, values) in [("start", &mut self.starts), ("end", &mut self.ends), ("decided", &mut self.decisions)] {
            values.sort_by(f64::total_cmp);
            let at = |share: f64| values.get(((values.len().max(1) - 1) as f64 * share).round() as usize);
            let row =
                [0.0, 0.05, 0.5, 0.95, 1.0].map(|share| format!("{:6.0}", at(share).copied().unwrap_or(f64::NAN)));
            println!("  {name:8} least, 5%, median, 95%, most: {}", row.join(" "));
        }
    }
}
