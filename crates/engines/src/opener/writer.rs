//! Writes an opener token by token: the most probable one that begins, goes on with or ends an allowed word, until
//! the model ends or the words are enough. An opener that would become too long ends where it could have.

use segue_runtime::port::Stop;
use tokenizers::Tokenizer;

use super::allowed::{Allowed, Writing};
use super::llama::Llama;
use crate::local::bytes::token_bytes;

/// Longest opener in tokens, as the model was trained.
const MOST_TOKENS: usize = 40;
/// Tokens that are tried at a place before the opener ends there.
const MOST_TRIES: usize = 200;

/// The text of each token in lower case; `None` for special ones. The mark for a capital is empty text.
pub(super) struct Pieces(Vec<Option<Box<str>>>);

impl Pieces {
    pub(super) fn of(tokenizer: &Tokenizer) -> Self {
        let size = tokenizer.get_vocab_size(true) as u32;
        let piece = |id: u32| {
            let token = tokenizer.id_to_token(id)?;
            if token.starts_with("<|") {
                return None;
            }
            if token == "^" {
                return Some("".into());
            }
            String::from_utf8(token_bytes(&token)).ok().map(String::into_boxed_str)
        };
        Self((0..size).map(piece).collect())
    }

    fn is_mark(&self, token: u32) -> bool {
        self.0.get(token as usize).is_some_and(|piece| piece.as_deref() == Some(""))
    }
}

/// The tokens of an opener.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    ids: Vec<u32>,
    log_probability: f32,
    steps: usize,
}

/// An opener as text.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) words: usize,
    /// Mean probability of the tokens, the end included, before anything was forbidden.
    pub(super) confidence: f32,
}

impl Written {
    pub(super) fn read(tokenizer: &Tokenizer, tokens: &Tokens) -> Result<Self, String> {
        let text = tokenizer.decode(&tokens.ids, true).map_err(|e| e.to_string())?;
        let mut chars = text.trim().chars();
        let text: String = chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
        let words = text.split_whitespace().count();
        Ok(Self { text, words, confidence: (tokens.log_probability / tokens.steps.max(1) as f32).exp() })
    }
}

/// A place where an opener could have ended.
struct Ending {
    tokens: usize,
    probability: f32,
    log_probability: f32,
}

/// Writes behind `prompt`, within `bounds` (fewest and most words).
pub(super) fn write(
    llama: &mut Llama,
    pieces: &Pieces,
    allowed: &Allowed,
    end: u32,
    prompt: &[u32],
    (least, most): (usize, usize),
    stop: &Stop,
) -> Tokens {
    let mut out = Tokens::default();
    let mut writing = Writing::default();
    let mut endings: Vec<Ending> = Vec::new();
    let mut logits = llama.forward(prompt);
    while out.ids.len() < MOST_TOKENS && !stop.is_set() {
        let scale = Scale::of(logits);
        let may_end = writing.words >= least && allowed.may_end(&writing);
        if may_end {
            let probability = scale.probability(logits[end as usize]);
            endings.push(Ending { tokens: out.ids.len(), probability, log_probability: out.log_probability });
        }
        let fits = |token: u32| -> Option<Writing> {
            let piece = pieces.0.get(token as usize)?.as_deref()?;
            // The mark of a capital stands before the space of its word, or inside a word that has one there.
            let marked = out.ids.last().is_some_and(|last| pieces.is_mark(*last));
            if piece.is_empty() {
                return (!marked).then(|| writing.clone());
            }
            if marked && piece.starts_with(char::is_alphanumeric) && !allowed.may_be_capital(&writing) {
                return None;
            }
            allowed.after(&writing, piece)
        };
        let mut chosen = None;
        for _ in 0..MOST_TRIES {
            let token = best(logits);
            let probability = scale.probability(logits[token as usize]);
            if token == end && may_end {
                out.log_probability += probability.ln();
                out.steps += 1;
                return out;
            }
            if let Some(next) = fits(token) {
                chosen = Some((token, probability, next));
                break;
            }
            logits[token as usize] = f32::NEG_INFINITY;
        }
        let Some((token, probability, next)) = chosen else { break };
        if next.words > most {
            break;
        }
        out.ids.push(token);
        out.log_probability += probability.max(f32::MIN_POSITIVE).ln();
        out.steps += 1;
        writing = next;
        logits = llama.forward(&[token]);
    }
    // Too long: it ends where an end was most probable.
    if let Some(ending) = endings.iter().max_by(|a, b| a.probability.total_cmp(&b.probability)) {
        out.ids.truncate(ending.tokens);
        out.steps = ending.tokens + 1;
        out.log_probability = ending.log_probability + ending.probability.max(f32::MIN_POSITIVE).ln();
    }
    out
}

/// What turns a logit into a probability.
struct Scale {
    most: f32,
    total: f32,
}

impl Scale {
    fn of(logits: &[f32]) -> Self {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        Self { most, total: logits.iter().map(|logit| (logit - most).exp()).sum() }
    }

    fn probability(&self, logit: f32) -> f32 {
        (logit - self.most).exp() / self.total
    }
}

fn best(logits: &[f32]) -> u32 {
    let mut best = 0;
    for (index, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = index;
        }
    }
    best as u32
}
