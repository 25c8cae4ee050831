//! What models put in front of a continuation: "Sure!", "Assistant:", the request once more; and how they begin when
//! they refuse.

use super::tokens::{Token, tokens};

/// Words in front of an answer although the sentence has begun already. Only with a mark behind them.
const PREAMBLES: &[&str] = &[
    "sure",
    "certainly",
    "absolutely",
    "of course",
    "okay",
    "ok",
    "great",
    "sure thing",
    "got it",
    "right",
    "alright",
    "no problem",
    "great question",
    "good question",
    "thanks for asking",
    "the answer is",
];
/// Who or what speaks, with a colon behind it.
const LABELS: &[&str] = &["assistant", "answer", "continuation", "response", "reply", "segue"];
/// Words with which the request is asked once more, and those that may follow. Others ("which", "when") begin so many
/// continuations that they are not waited for.
const ASKING: &[&str] = &["how", "what", "why"];
const AND_THEN: &[&str] = &[
    "do", "does", "did", "is", "are", "was", "were", "can", "could", "should", "would", "will", "many", "much", "long",
];
/// A repeated request is not longer than this, in words.
const LONGEST_REQUEST: usize = 16;
/// How refusals begin.
const REFUSALS: &[&[&str]] = &[
    &["sorry"],
    &["apologies"],
    &["unfortunately"],
    &["i", "am", "sorry"],
    &["i", "am", "unable"],
    &["i", "am", "not", "able"],
    &["i", "can", "not"],
    &["i", "will", "not"],
    &["i", "apologize"],
    &["i", "apologise"],
    &["as", "an", "ai"],
];
/// Last words of an opener behind which a new clause is natural.
const BEFORE_A_CLAUSE: &[&str] =
    &["that", "but", "and", "so", "because", "since", "if", "afraid", "or", "whether", "as", "well"];

/// Bytes of the preamble at the beginning of `text`; `None` when more must come to tell.
pub(super) fn preamble(text: &str, ended: bool) -> Option<usize> {
    let mut phrase = String::new();
    for (end, word) in words(text) {
        let complete = ended || end < text.len();
        let bare: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if bare.is_empty() {
            continue;
        }
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(&bare);
        if LABELS.contains(&phrase.as_str()) && complete {
            return Some(if word.ends_with(':') { end } else { 0 });
        }
        let begins = |known: &&str| known.starts_with(phrase.as_str());
        if !PREAMBLES.iter().any(begins) && !(LABELS.iter().any(begins) && !complete) {
            return Some(0);
        }
        if !complete {
            return None;
        }
        if PREAMBLES.contains(&phrase.as_str()) && word.ends_with(['!', ',', '.', ':', '\u{2014}']) {
            return Some(end);
        }
        // A sentence that ends inside a longer preamble is none.
        if word.ends_with(['.', '!', '?', ',']) {
            return Some(0);
        }
    }
    if ended { Some(0) } else { None }
}

/// If the text may begin with the request once more: the number of its words, 0 when it does not. `None` when more must
/// come to tell.
pub(super) fn request_again(reply: &[Token], text: &str, ended: bool) -> Option<usize> {
    let first = reply.first().map(|token| token.key.as_str());
    let told = first == Some("you");
    let asking = first.is_some_and(|first| ASKING.contains(&first));
    let follows = |key: &str| if told { key == "asked" } else { AND_THEN.contains(&key) };
    if !(told || asking) || reply.get(1).is_some_and(|second| !follows(&second.key)) {
        return Some(0);
    }
    match reply.iter().take(LONGEST_REQUEST).position(|token| token.stop) {
        Some(last) => {
            let asks =
                reply[last].end.is_some_and(|end| text[..end].trim_end_matches(['"', '\u{201d}']).ends_with('?'));
            Some(if asks || (told && last > 0) { last + 1 } else { 0 })
        }
        None if ended || reply.len() >= LONGEST_REQUEST => Some(0),
        None => None,
    }
}

/// Whether `rest` refuses where the opener was in the middle of a sentence, so that it begins a new one; `None` when
/// more must come to tell.
pub(super) fn refuses(opener: &[Token], written: &str, rest: &str, ended: bool) -> Option<bool> {
    let inside = written.ends_with(char::is_alphanumeric)
        && opener.last().is_some_and(|last| !BEFORE_A_CLAUSE.contains(&last.key.as_str()));
    if !inside {
        return Some(false);
    }
    let words = tokens(rest, ended);
    let mut undecided = false;
    for refusal in REFUSALS {
        let shared = refusal.iter().zip(&words).take_while(|(known, word)| **known == word.key).count();
        if shared == refusal.len() {
            return Some(true);
        }
        undecided |= shared == words.len();
    }
    if undecided && !ended { None } else { Some(false) }
}

/// The written words, each with its end.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - base + word.len(), word))
}
