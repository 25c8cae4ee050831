//! OpenAI's chat completions: the body of a request, and what an event says. Pure.

use segue_runtime::port::{CloudError, Continue};
use serde_json::{Value, json};

use super::dialect::{Style, TokenLimit};
use super::fault;
use super::hand_over::HandOver;
use super::reply::{End, Part};

/// Writes the body. `thinks`: the model must be kept from thinking before a prefill.
pub(super) fn body(ask: &Continue, model: &str, way: HandOver, thinks: bool, style: &Style) -> Value {
    let opener = ask.opener.trim();
    let prefill = way.is_prefill() && !opener.is_empty();
    let mut messages = Vec::new();
    let system = style.prompts.system(!opener.is_empty(), &ask.home);
    if !system.is_empty() {
        messages.push(message("system", &system));
    }
    for exchange in &ask.history {
        messages.push(message("user", &exchange.request));
        messages.push(message("assistant", &exchange.heard));
    }
    let heard = (!prefill && !opener.is_empty()).then_some(opener);
    messages.push(message("user", &style.prompts.request(&ask.request, heard)));
    let mut body = json!({ "model": model, "stream": true });
    if prefill {
        begin(way, opener, &mut messages, &mut body);
        if thinks {
            body["chat_template_kwargs"] = json!({ "enable_thinking": false });
        }
    }
    body["messages"] = messages.into();
    match style.limit {
        TokenLimit::Unlimited => {}
        TokenLimit::MaxTokens(most) => body["max_tokens"] = most.into(),
        TokenLimit::MaxCompletionTokens(most) => body["max_completion_tokens"] = most.into(),
    }
    body
}

