//! What is said in a turn: exchanges, openers, verdicts. Plain data, no behaviour beyond small helpers.

use serde::Serialize;

/// One request and the reply as it was heard: what the next turn may refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// What the user said, as transcribed.
    pub request: String,
    /// What the user heard, in order, without what was withdrawn.
    pub heard: String,
}

/// Where the words of an opener come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenerSource {
    /// Written by the micro language model for this request.
    Model,
    /// A neutral acknowledgement or a reviewed sentence, because the model was not sure or must not speak freely.
    Fallback,
    /// Nothing was said before the continuation.
    #[default]
    None,
}

/// A finished opener.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Opening {
    /// The words, with the capitals and the final punctuation that the voice shall speak. Empty when `source` is `None`.
    pub text: String,
    /// How probable it is that the opener is a good one, 0 to 1, as calibrated on requests that were kept back.
    pub confidence: f32,
    /// Who wrote it.
    pub source: OpenerSource,
}

impl Opening {
    /// Number of words, counted at white space.
    #[must_use]
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// Why a clip is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClipKind {
    /// The first words of the answer.
    Opener,
    /// Fills the wait.
    Hold,
    /// What the cloud, or the one who acts, said; or Segue by itself, to a control word.
    Reply,
    /// Ends what was begun.
    Close,
}

/// How the continuation treats the sentence that the opener began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The cloud continues the sentence as it stands.
    Agree,
    /// The sentence is finished so that it becomes true.
    Steer,
    /// A short self-repair, then the answer.
    Bridge,
    /// A short apology and a new sentence.
    Restart,
    /// What had not left the loudspeaker was taken back before anybody heard it.
    Withdraw,
    /// There was nothing to judge: no opener or no reply.
    #[default]
    None,
}
