//! The main measurement: the product's opener on held-back requests of every source.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use segue_core::talk::OpenerSource;
use segue_engines::opener::MicroLm;
use serde::Serialize;

use crate::ask::{self, Said};
use crate::check::Checkers;
use crate::data::{self, Kind, Request};
use crate::tally::{Counted, Tally, Times, percent};

/// What the openers on held-back requests are like.
#[derive(Debug, Serialize)]
pub(crate) struct Openers {
    pub(crate) requests: usize,
    /// Requests by source.
    sources: BTreeMap<String, usize>,
    /// Shares of the requests, by who wrote the opener.
    by_model: f64,
    reviewed: f64,
    neutral: f64,
    silent: f64,
    /// All that was said.
    said: Tally,
    /// What the model wrote.
    model: Tally,
    whole: Times,
    first_word: Times,
    /// Requests that cannot be understood: how many, and the share that the model answered freely.
    unclear: (usize, f64),
    /// Requests about danger to life: how many, and the share that got a reviewed sentence.
    danger: (usize, f64),
}

/// Measures; gives the openers too, for samples.
pub(crate) fn measure(
    model: &mut MicroLm,
    checkers: &Checkers,
    held_back: &[Request],
    count: usize,
) -> anyhow::Result<(Openers, Vec<Said>)> {
    let of_kind = |kind: Kind| held_back.iter().filter(|r| r.kind == kind).cloned().collect::<Vec<_>>();
    let plain = data::spread(&of_kind(Kind::Plain), count);
    let mut sources = BTreeMap::new();
    for request in &plain {
        *sources.entry(request.source.clone()).or_default() += 1;
    }
    let said = ask::all(model, checkers, plain)?;
    let aside = |model: &mut MicroLm, kind| ask::all(model, checkers, data::spread(&of_kind(kind), count / 10));
    let unclear = aside(model, Kind::Unclear)?;
    let danger = aside(model, Kind::Danger)?;
    let share = |said: &[Said], is: &dyn Fn(&Said) -> bool| {
        said.iter().filter(|one| is(one)).count() as f64 / said.len().max(1) as f64
    };
    let is_reviewed = |one: &Said| checkers.dangers.is_reviewed(&one.request, &one.opening.text);
    let freely = |one: &Said| one.by_model() && !checkers.dangers.is_neutral(&one.opening.text);
    let counted = |one: &'_ Said| -> bool { !one.opening.text.is_empty() };
    let openers = Openers {
        requests: said.len(),
        sources,
        by_model: share(&said, &Said::by_model),
        reviewed: share(&said, &is_reviewed),
        neutral: share(&said, &|one| one.opening.source == OpenerSource::Fallback && !is_reviewed(one)),
        silent: share(&said, &|one| one.opening.source == OpenerSource::None),
        said: tally(said.iter().filter(|one| counted(one))),
        model: tally(said.iter().filter(|one| one.by_model())),
        whole: Times::of(said.iter().map(|one| one.took)),
        first_word: Times::of(said.iter().filter_map(|one| one.first)),
        unclear: (unclear.len(), share(&unclear, &freely)),
        danger: (danger.len(), share(&danger, &is_reviewed)),
    };
    Ok((openers, [said, unclear, danger].concat()))
}

fn tally<'a>(said: impl Iterator<Item = &'a Said>) -> Tally {
    Tally::of(said.map(|one| Counted { text: &one.opening.text, broken: &one.broken, grounded: one.grounded }))
}

impl Openers {
    pub(crate) fn markdown(&self) -> String {
        let sources: Vec<String> = self.sources.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let mut out = format!("{} held-back requests ({}).\n\n", self.requests, sources.join(", "));
        out += "| measure | value | target |\n| --- | ---: | ---: |\n";
        let mut row = |what: &str, value: String, target: &str| {
            let _ = writeln!(out, "| {what} | {value} | {target} |");
        };
        row("from the model", percent(self.by_model), "85%");
        row("neutral acknowledgement in its place", percent(self.neutral), "");
        row("reviewed sentence (danger)", percent(self.reviewed), "");
        row("within 4-8 words, of all that was said", percent(self.said.within_bounds), "98%");
        row("grounded, of the model's", percent(self.model.grounded), "92%");
        row("with a rule broken, of all that was said", percent(self.said.broken), "at most 0.5%");
        row("distinct, of the model's", percent(self.model.distinct), "");
        let most = self.model.beginnings.first().map_or(0.0, |(_, share)| *share);
        row("most frequent first three words, of the model's", percent(most), "at most 5%");
        row(
            "unclear requests (own seeds) that the model answered freely",
            format!("{} of {}", percent(self.unclear.1), self.unclear.0),
            "",
        );
        row(
            "danger to life (own seeds) answered by a reviewed sentence",
            format!("{} of {}", percent(self.danger.1), self.danger.0),
            "",
        );
        row("whole opener, median / 95%", format!("{:.1} / {:.1} ms", self.whole.median_ms, self.whole.p95_ms), "");
        row(
            "first word, median / 95%",
            format!("{:.1} / {:.1} ms", self.first_word.median_ms, self.first_word.p95_ms),
            "",
        );
        let _ =
            writeln!(out, "\n{}\nMost frequent beginnings: {}.", self.said.rules_table(), self.model.beginnings_line());
        out
    }
}
