//! The two ways in which clouds say the same things.

mod anthropic;
mod openai;

/// A dialect; each answer is the text of a response or of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    OpenAi,
    Anthropic,
}

/// How a reply says that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// The limit of tokens cut it.
    Length,
    /// A tool is called in place of an answer.
    Tool,
    /// The provider will not answer this.
    Refusal,
}

impl Dialect {
    /// A refusal's body.
    pub(super) fn error(self, status: u16) -> String {
        match self {
            Self::OpenAi => openai::error(status),
            Self::Anthropic => anthropic::error(status),
        }
    }

    /// What comes before the first event with content.
    pub(super) fn begin(self) -> String {
        match self {
            Self::OpenAi => openai::begin(),
            Self::Anthropic => anthropic::begin(),
        }
    }

    /// Reasoning, which nobody shall hear.
    pub(super) fn thought(self, thought: &str) -> String {
        match self {
            Self::OpenAi => openai::thought(thought),
            Self::Anthropic => anthropic::thought(thought),
        }
    }

    /// A piece of the answer.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::OpenAi => openai::text(text),
            Self::Anthropic => anthropic::text(text),
        }
    }

    /// The event that says why the reply is over.
    pub(super) fn finish(self, end: End) -> String {
        match self {
            Self::OpenAi => openai::finish(end),
            Self::Anthropic => anthropic::finish(end),
        }
    }

    /// The very last event.
    pub(super) fn done(self) -> &'static str {
        match self {
            Self::OpenAi => "data: [DONE]\n\n",
            Self::Anthropic => "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        }
    }

    /// An error in the middle of a stream.
    pub(super) fn error_event(self) -> &'static str {
        match self {
            Self::OpenAi => "data: {\"error\":{\"message\":\"scripted\",\"type\":\"server_error\",\"code\":null}}\n\n",
            Self::Anthropic => {
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"scripted\"}}\n\n"
            }
        }
    }

    /// A sign of life without content.
    pub(super) fn ping(self) -> &'static str {
        match self {
            Self::OpenAi => ": ping\n\n",
            Self::Anthropic => "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        }
    }

    /// A call of a tool that nobody offered.
    pub(super) fn tool_call(self) -> String {
        match self {
            Self::OpenAi => openai::tool_call(),
            Self::Anthropic => anthropic::tool_call(),
        }
    }

    /// A whole reply as one piece of JSON.
    pub(super) fn whole(self, text: &str) -> String {
        match self {
            Self::OpenAi => openai::whole(text),
            Self::Anthropic => anthropic::whole(text),
        }
    }
}
