//! Whether a request speaks of danger to life, by the expressions of the training (the product has its own list), and
//! which sentences are reviewed.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::Context;
use regex::Regex;
use segue_core::caution;

use crate::data::{Kind, Request};
use crate::split::norm;

/// What shows danger, and the sentences that may answer it.
pub(crate) struct Dangers {
    patterns: Vec<(String, Regex)>,
    reviewed: HashSet<String>,
    neutral: HashSet<String>,
}

impl Dangers {
    /// The lists of the training's folder.
    pub(crate) fn read(training: &Path) -> anyhow::Result<Self> {
        let text = |name: &str| {
            let path = training.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        Self::of_texts(&text("danger.txt")?, &text("emergency.txt")?, &text("neutral.txt")?)
    }

    pub(crate) fn of_texts(danger: &str, emergency: &str, neutral: &str) -> anyhow::Result<Self> {
        let rows = |text: &str| -> Vec<String> {
            text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_string).collect()
        };
        let pattern = |row: &String| -> anyhow::Result<(String, Regex)> {
            let (kind, pattern) = row.split_once(": ").context("a danger has no kind")?;
            Ok((kind.to_string(), Regex::new(pattern)?))
        };
        let sentence = |row: String| row.split_once(": ").map(|(_, sentence)| sentence.to_string());
        let mut neutral: HashSet<String> = rows(neutral).into_iter().collect();
        neutral.extend((0..32).map(|turn| caution::neutral(turn).to_string()));
        Ok(Self {
            patterns: rows(danger).iter().map(pattern).collect::<anyhow::Result<_>>()?,
            reviewed: rows(emergency).into_iter().filter_map(sentence).collect(),
            neutral,
        })
    }

    /// The kind of danger that a request speaks of.
    pub(super) fn of(&self, request: &Request) -> Option<String> {
        let said = norm(&request.text);
        let found = self.patterns.iter().find(|(_, pattern)| pattern.is_match(&said)).map(|(kind, _)| kind.clone());
        found.or_else(|| (request.kind == Kind::Danger).then(|| "by its seed".to_string()))
    }

    /// Whether anybody believes that a request speaks of danger to life: these lists, its seed, or the product.
    pub(super) fn is_danger(&self, request: &Request) -> bool {
        self.of(request).is_some() || caution::danger(&request.text).is_some()
    }

    /// Whether the opener is one of the reviewed sentences.
    pub(crate) fn is_reviewed(&self, opener: &str) -> bool {
        self.reviewed.contains(opener)
    }

    /// Whether the opener is a neutral acknowledgement.
    pub(crate) fn is_neutral(&self, opener: &str) -> bool {
        self.neutral.contains(opener)
    }
}
