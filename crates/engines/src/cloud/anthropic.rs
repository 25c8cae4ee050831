//! Anthropic's Messages: the body of a request, and what an event says. Pure.
//!
//! Only text blocks are spoken; thoughts, tools and blocks of kinds to come are skipped, as the API's versioning
//! policy asks of clients.

use segue_runtime::port::{CloudError, Continue};
use serde_json::{Value, json};

use super::dialect::{ENOUGH, Style, TokenLimit};
use super::fault;
use super::hand_over::HandOver;
use super::reply::{End, Part};

/// The version of the API that is spoken here, for the header `anthropic-version`.
pub const VERSION: &str = "2023-06-01";

/// Writes the body. There is one kind of prefill here: the trailing message.
pub(super) fn body(ask: &Continue, model: &str, way: HandOver, style: &Style) -> Value {
    let opener = ask.opener.trim();
    let prefill = way.is_prefill() && !opener.is_empty();
    let mut messages = Vec::new();
    for exchange in &ask.history {
        // An empty message is refused, and so is one that ends in white space.
        let (request, heard) = (exchange.request.trim(), exchange.heard.trim());
        if !request.is_empty() && !heard.is_empty() {
            messages.push(message("user", request));
            messages.push(message("assistant", heard));
        }
    }
    let heard = (!prefill && !opener.is_empty()).then_some(opener);
    messages.push(message("user", &style.prompts.request(&ask.request, heard)));
    if prefill {
        messages.push(message("assistant", opener));
    }
    let most = match style.limit {
        TokenLimit::Unlimited => ENOUGH,
        TokenLimit::MaxTokens(most) | TokenLimit::MaxCompletionTokens(most) => most,
    };
    let mut body = json!({ "model": model, "max_tokens": most, "stream": true, "messages": messages });
    let system = style.prompts.system(!opener.is_empty(), &ask.home);
    if !system.is_empty() {
        body["system"] = system.into();
    }
    body
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

/// Reads the data of one event.
pub(super) fn read(data: &str) -> Result<Part, CloudError> {
    let event: Value = serde_json::from_str(data).map_err(|_| CloudError::Broken("an event is not JSON".into()))?;
    let text = |block: &Value, kind: &str| {
        let text = block["text"].as_str().filter(|_| block["type"] == kind);
        Part { text: text.unwrap_or_default().to_owned(), ..Part::default() }
    };
    Ok(match event["type"].as_str().unwrap_or_default() {
        "content_block_start" => text(&event["content_block"], "text"),
        "content_block_delta" => text(&event["delta"], "text_delta"),
        "message_delta" => Part { end: event["delta"]["stop_reason"].as_str().map(end), ..Part::default() },
        "message_stop" => Part { end: Some(End::Whole), ..Part::default() },
        "error" => return Err(fault::of_event(&event["error"])),
        _ => Part::default(),
    })
}

/// Reads a reply that came in one piece.
pub(super) fn read_whole(body: &Value) -> Result<Part, CloudError> {
    if body["type"] == "error" {
        return Err(fault::of_event(&body["error"]));
    }
    let blocks = body["content"].as_array().ok_or_else(|| CloudError::Broken("the reply is no message".into()))?;
    let texts = blocks.iter().filter(|block| block["type"] == "text").filter_map(|block| block["text"].as_str());
    Ok(Part {
        text: texts.collect(),
        end: Some(body["stop_reason"].as_str().map_or(End::Whole, end)),
        ..Part::default()
    })
}

fn end(reason: &str) -> End {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => End::Cut,
        "refusal" => End::Withheld,
        _ => End::Whole,
    }
}

#[cfg(test)]
mod tests {
    use segue_core::talk::Exchange;
    use serde_json::Map;

    use super::super::prompts::Prompts;
    use super::*;

    fn written(opener: &str, way: HandOver) -> Value {
        let prompts =
            Prompts { system: "Be brief.".into(), protocol: "Go on.".into(), instruction: "(heard: {opener})".into() };
        let style = Style { prompts, limit: TokenLimit::Unlimited, extra: Map::new() };
        let exchange = |request: &str, heard: &str| Exchange { request: request.into(), heard: heard.into() };
        let history = vec![exchange("Hello", "Hi there. "), exchange("Lost", " ")];
        body(
            &Continue { request: " Capital? ".into(), opener: opener.into(), history, home: Vec::new() },
            "claude",
            way,
            &style,
        )
    }

