//! What others send, read with mistrust: bounded, checked, and never kept from an earlier time.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};

use segue_runtime::plugin::{Eagerness, MAX_WORDS, Wish};
use serde_json::Value;

use crate::tell::{EAGERNESS, TAG};
use crate::topics::{Asked, Topics};

/// Largest payload that is looked at, in bytes: the longest request, all of whose characters are four bytes, as JSON.
pub const LARGEST: usize = 24 * 1024;
/// Largest payload of a button, switch or number, in bytes.
const SMALL: usize = 64;
/// Messages that are remembered, so that one that comes twice is obeyed once.
const REMEMBERED: usize = 64;

/// A message as it came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Incoming<'a> {
    /// Where it was sent.
    pub topic: &'a str,
    /// What was sent.
    pub payload: &'a [u8],
    /// It lay at the broker from an earlier time.
    pub retained: bool,
    /// The broker says that it may have come before, under this packet id.
    pub again: bool,
    /// Its packet id; 0 when it cannot come twice.
    pub packet: u16,
}

/// What a message means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Somebody asks for something.
    Wish(Wish),
    /// Home Assistant has started.
    HomeAssistantIsThere,
    /// Rhasspy did not recognise a request; the JSON is for [`crate::hermes`].
    Hermes(Value),
    /// Nothing, and why, for the log.
    Nothing(&'static str),
}

/// Reads messages of one node.
#[derive(Debug)]
pub struct Listener {
    topics: Topics,
    hermes: bool,
    /// Hashes of the last messages that could come again.
    seen: VecDeque<u64>,
    hasher: RandomState,
}

impl Listener {
    /// For this node; with `hermes` Rhasspy's messages have a meaning.
    #[must_use]
    pub fn new(topics: Topics, hermes: bool) -> Self {
        Self { topics, hermes, seen: VecDeque::new(), hasher: RandomState::new() }
    }

    /// What it means.
    pub fn read(&mut self, message: &Incoming<'_>) -> Meaning {
        if message.payload.len() > LARGEST {
            return Meaning::Nothing("too large");
        }
        if message.topic == self.topics.birth() {
            let there = message.payload == b"online";
            return if there { Meaning::HomeAssistantIsThere } else { Meaning::Nothing("not online") };
        }
        if message.retained {
            return Meaning::Nothing("retained: it was meant for an earlier time");
        }
        if self.came_before(message) {
            return Meaning::Nothing("it came before");
        }
        let Ok(text) = std::str::from_utf8(message.payload) else { return Meaning::Nothing("not UTF-8") };
        if self.hermes && message.topic == crate::hermes::NOT_RECOGNIZED {
            return serde_json::from_str(text).map_or(Meaning::Nothing("not JSON"), Meaning::Hermes);
        }
        let Some(asked) = self.topics.which(message.topic) else { return Meaning::Nothing("not a topic of ours") };
        if !matches!(asked, Asked::Ask | Asked::Say) && text.len() > SMALL {
            return Meaning::Nothing("too large");
        }
        request(asked, text.trim())
    }

    /// A message that the broker sends again has the packet id and the content that it had before.
    fn came_before(&mut self, message: &Incoming<'_>) -> bool {
        if message.packet == 0 {
            return false;
        }
        let hash = self.hasher.hash_one((message.packet, message.topic, message.payload));
        if message.again && self.seen.contains(&hash) {
            return true;
        }
        self.seen.push_back(hash);
        if self.seen.len() > REMEMBERED {
            self.seen.pop_front();
        }
        false
    }
}

