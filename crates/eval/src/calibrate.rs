//! What an opener's confidence is worth: fits the engine's map on the two percent that were kept back for it, and
//! judges it on the tenth that nobody has seen.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;
use segue_core::caution;
use segue_engines::opener::{Calibration, Draft, MicroLm, Signs, Weights};
use serde::{Deserialize, Serialize};

use crate::ask::question;
use crate::check::Checkers;
use crate::check::grounded::grounded;
use crate::data::{self, Kind, Request};
use crate::fit::{auc, logistic};
use crate::split::norm;
use crate::tally::percent;
use crate::unclear;

/// Requests that the map is fitted on and judged by, and unclear ones among them.
const REQUESTS: usize = 3000;
const UNCLEAR: usize = 500;
/// An opener is said when it is more probably good than not ...
const TRUST: f32 = 0.5;
/// ... and not among this share of the clear requests' openers, the least sure ones: most of the bad ones are there.
const LEAST_SURE: f64 = 0.15;
/// Words after which an opener may be relied on: what is said must be within the fewest words that a caller asks for.
const EARLY: usize = 4;
/// Weights that must not be negative: a surer token never makes an opener less sure.
const POSITIVE: [bool; Signs::COUNT] = [true, true, false, false];
const BINS: usize = 10;

/// One draft and whether it is good.
struct Judged {
    draft: Draft,
    good: bool,
    unclear: bool,
    neutral: bool,
}

/// What the confidence is worth on requests that the map has not seen.
#[derive(Debug, Serialize)]
pub(crate) struct Reliability {
    requests: usize,
    unclear: usize,
    trust: f32,
    commit: f32,
    /// Of ten equal parts by confidence: mean confidence, share of good openers, number.
    bins: Vec<(f64, f64, usize)>,
    /// Mean distance between the two, weighted.
    error: f64,
    /// How well the confidence tells clear requests from unclear ones, and good openers from bad ones.
    auc_clear: f64,
    auc_good: f64,
    /// Shares that pass the gate.
    clear_pass: f64,
    unclear_pass: f64,
    /// Of those that pass: the share of good ones.
    good_pass: f64,
    /// Share of the clear requests' openers that are said from their first word on, and within their first words.
    at_first_word: f64,
    while_written: f64,
    /// Share of good ones among those that are said while they are written.
    good_while_written: f64,
}

/// What a reader thinks of openers: by request, whether each is good. Where there are such, nothing else counts.
pub(crate) type Judgements = HashMap<String, HashMap<String, bool>>;

/// A draft for a reader; `good` comes from him.
#[derive(Debug, Serialize, Deserialize)]
struct Read {
    request: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<(String, String)>,
    #[serde(default)]
    opener: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    good: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confidence: Option<f32>,
}

/// Reads what `drafts` wrote and a reader has judged: JSON lines.
pub(crate) fn judgements(path: &Path) -> anyhow::Result<Judgements> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut out = Judgements::new();
    for line in text.lines() {
        let read: Read = serde_json::from_str(line).with_context(|| format!("{} is broken", path.display()))?;
        if let Some(good) = read.good {
            out.entry(norm(&read.request)).or_default().insert(read.opener, good);
        }
    }
    Ok(out)
}

