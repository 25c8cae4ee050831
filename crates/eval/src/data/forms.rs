//! The two forms in which a request reaches the opener: small letters without marks, as a recogniser without casing
//! gives it, and written, as whisper gives it. Half of the requests each, by hash.

use std::sync::LazyLock;

use regex::Regex;

use super::Request;
use crate::split::share;

#[allow(clippy::unwrap_used)]
static QUESTION: LazyLock<Regex> = LazyLock::new(|| {
    let asks = "what|who|when|where|why|how|which|whose|is|are|was|were|do|does|did|can|could|will|would|should|has|have|am|may";
    Regex::new(&format!(r"(?i)^(?:(?:hey|hi|ok|okay|so|well|and|but|um|uh),? )*(?:{asks})(?:'s|n't)?\b")).unwrap()
});

/// The request in one of its two forms.
pub(crate) fn heard(request: &Request) -> Request {
    let text = if share(&request.text, "form") < 0.5 { small(&request.text) } else { written(&request.text) };
    Request { text, ..request.clone() }
}

/// Small letters, no marks but those inside words and numbers.
fn small(text: &str) -> String {
    let bare =
        |word: &str| word.trim_end_matches(['?', '!', '.', ',', ';', ':', '"']).trim_start_matches('"').to_lowercase();
    text.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A capital at the beginning, `I` as a capital, a mark at the end.
fn written(text: &str) -> String {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_string).collect();
    for word in &mut words {
        if word == "i" || word.starts_with("i'") {
            word.replace_range(..1, "I");
        }
    }
    let mut text = words.join(" ");
    if let Some(first) = text.chars().next() {
        text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    }
    if !text.ends_with(['.', '?', '!']) {
        text.push(if QUESTION.is_match(&text) { '?' } else { '.' });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_forms_say_the_same() {
        assert_eq!(small("Hey, what's 3.5 plus 2?"), "hey what's 3.5 plus 2");
        assert_eq!(written("what's the time"), "What's the time?");
        assert_eq!(written("tell mum i'm late"), "Tell mum I'm late.");
    }
}
