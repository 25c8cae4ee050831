//! The body of a request: the conversation, and the sentence that the user is hearing already. Pure.

use segue_runtime::port::Continue;
use serde_json::{Map, Value, json};

/// How a sentence that was begun is handed over. The instruction is always sent; the other ways add the opener as the
/// beginning of the reply, for servers that are known to go on from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HandOver {
    /// By words alone, which every model understands (OpenAI, Gemini, Claude).
    #[default]
    Instruction,
    /// A trailing message of the assistant is continued (llama.cpp, Ollama).
    TrailingAssistant,
    /// The same, when asked for by `continue_final_message` (vLLM, SGLang).
    ContinueFinalMessage,
    /// The same, when the message is marked `prefix` (Mistral, DeepSeek).
    PrefixTrue,
}

/// What the model is told, from `assets/prompts/` or from the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompts {
    /// Before every conversation.
    pub system: String,
    /// After a request that has an opener. `{opener}` stands for its words.
    pub instruction: String,
}

impl Default for Prompts {
    fn default() -> Self {
        Self {
            system:
                "You are a voice assistant. Everything you write is spoken aloud: answer in one or two short, plain \
                     sentences, without lists, markup or emoji."
                    .into(),
            instruction:
                "(You have begun to answer aloud; the user has already heard: \"{opener}\" Go on with this very \
                          sentence from the next word. Write only the words that follow; do not repeat what was heard.)"
                    .into(),
        }
    }
}

/// Which field bounds the reply, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLimit {
    /// None is sent; the reply is bounded on arrival.
    Unlimited,
    /// `max_tokens`, which nearly all servers know.
    MaxTokens(u32),
    /// `max_completion_tokens`, which OpenAI's own models ask for.
    MaxCompletionTokens(u32),
}

impl TokenLimit {
    /// Some forty seconds of speech, in the field that the server at `base` knows.
    #[must_use]
    pub fn for_base(base: &str) -> Self {
        const ENOUGH: u32 = 256;
        if base.contains("://api.openai.com/") { Self::MaxCompletionTokens(ENOUGH) } else { Self::MaxTokens(ENOUGH) }
    }
}

/// How requests to one provider are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// How the opener is handed over.
    pub hand_over: HandOver,
    /// What the model is told.
    pub prompts: Prompts,
    /// How long the reply may become.
    pub limit: TokenLimit,
    /// Further fields of the body (`temperature`, `reasoning_effort`, ...), as the user's configuration has them.
    /// They win over the fields written here.
    pub extra: Map<String, Value>,
}

/// Writes the body.
#[must_use]
pub fn body(ask: &Continue, model: &str, style: &Style) -> Value {
    let mut messages = vec![message("system", &style.prompts.system)];
    for exchange in &ask.history {
        messages.push(message("user", &exchange.request));
        messages.push(message("assistant", &exchange.heard));
    }
    let opener = ask.opener.trim();
    messages.push(message("user", &request(ask, opener, &style.prompts)));
    let mut body = json!({ "model": model, "stream": true });
    if !opener.is_empty() {
        hand_over(style.hand_over, opener, &mut messages, &mut body);
    }
    body["messages"] = messages.into();
    match style.limit {
        TokenLimit::Unlimited => {}
        TokenLimit::MaxTokens(most) => body["max_tokens"] = most.into(),
        TokenLimit::MaxCompletionTokens(most) => body["max_completion_tokens"] = most.into(),
    }
    for (field, value) in &style.extra {
        body[field] = value.clone();
    }
    body
}

fn request(ask: &Continue, opener: &str, prompts: &Prompts) -> String {
    let request = ask.request.trim();
    if opener.is_empty() {
        return request.to_owned();
    }
    // Split, not replaced: an opener that itself contains the mark must not be read again.
    let instruction = prompts.instruction.split("{opener}").collect::<Vec<_>>().join(opener);
    format!("{request}\n\n{instruction}")
}