/// Writes what the model drafts for these requests, with its confidence, for a reader who judges or corrects it: JSON
/// lines of `request` and, where there is one, `last` (what was asked and heard before).
pub(crate) fn drafts_for(
    model: &mut MicroLm,
    calibration: &Calibration,
    asked: &Path,
    path: &Path,
) -> anyhow::Result<()> {
    let text = fs::read_to_string(asked).with_context(|| format!("cannot read {}", asked.display()))?;
    let mut lines = String::new();
    for line in text.lines() {
        let mut read: Read = serde_json::from_str(line).with_context(|| format!("not a request: {line}"))?;
        let last = read.last.clone().map(|(request, heard)| segue_core::talk::Exchange { request, heard });
        let draft = model.draft(&question(&Request { last, ..Request::of(read.request.clone(), "") }))?;
        read.confidence = Some(calibration.whole.probability(&draft.signs));
        read.opener = draft.text;
        lines += &serde_json::to_string(&read)?;
        lines.push('\n');
    }
    fs::write(path, lines).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes what the model drafts for clear requests that were kept back, for a reader to judge.
pub(crate) fn drafts(
    model: &mut MicroLm,
    checkers: &Checkers,
    kept_back: &[Request],
    path: &Path,
) -> anyhow::Result<()> {
    let mut lines = String::new();
    for (request, one) in judge(model, checkers, kept_back, &Judgements::new())? {
        if one.unclear || one.neutral {
            continue;
        }
        let last = request.last.map(|last| (last.request, last.heard));
        let read = Read { request: request.text, last, opener: one.draft.text, good: None, confidence: None };
        lines += &serde_json::to_string(&read)?;
        lines.push('\n');
    }
    fs::write(path, lines).with_context(|| format!("cannot write {}", path.display()))
}

/// Fits the map on requests that were kept back for it.
pub(crate) fn fit(
    model: &mut MicroLm,
    checkers: &Checkers,
    kept_back: &[Request],
    judgements: &Judgements,
) -> anyhow::Result<Calibration> {
    let judged = judge(model, checkers, kept_back, judgements)?;
    let judged: Vec<Judged> = judged.into_iter().map(|(_, one)| one).collect();
    let weights = |signs: &dyn Fn(&Draft) -> Option<Signs>| -> Weights {
        let row = |one: &Judged| {
            let values = signs(&one.draft)?.values().map(f64::from);
            (!one.neutral).then_some((values, one.good))
        };
        let rows: Vec<_> = judged.iter().filter_map(row).collect();
        let (bias, of) = logistic(&rows, POSITIVE);
        Weights { bias: bias as f32, of: of.map(|weight| weight as f32) }
    };
    let mut calibration = Calibration {
        trust: TRUST,
        commit: 1.0,
        whole: weights(&|draft| Some(draft.signs)),
        early: (0..EARLY).map(|n| weights(&|draft| draft.early.get(n).copied())).collect(),
    };
    // Checkers are lenient, so that what is more probably bad than good is not said in any case; a reader is not.
    let floor = if judgements.is_empty() { TRUST } else { 0.0 };
    calibration.trust = trust(&calibration, &judged, floor);
    calibration.commit = commit(&calibration, &judged);
    Ok(calibration)
}

/// The confidence from which an opener is said.
fn trust(calibration: &Calibration, judged: &[Judged], floor: f32) -> f32 {
    let clear = judged.iter().filter(|one| !one.neutral && !one.unclear);
    let mut sure: Vec<f32> = clear.map(|one| calibration.whole.probability(&one.draft.signs)).collect();
    sure.sort_by(f32::total_cmp);
    sure.get((sure.len() as f64 * LEAST_SURE) as usize).map_or(floor, |least| least.max(floor))
}

/// The lowest probability from which openers that are said while they are written are as often good as those of the
/// surer half that pass the gate as a whole: what was said cannot be taken back.
fn commit(calibration: &Calibration, judged: &[Judged]) -> f32 {
    let mut passed: Vec<&Judged> =
        judged.iter().filter(|one| !one.neutral && passes(calibration, &one.draft)).collect();
    let sure = |one: &Judged| calibration.whole.probability(&one.draft.signs);
    passed.sort_by(|a, b| sure(b).total_cmp(&sure(a)));
    passed.truncate(passed.len().div_ceil(2));
    let due = share(&passed, |one| one.good);
    let own = judged.iter().filter(|one| !one.neutral);
    let mut early: Vec<(f32, bool)> = own.map(|one| (surest(calibration, &one.draft), one.good)).collect();
    early.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut good, mut least) = (0, 1.0);
    for (n, (probability, is_good)) in early.iter().enumerate() {
        good += usize::from(*is_good);
        if good as f64 >= due * (n + 1) as f64 {
            least = *probability;
        }
    }
    least
}

