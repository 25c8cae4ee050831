//! Anthropic's Messages, event by event. Thoughts are block 0, the answer is block 1.

use serde_json::{Value, json};

use super::End;

pub(super) fn error(status: u16) -> String {
    let kind = match status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    };
    json!({ "type": "error", "error": { "type": kind, "message": "scripted" } }).to_string()
}

pub(super) fn begin() -> String {
    let message = json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": [],
        "stop_reason": null, "usage": { "input_tokens": 1, "output_tokens": 1 } });
    event(&json!({ "type": "message_start", "message": message }))
        + &event(
            &json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "thinking", "thinking": "" } }),
        )
        + &event(&json!({ "type": "content_block_start", "index": 1, "content_block": { "type": "text", "text": "" } }))
        + &event(&json!({ "type": "ping" }))
}

pub(super) fn thought(thought: &str) -> String {
    delta(0, &json!({ "type": "thinking_delta", "thinking": thought }))
}

pub(super) fn text(text: &str) -> String {
    delta(1, &json!({ "type": "text_delta", "text": text }))
}

pub(super) fn finish(end: End) -> String {
    let reason = match end {
        End::Whole => "end_turn",
        End::Length => "max_tokens",
        End::Tool => "tool_use",
        End::Refusal => "refusal",
    };
    event(&json!({ "type": "content_block_stop", "index": 1 }))
        + &event(&json!({ "type": "message_delta", "delta": { "stop_reason": reason, "stop_sequence": null },
            "usage": { "output_tokens": 9 } }))
}

pub(super) fn tool_call() -> String {
    let block = json!({ "type": "tool_use", "id": "toolu_1", "name": "set_light", "input": {} });
    event(&json!({ "type": "content_block_start", "index": 2, "content_block": block }))
        + &delta(2, &json!({ "type": "input_json_delta", "partial_json": "{}" }))
}

pub(super) fn whole(text: &str) -> String {
    json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "stop_reason": "end_turn",
        "content": [{ "type": "text", "text": text }] })
    .to_string()
}

fn delta(index: usize, delta: &Value) -> String {
    event(&json!({ "type": "content_block_delta", "index": index, "delta": delta }))
}

fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap_or_default())
}
