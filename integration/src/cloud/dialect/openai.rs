//! OpenAI's chat completions, as most servers speak them.

use serde_json::{Value, json};

use super::End;

pub(super) fn error(status: u16) -> String {
    json!({ "error": { "message": "scripted", "code": status } }).to_string()
}

pub(super) fn begin() -> String {
    event(&json!({ "role": "assistant", "content": "" }), None)
}

pub(super) fn thought(thought: &str) -> String {
    event(&json!({ "reasoning_content": thought }), None)
}

pub(super) fn text(text: &str) -> String {
    event(&json!({ "content": text }), None)
}

pub(super) fn finish(end: End) -> String {
    match end {
        End::Whole => event(&json!({}), Some("stop")),
        End::Length => event(&json!({}), Some("length")),
        End::Tool => event(&json!({}), Some("tool_calls")),
        End::Refusal => {
            event(&json!({ "refusal": "I can't help with that." }), None) + &event(&json!({}), Some("stop"))
        }
    }
}

pub(super) fn tool_call() -> String {
    let function = json!({ "name": "set_light", "arguments": "{}" });
    event(&json!({ "tool_calls": [{ "index": 0, "id": "1", "type": "function", "function": function }] }), None)
}

pub(super) fn whole(text: &str) -> String {
    let message = json!({ "role": "assistant", "content": text });
    json!({ "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }] }).to_string()
}

fn event(delta: &Value, finish: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
    format!("data: {}\n\n", json!({ "object": "chat.completion.chunk", "model": "scripted", "choices": [choice] }))
}
