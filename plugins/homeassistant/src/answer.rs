//! What an answer of Home Assistant means for a sentence that is already in the air. Pure.

use segue_runtime::port::{ActionResult, asks_to_do, contradict};
use serde_json::Value;

/// Most characters of an answer, as many as are spoken of a reply.
pub const LONGEST: usize = 2000;
/// Most things of an answer whose state is looked at.
const MOST_THINGS: usize = 20;

/// An answer, read with mistrust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// How Home Assistant calls it: `action_done`, `query_answer` or `error`.
    pub kind: String,
    /// Which error.
    pub code: String,
    /// What shall be said.
    pub speech: String,
    /// The entities that were acted on, and their names.
    pub done: Vec<(String, String)>,
    /// Names of what did not do it.
    pub failed: Vec<String>,
    /// Home Assistant's own words, not those of a language model behind it.
    pub local: bool,
    /// An answer is expected.
    pub asks_back: bool,
    /// The conversation, for the answer to a question.
    pub conversation: Option<String>,
}

impl Answer {
    /// Reads the data of an `intent-end` event. `None` when it is none.
    #[must_use]
    pub fn read(data: &Value) -> Option<Self> {
        let output = data.get("intent_output")?;
        let response = output.get("response")?;
        let things = |name: &str| response.pointer(&format!("/data/{name}")).and_then(Value::as_array);
        let named = |thing: &Value| {
            let name = thing.get("name").and_then(Value::as_str).unwrap_or_default();
            // Areas and floors are named beside the entities that are in them.
            let entity = thing.get("type").and_then(Value::as_str) == Some("entity");
            let id = thing.get("id").and_then(Value::as_str).filter(|_| entity).unwrap_or_default();
            (short(id, 255), short(name, 60))
        };
        let done = things("success").into_iter().flatten().take(MOST_THINGS).map(named);
        let failed = things("failed").into_iter().flatten().take(MOST_THINGS).map(|thing| named(thing).1);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_string();
        Some(Self {
            kind: short(&text(response.get("response_type")), 40),
            code: short(&text(response.pointer("/data/code")), 40),
            speech: short(&text(response.pointer("/speech/plain/speech")), LONGEST),
            done: done.filter(|(id, _)| !id.is_empty()).collect(),
            failed: failed.filter(|name| !name.is_empty()).collect(),
            local: data.get("processed_locally").and_then(Value::as_bool).unwrap_or(true),
            asks_back: output.get("continue_conversation").and_then(Value::as_bool).unwrap_or(false),
            conversation: output
                .get("conversation_id")
                .and_then(Value::as_str)
                .filter(|id| id.len() <= 100)
                .map(str::to_string),
        })
    }

    /// What came of a request whose answer was told piece by piece.
    #[must_use]
    pub fn told(&self, away: &[String]) -> ActionResult {
        match away.first() {
            Some(name) => ActionResult::Failed(format!("{name} isn't available.")),
            None if self.kind == "error" => ActionResult::Failed(without_sorry(&self.speech)),
            None => ActionResult::Told,
        }
    }