fn hand_over(way: HandOver, opener: &str, messages: &mut Vec<Value>, body: &mut Value) {
    let mut begun = message("assistant", opener);
    match way {
        HandOver::Instruction => return,
        HandOver::TrailingAssistant => {}
        HandOver::ContinueFinalMessage => {
            body["continue_final_message"] = true.into();
            body["add_generation_prompt"] = false.into();
        }
        HandOver::PrefixTrue => begun["prefix"] = true.into(),
    }
    messages.push(begun);
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

#[cfg(test)]
mod tests {
    use segue_core::talk::Exchange;

    use super::*;

    fn style(hand_over: HandOver) -> Style {
        let prompts = Prompts { system: "Be brief.".into(), instruction: "(heard: {opener})".into() };
        Style { hand_over, prompts, limit: TokenLimit::Unlimited, extra: Map::new() }
    }

    fn ask(opener: &str) -> Continue {
        Continue { request: " What is the capital? ".into(), opener: opener.into(), history: Vec::new() }
    }

    #[test]
    fn by_instruction_the_request_says_what_was_heard() {
        let expected = json!({
            "model": "m", "stream": true,
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is the capital?\n\n(heard: The capital is)"},
            ],
        });
        assert_eq!(body(&ask("The capital is "), "m", &style(HandOver::Instruction)), expected);
    }

    #[test]
    fn without_an_opener_it_is_a_plain_chat() {
        for way in
            [HandOver::Instruction, HandOver::TrailingAssistant, HandOver::ContinueFinalMessage, HandOver::PrefixTrue]
        {
            let expected = json!({
                "model": "m", "stream": true,
                "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the capital?"}],
            });
            assert_eq!(body(&ask(" "), "m", &style(way)), expected);
        }
    }

    #[test]
    fn each_prefill_has_its_marks() {
        let body = |way| body(&ask("The capital is"), "m", &style(way));
        let last = |way| body(way)["messages"].as_array().unwrap().last().unwrap().clone();
        let begun = json!({"role": "assistant", "content": "The capital is"});
        assert_eq!(last(HandOver::TrailingAssistant), begun);
        assert_eq!(last(HandOver::ContinueFinalMessage), begun);
        assert_eq!(body(HandOver::ContinueFinalMessage)["continue_final_message"], true);
        assert_eq!(body(HandOver::ContinueFinalMessage)["add_generation_prompt"], false);
        assert_eq!(
            last(HandOver::PrefixTrue),
            json!({"role": "assistant", "content": "The capital is", "prefix": true})
        );
        assert_eq!(body(HandOver::TrailingAssistant).get("continue_final_message"), None);
    }

    #[test]
    fn history_is_what_was_heard() {
        let history = vec![Exchange { request: "Hello".into(), heard: "Hi there".into() }];
        let body = body(&Continue { history, ..ask("") }, "m", &style(HandOver::Instruction));
        assert_eq!(body["messages"][1], json!({"role": "user", "content": "Hello"}));
        assert_eq!(body["messages"][2], json!({"role": "assistant", "content": "Hi there"}));
    }

    #[test]
    fn limits_and_extras_are_fields() {
        let mut style = style(HandOver::Instruction);
        style.limit = TokenLimit::for_base("https://api.openai.com/v1");
        style.extra.insert("temperature".into(), json!(0.2));
        assert_eq!(body(&ask(""), "m", &style)["max_completion_tokens"], 256);
        assert_eq!(body(&ask(""), "m", &style)["temperature"], 0.2);
        style.limit = TokenLimit::for_base("http://127.0.0.1:8080/v1");
        assert_eq!(body(&ask(""), "m", &style)["max_tokens"], 256);
    }

    #[test]
    fn a_mark_inside_the_opener_is_not_read_again() {
        let body = body(&ask("say {opener}"), "m", &style(HandOver::Instruction));
        assert_eq!(body["messages"][1]["content"], "What is the capital?\n\n(heard: say {opener})");
    }
}
