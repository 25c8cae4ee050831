//! What may be configured about the conversation.

use std::time::Duration;

use crate::endpoint::PauseSettings;

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

/// When somebody who speaks while Segue speaks interrupts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BargeIn {
    /// At the first sound: the microphone cannot hear the loudspeaker (a headset, a file, a key).
    #[default]
    AtOnce,
    /// When their words are neither Segue's own nor a murmur: the microphone may hear the loudspeaker.
    ByWords,
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
    /// Silences that take the turn.
    pub pauses: PauseSettings,
    /// Whether the cloud is asked at a pause already, before it is sure that the user has finished. Saves the time
    /// between the two and costs a request for each pause.
    pub early_cloud: bool,
    /// When somebody interrupts.
    pub barge_in: BargeIn,
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
            pauses: PauseSettings::default(),
            early_cloud: false,
            barge_in: BargeIn::default(),
        }
    }
}
