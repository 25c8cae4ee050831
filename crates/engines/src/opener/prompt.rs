//! From a request to the model's prompt: the format of `models/opener/FORMAT.md`, in small letters, each part bounded.

use segue_core::talk::Exchange;
use tokenizers::Tokenizer;

/// Bounds of the prompt's parts in tokens, as the model was trained.
const MOST_HOME: usize = 48;
const MOST_LAST: usize = 32;
const MOST_REQUEST: usize = 96;
/// Names of the home that go into a prompt.
const MOST_NAMES: usize = 8;
/// Longest text that is tokenised at all, in characters; more cannot fit the bounds above.
const MOST_TEXT: usize = 2000;

/// The special tokens' ids.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    home: u32,
    user: u32,
    reply: u32,
    open: u32,
    /// Ends the opener.
    pub(super) end: u32,
}

impl Marks {
    pub(super) fn of(tokenizer: &Tokenizer) -> Result<Self, String> {
        let id = |name: &str| tokenizer.token_to_id(name).ok_or_else(|| format!("the tokenizer lacks {name}"));
        Ok(Self {
            home: id("<|home|>")?,
            user: id("<|user|>")?,
            reply: id("<|reply|>")?,
            open: id("<|open|>")?,
            end: id("<|end|>")?,
        })
    }
}

/// Tokens that change places when the other one speaks: `my` and `your`.
pub(super) fn turns(tokenizer: &Tokenizer) -> Vec<(u32, u32)> {
    const WORDS: [(&str, &str); 5] = [("my", "your"), ("me", "you"), ("i", "you"), ("your", "my"), ("am", "are")];
    let single = |word: &str| match tokenizer.encode_fast(word, false).ok()?.get_ids() {
        [id] => Some(*id),
        _ => None,
    };
    WORDS.iter().filter_map(|(from, to)| Some((single(from)?, single(to)?))).collect()
}

/// The prompt's tokens, up to and with `<|open|>`, and how many of them are the request's.
pub(super) fn tokens(
    tokenizer: &Tokenizer,
    marks: Marks,
    request: &str,
    last: Option<&Exchange>,
    home: &[&str],
) -> Result<(Vec<u32>, usize), String> {
    let last_tokens = |text: &str, most: usize| -> Result<Vec<u32>, String> {
        let text = text.trim().chars().take(MOST_TEXT).collect::<String>().to_lowercase();
        let ids = tokenizer.encode_fast(text, false).map_err(|e| e.to_string())?.get_ids().to_vec();
        Ok(ids[ids.len().saturating_sub(most)..].to_vec())
    };
    let mut out = Vec::with_capacity(64);
    if !home.is_empty() {
        let text = home.join("; ").chars().take(MOST_TEXT).collect::<String>().to_lowercase();
        let ids = tokenizer.encode_fast(text, false).map_err(|e| e.to_string())?;
        out.push(marks.home);
        out.extend(ids.get_ids().iter().take(MOST_HOME));
    }
    if let Some(last) = last {
        out.push(marks.user);
        out.extend(last_tokens(&last.request, MOST_LAST)?);
        out.push(marks.reply);
        out.extend(last_tokens(&last.heard, MOST_LAST)?);
    }
    out.push(marks.user);
    let request = last_tokens(request, MOST_REQUEST)?;
    out.extend(&request);
    out.push(marks.open);
    Ok((out, request.len()))
}

/// The names that share most words with the request, those that share none last, at most [`MOST_NAMES`].
pub(super) fn relevant<'a>(home: &'a [String], request: &str) -> Vec<&'a str> {
    let request = segue_core::words::normal_words(request);
    let shared = |name: &str| segue_core::words::normal_words(name).iter().filter(|w| request.contains(w)).count();
    let mut names: Vec<&str> = home.iter().map(String::as_str).collect();
    names.sort_by_key(|name| std::cmp::Reverse(shared(name)));
    names.truncate(MOST_NAMES);
    names
}
