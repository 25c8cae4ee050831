//! What is wrong with a configuration, and where. Never repeats a value, because it may be a secret in a wrong place.

use std::fmt;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the file.
    Line {
        /// The file's name as it was given.
        file: String,
        /// Counted from 1.
        line: usize,
    },
    /// In an environment variable.
    Variable(&'static str),
    /// Nowhere by itself: two values do not go together.
    Together,
}

/// One thing that cannot stay as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, and what is allowed instead: one sentence without its full stop.
    pub what: String,
}

impl Problem {
    pub(crate) fn together(what: impl Into<String>) -> Self {
        Self { place: Place::Together, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Line { file, line } => write!(f, "{file}:{line}: {}", self.what),
            Place::Variable(name) => write!(f, "{name}: {}", self.what),
            Place::Together => f.write_str(&self.what),
        }
    }
}
