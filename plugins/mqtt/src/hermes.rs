//! The thin Hermes subset for users of Rhasspy 2: a request that no intent matched is answered by Segue, spoken by
//! Rhasspy's voice piece by piece, and the session is ended.

use std::collections::BTreeMap;

use segue_runtime::plugin::{News, TurnId, Wish};
use serde_json::{Value, json};

use crate::tell::Message;

/// Rhasspy's question that nobody answered.
pub const NOT_RECOGNIZED: &str = "hermes/dialogueManager/intentNotRecognized";
const SAY: &str = "hermes/tts/say";
const END_SESSION: &str = "hermes/dialogueManager/endSession";

/// Begins the tags of requests that came from Rhasspy; behind it stands the session's id.
const TAG: &str = "mqtt.hermes:";
/// Sessions that may be under way; more than the desk lets wait.
const SESSIONS: usize = 16;
/// Longest id of a session, in bytes.
const LONGEST_ID: usize = 100;

/// Rhasspy's sessions of one site.
#[derive(Debug)]
pub struct Hermes {
    site: String,
    sessions: BTreeMap<TurnId, String>,
    /// Numbers what is said.
    said: u64,
}

impl Hermes {
    /// Answers this site only.
    #[must_use]
    pub fn new(site: &str) -> Self {
        Self { site: site.to_string(), sessions: BTreeMap::new(), said: 0 }
    }

    /// The request in a message to [`NOT_RECOGNIZED`]; `None` when it is for another site, or is none.
    #[must_use]
    pub fn asked(&self, message: &Value) -> Option<Wish> {
        let field = |name: &str| message.get(name).and_then(Value::as_str);
        if field("siteId").unwrap_or("default") != self.site {
            return None;
        }
        let session = field("sessionId").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID)?;
        Some(Wish::Ask { text: field("input")?.to_string(), tag: Some(format!("{TAG}{session}")) })
    }

    /// What Rhasspy is told of this.
    pub fn news(&mut self, news: &News) -> Vec<Message> {
        let session = |tag: &Option<String>| tag.as_deref().and_then(|tag| tag.strip_prefix(TAG)).map(str::to_string);
        match news {
            News::Began { turn, tag } => {
                if let Some(session) = session(tag) {
                    self.sessions.insert(*turn, session);
                    while self.sessions.len() > SESSIONS {
                        self.sessions.pop_first();
                    }
                }
                Vec::new()
            }
            News::Opener { turn, text } | News::Delta { turn, text } | News::Repair { turn, text } => {
                let Some(session) = self.sessions.get(turn) else { return Vec::new() };
                self.said += 1;
                let payload = json!({
                    "text": text.trim(), "siteId": self.site, "sessionId": session,
                    "id": format!("segue-{}-{}", turn.0, self.said),
                });
                vec![Message { topic: SAY.into(), payload }]
            }
            News::Done { turn, .. } => self.sessions.remove(turn).map(|id| end(&id, None)).into_iter().collect(),
            News::Refused { tag, .. } => {
                session(tag).map(|id| end(&id, Some("Sorry, I can't answer that now."))).into_iter().collect()
            }
            News::Heard { .. } => Vec::new(),
        }
    }
}

fn end(session: &str, text: Option<&str>) -> Message {
    Message { topic: END_SESSION.into(), payload: json!({"sessionId": session, "text": text, "customData": null}) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segue_runtime::plugin::{Refusal, Report};

    const TURN: TurnId = TurnId(3);

    fn question(site: &str) -> Value {
        json!({"input": "why is the sky blue", "siteId": site, "sessionId": "s-1", "customData": null})
    }

    #[test]
    fn a_request_that_no_intent_matched_is_answered_piece_by_piece() {
        let mut hermes = Hermes::new("default");
        let Some(Wish::Ask { text, tag }) = hermes.asked(&question("default")) else { panic!() };
        assert_eq!((text.as_str(), tag.as_deref()), ("why is the sky blue", Some("mqtt.hermes:s-1")));
        assert!(hermes.news(&News::Began { turn: TURN, tag }).is_empty());
        let told = hermes.news(&News::Opener { turn: TURN, text: "The sky is blue because".into() });
        assert_eq!((told[0].topic.as_str(), &told[0].payload["sessionId"]), ("hermes/tts/say", &json!("s-1")));
        let more = hermes.news(&News::Delta { turn: TURN, text: " of the air.".into() });
        assert_eq!(more[0].payload["text"], "of the air.");
        assert_ne!(told[0].payload["id"], more[0].payload["id"]);
        let done = News::Done { turn: TURN, tag: None, report: Box::<Report>::default() };
        let ended = hermes.news(&done);
        assert_eq!((ended[0].topic.as_str(), &ended[0].payload["text"]), (END_SESSION, &Value::Null));
        assert!(hermes.news(&done).is_empty(), "a session ends once");
    }

    #[test]
    fn other_sites_and_other_askers_are_not_answered_here() {
        let mut hermes = Hermes::new("default");
        assert_eq!(hermes.asked(&question("bedroom")), None);
        for bad in [json!(null), json!([]), json!({"input": 3}), json!({"input": "x"}), json!({"sessionId": "s"})] {
            assert_eq!(hermes.asked(&bad), None);
        }
        assert_eq!(hermes.asked(&json!({"input": "x", "sessionId": "s".repeat(1000)})), None);
        assert!(hermes.news(&News::Began { turn: TURN, tag: Some("mqtt.ask:1".into()) }).is_empty());
        assert!(hermes.news(&News::Opener { turn: TURN, text: "x".into() }).is_empty());
    }

    #[test]
    fn a_refused_request_ends_its_session_too() {
        let told =
            Hermes::new("default").news(&News::Refused { tag: Some("mqtt.hermes:s-2".into()), why: Refusal::Busy });
        assert_eq!((told[0].topic.as_str(), &told[0].payload["sessionId"]), (END_SESSION, &json!("s-2")));
    }
}