    /// What came of `request`, whose answer begins with `opener`. `away` are names of things that were acted on and
    /// are not there.
    #[must_use]
    pub fn result(&self, request: &str, opener: &str, away: &[String]) -> ActionResult {
        let speech = self.speech.as_str();
        // An opener that names the opposite is taken back, whatever Home Assistant says.
        let contradicts = !opener.is_empty() && contradict(request, opener);
        if let Some(name) = away.first() {
            return ActionResult::Failed(format!("{name} isn't available."));
        }
        match self.kind.as_str() {
            _ if self.asks_back && !speech.is_empty() => ActionResult::Question(speech.to_string()),
            "action_done" | "query_answer" if !self.failed.is_empty() => {
                ActionResult::Failed(format!("{} didn't do it.", self.failed[0]))
            }
            "action_done" if contradicts && !self.done.is_empty() => ActionResult::Failed(ended(&lower_first(speech))),
            // The opener names the action and Home Assistant names it again: it was done, and that is all.
            "action_done" if names_an_action(opener) && self.local && !self.done.is_empty() => {
                let last = opener.split_whitespace().next_back().unwrap_or_default();
                ActionResult::Done(if matches!(last, "so" | "and" | "then") {
                    "that's done.".into()
                } else {
                    String::new()
                })
            }
            // "The garage door is" cannot go on with "no".
            "query_answer" if !opener.is_empty() && begins_with_yes_or_no(speech) => {
                ActionResult::Question(ended(&lower_first(speech)))
            }
            // "Opening", and nobody has said what.
            "action_done" if self.local && is_one_word(speech) && !self.done.is_empty() => {
                let speech = if opener.is_empty() { speech.to_string() } else { lower_first(speech) };
                ActionResult::Done(format!("{speech} {}.", self.done[0].1))
            }
            "action_done" | "query_answer" => ActionResult::Done(ended(speech)),
            // Home Assistant takes every question for one about a device; one that it does not know is no command.
            "error" if self.code == "no_intent_match" || !asks_to_do(request) => ActionResult::NotForMe,
            "error" => ActionResult::Failed(without_sorry(speech)),
            _ => ActionResult::NotForMe,
        }
    }
}

/// Text from outside: on one line, bounded, without what cannot be spoken.
fn short(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

fn is_one_word(speech: &str) -> bool {
    !speech.is_empty() && speech.chars().all(char::is_alphabetic)
}

/// "Turning on the lights", "Okay, closing the".
fn names_an_action(opener: &str) -> bool {
    opener.split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 4 && word.ends_with("ing"))
}

fn begins_with_yes_or_no(speech: &str) -> bool {
    let first = speech.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    first.eq_ignore_ascii_case("yes") || first.eq_ignore_ascii_case("no")
}

/// Home Assistant leaves the full stop out; without one a sentence is not over.
fn ended(speech: &str) -> String {
    match speech.chars().next_back() {
        Some(last) if last.is_alphanumeric() => format!("{speech}."),
        _ => speech.to_string(),
    }
}

/// A repair says sorry itself.
fn without_sorry(speech: &str) -> String {
    let rest = speech.strip_prefix("Sorry, ").or_else(|| speech.strip_prefix("Sorry ")).unwrap_or(speech);
    if rest.is_empty() { "that didn't work.".to_string() } else { ended(rest) }
}

