//! How long after a text its first sound can leave: the whole graph against the split voice, turn by turn in one run,
//! each on one thread. Ends with exit code 1 when the split voice needs more than 60% of the whole graph's time.
//!
//! Beside the time by the clock stands the time that the thread was on a processor (Linux tells it): on a machine that
//! is busy with other things it is what the clock would show on a quiet one, or nearly.
//!
//! The last column tells how near the split voice comes to an underrun: of the time that the sound before a piece plays,
//! the part that its thread was on a processor to make the piece, at the worst piece. At 100% sound stops.
//!
//! `cargo xtask bench voice [ROUNDS]`

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
    println!(
        "{:48} {:>8} {:>8} {:>6} {:>14} {:>7}",
        "median ms to the first sound", "whole", "split", "%", "on a processor", "keeps up"
    );
    let (mut all_whole, mut all_split) = (Vec::new(), Vec::new());
    for opener in OPENERS {
        let (mut wholes, mut splits) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            wholes.push(first_sound(&mut whole, opener)?);
            splits.push(first_sound(&mut split, opener)?);
        }
        show(opener, &wholes, &splits);
        all_whole.append(&mut wholes);
        all_split.append(&mut splits);
    }
    let share = show("all", &all_whole, &all_split);
    Ok(if share <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Until the first sound, by the clock and on a processor.
struct Took {
    clock: Duration,
    processor: Duration,
    /// The worst share of the time that sound plays which was needed to make more.
    share: f64,
}

fn first_sound(voice: &mut dyn Voice, text: &str) -> Result<Took, Box<dyn Error>> {
    let (started, before) = (Instant::now(), on_a_processor());
    let mut first: Option<Took> = None;
    let mut given = 0;
    let rate = f64::from(voice.sample_rate().get());
    voice.speak(text, &Stop::default(), &mut |samples| {
        let processor = on_a_processor().saturating_sub(before);
        let took = first.get_or_insert_with(|| Took { clock: started.elapsed(), processor, share: 0.0 });
        if given > 0 {
            let since = processor.saturating_sub(took.processor).as_secs_f64();
            took.share = took.share.max(since / (f64::from(given) / rate));
        }
        given += samples.len() as u32;
    })?;
    first.ok_or_else(|| format!("no sound for {text:?}").into())
}

/// How long this thread has run so far; zero where the system does not say.
fn on_a_processor() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// Prints the medians; returns the split voice's share of the clock's time.
fn show(what: &str, wholes: &[Took], splits: &[Took]) -> f64 {
    let clock = |took: &[Took]| median(took.iter().map(|took| ms(took.clock)));
    let processor = |took: &[Took]| median(took.iter().map(|took| ms(took.processor)));
    let (whole, split) = (clock(wholes), clock(splits));
    let share = split / whole;
    let most = splits.iter().map(|took| took.share).fold(0.0, f64::max);
    println!(
        "{what:48} {whole:8.1} {split:8.1} {:6.1} {:6.1} {:7.1} {:6.1}%",
        share * 100.0,
        processor(wholes),
        processor(splits),
        most * 100.0
    );
    share
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
