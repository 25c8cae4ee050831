//! `cargo run --release -p segue-integration --example storm -- [TURNS] [SEED] [CLOUDS]`: turns with random faults and
//! delays against scripted clouds on loopback, on a paused clock, and what each did wrong. Exit code 1 when one did.

use std::process::ExitCode;

use segue_integration::storm::{Weather, storm};

#[path = "../tests/support/mod.rs"]
mod support;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>());
    let mut number = |default: u64| numbers.next().map_or(Some(default), Result::ok);
    let (Some(turns), Some(seed), Some(clouds)) = (number(1000), number(4), number(1)) else {
        eprintln!("storm [TURNS] [SEED] [CLOUDS]: numbers");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let weather = Weather { turns: turns as usize, seed, clouds: clouds as usize };
    let log = match runtime.map(|runtime| runtime.block_on(storm(weather, support::client))) {
        Ok(Ok(log)) => log,
        Ok(Err(error)) | Err(error) => {
            eprintln!("the storm could not be played: {error}");
            return ExitCode::from(2);
        }
    };
    for fault in &log.faults {
        println!("{fault}\n");
    }
    println!("{turns} turns, {} interrupted, {} faults", log.interrupted, log.faults.len());
    println!("longest silence while a reply was owed: {:.0} ms", log.silence_ms);
    println!("resident memory, KiB: {:?}", log.memory);
    println!("{:#?}", log.seen);
    if log.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