fn request(asked: Asked, text: &str) -> Meaning {
    match asked {
        Asked::Stop => Meaning::Wish(Wish::Stop),
        Asked::Repeat => Meaning::Wish(Wish::Repeat),
        Asked::Openers => match text {
            "ON" => Meaning::Wish(Wish::Openers(true)),
            "OFF" => Meaning::Wish(Wish::Openers(false)),
            _ => Meaning::Nothing("neither ON nor OFF"),
        },
        Asked::Listen => Meaning::Wish(match text {
            "ON" => Wish::Key(true),
            "OFF" => Wish::Key(false),
            _ => Wish::Listen,
        }),
        Asked::Mute => match text {
            "ON" => Meaning::Wish(Wish::Mute(true)),
            "OFF" => Meaning::Wish(Wish::Mute(false)),
            _ => Meaning::Nothing("neither ON nor OFF"),
        },
        Asked::Eagerness => {
            let all = [Eagerness::Relaxed, Eagerness::Normal, Eagerness::Eager];
            let known = EAGERNESS.iter().zip(all).find(|(name, _)| **name == text);
            known.map_or(Meaning::Nothing("no eagerness"), |(_, eagerness)| Meaning::Wish(Wish::Eagerness(eagerness)))
        }
        Asked::MaxWords => match text.parse::<f64>() {
            Ok(number)
                if number.fract() == 0.0 && (*MAX_WORDS.start() as f64..=*MAX_WORDS.end() as f64).contains(&number) =>
            {
                Meaning::Wish(Wish::MaxWords(number as usize))
            }
            _ => Meaning::Nothing("not a number of words that is allowed"),
        },
        Asked::Ask | Asked::Say => {
            let Some((text, id)) = words(text) else { return Meaning::Nothing("not an object with a text") };
            match asked {
                Asked::Ask => Meaning::Wish(Wish::Ask { text, tag: Some(format!("{TAG}{id}")) }),
                _ => Meaning::Wish(Wish::Say(text)),
            }
        }
    }
}

/// Plain text, or `{"text": "...", "id": "..."}`. What begins like an object must be one.
fn words(text: &str) -> Option<(String, String)> {
    if !text.starts_with('{') {
        return Some((text.to_string(), String::new()));
    }
    let object: Value = serde_json::from_str(text).ok()?;
    let words = object.get("text")?.as_str()?.to_string();
    let id = match object.get("id") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        Some(_) => return None,
    };
    Some((words, id))
}