fn begin(way: HandOver, opener: &str, messages: &mut Vec<Value>, body: &mut Value) {
    let mut begun = message("assistant", opener);
    match way {
        HandOver::Instruction | HandOver::TrailingAssistant => {}
        HandOver::ContinueFinalMessage => {
            body["continue_final_message"] = true.into();
            body["add_generation_prompt"] = false.into();
        }
        HandOver::PrefixTrue => begun["prefix"] = true.into(),
        HandOver::PartialTrue => begun["partial"] = true.into(),
    }
    messages.push(begun);
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

/// Reads the data of one event.
pub(super) fn read(data: &str) -> Result<Part, CloudError> {
    if data.trim() == "[DONE]" {
        return Ok(Part { end: Some(End::Whole), ..Part::default() });
    }
    let event: Value = serde_json::from_str(data).map_err(|_| CloudError::Broken("an event is not JSON".into()))?;
    Ok(choice(&event)?.map(|choice| part(choice, &choice["delta"])).unwrap_or_default())
}

/// Reads a reply that came in one piece.
pub(super) fn read_whole(body: &Value) -> Result<Part, CloudError> {
    let choice = choice(body)?.ok_or_else(|| CloudError::Broken("the reply is no chat completion".into()))?;
    let mut part = part(choice, &choice["message"]);
    part.end = part.end.or(Some(End::Whole));
    Ok(part)
}

/// The choice that is spoken; servers may offer several.
fn choice(event: &Value) -> Result<Option<&Value>, CloudError> {
    if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
        return Err(fault::of_event(error));
    }
    let choices = event["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(choices.iter().find(|choice| choice["index"].as_u64().unwrap_or(0) == 0))
}

fn part(choice: &Value, message: &Value) -> Part {
    let end = |reason: &str| match reason {
        "length" | "max_tokens" => End::Cut,
        "content_filter" => End::Withheld,
        _ => End::Whole,
    };
    Part {
        text: text(&message["content"]),
        refusal: message["refusal"].as_str().unwrap_or_default().to_owned(),
        end: choice["finish_reason"].as_str().map(end),
    }
}

/// `content` is a string, or a list of parts of which only text is spoken.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter(|part| part["type"] == "text").filter_map(|part| part["text"].as_str()).collect()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use segue_core::talk::Exchange;
    use serde_json::Map;

    use super::super::prompts::Prompts;
    use super::*;

    fn style() -> Style {
        let prompts =
            Prompts { system: "Be brief.".into(), protocol: "Go on.".into(), instruction: "(heard: {opener})".into() };
        Style { prompts, limit: TokenLimit::Unlimited, extra: Map::new() }
    }

    fn ask(opener: &str) -> Continue {
        Continue { request: " What is the capital? ".into(), opener: opener.into(), ..Continue::default() }
    }

    fn written(opener: &str, way: HandOver) -> Value {
        body(&ask(opener), "m", way, false, &style())
    }

    const ALL: [HandOver; 5] = [
        HandOver::Instruction,
        HandOver::TrailingAssistant,
        HandOver::ContinueFinalMessage,
        HandOver::PrefixTrue,
        HandOver::PartialTrue,
    ];

    #[test]
    fn by_instruction_the_request_says_what_was_heard() {
        let expected = json!({
            "model": "m", "stream": true,
            "messages": [
                {"role": "system", "content": "Be brief.\n\nGo on."},
                {"role": "user", "content": "What is the capital?\n\n(heard: The capital is)"},
            ],
        });
        assert_eq!(written("The capital is ", HandOver::Instruction), expected);
    }

    #[test]
    fn without_an_opener_it_is_a_plain_chat() {
        for way in ALL {
            let expected = json!({
                "model": "m", "stream": true,
                "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the capital?"}],
            });
            assert_eq!(written(" ", way), expected);
        }
    }

    #[test]
    fn each_prefill_has_its_marks_and_the_request_stays_as_it_was_said() {
        let last = |way| written("The capital is", way)["messages"].as_array().unwrap().last().unwrap().clone();
        let begun = json!({"role": "assistant", "content": "The capital is"});
        assert_eq!(last(HandOver::TrailingAssistant), begun);
        assert_eq!(last(HandOver::ContinueFinalMessage), begun);
        let body = written("The capital is", HandOver::ContinueFinalMessage);
        assert_eq!((&body["continue_final_message"], &body["add_generation_prompt"]), (&json!(true), &json!(false)));
        let marked = |mark: &str| json!({"role": "assistant", "content": "The capital is", mark: true});
        assert_eq!(last(HandOver::PrefixTrue), marked("prefix"));
        assert_eq!(last(HandOver::PartialTrue), marked("partial"));
        let body = written("The capital is", HandOver::TrailingAssistant);
        assert_eq!(body.get("continue_final_message"), None);
        assert_eq!(body["messages"][0]["content"], "Be brief.\n\nGo on.");
        assert_eq!(body["messages"][1]["content"], "What is the capital?");
    }

    #[test]
    fn a_model_that_thinks_is_kept_from_it_before_a_prefill_only() {
        let kwargs = |way| body(&ask("It is"), "m", way, true, &style()).get("chat_template_kwargs").cloned();
        assert_eq!(kwargs(HandOver::TrailingAssistant), Some(json!({"enable_thinking": false})));
        assert_eq!(kwargs(HandOver::Instruction), None);
    }

    #[test]
    fn history_is_what_was_heard() {
        let history = vec![Exchange { request: "Hello".into(), heard: "Hi there".into() }];
        let body = body(&Continue { history, ..ask("") }, "m", HandOver::Instruction, false, &style());
        assert_eq!(body["messages"][1], json!({"role": "user", "content": "Hello"}));
        assert_eq!(body["messages"][2], json!({"role": "assistant", "content": "Hi there"}));
    }

    #[test]
    fn limits_are_fields() {
        let limited = |limit| body(&ask(""), "m", HandOver::Instruction, false, &Style { limit, ..style() });
        assert_eq!(limited(TokenLimit::MaxCompletionTokens(7))["max_completion_tokens"], 7);
        assert_eq!(limited(TokenLimit::MaxTokens(7))["max_tokens"], 7);
        assert_eq!(limited(TokenLimit::Unlimited).get("max_tokens"), None);
    }
}