    #[test]
    fn a_prefill_is_the_last_message_and_never_ends_in_white_space() {
        let expected = json!({
            "model": "claude", "max_tokens": 256, "stream": true,
            "messages": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Hi there."},
                {"role": "user", "content": "Capital?"},
                {"role": "assistant", "content": "The capital is"},
            ],
            "system": "Be brief.\n\nGo on.",
        });
        assert_eq!(written("The capital is ", HandOver::TrailingAssistant), expected);
    }

    #[test]
    fn by_instruction_the_user_has_the_last_word() {
        let body = written("The capital is", HandOver::Instruction);
        assert_eq!(body["messages"][2], json!({"role": "user", "content": "Capital?\n\n(heard: The capital is)"}));
        assert_eq!(body["messages"].as_array().unwrap().len(), 3);
        assert_eq!(body["system"], "Be brief.\n\nGo on.");
        let plain = written("", HandOver::TrailingAssistant);
        assert_eq!((&plain["messages"][2]["content"], &plain["system"]), (&json!("Capital?"), &json!("Be brief.")));
    }

    fn part(event: Value) -> Result<Part, CloudError> {
        read(&event.to_string())
    }

    fn said(text: &str) -> Result<Part, CloudError> {
        Ok(Part { text: text.into(), ..Part::default() })
    }

    fn over(end: End) -> Result<Part, CloudError> {
        Ok(Part { end: Some(end), ..Part::default() })
    }

    #[test]
    fn only_text_is_spoken() {
        let delta = |delta: Value| part(json!({"type": "content_block_delta", "index": 0, "delta": delta}));
        assert_eq!(delta(json!({"type": "text_delta", "text": " Canberra"})), said(" Canberra"));
        assert_eq!(delta(json!({"type": "thinking_delta", "thinking": "hm", "text": "hm"})), said(""));
        assert_eq!(delta(json!({"type": "input_json_delta", "partial_json": "{}"})), said(""));
        let start = |block: Value| part(json!({"type": "content_block_start", "index": 0, "content_block": block}));
        assert_eq!(start(json!({"type": "text", "text": "A"})), said("A"));
        assert_eq!(start(json!({"type": "tool_use", "name": "x", "text": "no"})), said(""));
        for other in [json!({"type": "ping"}), json!({"type": "message_start"}), json!({"type": "to_come"}), json!(7)] {
            assert_eq!(part(other), said(""));
        }
    }

    #[test]
    fn each_reason_to_stop_has_its_meaning() {
        let stop = |reason: &str| part(json!({"type": "message_delta", "delta": {"stop_reason": reason}}));
        assert_eq!(stop("end_turn"), over(End::Whole));
        assert_eq!(stop("tool_use"), over(End::Whole));
        assert_eq!(stop("max_tokens"), over(End::Cut));
        assert_eq!(stop("refusal"), over(End::Withheld));
        assert_eq!(part(json!({"type": "message_stop"})), over(End::Whole));
        assert_eq!(part(json!({"type": "message_delta", "delta": {"stop_reason": null}})), said(""));
    }

    #[test]
    fn errors_in_the_stream_are_errors() {
        let error = |kind: &str| part(json!({"type": "error", "error": {"type": kind, "message": "you said x"}}));
        assert_eq!(error("overloaded_error"), Err(CloudError::Status(529)));
        assert_eq!(error("rate_limit_error"), Err(CloudError::RateLimited(None)));
        assert_eq!(error("authentication_error"), Err(CloudError::Unauthorized));
        assert_eq!(read("{not json"), Err(CloudError::Broken("an event is not JSON".into())));
    }

    #[test]
    fn a_reply_in_one_piece_is_read_too() {
        let body = json!({"type": "message", "stop_reason": "end_turn",
            "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Canberra."}]});
        assert_eq!(read_whole(&body).unwrap().text, "Canberra.");
        assert!(read_whole(&json!({})).is_err());
    }
}
