//! What the scripted cloud shall do: plain data, from code or from TOML. The keys are explained in the parent module.

use serde::Deserialize;

/// A whole scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// What `GET /v1/models` names.
    pub models: Vec<String>,
    /// The key that requests must carry, if any.
    pub key: Option<String>,
    /// Replies to chat requests.
    pub reply: Vec<Reply>,
}

impl Default for Script {
    fn default() -> Self {
        Self { models: vec!["scripted".into()], key: None, reply: Vec::new() }
    }
}

impl Script {
    /// A script of these replies, in order; the last one stays.
    #[must_use]
    pub fn of(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self { reply: replies.into_iter().collect(), ..Self::default() }
    }

    /// Reads a scenario file's text.
    ///
    /// # Errors
    /// When it is no TOML or has a key that is not known.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The reply for a request with these words, and whether it was taken by order.
    pub(super) fn pick(&self, words: &str, taken: usize) -> (Reply, bool) {
        let named = |reply: &&Reply| reply.when.as_ref().is_some_and(|when| words.contains(when));
        if let Some(reply) = self.reply.iter().find(named) {
            return (reply.clone(), false);
        }
        let in_order: Vec<&Reply> = self.reply.iter().filter(|reply| reply.when.is_none()).collect();
        let reply = in_order.get(taken).or(in_order.last()).map(|reply| (*reply).clone());
        (reply.unwrap_or_default(), true)
    }
}

/// One reply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    /// Take this reply, whatever the order, for a request in whose messages this text stands.
    pub when: Option<String>,
    /// Wait before the status line, in ms.
    pub head_ms: u64,
    /// Wait between status line and first event, in ms.
    pub first_ms: u64,
    /// Wait between events, in ms.
    pub every_ms: u64,
    /// Reasoning that comes before the text, an event each.
    pub reasoning: Vec<String>,
    /// The text, an event each.
    pub say: Vec<Piece>,
    /// Send so many bytes at a time.
    pub shred: Option<usize>,
    /// What goes wrong.
    pub fault: Option<Fault>,
}

/// Text of one event.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Piece {
    /// After `every_ms`.
    Text(String),
    /// After a wait of its own, in ms.
    Late {
        /// How long.
        after_ms: u64,
        /// The text.
        text: String,
    },
}

/// What goes wrong. See the parent module for each.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the parent module has the list, which scenario authors read")]
pub enum Fault {
    Status {
        code: u16,
        #[serde(default)]
        retry_after: Option<String>,
    },
    Close,
    Html,
    Whole,
    Cut,
    Stall,
    Malformed,
    ErrorEvent,
    Endless,
    LongLine,
    ToolCalls,
    Length,
    NoDone,
    NoFinish,
    Ping,
}

impl Reply {
    /// A reply of these pieces of text, without delay.
    pub fn says<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self { say: texts.into_iter().map(|text| Piece::Text(text.into())).collect(), ..Self::default() }
    }

    /// Waits before the first event, in ms.
    #[must_use]
    pub fn first_after(self, ms: u64) -> Self {
        Self { first_ms: ms, ..self }
    }

    /// Waits between events, in ms.
    #[must_use]
    pub fn every(self, ms: u64) -> Self {
        Self { every_ms: ms, ..self }
    }

    /// Ends, or is replaced, by a fault.
    #[must_use]
    pub fn then(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// Reasons before it speaks.
    #[must_use]
    pub fn after_reasoning(self, thoughts: &[&str]) -> Self {
        Self { reasoning: thoughts.iter().map(|thought| (*thought).to_owned()).collect(), ..self }
    }

    /// A refusal with this status.
    #[must_use]
    pub fn refuses(code: u16) -> Self {
        Self::default().then(Fault::Status { code, retry_after: None })
    }

    /// All its text, with the opener of the request where `{opener}` stands.
    pub(super) fn text(&self, opener: &str) -> Vec<(Option<u64>, String)> {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => (None, text.replace("{opener}", opener)),
            Piece::Late { after_ms, text } => (Some(*after_ms), text.replace("{opener}", opener)),
        };
        self.say.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_file_says_the_same_as_code() {
        let script = Script::from_toml(
            r#"
            key = "sk-test"
            [[reply]]
            first_ms = 600
            say = [" Canberra", { after_ms = 300, text = ", the capital" }]
            fault = { kind = "status", code = 429, retry_after = "7" }
            [[reply]]
            when = "timer"
            fault = { kind = "cut" }
            "#,
        )
        .unwrap();
        assert_eq!(script.models, ["scripted"]);
        assert_eq!(script.reply[0].fault, Some(Fault::Status { code: 429, retry_after: Some("7".into()) }));
        assert_eq!(script.reply[0].say[1], Piece::Late { after_ms: 300, text: ", the capital".into() });
        assert_eq!(script.pick("set a timer", 0).0.fault, Some(Fault::Cut));
        assert_eq!(script.pick("hello", 5).0.first_ms, 600);
        assert!(Script::from_toml("[[reply]]\nsays = []").is_err());
        assert!(Script::from_toml("[[reply]]\nfault = { kind = \"explode\" }").is_err());
    }

    #[test]
    fn replies_come_in_order_and_the_last_stays() {
        let script = Script::of([Reply::says(["a"]), Reply::says(["b"])]);
        let said = |taken| script.pick("", taken).0.text("")[0].1.clone();
        assert_eq!([said(0), said(1), said(2)], ["a", "b", "b"]);
        assert_eq!(Reply::says(["{opener} it"]).text("Is")[0].1, "Is it");
    }
}
