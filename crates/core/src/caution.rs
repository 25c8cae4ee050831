//! What an opener must not be: the shapes that are forbidden to it, and the requests that it must not answer freely.
//!
//! Everything that is a matter of words stands in text files beside this one, which the training's checkers
//! (`models/opener/training/check.py`) read too: what the model is taught and what it is held to are one thing.

mod danger;
mod pattern;
mod plain;
mod rules;
mod say;
mod shape;
#[cfg(test)]
mod tests;

pub use danger::{Danger, danger};
pub use say::{neutral, reviewed, reviewed_all, reviewed_close, thinking, thinking_all};
pub use shape::forbidden;

/// Reads the word lists, so that no request waits for that (some milliseconds).
pub fn warm_up() {
    use std::sync::LazyLock;
    for rules in [&danger::DANGERS, &danger::HARMLESS, &shape::FORBIDDEN] {
        LazyLock::force(rules);
    }
    _ = (reviewed(Danger::Other, 0), reviewed_close(Danger::Other), neutral(0), thinking("", 0));
}
