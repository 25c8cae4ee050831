//! One reply, event by event, to the text that may be spoken, in either dialect. Pure.
//!
//! Reasoning, tool calls, usage and unknown fields are skipped. Text is bounded; a reply that has no words, or does
//! not end as it should, is an error, because the dialogue then owes the user another end.

use segue_runtime::port::CloudError;
use serde_json::Value;

use super::dialect::Dialect;
use super::think::Think;
use super::{anthropic, openai};

/// The most text of one reply, in bytes: a quarter of an hour of speech.
pub const LONGEST_REPLY: usize = 16 * 1024;

/// What one event brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// The answer's text.
    pub(super) text: String,
    /// The provider's words for why there is no answer.
    pub(super) refusal: String,
    /// That, and how, the reply is over.
    pub(super) end: Option<End>,
}

/// How a reply is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The model had said what it had to say.
    Whole,
    /// The server's limit cut it short, in the middle of a sentence for all we know.
    Cut,
    /// The server kept the rest to itself.
    Withheld,
}

/// Reads the events of one reply.
#[derive(Debug, Default)]
pub struct Reply {
    dialect: Dialect,
    think: Think,
    bytes: usize,
    has_words: bool,
    refuses: bool,
    end: Option<End>,
}

impl Reply {
    /// Reads a reply in this dialect.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Takes the data of one event, gives the text in it, often none.
    pub fn read(&mut self, data: &str) -> Result<String, CloudError> {
        if self.end.is_some() {
            return Ok(String::new());
        }
        let part = match self.dialect {
            Dialect::OpenAi => openai::read(data)?,
            Dialect::Anthropic => anthropic::read(data)?,
        };
        self.take(part)
    }

    /// Takes a reply that came in one piece, from a server that does not stream.
    pub fn read_whole(&mut self, body: &str) -> Result<String, CloudError> {
        let body: Value = serde_json::from_str(body).map_err(|_| CloudError::Broken("the reply is not JSON".into()))?;
        let part = match self.dialect {
            Dialect::OpenAi => openai::read_whole(&body)?,
            Dialect::Anthropic => anthropic::read_whole(&body)?,
        };
        self.take(part)
    }

    /// Whether the reply is complete; what follows is of no interest.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// Whether anything was given out that can be heard.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.has_words
    }

    /// The stream is over: was it a reply?
    pub fn finish(self) -> Result<(), CloudError> {
        match self.end {
            None => Err(CloudError::Broken("the stream ended in the middle".into())),
            Some(_) if !self.has_words => Err(CloudError::Empty),
            Some(End::Whole) => Ok(()),
            Some(End::Cut) => Err(CloudError::Broken("the server's limit cut the reply".into())),
            Some(End::Withheld) => Err(CloudError::Broken("the server withheld the rest".into())),
        }
    }

    fn take(&mut self, part: Part) -> Result<String, CloudError> {
        let mut text = self.think.push(&clean(&part.text));
        text += &self.refusal(&part.refusal);
        if part.end.is_some() {
            self.end = part.end;
            text += &self.think.finish();
        }
        self.bytes += text.len();
        if self.bytes > LONGEST_REPLY {
            return Err(CloudError::Broken("the reply does not end".into()));
        }
        self.has_words |= text.contains(char::is_alphanumeric);
        Ok(text)
    }

    /// A refusal in place of an answer is a new sentence, not the end of the one that was begun.
    fn refusal(&mut self, refusal: &str) -> String {
        if refusal.is_empty() || (self.has_words && !self.refuses) {
            return String::new();
        }
        let first = !std::mem::replace(&mut self.refuses, true);
        format!("{}{}", if first { "[restart] " } else { "" }, clean(refusal))
    }
}