/// The greatest early probability of an opener: it is said while it is written when this reaches the bar.
fn surest(calibration: &Calibration, draft: &Draft) -> f32 {
    let early = draft.early.iter().zip(&calibration.early).map(|(signs, weights)| weights.probability(signs));
    early.fold(0.0, f32::max)
}

fn passes(calibration: &Calibration, draft: &Draft) -> bool {
    calibration.whole.probability(&draft.signs) >= calibration.trust
}

fn judge(
    model: &mut MicroLm,
    checkers: &Checkers,
    part: &[Request],
    judgements: &Judgements,
) -> anyhow::Result<Vec<(Request, Judged)>> {
    let of = |kind: Kind| part.iter().filter(|r| r.kind == kind).cloned().collect::<Vec<_>>();
    let mut requests = data::spread(&of(Kind::Plain), REQUESTS);
    requests.extend(data::spread(&of(Kind::Unclear), UNCLEAR));
    requests.extend(unclear::made(part, UNCLEAR));
    requests.retain(|request| caution::danger(&request.text).is_none());
    let mut out = Vec::new();
    for request in requests {
        let draft = model.draft(&question(&request))?;
        let unclear = request.kind == Kind::Unclear;
        let checked = || checkers.broken(&request, &draft.text).is_empty() && grounded(&request, &draft.text);
        let read = judgements.get(&norm(&request.text)).and_then(|known| known.get(&draft.text));
        let good = match read {
            Some(good) => *good && checked(),
            None if !judgements.is_empty() && !unclear => continue,
            None => checked(),
        };
        let neutral = !draft.own;
        out.push((request, Judged { good: good && !unclear && !neutral, unclear, neutral, draft }));
    }
    Ok(out)
}

/// Judges a map on requests that it has not seen.
pub(crate) fn measure(
    model: &mut MicroLm,
    checkers: &Checkers,
    held_back: &[Request],
    calibration: &Calibration,
) -> anyhow::Result<Reliability> {
    let judged = judge(model, checkers, held_back, &Judgements::new())?;
    let judged: Vec<Judged> = judged.into_iter().map(|(_, one)| one).collect();
    let confidence = |one: &Judged| {
        if one.neutral { 0.0 } else { f64::from(calibration.whole.probability(&one.draft.signs)) }
    };
    let (unclear, clear): (Vec<&Judged>, Vec<&Judged>) = judged.iter().partition(|one| one.unclear);
    let mut sorted: Vec<&Judged> = judged.iter().filter(|one| !one.neutral).collect();
    sorted.sort_by(|a, b| confidence(a).total_cmp(&confidence(b)));
    let bins: Vec<(f64, f64, usize)> = (0..BINS)
        .map(|n| {
            let bin = &sorted[sorted.len() * n / BINS..sorted.len() * (n + 1) / BINS];
            let mean = bin.iter().map(|one| confidence(one)).sum::<f64>() / bin.len().max(1) as f64;
            (mean, share(bin, |one| one.good), bin.len())
        })
        .collect();
    let error =
        bins.iter().map(|(mean, good, n)| (mean - good).abs() * *n as f64).sum::<f64>() / sorted.len().max(1) as f64;
    let pass = |one: &Judged| !one.neutral && passes(calibration, &one.draft);
    let first = |one: &Judged| {
        let early = one.draft.early.first().zip(calibration.early.first());
        !one.neutral && early.is_some_and(|(signs, weights)| weights.probability(signs) >= calibration.commit)
    };
    let early = |one: &Judged| !one.neutral && surest(calibration, &one.draft) >= calibration.commit;
    let passed: Vec<&Judged> = judged.iter().filter(|one| pass(one)).collect();
    let written: Vec<&Judged> = judged.iter().filter(|one| early(one)).collect();
    let told_apart =
        |is: &dyn Fn(&Judged) -> bool| auc(&judged.iter().map(|one| (confidence(one), is(one))).collect::<Vec<_>>());
    Ok(Reliability {
        requests: clear.len(),
        unclear: unclear.len(),
        trust: calibration.trust,
        commit: calibration.commit,
        error,
        bins,
        auc_clear: told_apart(&|one| !one.unclear),
        auc_good: told_apart(&|one| one.good),
        clear_pass: share(&clear, pass),
        unclear_pass: share(&unclear, pass),
        good_pass: share(&passed, |one| one.good),
        at_first_word: share(&clear, first),
        while_written: share(&clear, early),
        good_while_written: share(&written, |one| one.good),
    })
}

