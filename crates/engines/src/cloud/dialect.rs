//! The two dialects in which clouds are spoken to, and what differs between them: paths, bodies and events. Pure.

use segue_runtime::port::Continue;
use serde_json::{Map, Value};

use super::hand_over::HandOver;
use super::prompts::Prompts;
use super::{anthropic, openai};

/// A dialect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Chat completions, as nearly all servers speak them.
    #[default]
    OpenAi,
    /// Anthropic's Messages.
    Anthropic,
}

/// How requests to one provider are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// What the model is told.
    pub prompts: Prompts,
    /// How long the reply may become.
    pub limit: TokenLimit,
    /// Further fields of the body (`temperature`, `reasoning_effort`, ...), as the user's configuration has them.
    /// They win over the fields written here.
    pub extra: Map<String, Value>,
}

/// Which field bounds the reply, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLimit {
    /// None is sent, and the reply is bounded on arrival. Anthropic's dialect has no such request: [`ENOUGH`] then.
    Unlimited,
    /// `max_tokens`, which nearly all servers know.
    MaxTokens(u32),
    /// `max_completion_tokens`, which OpenAI's own models ask for.
    MaxCompletionTokens(u32),
}

/// Tokens of some forty seconds of speech.
pub const ENOUGH: u32 = 256;

impl TokenLimit {
    /// So many tokens, in the field that the server at `host` knows.
    #[must_use]
    pub fn for_host(host: &str, tokens: u32) -> Self {
        if host == "api.openai.com" { Self::MaxCompletionTokens(tokens) } else { Self::MaxTokens(tokens) }
    }
}

impl Dialect {
    /// The path of a request for a reply, behind the base.
    #[must_use]
    pub fn chat_path(self) -> &'static str {
        match self {
            Self::OpenAi => "/chat/completions",
            Self::Anthropic => "/v1/messages",
        }
    }

    /// The path of the list of models, behind the base.
    #[must_use]
    pub fn models_path(self) -> &'static str {
        match self {
            Self::OpenAi => "/models",
            Self::Anthropic => "/v1/models",
        }
    }

    /// The base address without what users copy along: a slash, a whole endpoint.
    #[must_use]
    pub fn base(self, address: &str) -> &str {
        let base = address.trim().trim_end_matches('/');
        let endings: &[&str] = match self {
            Self::OpenAi => &["/chat/completions"],
            Self::Anthropic => &["/v1/messages", "/v1"],
        };
        let base = endings.iter().find_map(|ending| base.strip_suffix(ending)).unwrap_or(base);
        base.trim_end_matches('/')
    }

    /// The body of a request. `thinks`: whether the model must be kept from thinking before a prefill.
    #[must_use]
    pub fn body(self, ask: &Continue, model: &str, way: HandOver, thinks: bool, style: &Style) -> Value {
        let mut body = match self {
            Self::OpenAi => openai::body(ask, model, way, thinks, style),
            Self::Anthropic => anthropic::body(ask, model, way, style),
        };
        for (field, value) in &style.extra {
            body[field] = value.clone();
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_users_copy_them() {
        for address in ["https://x/v1", " https://x/v1/ ", "https://x/v1/chat/completions"] {
            assert_eq!(Dialect::OpenAi.base(address), "https://x/v1");
        }
        for address in ["https://x", "https://x/", "https://x/v1", "https://x/v1/messages"] {
            assert_eq!(Dialect::Anthropic.base(address), "https://x");
        }
    }

    #[test]
    fn openai_has_a_limit_of_its_own() {
        assert_eq!(TokenLimit::for_host("api.openai.com", 7), TokenLimit::MaxCompletionTokens(7));
        assert_eq!(TokenLimit::for_host("127.0.0.1", 7), TokenLimit::MaxTokens(7));
    }
}
