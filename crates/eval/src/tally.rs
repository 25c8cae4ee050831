//! Counts of a set of openers: the shares that the model card tells.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::check::{Broken, Rule};
use crate::words::words;

/// First words that are counted together.
const BEGINNING: usize = 3;
/// Most frequent beginnings that are told.
const TOLD: usize = 10;

/// One opener as it is counted.
pub(crate) struct Counted<'a> {
    pub(crate) text: &'a str,
    pub(crate) broken: &'a [Broken],
    pub(crate) grounded: bool,
}

/// Counts of a set of openers.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tally {
    pub(crate) openers: usize,
    /// Shares of the openers.
    pub(crate) within_bounds: f64,
    pub(crate) grounded: f64,
    /// With at least one rule broken.
    pub(crate) broken: f64,
    /// How many break each rule.
    pub(crate) rules: Vec<(Rule, usize)>,
    pub(crate) distinct: f64,
    /// The most frequent first three words and their shares.
    pub(crate) beginnings: Vec<(String, f64)>,
}

impl Tally {
    pub(crate) fn of<'a>(openers: impl IntoIterator<Item = Counted<'a>>) -> Self {
        let openers: Vec<Counted<'a>> = openers.into_iter().collect();
        let share = |count: usize| count as f64 / openers.len().max(1) as f64;
        let breaks = |rule: Rule| openers.iter().filter(|o| o.broken.iter().any(|b| b.rule == rule)).count();
        let mut beginnings: BTreeMap<String, usize> = BTreeMap::new();
        for opener in &openers {
            let first: Vec<String> = words(opener.text).into_iter().take(BEGINNING).collect();
            *beginnings.entry(first.join(" ")).or_default() += 1;
        }
        let mut beginnings: Vec<(String, f64)> = beginnings.into_iter().map(|(b, count)| (b, share(count))).collect();
        beginnings.sort_by(|a, b| b.1.total_cmp(&a.1));
        beginnings.truncate(TOLD);
        Self {
            within_bounds: share(openers.len() - breaks(Rule::Bounds)),
            grounded: share(openers.iter().filter(|o| o.grounded).count()),
            broken: share(openers.iter().filter(|o| !o.broken.is_empty()).count()),
            rules: Rule::ALL.iter().map(|rule| (*rule, breaks(*rule))).collect(),
            distinct: share(openers.iter().map(|o| o.text).collect::<HashSet<_>>().len()),
            beginnings,
            openers: openers.len(),
        }
    }

    /// The table of the broken rules.
    pub(crate) fn rules_table(&self) -> String {
        let mut out = "| rule broken | openers | share |\n| --- | ---: | ---: |\n".to_string();
        for (rule, count) in &self.rules {
            let _ = writeln!(
                out,
                "| {} | {count} | {} |",
                rule.words(),
                percent(*count as f64 / self.openers.max(1) as f64)
            );
        }
        out
    }

    pub(crate) fn beginnings_line(&self) -> String {
        let told: Vec<String> =
            self.beginnings.iter().map(|(words, share)| format!("\"{words}\" {}", percent(*share))).collect();
        told.join(", ")
    }
}

/// Median and 95th percentile of some times, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Times {
    pub(crate) median_ms: f64,
    pub(crate) p95_ms: f64,
}

impl Times {
    pub(crate) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut ms: Vec<f64> = times.into_iter().map(|t| t.as_secs_f64() * 1e3).collect();
        ms.sort_by(f64::total_cmp);
        let at =
            |share: f64| ms.get(((ms.len().max(1) - 1) as f64 * share).round() as usize).copied().unwrap_or_default();
        Self { median_ms: at(0.5), p95_ms: at(0.95) }
    }
}

pub(crate) fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counted_over_the_openers() {
        let broken =
            [Broken { rule: Rule::Fact, by: "rome".into() }, Broken { rule: Rule::Bounds, by: "9 words".into() }];
        let tally = Tally::of([
            Counted { text: "The capital of Mongolia is", broken: &[], grounded: true },
            Counted { text: "The capital of Peru is", broken: &[], grounded: true },
            Counted { text: "The capital of Peru is", broken: &broken, grounded: false },
            Counted { text: "Dimming the lights to", broken: &broken[..1], grounded: true },
        ]);
        assert_eq!((tally.openers, tally.within_bounds, tally.grounded, tally.broken), (4, 0.75, 0.75, 0.5));
        assert_eq!(tally.distinct, 0.75);
        assert_eq!(tally.beginnings[0], ("the capital of".to_string(), 0.75));
        assert!(tally.rules.contains(&(Rule::Fact, 2)) && tally.rules.contains(&(Rule::Echo, 0)));
    }

    #[test]
    fn times_are_told_by_rank() {
        let times = Times::of((1..=100).map(Duration::from_millis));
        assert!((times.median_ms - 51.0).abs() < 1.1 && (times.p95_ms - 95.0).abs() < 1.1, "{times:?}");
        assert_eq!(Times::of([]).p95_ms, 0.0);
    }
}
