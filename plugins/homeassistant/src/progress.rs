//! An answer that Home Assistant's agent tells piece by piece (`intent-progress`). Pure.

use serde_json::Value;

use crate::answer::LONGEST;

/// What came so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// The message that is being told is the agent's own, no result of a tool.
    agent: bool,
    /// Characters that were told, at most [`LONGEST`].
    told: usize,
    /// The last of them was white space.
    spaced: bool,
}

impl Progress {
    /// Whether anything was told.
    #[must_use]
    pub fn has_told(&self) -> bool {
        self.told > 0
    }

    /// What an event adds to the answer. Thoughts, tools and their results add nothing; neither does what is too much.
    pub fn piece(&mut self, data: &Value) -> Option<String> {
        let delta = data.get("chat_log_delta")?;
        let mut piece = String::new();
        if let Some(role) = delta.get("role").and_then(Value::as_str) {
            self.agent = role == "assistant";
            // Two messages are two sentences, also where a tool was used in between.
            if self.agent && self.told > 0 && !self.spaced {
                piece.push(' ');
            }
        }
        let content = delta.get("content").and_then(Value::as_str).filter(|text| self.agent && !text.is_empty())?;
        piece.extend(content.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST));
        let piece: String = piece.chars().take(LONGEST - self.told).collect();
        self.told += piece.chars().count();
        self.spaced = piece.ends_with(char::is_whitespace);
        Some(piece).filter(|piece| !piece.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn told(deltas: &[Value]) -> String {
        let mut progress = Progress::default();
        deltas.iter().filter_map(|delta| progress.piece(&json!({"chat_log_delta": delta}))).collect()
    }

    #[test]
    fn the_agents_words_are_told_and_nothing_else() {
        let deltas = [
            json!({"role": "assistant"}),
            json!({"thinking_content": "the user wants light"}),
            json!({"content": "Let me"}),
            json!({"content": " look."}),
            json!({"tool_calls": [{"id": "1", "tool_name": "HassTurnOn", "tool_args": {}, "external": false}]}),
            json!({"role": "tool_result", "tool_call_id": "1", "tool_name": "HassTurnOn", "content": "secret"}),
            json!({"content": "secret"}),
            json!({"role": "assistant", "content": "It is\non."}),
        ];
        assert_eq!(told(&deltas), "Let me look. It is\non.");
    }

    #[test]
    fn rubbish_adds_nothing_and_too_much_is_cut() {
        let rubbish = [json!([]), json!(3), json!({"content": "nobody's"}), json!({"role": 3, "content": "x"})];
        assert_eq!(told(&rubbish), "");
        let mut progress = Progress::default();
        assert_eq!(progress.piece(&json!({"tts_start_streaming": true})), None);
        let flood = vec![json!({"role": "assistant", "content": "so it is. ".repeat(1000)}); 5];
        assert_eq!(told(&flood).chars().count(), LONGEST);
        assert_eq!(told(&[json!({"role": "assistant", "content": "a\u{7}b\u{0}"})]), "ab");
    }

    proptest! {
        #[test]
        fn any_events_tell_a_bounded_text(deltas in proptest::collection::vec(("assistant|tool|.{0,3}", ".{0,900}"), 0..9)) {
            let deltas: Vec<Value> =
                deltas.iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
            let told = told(&deltas);
            prop_assert!(told.chars().count() <= LONGEST);
            prop_assert!(!told.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
