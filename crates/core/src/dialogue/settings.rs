//! What may be configured about the conversation.

use std::time::Duration;

/// Whether a turn begins with an opener.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenerPolicy {
    /// When the forecast says that the cloud will be slower than a person would be, and as long as that wait.
    #[default]
    Auto,
    /// In every turn.
    Always,
    /// In none: the continuation is the whole answer.
    Never,
}

/// What may be configured about the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether to open.
    pub opener: OpenerPolicy,
    /// Fewest words of an opener.
    pub min_words: usize,
    /// Most words of an opener.
    pub max_words: usize,
    /// How many clouds there are to ask, in order; 0 for none.
    pub clouds: usize,
    /// Whether there is somebody who acts, to be asked before the clouds.
    pub executor: bool,
    /// How long those who are asked may give no sign, all together, before the turn is closed honestly.
    pub patience: Duration,
    /// How many exchanges the cloud sees.
    pub history: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            opener: OpenerPolicy::Auto,
            min_words: 4,
            max_words: 8,
            clouds: 1,
            executor: false,
            patience: Duration::from_secs(8),
            history: 6,
        }
    }
}
