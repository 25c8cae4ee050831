//! The topics of one node, all under `segue/<node>/`.

/// What others send, in the order in which it is subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A request to answer.
    Ask,
    /// Something to say as it stands.
    Say,
    /// End what is under way.
    Stop,
    /// Say the last words again.
    Repeat,
    /// The switch for openers.
    Openers,
    /// The number of an opener's most words.
    MaxWords,
    /// Open the microphone; `ON` and `OFF` are a key that is held and let go.
    Listen,
    /// The switch that turns the microphone off.
    Mute,
    /// The choice how soon a silence ends a request.
    Eagerness,
}

impl Asked {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Ask,
        Self::Say,
        Self::Stop,
        Self::Repeat,
        Self::Openers,
        Self::MaxWords,
        Self::Listen,
        Self::Mute,
        Self::Eagerness,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Say => "say",
            Self::Stop => "stop",
            Self::Repeat => "repeat",
            Self::Openers => "openers/set",
            Self::MaxWords => "max_words/set",
            Self::Listen => "listen",
            Self::Mute => "mute/set",
            Self::Eagerness => "eagerness/set",
        }
    }
}

/// The names.
#[derive(Clone, Debug)]
pub struct Topics {
    node: String,
    discovery: String,
}

impl Topics {
    /// Those of `node`, with Home Assistant's discovery prefix.
    #[must_use]
    pub fn new(node: &str, discovery: &str) -> Self {
        Self { node: node.to_string(), discovery: discovery.to_string() }
    }

    fn of_node(&self, name: &str) -> String {
        format!("segue/{}/{name}", self.node)
    }

    /// `online` or `offline`, retained.
    #[must_use]
    pub fn availability(&self) -> String {
        self.of_node("availability")
    }

    /// What holds now, retained.
    #[must_use]
    pub fn state(&self) -> String {
        self.of_node("state")
    }

    /// What happens in turns, with their words.
    #[must_use]
    pub fn turn(&self) -> String {
        self.of_node("turn")
    }

    /// One message a turn, without words.
    #[must_use]
    pub fn event(&self) -> String {
        self.of_node("event")
    }

    /// What was heard, when that is switched on.
    #[must_use]
    pub fn heard(&self) -> String {
        self.of_node("heard")
    }

    /// What was said, when that is switched on.
    #[must_use]
    pub fn said(&self) -> String {
        self.of_node("said")
    }

    /// Where others send.
    #[must_use]
    pub fn asked(&self, what: Asked) -> String {
        self.of_node(what.name())
    }

    /// What was sent to `topic`, if it is one of ours.
    #[must_use]
    pub fn which(&self, topic: &str) -> Option<Asked> {
        let name = topic.strip_prefix("segue/")?.strip_prefix(self.node.as_str())?.strip_prefix('/')?;
        Asked::ALL.into_iter().find(|asked| asked.name() == name)
    }

    /// The device, for Home Assistant.
    #[must_use]
    pub fn config(&self) -> String {
        format!("{}/device/segue_{}/config", self.discovery, self.node)
    }

    /// Where Home Assistant says that it is there.
    #[must_use]
    pub fn birth(&self) -> String {
        format!("{}/status", self.discovery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_found_again_and_no_other_is() {
        let topics = Topics::new("kitchen", "homeassistant");
        for asked in Asked::ALL {
            assert_eq!(topics.which(&topics.asked(asked)), Some(asked));
        }
        for other in ["segue/kitchen/state", "segue/kitchen2/ask", "segue/hall/ask", "ask", "", "segue/kitchen/ask/set"]
        {
            assert_eq!(topics.which(other), None, "{other}");
        }
        assert_eq!(topics.config(), "homeassistant/device/segue_kitchen/config");
    }
}
