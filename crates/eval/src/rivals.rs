//! The same requests answered by others: a small chat model's own first words, and a filler that fits everything.

use segue_core::talk::Exchange;
use segue_engines::local::Scorer;
use serde::Serialize;

use crate::ask::{self, Said};
use crate::check::grounded::grounded;
use crate::check::{Broken, Checkers};
use crate::data::{self, Kind, Request};
use crate::split::place;
use crate::tally::{Counted, Tally, Times, percent};
use segue_engines::opener::MicroLm;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// Requests that all three answer.
const REQUESTS: usize = 300;
/// Words of the small model's answer that count as its opener.
const MOST_WORDS: usize = 8;

/// Openers of three writers on the same requests.
#[derive(Debug, Serialize)]
pub(crate) struct Rivals {
    requests: usize,
    ours: Tally,
    small_model: Tally,
    small_model_time: Times,
    filler: Tally,
}

/// An opener of a rival.
struct Theirs {
    text: String,
    broken: Vec<Broken>,
    grounded: bool,
}

/// One request with the three openers, for readers.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Triple {
    pub(crate) request: Request,
    pub(crate) ours: String,
    pub(crate) small_model: String,
    pub(crate) filler: String,
}

/// The prompt for the small model: what it is told, then requests with good openers as examples.
pub(crate) fn few_shot(text: &str) -> (String, Vec<Exchange>) {
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (examples, told): (Vec<&str>, Vec<&str>) = rows.partition(|line| line.contains(" => "));
    let exchange = |row: &str| {
        let (request, heard) = row.split_once(" => ").unwrap_or((row, ""));
        Exchange { request: request.to_string(), heard: heard.to_string() }
    };
    (told.join(" "), examples.into_iter().map(exchange).collect())
}

/// The filler for a request.
pub(crate) fn filler(request: &str) -> &'static str {
    let all: Vec<&str> = include_str!("rivals/fillers.txt").lines().filter(|line| !line.is_empty()).collect();
    all[place(request, "filler", all.len())]
}

/// Asks all three.
pub(crate) fn measure(
    model: &mut MicroLm,
    checkers: &Checkers,
    held_back: &[Request],
    small: &Path,
) -> anyhow::Result<(Rivals, Vec<Triple>)> {
    let plain: Vec<Request> = held_back.iter().filter(|r| r.kind == Kind::Plain).cloned().collect();
    let requests = data::spread(&plain, REQUESTS);
    let ours = ask::all(model, checkers, requests)?;
    let (system, examples) = few_shot(include_str!("rivals/few_shot.txt"));
    let scorer = Scorer::load(small, &system, &examples)?;
    let judge = |request: &Request, text: String| Theirs {
        broken: checkers.broken(request, &text),
        grounded: grounded(request, &text),
        text,
    };
    let (mut theirs, mut times, mut fillers, mut triples) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in &ours {
        let request = &one.request;
        let since = Instant::now();
        let begun = scorer.begin(&request.text, MOST_WORDS)?;
        times.push(since.elapsed());
        let filler = filler(&request.text);
        triples.push(Triple {
            request: request.clone(),
            ours: one.opening.text.clone(),
            small_model: begun.clone(),
            filler: filler.to_string(),
        });
        theirs.push(judge(request, begun));
        fillers.push(judge(request, filler.to_string()));
    }
    let counted = |all: &[Theirs]| {
        Tally::of(all.iter().map(|one| Counted { text: &one.text, broken: &one.broken, grounded: one.grounded }))
    };
    let own = |one: &'_ Said| -> bool { !one.opening.text.is_empty() };
    let rivals = Rivals {
        requests: ours.len(),
        ours: Tally::of(ours.iter().filter(|one| own(one)).map(|one| Counted {
            text: &one.opening.text,
            broken: &one.broken,
            grounded: one.grounded,
        })),
        small_model: counted(&theirs),
        small_model_time: Times::of(times),
        filler: counted(&fillers),
    };
    Ok((rivals, triples))
}

impl Rivals {
    pub(crate) fn markdown(&self) -> String {
        let mut out = format!("{} held-back requests of all sources.\n\n", self.requests);
        out += "| measure | opener | SmolLM2-135M-Instruct | filler |\n| --- | ---: | ---: | ---: |\n";
        let all = [&self.ours, &self.small_model, &self.filler];
        let mut row = |what: &str, of: &dyn Fn(&Tally) -> f64| {
            let values: Vec<String> = all.iter().map(|tally| percent(of(tally))).collect();
            let _ = writeln!(out, "| {what} | {} |", values.join(" | "));
        };
        row("within 4-8 words", &|t| t.within_bounds);
        row("grounded", &|t| t.grounded);
        row("with a rule broken", &|t| t.broken);
        row("distinct", &|t| t.distinct);
        row("most frequent first three words", &|t| t.beginnings.first().map_or(0.0, |(_, share)| *share));
        for index in 0..self.ours.rules.len() {
            let rule = self.ours.rules[index].0;
            row(rule.words(), &|t| t.rules[index].1 as f64 / t.openers.max(1) as f64);
        }
        let _ =
            writeln!(out, "\nSmolLM2 needs {:.0} ms for its first 8 words (median).", self.small_model_time.median_ms);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn the_prompt_is_told_and_shown() {
        let (system, examples) = few_shot(include_str!("rivals/few_shot.txt"));
        assert!(system.contains("first words"));
        assert!(examples.len() >= 6);
        for example in examples {
            assert!((4..=8).contains(&words(&example.heard).len()), "{}", example.heard);
        }
    }

    #[test]
    fn every_filler_has_the_length_of_an_opener() {
        for line in include_str!("rivals/fillers.txt").lines().filter(|line| !line.is_empty()) {
            assert!((4..=8).contains(&line.split_whitespace().count()), "{line}");
        }
        assert_eq!(filler("what is the time"), filler("What is the time?"));
    }
}
