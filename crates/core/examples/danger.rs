//! `cargo run --release -p segue-core --example danger < requests.txt`: the kind of danger before every request, to be
//! read by eye. With `--openers` the lines are openers, and the rule that each breaks stands before it.

use std::io::{BufRead, stdin};

use segue_core::caution;

fn main() {
    let openers = std::env::args().any(|word| word == "--openers");
    for line in stdin().lock().lines().map_while(Result::ok) {
        let found = if openers { caution::forbidden(&line) } else { caution::danger(&line).map(caution::Danger::name) };
        println!("{}\t{line}", found.unwrap_or("-"));
    }
}
