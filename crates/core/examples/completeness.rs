//! How well the words tell an end from a pause: reads requests from stdin, one a line, and judges each as a whole and
//! cut behind each of its words.
//!
//! `cargo run --release -p segue-core --example completeness < requests.txt`; with `-v` it prints every whole request
//! that is taken for incomplete.

use std::collections::BTreeMap;
use std::io::{BufRead, stdin};

use segue_core::endpoint::{Completeness, completeness};

fn main() -> std::io::Result<()> {
    let verbose = std::env::args().any(|argument| argument == "-v");
    let mut wholes: BTreeMap<Completeness, usize> = BTreeMap::new();
    let mut by_last: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut beginnings: BTreeMap<Completeness, usize> = BTreeMap::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let judged = completeness(&line);
        *wholes.entry(judged).or_default() += 1;
        if verbose && judged != Completeness::Complete {
            println!("{judged:?}\t{line}");
        }
        for n_words in 1..words.len() {
            let judged = completeness(&words[..n_words].join(" "));
            *beginnings.entry(judged).or_default() += 1;
            by_last.entry(words[n_words - 1].to_lowercase()).or_default()[judged as usize] += 1;
        }
    }
    let show = |name: &str, counts: &BTreeMap<Completeness, usize>| {
        let all: usize = counts.values().sum();
        let shares = counts.iter().map(|(judged, n)| format!("{judged:?} {:.1}%", 100.0 * *n as f64 / all as f64));
        println!("{name}: {all}; {}", shares.collect::<Vec<_>>().join(", "));
    };
    show("whole requests", &wholes);
    show("beginnings", &beginnings);
    let mut common: Vec<_> = by_last.iter().filter(|(_, counts)| counts[2] > 0).collect();
    common.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[2]));
    let words: Vec<_> = common.iter().take(60).map(|(word, counts)| format!("{word} {}", counts[2])).collect();
    println!("beginnings taken for whole requests end with: {}", words.join(", "));
    Ok(())
}