fn share(of: &[&Judged], is: impl Fn(&Judged) -> bool) -> f64 {
    of.iter().filter(|one| is(one)).count() as f64 / of.len().max(1) as f64
}

impl Reliability {
    pub(crate) fn markdown(&self) -> String {
        let mut out = format!(
            "{} held-back requests and {} unclear ones (fragments, noise, words in no order, other languages); an opener is \
             good when it breaks no rule and is grounded, and none is good for an unclear request.\n\n\
             | confidence, mean | good | openers |\n| ---: | ---: | ---: |\n",
            self.requests, self.unclear
        );
        for (mean, good, count) in &self.bins {
            let _ = writeln!(out, "| {mean:.3} | {good:.3} | {count} |");
        }
        let _ = writeln!(
            out,
            "\nMean distance {:.3}. The confidence tells clear requests from unclear ones with an AUC of {:.3} (good openers \
             from bad ones: {:.3}). The gate at {:.2} lets pass {} of the clear requests' openers and {} of the unclear \
             ones'; {} of what passes is good. From a probability of {:.3} on, an opener is said while it is still written: \
             {} of the clear requests' from the first word on, {} within the first {EARLY} words; {} of these are good.",
            self.error,
            self.auc_clear,
            self.auc_good,
            self.trust,
            percent(self.clear_pass),
            percent(self.unclear_pass),
            percent(self.good_pass),
            self.commit,
            percent(self.at_first_word),
            percent(self.while_written),
            percent(self.good_while_written),
        );
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(mean: f32, good: bool) -> Judged {
        let signs = Signs { mean, ..Signs::default() };
        let draft =
            Draft { text: "x".into(), signs, early: vec![signs], own: true, prompt: Vec::new(), ids: Vec::new() };
        Judged { draft, good, unclear: false, neutral: false }
    }

    #[test]
    fn openers_are_said_early_only_where_they_are_as_good_as_later() {
        let weights = Weights { bias: 0.0, of: [1.0, 0.0, 0.0, 0.0] };
        let calibration = Calibration { trust: 0.5, commit: 1.0, whole: weights, early: vec![weights] };
        // All of the surer half is good, from 2.0 on.
        let all: Vec<Judged> = (0..40).map(|n| judged(n as f32 / 10.0, n >= 20)).collect();
        let bar = commit(&calibration, &all);
        assert!((bar - weights.probability(&all[20].draft.signs)).abs() < 1e-6, "{bar}");
        // Half of the surer half is good: the bar falls to where the mixture is as good.
        let half: Vec<Judged> = (0..40).map(|n| judged(n as f32 / 10.0, n % 2 == 1)).collect();
        assert!(commit(&calibration, &half) < weights.probability(&half[3].draft.signs));
        // Never as good: nothing is said early.
        let mut late = judged(-6.0, true);
        late.draft.signs.mean = 2.0;
        assert_eq!(commit(&calibration, &[judged(1.0, false), late, judged(-5.0, false)]), 1.0);
    }
}
