//! How long after a text its first sound can leave: the whole graph against the split voice, turn by turn in one run,
//! each on one thread. Ends with exit code 1 when the split voice needs more than 60% of the whole graph's time.
//!
//! `cargo run --release -p segue-engines --all-features --example first_sound -- [ROUNDS]`

#[path = "common/voice.rs"]
mod voice;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use segue_runtime::port::{Stop, Voice};

/// Most of the whole graph's time that the split voice may take.
const MOST: f64 = 0.60;

/// Openers of eight words.
const OPENERS: [&str; 6] = [
    "The tallest mountain in all of Africa is",
    "To descale your coffee machine, start by filling",
    "Reminding you to water the ficus on Thursday,",
    "Let me check what the weather does tomorrow,",
    "The best way to boil an egg is",
    "Turning on all the lights in the kitchen,",
];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(10), |rounds| rounds.parse())?;
    let (mut split, mut whole) = (voice::split()?, voice::whole()?);
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
    let share = show("all", &mut all_whole, &mut all_split);
    println!("fastest: whole {:.1}, split {:.1}", ms(all_whole[0]), ms(all_split[0]));
    Ok(if share <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn first_sound(voice: &mut dyn Voice, text: &str) -> Result<Duration, Box<dyn Error>> {
    let started = Instant::now();
    let mut first = None;
    voice.speak(text, &Stop::default(), &mut |_| first = first.or_else(|| Some(started.elapsed())))?;
    first.ok_or_else(|| format!("no sound for {text:?}").into())
}

/// Prints the medians; returns the split voice's share.
fn show(what: &str, wholes: &mut [Duration], splits: &mut [Duration]) -> f64 {
    wholes.sort();
    splits.sort();
    let (whole, split) = (ms(wholes[wholes.len() / 2]), ms(splits[splits.len() / 2]));
    println!("{what:48} {whole:8.1} {split:8.1} {:6.1}", split / whole * 100.0);
    split / whole
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