fn lower_first(speech: &str) -> String {
    let mut chars = speech.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// As a Home Assistant 2026.11 sent it.
    fn sent(kind: &str, speech: &str, data: Value) -> Value {
        json!({"processed_locally": true, "intent_output": {
            "response": {"speech": {"plain": {"speech": speech, "extra_data": null}}, "card": {}, "language": "en",
                         "response_type": kind, "data": data},
            "conversation_id": "01M86JW", "continue_conversation": false}})
    }

    fn result(kind: &str, speech: &str, data: Value, request: &str, opener: &str) -> ActionResult {
        Answer::read(&sent(kind, speech, data)).unwrap().result(request, opener, &[])
    }

    fn lamp() -> Value {
        json!({"success": [{"name": "Bed Light", "type": "entity", "id": "light.bed_light"}], "failed": []})
    }

    #[test]
    fn what_was_done_ends_the_sentence_that_names_it() {
        let said = |opener| result("action_done", "Turned on the light", lamp(), "turn on the bed light", opener);
        assert_eq!(said("Turning on the bed light"), ActionResult::Done(String::new()));
        assert_eq!(said("Turning on the bed light so"), ActionResult::Done("that's done.".into()));
        assert_eq!(said(""), ActionResult::Done("Turned on the light.".into()));
        assert_eq!(said("Okay, one moment,"), ActionResult::Done("Turned on the light.".into()));
    }

    #[test]
    fn an_opener_that_names_the_opposite_is_taken_back() {
        assert_eq!(
            result("action_done", "Turned on the fan", lamp(), "Turn on the ceiling fan.", "Stopping the ceiling fan,"),
            ActionResult::Failed("turned on the fan.".into())
        );
    }

    #[test]
    fn an_answer_of_one_word_names_what_was_done() {
        assert_eq!(
            result("action_done", "Opening", lamp(), "Please open the bed light.", "Okay, one second, please,"),
            ActionResult::Done("opening Bed Light.".into())
        );
    }

    #[test]
    fn knowledge_of_the_home_continues_the_sentence() {
        let time = json!({"success": [], "failed": []});
        assert_eq!(
            result("action_done", "10:55 AM", time, "what time is it", "The time right now is"),
            ActionResult::Done("10:55 AM.".into())
        );
        let door = || json!({"success": [{"name": "Garage Door", "type": "entity", "id": "cover.garage_door"}]});
        let ask = "is the garage door open";
        assert_eq!(
            result("query_answer", "No, closed", door(), ask, "The garage door is"),
            ActionResult::Question("no, closed.".into())
        );
        assert_eq!(result("query_answer", "No, closed", door(), ask, ""), ActionResult::Done("No, closed.".into()));
    }

    #[test]
    fn a_command_that_fails_is_repaired_and_a_question_goes_to_the_cloud() {
        let unknown = || json!({"code": "no_valid_targets"});
        let sorry = "Sorry, I am not aware of any device called flux capacitor";
        assert_eq!(
            result("error", sorry, unknown(), "turn on the flux capacitor", "Turning on the flux capacitor"),
            ActionResult::Failed("I am not aware of any device called flux capacitor.".into())
        );
        let mongolia = "Sorry, I am not aware of any device called capital of mongolia";
        assert_eq!(
            result("error", mongolia, unknown(), "what is the capital of mongolia", "The capital of Mongolia is"),
            ActionResult::NotForMe
        );
        let none = json!({"code": "no_intent_match"});
        assert_eq!(result("error", "Sorry, what?", none, "make up a story", ""), ActionResult::NotForMe);
    }

    #[test]
    fn what_was_not_there_and_what_failed_is_said() {
        let answer = Answer::read(&sent("action_done", "Turned on the light", lamp())).unwrap();
        assert_eq!(
            answer.result("turn on the bed light", "Turning on the bed light", &["Bed Light".into()]),
            ActionResult::Failed("Bed Light isn't available.".into())
        );
        let failed = json!({"success": [], "failed": [{"name": "Hall", "type": "entity", "id": "light.hall"}]});
        assert_eq!(
            result("action_done", "Turned on", failed, "turn on the hall", "Turning on the hall"),
            ActionResult::Failed("Hall didn't do it.".into())
        );
    }

    #[test]
    fn a_question_back_is_asked() {
        let mut data = sent("action_done", "Which light?", lamp());
        data["intent_output"]["continue_conversation"] = json!(true);
        let answer = Answer::read(&data).unwrap();
        assert_eq!(answer.result("turn on", "Turning on", &[]), ActionResult::Question("Which light?".into()));
        assert_eq!(answer.conversation.as_deref(), Some("01M86JW"));
    }

    #[test]
    fn what_comes_is_bounded_and_on_one_line() {
        let data =
            sent("action_done", &format!("a\u{7}\n\n{}", "b".repeat(100_000)), json!({"success": vec![lamp(); 999]}));
        let answer = Answer::read(&data).unwrap();
        assert_eq!((answer.speech.chars().count(), &answer.speech[..3]), (LONGEST, "a b"));
        assert!(answer.done.is_empty(), "no entities");
        assert_eq!(Answer::read(&json!({"intent_output": 3})), None);
        assert_eq!(Answer::read(&json!([])), None);
        let empty = Answer::read(&json!({"intent_output": {"response": {}}})).unwrap();
        assert_eq!(empty.result("x", "y", &[]), ActionResult::NotForMe);
    }

    proptest! {
        #[test]
        fn any_answer_means_something(kind in "action_done|query_answer|error|.{0,9}", speech in ".{0,80}",
                                      code in "no_intent_match|no_valid_targets|.{0,9}", opener in ".{0,30}") {
            let data = sent(&kind, &speech, json!({"code": code}));
            let _ = Answer::read(&data).unwrap().result("turn on the light", &opener, &[]);
        }
    }
}
