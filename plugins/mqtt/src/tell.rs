//! What is told: the state that is retained, and messages about turns that never are.

use segue_runtime::plugin::{Eagerness, News, Refusal, Report, State, Status, TurnId, is_repair, time_saved};
use serde_json::{Value, json};

use crate::config::MqttConfig;
use crate::topics::Topics;

/// The states, as they are written.
pub const STATES: [&str; 4] = ["idle", "listening", "thinking", "speaking"];
/// How soon a silence ends a request, as it is written.
pub const EAGERNESS: [&str; 3] = ["relaxed", "normal", "eager"];
/// Begins the tags of requests that came through the `ask` topic.
pub(crate) const TAG: &str = "mqtt.ask:";

/// A message to publish. Words are in no retained one.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Where to.
    pub topic: String,
    /// JSON.
    pub payload: Value,
}

/// The retained state, all fields always.
#[must_use]
pub fn state(status: &Status) -> Value {
    let on = |flag: bool| if flag { "ON" } else { "OFF" };
    let microphone = status.microphone;
    json!({
        "state": match status.state {
            State::Idle => STATES[0],
            State::Listening => STATES[1],
            State::Thinking => STATES[2],
            State::Speaking => STATES[3],
        },
        "response_gap_ms": status.response_gap_ms,
        "seam_gap_ms": status.seam_gap_ms,
        "time_saved_ms": status.time_saved_ms,
        "repairs_today": status.repairs_today,
        "cloud": status.cloud.map(on),
        "openers": on(status.openers),
        "max_words": status.max_words,
        "microphone": microphone.map(|microphone| on(microphone.open)),
        "mute": microphone.map(|microphone| on(microphone.muted)),
        "opened": microphone.map(|microphone| microphone.opened),
        "transcribed": microphone.map(|microphone| microphone.transcribed),
        "eagerness": match status.eagerness {
            Eagerness::Relaxed => EAGERNESS[0],
            Eagerness::Normal => EAGERNESS[1],
            Eagerness::Eager => EAGERNESS[2],
        },
    })
}

/// Turns news into messages.
#[derive(Debug)]
pub struct Teller {
    topics: Topics,
    run: String,
    words: bool,
}

impl Teller {
    /// For the node of `config`.
    #[must_use]
    pub fn new(config: &MqttConfig) -> Self {
        let topics = Topics::new(&config.node, &config.discovery);
        Self { topics, run: config.run.clone(), words: config.words }
    }

    /// The id of a turn, different from those of all other turns and starts.
    #[must_use]
    pub fn id(&self, turn: TurnId) -> String {
        format!("{}-{}", self.run, turn.0)
    }

    /// The messages that tell of this.
    pub fn news(&self, news: &News) -> Vec<Message> {
        let piece = |turn: &TurnId, kind: &str, text: &str| {
            let payload = json!({"turn": self.id(*turn), "type": kind, "text": text});
            vec![Message { topic: self.topics.turn(), payload }]
        };
        match news {
            News::Began { .. } => Vec::new(),
            News::Heard { text, .. } if self.words => {
                vec![Message { topic: self.topics.heard(), payload: json!({"text": text}) }]
            }
            News::Heard { .. } => Vec::new(),
            News::Opener { turn, text } => piece(turn, "opener", text),
            News::Delta { turn, text } => piece(turn, "delta", text),
            News::Repair { turn, text } => piece(turn, "repair", text),
            News::Done { turn, tag, report } => self.done(*turn, tag.as_deref(), report),
            News::Refused { tag, why } => {
                let Some(ask) = tag.as_deref().and_then(|tag| tag.strip_prefix(TAG)) else { return Vec::new() };
                let why = match why {
                    Refusal::Busy => "busy",
                    Refusal::TooLong => "too long",
                    Refusal::Empty => "empty",
                    Refusal::Stopped => "stopped",
                };
                let payload = json!({"type": "refused", "ask": Some(ask).filter(|ask| !ask.is_empty()), "why": why});
                vec![Message { topic: self.topics.turn(), payload }]
            }
        }
    }

