//! Whether an opener helps or hurts the answer: how probable a small chat model finds the known answer behind the
//! opener, behind a filler, and behind nothing. Each way has its own examples before it, so that the model knows that
//! the bare answer follows.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use segue_core::talk::Exchange;
use segue_engines::local::{Score, Scorer};
use segue_engines::opener::MicroLm;
use serde::Serialize;

use crate::ask;
use crate::check::Checkers;
use crate::data::{Request, forms, key};
use crate::rivals::{few_shot, filler};
use crate::split::share;

/// Questions that are asked.
const QUESTIONS: usize = 200;
/// Longest answer in words: longer ones are lists.
const LONGEST: usize = 6;
const SYSTEM: &str = "You are a voice assistant. Answer the question correctly, with the answer and nothing else.";

/// How probable the known answers are, in nats a token.
#[derive(Debug, Serialize)]
pub(crate) struct Gold {
    questions: usize,
    by_model: usize,
    tokens: usize,
    /// Mean log-probability of an answer's token.
    opener: f64,
    filler: f64,
    none: f64,
    /// The same over the openers that stay open (no comma or full stop at the end), and how many they are.
    open: (usize, f64, f64, f64),
    /// Answers that are more probable behind the opener than behind nothing.
    helped: f64,
}

struct Way {
    scorer: Scorer,
    tokens: usize,
    total: f64,
    open_tokens: usize,
    open_total: f64,
}

impl Way {
    /// `begin` makes an example's beginning.
    fn new(small: &Path, begin: &dyn Fn(&Exchange) -> String) -> anyhow::Result<Self> {
        let (_, examples) = few_shot(include_str!("gold/examples.txt"));
        let shown: Vec<Exchange> = examples
            .iter()
            .map(|example| {
                // The example's own opener and answer stand apart by a bar.
                let (_, answer) = example.heard.split_once(" | ").unwrap_or(("", &example.heard));
                let heard = format!("{} {answer}", begin(example)).trim().to_string();
                Exchange { request: example.request.clone(), heard }
            })
            .collect();
        let scorer = Scorer::load(small, SYSTEM, &shown)?;
        Ok(Self { scorer, tokens: 0, total: 0.0, open_tokens: 0, open_total: 0.0 })
    }

    fn ask(&mut self, request: &str, begun: &str, answer: &str, open: bool) -> anyhow::Result<f64> {
        let Score { total, tokens } = self.scorer.score(request, begun, answer)?;
        self.tokens += tokens;
        self.total += total;
        if open {
            self.open_tokens += tokens;
            self.open_total += total;
        }
        Ok(total / tokens.max(1) as f64)
    }

    fn mean(&self) -> f64 {
        self.total / self.tokens.max(1) as f64
    }

    fn open_mean(&self) -> f64 {
        self.open_total / self.open_tokens.max(1) as f64
    }
}

pub(crate) fn measure(
    model: &mut MicroLm,
    checkers: &Checkers,
    held_back: &[Request],
    small: &Path,
) -> anyhow::Result<Gold> {
    let own = |example: &Exchange| example.heard.split_once(" | ").map_or(String::new(), |(o, _)| o.to_string());
    let mut opener = Way::new(small, &own)?;
    let mut filled = Way::new(small, &|example| filler(&example.request).to_string())?;
    let mut none = Way::new(small, &|_| String::new())?;
    let said = ask::all(model, checkers, questions(held_back))?;
    let (mut helped, mut open_count) = (0, 0);
    for one in &said {
        let (request, answer) = (&one.request.text, &one.request.answers[0]);
        let text = &one.opening.text;
        let open = text.ends_with(char::is_alphanumeric);
        open_count += usize::from(open);
        let with = opener.ask(request, text, answer, open)?;
        filled.ask(request, filler(request), answer, open)?;
        helped += usize::from(with > none.ask(request, "", answer, open)?);
    }
    Ok(Gold {
        questions: said.len(),
        by_model: said.iter().filter(|one| one.by_model()).count(),
        tokens: none.tokens,
        opener: opener.mean(),
        filler: filled.mean(),
        none: none.mean(),
        open: (open_count, opener.open_mean(), filled.open_mean(), none.open_mean()),
        helped: helped as f64 / said.len().max(1) as f64,
    })
}

/// Held-back questions with a short answer, chosen by hash.
fn questions(held_back: &[Request]) -> Vec<Request> {
    let mut seen = HashSet::new();
    let short = |r: &&Request| {
        r.answers.first().is_some_and(|answer| (1..=LONGEST).contains(&answer.split_whitespace().count()))
    };
    let mut out: Vec<Request> = held_back.iter().filter(short).map(forms::heard).collect();
    out.retain(|request| seen.insert(key(request)));
    out.sort_by(|a, b| share(&key(a), "gold").total_cmp(&share(&key(b), "gold")));
    out.truncate(QUESTIONS);
    out
}

impl Gold {
    pub(crate) fn markdown(&self) -> String {
        let mut out = format!(
            "{} held-back questions with known answers ({} openers by the model), {} answer tokens, SmolLM2-135M-Instruct; \
             log-probability of the answer's tokens, mean in nats.\n\n",
            self.questions, self.by_model, self.tokens
        );
        out += "| | behind the opener | behind a filler | behind nothing | opener against nothing |\n| --- | ---: | ---: | ---: | ---: |\n";
        let mut row = |what: &str, opener: f64, filler: f64, none: f64| {
            let _ = writeln!(out, "| {what} | {opener:.2} | {filler:.2} | {none:.2} | {:+.2} |", opener - none);
        };
        row("all", self.opener, self.filler, self.none);
        let (count, opener, filler, none) = self.open;
        row(&format!("the {count} openers that stay open"), opener, filler, none);
        let _ = writeln!(
            out,
            "\n{:.0}% of the answers are more probable behind the opener than behind nothing.",
            self.helped * 100.0
        );
        out
    }
}
