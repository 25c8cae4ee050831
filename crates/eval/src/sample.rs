//! A file for readers: every broken rule with what shows it, and a random sample of requests and openers.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;

use crate::ask::Said;
use crate::check::Checkers;
use crate::data::key;
use crate::split::share;

/// Openers in the random sample.
const SAMPLE: usize = 200;

pub(crate) fn write(path: &Path, checkers: &Checkers, said: &[Said]) -> anyhow::Result<()> {
    let mut out = String::from("# Broken rules\n");
    let mut broken: Vec<String> = Vec::new();
    for one in said {
        for breach in &one.broken {
            broken.push(format!("{:?} ({})\t{}", breach.rule, breach.by, line(one)));
        }
    }
    broken.sort();
    out += &broken.join("\n");
    out += "\n\n# Reviewed sentences that the model wrote itself\n";
    for one in said.iter().filter(|one| one.by_model() && checkers.dangers.is_reviewed(&one.request, &one.opening.text))
    {
        let _ = writeln!(out, "{}", line(one));
    }
    out += "\n# The model's, not grounded\n";
    for one in said.iter().filter(|one| one.by_model() && !one.grounded) {
        let _ = writeln!(out, "{}", line(one));
    }
    out += "\n# Random sample\n";
    let mut rows: Vec<&Said> = said.iter().collect();
    rows.sort_by(|a, b| share(&key(&a.request), "sample").total_cmp(&share(&key(&b.request), "sample")));
    for one in rows.into_iter().take(SAMPLE) {
        let _ = writeln!(out, "{}", line(one));
    }
    std::fs::write(path, out).with_context(|| format!("cannot write {}", path.display()))
}

fn line(one: &Said) -> String {
    let who = if one.by_model() { "model" } else { "gate" };
    let last = one.request.last.as_ref().map_or(String::new(), |last| format!("[{} / {}] ", last.request, last.heard));
    let (source, text, opener) = (&one.request.source, &one.request.text, &one.opening.text);
    format!("{source} {who} {:.2}\t{last}{text}  ->  {opener}", one.opening.confidence)
}
