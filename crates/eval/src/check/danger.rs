//! Whether a request speaks of danger to life, by a list of expressions of its own (the product has another one), and
//! which sentences are reviewed.

use std::collections::HashSet;

use anyhow::Context;
use regex::Regex;
use segue_core::caution::{self, Danger};

use crate::data::{Kind, Request};
use crate::split::norm;

/// Sentences that the product has for one kind of danger, or for what it did not understand, at most.
const SENTENCES: usize = 32;
const KINDS: [Danger; 6] =
    [Danger::Medical, Danger::Fire, Danger::SelfHarm, Danger::Poison, Danger::Violence, Danger::Other];

/// What shows danger, and the sentences that may answer it.
pub(crate) struct Dangers {
    patterns: Vec<(String, Regex)>,
    reviewed: HashSet<&'static str>,
    neutral: HashSet<&'static str>,
}

impl Dangers {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let rows = include_str!("danger.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pattern = |row: &str| -> anyhow::Result<(String, Regex)> {
            let (kind, pattern) = row.split_once(": ").context("a danger has no kind")?;
            Ok((kind.to_string(), Regex::new(pattern)?))
        };
        Ok(Self {
            patterns: rows.map(pattern).collect::<anyhow::Result<_>>()?,
            reviewed: KINDS.iter().flat_map(|kind| (0..SENTENCES).map(|turn| caution::reviewed(*kind, turn))).collect(),
            neutral: (0..SENTENCES).map(caution::neutral).chain(caution::thinking_all()).collect(),
        })
    }

    /// The kind of danger that a request speaks of.
    pub(super) fn of(&self, request: &Request) -> Option<String> {
        let said = norm(&request.text);
        let found = self.patterns.iter().find(|(_, pattern)| pattern.is_match(&said)).map(|(kind, _)| kind.clone());
        found.or_else(|| (request.kind == Kind::Danger).then(|| "by its seed".to_string()))
    }

    /// Whether anybody believes that a request speaks of danger to life: these expressions, its seed, or the product.
    pub(super) fn is_danger(&self, request: &Request) -> bool {
        self.of(request).is_some() || caution::danger(&request.text).is_some()
    }

    /// Whether the opener is one of the reviewed sentences, for this request or any other.
    pub(crate) fn is_reviewed(&self, request: &Request, opener: &str) -> bool {
        let own = |kind| (0..SENTENCES).any(|turn| caution::reviewed(kind, turn) == opener);
        self.reviewed.contains(opener) || caution::danger(&request.text).is_some_and(own)
    }

    /// Whether the opener is a neutral acknowledgement.
    pub(crate) fn is_neutral(&self, opener: &str) -> bool {
        self.neutral.contains(opener)
    }
}
