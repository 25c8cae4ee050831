//! What a model is told, from `assets/prompts/` or from the user. Pure.

/// Longest list of rooms and devices that is told, in bytes: read anew by the model in every conversation.
const MOST_HOME: usize = 4000;

/// The prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompts {
    /// Before every conversation.
    pub system: String,
    /// Added to `system` when the answer has been begun: how to go on, and the tags. It does not change from turn to
    /// turn, so that servers can keep what they made of it; and small models, told so beside the request, repeat it.
    pub protocol: String,
    /// Added to a request whose opener is handed over by words, and short for the same reasons. `{opener}` stands for
    /// its words.
    pub instruction: String,
}

impl Default for Prompts {
    fn default() -> Self {
        Self {
            system: include_str!("../../../../assets/prompts/system.txt").trim().into(),
            protocol: include_str!("../../../../assets/prompts/protocol.txt").trim().into(),
            instruction: include_str!("../../../../assets/prompts/instruction.txt").trim().into(),
        }
    }
}

impl Prompts {
    /// The system prompt of a request whose answer has or has not been begun, for a user whose `home` has these rooms
    /// and devices.
    #[must_use]
    pub fn system(&self, begun: bool, home: &[String]) -> String {
        let home = rooms_and_devices(home);
        let parts = [self.system.as_str(), home.as_str(), if begun { self.protocol.as_str() } else { "" }];
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

/// As many names as are of use, in one line; empty without any.
fn rooms_and_devices(home: &[String]) -> String {
    let mut told = String::new();
    for name in home {
        if told.len() + name.len() > MOST_HOME {
            break;
        }
        told += if told.is_empty() { "Rooms and devices of the user's home: " } else { "; " };
        told += name;
    }
    told
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
        let prompts = Prompts { system: String::new(), protocol: " ".into(), instruction: String::new() };
        assert_eq!(prompts.system(true, &[]), "");
        assert_eq!(prompts.request(" Hello ", Some("Hi")), "Hello");
    }

    #[test]
    fn rooms_and_devices_are_told_in_one_line_and_bounded() {
        let prompts = Prompts { system: "Be kind.".into(), protocol: "Go on.".into(), instruction: String::new() };
        assert_eq!(prompts.system(true, &[]), "Be kind.\n\nGo on.");
        assert_eq!(
            prompts.system(true, &["kitchen".into(), "bed light".into()]),
            "Be kind.\n\nRooms and devices of the user's home: kitchen; bed light\n\nGo on."
        );
        let many = vec!["a lamp of a long name".to_string(); 5000];
        assert!(prompts.system(false, &many).len() < 5000);
    }

    #[test]
    fn the_prompts_that_come_along_explain_the_protocol_in_few_words() {
        let Prompts { system, protocol, instruction } = Prompts::default();
        for tag in ["[steer]", "[bridge]", "[restart]"] {
            assert!(protocol.contains(tag), "{tag} in {protocol}");
            assert!(!instruction.contains(tag), "read anew in every turn: {instruction}");
        }
        assert!(protocol.split_whitespace().count() < 130, "{protocol}");
        assert!(!protocol.contains("{opener}"), "the same in every turn");
        assert!(instruction.contains("\"{opener}\""), "{instruction}");
        assert!(instruction.split_whitespace().count() < 30, "{instruction}");
        assert!(system.split_whitespace().count() < 60);
    }
}
