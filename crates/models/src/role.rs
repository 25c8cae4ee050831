//! What a file is for. A role is all that the rest of Segue knows about a model file.

use std::fmt;

/// What a model file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Speech to text: a whisper model in ggml form.
    Transcriber,
    /// Text to speech: a piper voice, ONNX.
    Voice,
    /// The JSON file that belongs to the voice.
    VoiceConfig,
    /// The small language model that stands in for a cloud: GGUF.
    Local,
    /// ONNX Runtime's shared library, which the voice runs on.
    Runtime,
}

/// Roles with the words that users type for them, in the order of a turn.
const NAMES: [(Role, &str, &str); 5] = [
    (Role::Transcriber, "transcriber", "SEGUE_MODEL_TRANSCRIBER"),
    (Role::Voice, "voice", "SEGUE_MODEL_VOICE"),
    (Role::VoiceConfig, "voice-config", "SEGUE_MODEL_VOICE_CONFIG"),
    (Role::Local, "local", "SEGUE_MODEL_LOCAL"),
    (Role::Runtime, "runtime", "SEGUE_MODEL_RUNTIME"),
];

impl Role {
    /// Every role, in the order of a turn.
    pub const ALL: &'static [Self] = &[Self::Transcriber, Self::Voice, Self::VoiceConfig, Self::Local, Self::Runtime];

    /// The role's name as users type it: `voice-config`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The environment variable that points this role at a file of the user's own.
    #[must_use]
    pub fn variable(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        NAMES.iter().find(|row| row.0 == self).expect("every role has a row")
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        NAMES.iter().find(|row| row.1 == text).map(|row| row.0).ok_or_else(|| {
            let known: Vec<&str> = NAMES.iter().map(|row| row.1).collect();
            format!("`{text}` is no role; the roles are {}", known.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_row_and_reads_back() {
        for &role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
            assert!(role.variable().starts_with("SEGUE_MODEL_"));
        }
        assert_eq!(Role::ALL.len(), NAMES.len());
        assert!("mouth".parse::<Role>().unwrap_err().contains("voice-config"));
    }
}