/// Control characters are nobody's words. The one that begins a terminal's escape sequence stays, so that the core can
/// drop the whole sequence.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\u{1b}')).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What a stream of events gives: its text, then how it ended.
    fn check(events: &[Value], text: &str, end: Result<(), CloudError>) {
        let mut reply = Reply::default();
        let mut said = String::new();
        for event in events {
            let data = event.as_str().map_or_else(|| event.to_string(), str::to_owned);
            match reply.read(&data) {
                Ok(text) => said += &text,
                Err(error) => {
                    assert_eq!((said.as_str(), Err(error)), (text, end));
                    return;
                }
            }
        }
        assert_eq!((said.as_str(), reply.finish()), (text, end));
    }

    fn delta(text: &str) -> Value {
        json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]})
    }

    fn stop(reason: &str) -> Value {
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    }

    fn broken(why: &str) -> Result<(), CloudError> {
        Err(CloudError::Broken(why.into()))
    }

    #[test]
    fn text_is_joined_until_the_end() {
        let role = json!({"choices": [{"delta": {"role": "assistant", "content": ""}}]});
        check(&[role, delta(" Can"), delta("berra."), stop("stop"), json!("[DONE]")], " Canberra.", Ok(()));
        check(&[delta(" Canberra."), json!("[DONE]")], " Canberra.", Ok(()));
        check(&[delta(" Canberra."), stop("stop"), json!({"choices": [], "usage": {}})], " Canberra.", Ok(()));
        check(&[delta("a"), stop("stop"), delta("late")], "a", Ok(()));
    }

    #[test]
    fn thoughts_and_tools_are_not_spoken() {
        let reasoning = json!({"choices": [{"delta": {"reasoning_content": "hm", "reasoning": "hm"}}]});
        check(&[reasoning, delta("<think>"), delta("hm</think>"), delta("Yes."), stop("stop")], "Yes.", Ok(()));
        let tool = json!({"choices": [{"delta": {"tool_calls": [{"function": {"name": "x", "arguments": "{}"}}]}}]});
        check(&[tool, stop("tool_calls")], "", Err(CloudError::Empty));
        let other = json!({"choices": [{"index": 1, "delta": {"content": "second choice"}}]});
        check(&[other, delta("a"), stop("stop")], "a", Ok(()));
        let parts = json!({"choices": [{"delta": {"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": "Yes."}]}}]});
        check(&[parts, stop("stop")], "Yes.", Ok(()));
    }

    #[test]
    fn a_refusal_in_its_own_field_is_a_new_sentence() {
        let refusal = |text: &str| json!({"choices": [{"delta": {"refusal": text}}]});
        let said = "[restart] I can't help with that.";
        check(&[refusal("I can't help"), refusal(" with that."), stop("stop")], said, Ok(()));
        check(&[refusal(""), delta("Yes."), stop("stop")], "Yes.", Ok(()));
        check(&[delta("Well"), refusal("no"), stop("content_filter")], "Well", broken("the server withheld the rest"));
    }

    #[test]
    fn a_reply_without_words_is_empty() {
        check(&[stop("stop")], "", Err(CloudError::Empty));
        check(&[delta(" \n.\u{7}"), stop("stop")], " \n.", Err(CloudError::Empty));
        check(&[stop("content_filter")], "", Err(CloudError::Empty));
        check(&[json!("[DONE]")], "", Err(CloudError::Empty));
    }

    #[test]
    fn what_does_not_end_well_is_broken() {
        check(&[delta("Canb")], "Canb", broken("the stream ended in the middle"));
        check(&[], "", broken("the stream ended in the middle"));
        check(&[delta("a"), stop("length")], "a", broken("the server's limit cut the reply"));
        check(&[delta("a"), stop("content_filter")], "a", broken("the server withheld the rest"));
        check(&[delta("a"), json!("{not json")], "a", broken("an event is not JSON"));
        check(
            &[delta("a"), json!({"error": {"type": "server_error"}})],
            "a",
            broken("the server reported server_error"),
        );
        check(&[json!({"choices": "none"}), json!([]), json!(7), delta("a"), stop("stop")], "a", Ok(()));
    }

    #[test]
    fn text_is_bounded() {
        let long = delta(&"a".repeat(LONGEST_REPLY / 2));
        check(
            &[long.clone(), delta("b"), long],
            &("a".repeat(LONGEST_REPLY / 2) + "b"),
            broken("the reply does not end"),
        );
    }

    #[test]
    fn a_reply_in_one_piece_is_read_too() {
        let body = json!({"choices": [{"message": {"content": "Canberra."}, "finish_reason": "stop"}]}).to_string();
        let mut reply = Reply::default();
        assert_eq!(reply.read_whole(&body).unwrap(), "Canberra.");
        assert_eq!(reply.finish(), Ok(()));
        assert!(Reply::default().read_whole("<html>").is_err());
        assert!(Reply::default().read_whole("{}").is_err());
    }
}
