//! What a model is told, from `assets/prompts/` or from the user. Pure.

/// The prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompts {
    /// Before every conversation.
    pub system: String,
    /// Added to `system` when the opener is sent as the beginning of the reply. It does not change from turn to turn,
    /// so that servers can keep what they made of it.
    pub prefill: String,
    /// Added to a request whose opener is handed over by words. `{opener}` stands for its words.
    pub instruction: String,
}

impl Default for Prompts {
    fn default() -> Self {
        Self {
            system: include_str!("../../../../assets/prompts/system.txt").trim().into(),
            prefill: include_str!("../../../../assets/prompts/prefill.txt").trim().into(),
            instruction: include_str!("../../../../assets/prompts/instruction.txt").trim().into(),
        }
    }
}

impl Prompts {
    /// The system prompt of a request that does or does not carry a prefill.
    #[must_use]
    pub fn system(&self, prefill: bool) -> String {
        let parts = [self.system.as_str(), if prefill { self.prefill.as_str() } else { "" }];
        parts.map(str::trim).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    /// The user's message: the request, and what was heard already when that is handed over by words.
    #[must_use]
    pub fn request(&self, request: &str, heard: Option<&str>) -> String {
        let request = request.trim();
        match heard.filter(|_| !self.instruction.trim().is_empty()) {
            None => request.to_owned(),
            // Split, not replaced: an opener that itself contains the mark must not be read again.
            Some(heard) => {
                let instruction = self.instruction.split("{opener}").collect::<Vec<_>>().join(heard);
                format!("{request}\n\n{}", instruction.trim())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_inside_the_opener_is_not_read_again() {
        let prompts = Prompts { instruction: "(heard: {opener})".into(), ..Prompts::default() };
        assert_eq!(prompts.request("Hello ", Some("say {opener}")), "Hello\n\n(heard: say {opener})");
    }

    #[test]
    fn empty_prompts_leave_no_trace() {
        let prompts = Prompts { system: String::new(), prefill: " ".into(), instruction: String::new() };
        assert_eq!(prompts.system(true), "");
        assert_eq!(prompts.request(" Hello ", Some("Hi")), "Hello");
    }

    #[test]
    fn the_prompts_that_come_along_explain_the_protocol_in_few_words() {
        let Prompts { system, prefill, instruction } = Prompts::default();
        for prompt in [&prefill, &instruction] {
            for tag in ["[steer]", "[bridge]", "[restart]"] {
                assert!(prompt.contains(tag), "{tag} in {prompt}");
            }
            assert!(prompt.split_whitespace().count() < 130, "{prompt}");
        }
        assert!(instruction.contains("\"{opener}\""), "{instruction}");
        assert!(!prefill.contains("{opener}"), "the same in every turn");
        assert!(system.split_whitespace().count() < 60);
    }
}
