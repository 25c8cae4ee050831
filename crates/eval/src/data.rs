//! The requests that are measured: of every source of the data folder and of our own seeds, one part of the split.

pub(crate) mod forms;
mod home;
mod seeds;

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, bail};
use flate2::read::GzDecoder;
use segue_core::talk::Exchange;
use serde::{Deserialize, Serialize};

use crate::split::{Part, norm, part_of, share};

/// One request with all that may stand beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Request {
    pub(crate) text: String,
    pub(crate) last: Option<Exchange>,
    /// Names of the home.
    pub(crate) home: Vec<String>,
    /// Where it comes from.
    pub(crate) source: String,
    /// Known answers.
    pub(crate) answers: Vec<String>,
    /// What it is known to be, from its seed file.
    pub(crate) kind: Kind,
}

/// What a request is known to be without looking at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) enum Kind {
    #[default]
    Plain,
    /// Cannot be understood.
    Unclear,
    /// Danger to life.
    Danger,
}

impl Request {
    pub(crate) fn of(text: impl Into<String>, source: &str) -> Self {
        Self { text: text.into(), source: source.to_string(), ..Self::default() }
    }
}

#[derive(Deserialize)]
struct Query {
    text: String,
    source: String,
    #[serde(default)]
    answers: Vec<String>,
}

#[derive(Deserialize)]
struct Dialogue {
    source: String,
    turns: Vec<(String, String)>,
}

/// The requests of one part of the split.
pub(crate) fn part(all: &[Request], part: Part) -> Vec<Request> {
    all.iter().filter(|request| part_of(&request.text) == part).cloned().collect()
}

/// Reads all requests, each once, without an order that anything depends on.
pub(crate) fn read(data: &Path, training: &Path) -> anyhow::Result<Vec<Request>> {
    let queries = data.join("queries.jsonl.gz");
    if !queries.is_file() {
        bail!(
            "the data sets are not at {}: name their folder with --data (it holds queries.jsonl.gz, dialogues.jsonl.gz \
             and home_actions; the repository carries none of them)",
            data.display()
        );
    }
    let mut all = Vec::new();
    for row in lines::<Query>(&queries)? {
        let source = if row.source.is_empty() { "queries" } else { &row.source };
        all.push(Request { answers: row.answers, ..Request::of(row.text, source) });
    }
    for talk in lines::<Dialogue>(&data.join("dialogues.jsonl.gz"))? {
        turns(&talk, &mut all);
    }
    home::read(data, &mut all)?;
    seeds::read(&training.join("seeds"), &mut all)?;
    let mut seen = HashSet::new();
    all.retain(|request| sayable(&request.text) && seen.insert(key(request)));
    Ok(all)
}

/// About `count` of them, evenly over the sources, chosen by hash: the same ones in every run.
pub(crate) fn spread(requests: &[Request], count: usize) -> Vec<Request> {
    let mut by_source: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
    for request in requests {
        by_source.entry(&request.source).or_default().push(request);
    }
    let mut sources: Vec<Vec<&Request>> = by_source.into_values().collect();
    for rows in &mut sources {
        rows.sort_by(|a, b| share(&key(a), "eval").total_cmp(&share(&key(b), "eval")));
    }
    // A source with fewer than its part leaves the rest to the others.
    sources.sort_by_key(Vec::len);
    let (mut left, mut out) = (count, Vec::new());
    let many = sources.len();
    for (index, rows) in sources.into_iter().enumerate() {
        let most = left / (many - index);
        let taken = rows.len().min(most);
        left -= taken;
        out.extend(rows.into_iter().take(taken).map(forms::heard));
    }
    out.sort_by(|a, b| share(&key(a), "order").total_cmp(&share(&key(b), "order")));
    out
}

/// What makes a request another one: its words and the exchange before.
pub(crate) fn key(request: &Request) -> String {
    let last = request.last.as_ref().map_or(String::new(), |last| format!("{} {}", last.request, last.heard));
    norm(&format!("{} {last}", request.text))
}

/// The turns of the user, each with the exchange before it.
fn turns(talk: &Dialogue, out: &mut Vec<Request>) {
    for (n, (speaker, text)) in talk.turns.iter().enumerate() {
        if speaker != "user" {
            continue;
        }
        let last = (n >= 2 && talk.turns[n - 1].0 == "assistant" && talk.turns[n - 2].0 == "user")
            .then(|| Exchange { request: talk.turns[n - 2].1.clone(), heard: talk.turns[n - 1].1.clone() });
        out.push(Request { last, ..Request::of(text.clone(), &talk.source) });
    }
}

/// A request of a person: some words, and no more than a breath holds.
fn sayable(text: &str) -> bool {
    (1..=30).contains(&text.split_whitespace().count())
}

fn lines<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let reader = BufReader::new(GzDecoder::new(file));
    let parse = |line: std::io::Result<String>| -> anyhow::Result<T> { Ok(serde_json::from_str(&line?)?) };
    reader.lines().map(parse).collect::<anyhow::Result<_>>().with_context(|| format!("{} is broken", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_source_is_taken_whole_and_the_rest_is_shared() {
        let of = |source: &str, count: usize| {
            (0..count).map(move |n| Request::of(format!("play number {n}"), source)).collect::<Vec<_>>()
        };
        let all = [of("small", 3), of("big", 50), of("bigger", 80)].concat();
        let chosen = spread(&all, 23);
        let count = |source: &str| chosen.iter().filter(|r| r.source == source).count();
        assert_eq!((count("small"), count("big"), count("bigger")), (3, 10, 10));
        assert_eq!(chosen, spread(&all, 23));
    }

    #[test]
    fn a_turn_of_a_dialogue_knows_the_exchange_before() {
        let say = |speaker: &str, text: &str| (speaker.to_string(), text.to_string());
        let talk = Dialogue {
            source: "sgd".into(),
            turns: vec![say("user", "Weather in Rome?"), say("assistant", "Mild."), say("user", "And in winter?")],
        };
        let mut out = Vec::new();
        turns(&talk, &mut out);
        assert_eq!(out.len(), 2);
        assert_eq!(out[0].last, None);
        assert_eq!(out[1].last.as_ref().map(|last| last.heard.as_str()), Some("Mild."));
    }

    #[test]
    fn missing_data_is_one_clear_sentence() {
        let error = read(Path::new("no such folder"), Path::new(".")).expect_err("nothing is there");
        assert!(error.to_string().contains("--data"), "{error}");
    }
}
