//! The shapes that are forbidden to an opener: `forbidden.txt`.

use std::sync::LazyLock;

use super::pattern::TAKEN;
use super::plain::{Fillers, plain};
use super::rules::Rules;

pub(super) static FORBIDDEN: LazyLock<Rules> = LazyLock::new(|| Rules::read(include_str!("forbidden.txt")));

/// The section of what is taken out before the rules are looked at.
const ALLOWED: &str = "allowed";

/// The rule that an opener breaks (a section of `forbidden.txt`), if any.
#[must_use]
pub fn forbidden(opener: &str) -> Option<&'static str> {
    let text = plain(opener, Fillers::Keep);
    let mut words: Vec<&str> = text.split(' ').collect();
    let mut allowed = Vec::new();
    FORBIDDEN.scan(&words, |rule, range| allowed.extend((rule == ALLOWED).then_some(range)));
    for range in allowed {
        words[range].fill(TAKEN);
    }
    let mut broken = None;
    FORBIDDEN.scan(&words, |rule, _| broken = broken.or((rule != ALLOWED).then_some(rule)));
    broken
}
