//! A request as it arrived, and what it says about the begun sentence.

use std::time::Instant;

use serde_json::Value;

use super::dialect::Dialect;

/// The user's words of a probe: a request that only wants to know how a begun sentence is handed over. It begins the
/// answer with [`PROBE_BEGUN`], so what comes shows whether the server went on, echoed or started anew.
pub(super) const PROBE: &str = "Count from one to twelve in words.";
/// The words that a probe has begun with.
pub(super) const PROBE_BEGUN: &str = "Seven, eight, nine,";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET`, `HEAD` or `POST`.
    pub method: String,
    /// The path, `/v1/...`.
    pub path: String,
    /// The key that was sent, as `Authorization: Bearer` or as `x-api-key`.
    pub key: Option<String>,
    /// The header `anthropic-version`, if any.
    pub version: Option<String>,
    /// The body as JSON; null when there was none.
    pub body: Value,
    /// When it had arrived in full.
    pub at: Instant,
}

impl Asked {
    /// The contents of all messages, with their roles: `("user", "What is ...")`. Anthropic's `system` comes first.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, String)> {
        let field = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let system = self.body["system"].as_str().map(|system| ("system".to_owned(), system.to_owned()));
        let messages = self.body["messages"].as_array().into_iter().flatten();
        system.into_iter().chain(messages.map(|message| (field(message, "role"), field(message, "content")))).collect()
    }

    /// The words that the user is hearing: the trailing assistant message, or what stands last in double quotes.
    #[must_use]
    pub fn opener(&self) -> String {
        match self.messages().pop() {
            Some((role, content)) if role == "assistant" => content,
            Some((_, content)) => content.rsplit('"').nth(1).unwrap_or_default().to_owned(),
            None => String::new(),
        }
    }

    /// How the begun sentence was handed over: `continue_final_message`, `prefix`, `partial`, `trailing` (a trailing
    /// assistant message without any of these marks) or `instruction` (the last message is the user's).
    #[must_use]
    pub fn hand_over(&self) -> &'static str {
        let last = self.body["messages"].as_array().and_then(|messages| messages.last());
        let Some(last) = last.filter(|last| last["role"] == "assistant") else { return "instruction" };
        if self.body["continue_final_message"] == true {
            "continue_final_message"
        } else if last["prefix"] == true {
            "prefix"
        } else if last["partial"] == true {
            "partial"
        } else {
            "trailing"
        }
    }

    /// Whether this asks for a reply.
    #[must_use]
    pub fn is_chat(&self) -> bool {
        self.dialect().is_some()
    }

    /// Whether this only wants to know how a begun sentence is handed over.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.messages().iter().any(|(role, content)| role == "user" && content.starts_with(PROBE))
    }

    pub(super) fn dialect(&self) -> Option<Dialect> {
        match self.path.as_str() {
            "/v1/chat/completions" => Some(Dialect::OpenAi),
            "/v1/messages" => Some(Dialect::Anthropic),
            _ => None,
        }
    }
}