    fn done(&self, turn: TurnId, tag: Option<&str>, report: &Report) -> Vec<Message> {
        let id = self.id(turn);
        let verdict = serde_json::to_value(report.verdict).unwrap_or_default();
        let saved = time_saved(report);
        // An announcement answers nobody, so it has no gap.
        let gap = report.response_gap_ms.filter(|_| !report.transcript.is_empty());
        let mut done = json!({
            "turn": id, "type": "done", "spoken": report.spoken, "verdict": verdict,
            "response_gap_ms": gap, "seam_gap_ms": report.seam_gap_ms, "time_saved_ms": saved,
        });
        if let Some(ask) = tag.and_then(|tag| tag.strip_prefix(TAG)).filter(|ask| !ask.is_empty()) {
            done["ask"] = json!(ask);
        }
        let kind = match report {
            _ if report.spoken.is_empty() => "silent",
            _ if report.transcript.is_empty() => "announced",
            _ if is_repair(report.verdict) => "repaired",
            _ => "answered",
        };
        let event = json!({
            "event_type": kind, "turn": id, "verdict": verdict, "opener_words": report.opener.words,
            "response_gap_ms": gap, "seam_gap_ms": report.seam_gap_ms, "time_saved_ms": saved,
        });
        let mut messages = vec![
            Message { topic: self.topics.turn(), payload: done },
            Message { topic: self.topics.event(), payload: event },
        ];
        if self.words {
            messages.push(Message { topic: self.topics.said(), payload: json!({"text": report.spoken}) });
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::tests::config;
    use segue_runtime::plugin::Verdict;

    const TURN: TurnId = TurnId(7);

    fn report(spoken: &str) -> Box<Report> {
        Box::new(Report { transcript: "what".into(), spoken: spoken.into(), ..Report::default() })
    }

    fn done(report: Box<Report>, tag: Option<&str>) -> News {
        News::Done { turn: TURN, tag: tag.map(Into::into), report }
    }

    #[test]
    fn a_turn_is_told_piece_by_piece_under_one_id() {
        let teller = Teller::new(&config());
        let told = teller.news(&News::Opener { turn: TURN, text: "The sky is".into() });
        assert_eq!(told[0].payload, json!({"turn": "abc-7", "type": "opener", "text": "The sky is"}));
        let told = teller.news(&News::Repair { turn: TURN, text: " no.".into() });
        assert_eq!(told[0].payload["type"], "repair");
        let told = teller.news(&done(report("The sky is blue."), Some("mqtt.ask:42")));
        assert_eq!(told[0].topic, "segue/kitchen/turn");
        assert_eq!(
            (&told[0].payload["type"], &told[0].payload["spoken"], &told[0].payload["ask"]),
            (&json!("done"), &json!("The sky is blue."), &json!("42"))
        );
        assert_eq!(told[1].topic, "segue/kitchen/event");
        assert_eq!(told[1].payload["event_type"], "answered");
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn words_go_nowhere_but_into_turns_unless_switched_on() {
        let heard = News::Heard { turn: TURN, text: "secret".into() };
        let quiet = Teller::new(&config());
        assert!(quiet.news(&heard).is_empty());
        let told = quiet.news(&done(report("secret"), None));
        assert!(told.iter().all(|m| m.topic.ends_with("/turn") || !m.payload.to_string().contains("secret")));
        let open = Teller::new(&MqttConfig { words: true, ..config() });
        assert_eq!(open.news(&heard)[0].topic, "segue/kitchen/heard");
        assert_eq!(open.news(&done(report("secret"), None))[2].topic, "segue/kitchen/said");
        assert!(!state(&Status::default()).to_string().contains("secret"));
    }

    #[test]
    fn the_event_says_what_kind_of_turn_it_was() {
        let teller = Teller::new(&config());
        let kind = |report: Report| teller.news(&done(Box::new(report), None))[1].payload["event_type"].clone();
        let said = Report { spoken: "x".into(), ..Report::default() };
        assert_eq!(kind(said.clone()), "announced");
        assert_eq!(kind(Report { transcript: "x".into(), verdict: Verdict::Bridge, ..said }), "repaired");
        assert_eq!(kind(Report { transcript: "x".into(), ..Report::default() }), "silent");
        assert!(crate::discovery::EVENT_TYPES.contains(&"silent"));
    }

    #[test]
    fn only_who_asked_here_is_told_of_a_refusal() {
        let teller = Teller::new(&config());
        let refused = |tag: Option<&str>| teller.news(&News::Refused { tag: tag.map(Into::into), why: Refusal::Busy });
        assert_eq!(refused(Some("mqtt.ask:9"))[0].payload, json!({"type": "refused", "ask": "9", "why": "busy"}));
        assert_eq!(refused(Some("mqtt.ask:"))[0].payload["ask"], Value::Null);
        assert!(refused(Some("other:9")).is_empty() && refused(None).is_empty());
    }
}
