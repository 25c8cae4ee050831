//! Messages of Home Assistant's WebSocket API, written and read. Pure.

use serde_json::{Value, json};

/// Largest message that is taken, in bytes: the states of some ten thousand entities.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Who connects shall say who they are.
    AuthRequired,
    /// The token is good.
    AuthOk,
    /// The token is not.
    AuthInvalid,
    /// The end of a command, or the beginning of a subscription.
    Result {
        /// Of which command.
        id: u64,
        /// What it gives; `None` when it failed.
        result: Option<Value>,
    },
    /// Something about a subscription.
    Event {
        /// Of which command.
        id: u64,
        /// What.
        event: Value,
    },
    /// Somebody is there.
    Pong,
    /// Nothing that we know; the API may grow.
    Other,
}

/// Reads a message; `None` when it is no object of JSON.
#[must_use]
pub fn read(text: &str) -> Option<Told> {
    let Ok(Value::Object(mut message)) = serde_json::from_str(text) else { return None };
    let id = message.get("id").and_then(Value::as_u64);
    let success = message.get("success").and_then(Value::as_bool) == Some(true);
    Some(match (message.get("type").and_then(Value::as_str), id) {
        (Some("auth_required"), _) => Told::AuthRequired,
        (Some("auth_ok"), _) => Told::AuthOk,
        (Some("auth_invalid"), _) => Told::AuthInvalid,
        (Some("pong"), _) => Told::Pong,
        (Some("result"), Some(id)) => {
            Told::Result { id, result: success.then(|| message.remove("result").unwrap_or_default()) }
        }
        (Some("event"), Some(id)) => Told::Event { id, event: message.remove("event").unwrap_or_default() },
        _ => Told::Other,
    })
}

/// Says who connects.
#[must_use]
pub fn auth(token: &str) -> String {
    json!({"type": "auth", "access_token": token}).to_string()
}

/// A command under its number.
#[must_use]
pub fn command(id: u64, mut what: Value) -> String {
    what["id"] = json!(id);
    what.to_string()
}

/// Gives a request to the conversation agent of a pipeline, the preferred one if none is named.
#[must_use]
pub fn run(request: &str, conversation: Option<&str>, pipeline: Option<&str>) -> Value {
    let mut run = json!({
        "type": "assist_pipeline/run", "start_stage": "intent", "end_stage": "intent", "input": {"text": request},
        "timeout": 30,
    });
    if let Some(conversation) = conversation {
        run["conversation_id"] = json!(conversation);
    }
    if let Some(pipeline) = pipeline {
        run["pipeline"] = json!(pipeline);
    }
    run
}

/// Where the API is, from the address of the web page: `http` and `https` only.
#[must_use]
pub fn address(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://").map(|rest| ("ws", rest));
    let (scheme, rest) = rest.or_else(|| url.strip_prefix("https://").map(|rest| ("wss", rest)))?;
    let rest = rest.trim_end_matches('/');
    (!rest.is_empty()).then(|| format!("{scheme}://{rest}/api/websocket"))
}

/// Which of the entities that an event of `subscribe_entities` shows are not there.
#[must_use]
pub fn away(event: &Value) -> Vec<String> {
    let all = event.get("a").and_then(Value::as_object);
    let gone = |state: &Value| state.get("s").and_then(Value::as_str) == Some("unavailable");
    all.into_iter().flatten().filter(|(_, state)| gone(state)).map(|(id, _)| id.clone()).collect()
}

/// Checks what must hold for any message, for fuzzing: it is read, and what it means is bounded.
///
/// # Panics
/// When something does not hold.
#[doc(hidden)]
pub fn check_message(data: &[u8]) {
    use crate::answer::{Answer, LONGEST};
    use segue_runtime::port::ActionResult;
    let Some(told) = read(&String::from_utf8_lossy(data)) else { return };
    let (Told::Event { event: value, .. } | Told::Result { result: Some(value), .. }) = told else { return };
    let _ = away(&value);
    let mut progress = crate::progress::Progress::default();
    for data in [&value, value.get("data").unwrap_or(&value), &value] {
        let piece = progress.piece(data).unwrap_or_default();
        assert!(piece.chars().count() <= LONGEST);
        assert!(!piece.chars().any(|c| c.is_control() && c != '\n'), "what cannot be spoken is told");
    }
    assert!(crate::names::names(&value, &value, Some(&value)).len() <= crate::names::MOST);
    for data in [&value, value.get("data").unwrap_or(&value)] {
        let Some(answer) = Answer::read(data) else { continue };
        for opener in ["", "Turning on the lights"] {
            match answer.result("turn on the lights", opener, &[]) {
                // A name and a few words, or the speech.
                ActionResult::Done(said) | ActionResult::Failed(said) | ActionResult::Question(said) => {
                    assert!(said.chars().count() <= LONGEST + 40);
                    assert!(!said.chars().any(char::is_control), "what cannot be spoken is said");
                }
                ActionResult::NotForMe | ActionResult::Told => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn messages_are_read() {
        assert_eq!(read(r#"{"type":"auth_required","ha_version":"2026.11.0"}"#), Some(Told::AuthRequired));
        assert_eq!(
            read(r#"{"id":3,"type":"result","success":true,"result":[1]}"#),
            Some(Told::Result { id: 3, result: Some(json!([1])) })
        );
        assert_eq!(
            read(r#"{"id":3,"type":"result","success":false,"error":{"code":"unauthorized"}}"#),
            Some(Told::Result { id: 3, result: None })
        );
        assert_eq!(
            read(r#"{"id":3,"type":"event","event":{"type":"run-end"}}"#),
            Some(Told::Event { id: 3, event: json!({"type": "run-end"}) })
        );
        assert_eq!(read(r#"{"id":-3,"type":"event"}"#), Some(Told::Other));
        for rubbish in ["", "[]", "3", "{", "null", "\u{0}"] {
            assert_eq!(read(rubbish), None);
        }
    }

    #[test]
    fn the_address_follows_from_the_page() {
        assert_eq!(address("http://ha.local:8123/").as_deref(), Some("ws://ha.local:8123/api/websocket"));
        assert_eq!(address("https://ha.example").as_deref(), Some("wss://ha.example/api/websocket"));
        for bad in ["ftp://x", "ha.local", "http://", ""] {
            assert_eq!(address(bad), None);
        }
    }

    #[test]
    fn what_is_unavailable_is_found() {
        let event = json!({"a": {"light.a": {"s": "unavailable"}, "light.b": {"s": "on"}, "light.c": 3}});
        assert_eq!(away(&event), ["light.a"]);
        assert!(away(&json!({"a": []})).is_empty() && away(&json!(null)).is_empty());
    }

    proptest! {
        #[test]
        fn anything_is_read_without_harm(text in prop_oneof![".{0,100}", "\\{\"(id|type|event)\":.{0,40}\\}"]) {
            let _ = read(&text);
        }
    }
}