/// Checks what must hold for any message, for fuzzing: the first line of `data` is the topic, the rest the payload.
///
/// # Panics
/// When something does not hold.
#[doc(hidden)]
pub fn check_message(data: &[u8]) {
    let (topic, payload) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
    let topic = String::from_utf8_lossy(topic);
    let payload = payload.get(1..).unwrap_or_default();
    for (retained, again, packet) in [(false, false, 0), (false, true, 7), (true, false, 7)] {
        let mut listener = Listener::new(Topics::new("kitchen", "homeassistant"), true);
        match listener.read(&Incoming { topic: &topic, payload, retained, again, packet }) {
            Meaning::Wish(wish) => {
                assert!(!retained, "an old message is obeyed");
                match wish {
                    Wish::MaxWords(words) => assert!(MAX_WORDS.contains(&words)),
                    Wish::Ask { text, tag } => {
                        assert!(text.len() <= LARGEST && tag.is_some_and(|tag| tag.starts_with(TAG)));
                    }
                    _ => {}
                }
            }
            Meaning::Hermes(value) => drop(crate::hermes::Hermes::new("default").asked(&value)),
            Meaning::HomeAssistantIsThere | Meaning::Nothing(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn listener() -> Listener {
        Listener::new(Topics::new("kitchen", "homeassistant"), true)
    }

    fn read(topic: &str, payload: &[u8]) -> Meaning {
        listener().read(&Incoming { topic, payload, ..Incoming::default() })
    }

    fn ask(text: &str, tag: &str) -> Meaning {
        Meaning::Wish(Wish::Ask { text: text.into(), tag: Some(tag.into()) })
    }

    #[test]
    fn a_request_comes_as_text_or_as_an_object_with_an_id() {
        assert_eq!(read("segue/kitchen/ask", " What's up? \n".as_bytes()), ask("What's up?", "mqtt.ask:"));
        assert_eq!(read("segue/kitchen/ask", br#"{"text":"Hi","id":"a-1"}"#), ask("Hi", "mqtt.ask:a-1"));
        assert_eq!(read("segue/kitchen/ask", br#"{"text":"Hi","id":7}"#), ask("Hi", "mqtt.ask:7"));
        assert_eq!(read("segue/kitchen/say", b"Dinner!"), Meaning::Wish(Wish::Say("Dinner!".into())));
        for bad in [&b"{"[..], b"{}", br#"{"text":3}"#, br#"{"text":"x","id":[]}"#, b"\xff\xfe"] {
            assert!(matches!(read("segue/kitchen/ask", bad), Meaning::Nothing(_)));
        }
    }

    #[test]
    fn entities_are_pressed_switched_and_set() {
        let request = |topic: &str, payload: &[u8]| read(&format!("segue/kitchen/{topic}"), payload);
        assert_eq!(request("stop", b"PRESS"), Meaning::Wish(Wish::Stop));
        assert_eq!(request("stop", b""), Meaning::Wish(Wish::Stop));
        assert_eq!(request("repeat", b"PRESS"), Meaning::Wish(Wish::Repeat));
        assert_eq!(request("openers/set", b"OFF"), Meaning::Wish(Wish::Openers(false)));
        assert_eq!(request("max_words/set", b"6"), Meaning::Wish(Wish::MaxWords(6)));
        assert_eq!(request("listen", b"PRESS"), Meaning::Wish(Wish::Listen));
        assert_eq!(request("listen", b"ON"), Meaning::Wish(Wish::Key(true)));
        assert_eq!(request("listen", b"OFF"), Meaning::Wish(Wish::Key(false)));
        assert_eq!(request("mute/set", b"ON"), Meaning::Wish(Wish::Mute(true)));
        assert_eq!(request("eagerness/set", b"eager"), Meaning::Wish(Wish::Eagerness(Eagerness::Eager)));
        assert_eq!(request("max_words/set", b"6.0"), Meaning::Wish(Wish::MaxWords(6)));
        for (topic, payload) in [
            ("openers/set", &b"maybe"[..]),
            ("mute/set", b"toggle"),
            ("eagerness/set", b"very"),
            ("max_words/set", b"6.5"),
            ("max_words/set", b"1e99"),
            ("max_words/set", b"NaN"),
            ("max_words/set", b"-3"),
            ("stop", &[b'a'; 100]),
        ] {
            assert!(matches!(request(topic, payload), Meaning::Nothing(_)), "{topic}");
        }
    }

    #[test]
    fn what_lay_at_the_broker_is_not_obeyed() {
        let message = Incoming { topic: "segue/kitchen/ask", payload: b"Hi", retained: true, ..Incoming::default() };
        assert!(matches!(listener().read(&message), Meaning::Nothing(_)));
        let birth =
            Incoming { topic: "homeassistant/status", payload: b"online", retained: true, ..Incoming::default() };
        assert_eq!(listener().read(&birth), Meaning::HomeAssistantIsThere);
        assert!(matches!(read("homeassistant/status", b"offline"), Meaning::Nothing(_)));
    }

    #[test]
    fn what_comes_twice_is_obeyed_once_and_what_is_sent_twice_twice() {
        let mut listener = listener();
        let first = Incoming { topic: "segue/kitchen/ask", payload: b"Hi", packet: 5, ..Incoming::default() };
        assert!(matches!(listener.read(&first), Meaning::Wish(_)));
        assert!(matches!(listener.read(&Incoming { again: true, ..first }), Meaning::Nothing(_)));
        assert!(matches!(listener.read(&Incoming { packet: 6, ..first }), Meaning::Wish(_)));
        assert!(matches!(listener.read(&first), Meaning::Wish(_)), "a new message under an old packet id");
        // Marked as a repetition, but what it repeats never arrived here.
        assert!(matches!(listener.read(&Incoming { again: true, packet: 9, ..first }), Meaning::Wish(_)));
        for packet in 100..1000 {
            listener.read(&Incoming { packet, ..first });
        }
        assert_eq!(listener.seen.len(), REMEMBERED);
    }

    #[test]
    fn a_megabyte_is_not_looked_at() {
        assert_eq!(read("segue/kitchen/ask", &vec![b'a'; 1 << 20]), Meaning::Nothing("too large"));
        let deep = "[".repeat(LARGEST - 20);
        assert!(matches!(read("segue/kitchen/ask", format!("{{\"text\":{deep}").as_bytes()), Meaning::Nothing(_)));
    }

    proptest! {
        #[test]
        fn anything_on_any_topic_is_read_without_harm(
            topic in prop_oneof![
                "segue/kitchen/(ask|say|stop|repeat|listen|(openers|max_words|mute|eagerness)/set)",
                "homeassistant/status|hermes/dialogueManager/intentNotRecognized",
                ".{0,40}",
            ],
            payload in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                "\\{\"(text|id|input|siteId)\":(\"[^\"]{0,20}\"|null|[0-9.e-]{1,9}|\\[\\]),?.{0,20}\\}?".prop_map(String::into_bytes),
            ],
            retained: bool, again: bool, packet: u16,
        ) {
            let message = Incoming { topic: &topic, payload: &payload, retained, again, packet };
            if let Meaning::Wish(request) = listener().read(&message) {
                prop_assert!(!retained);
                if let Wish::MaxWords(words) = request {
                    prop_assert!(MAX_WORDS.contains(&words));
                }
            }
        }
    }
}
