//! Writes an opener token by token: the most probable one that begins, goes on with or ends an allowed word, until
//! the model ends or the words are enough. An opener that would become too long ends where it could have; a word that
//! would complete a forbidden shape or leads nowhere is taken back and another one is written.

use segue_core::caution;
use segue_runtime::port::{Stop, contradict};
use tokenizers::Tokenizer;

use super::allowed::{Allowed, Writing};
use super::broken::is_broken;
use super::calibration::Signs;
use super::case::{self, Names, Written};
use super::copy::Copying;
use super::llama::Llama;
use super::pieces::Pieces;

/// Longest opener in tokens, as the model was trained.
const MOST_TOKENS: usize = 40;
/// Tokens that are tried in the order of their probability, before all are looked at.
const FIRST_TRIES: usize = 12;
/// Words that are taken back before an opener ends where it is.
const MOST_BACK: usize = 6;

/// What an opener is written by.
pub(super) struct Rules<'a> {
    pub(super) tokenizer: &'a Tokenizer,
    pub(super) request: &'a str,
    /// The request asks for something to be done: no opener names another action.
    pub(super) command: bool,
    pub(super) pieces: &'a Pieces,
    pub(super) allowed: &'a Allowed,
    /// What may be copied from the prompt.
    pub(super) copying: &'a Copying,
    /// How the request and its context write names, and how everybody writes them.
    pub(super) written: Written,
    pub(super) names: &'a Names,
    /// The token that ends an opener.
    pub(super) end: u32,
    /// Fewest and most words.
    pub(super) bounds: (usize, usize),
}

impl Rules<'_> {
    /// The words of these tokens, with their capitals.
    pub(super) fn text(&self, ids: &[u32]) -> String {
        case::restore(&self.tokenizer.decode(ids, true).unwrap_or_default(), &self.written, self.names)
    }

    fn forbids(&self, ids: &[u32]) -> bool {
        let text = self.text(ids);
        caution::forbidden(&text).is_some()
            || is_broken(&text, self.request)
            || (self.command && contradict(self.request, &text))
    }
}

/// The tokens of an opener and how probable they were.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    pub(super) ids: Vec<u32>,
    sureness: Sureness,
}

/// Log-probabilities so far.
#[derive(Clone, Copy, Debug, Default)]
struct Sureness {
    total: f32,
    least: f32,
    steps: usize,
}

impl Sureness {
    fn with(self, probability: f32) -> Self {
        let log = probability.max(f32::MIN_POSITIVE).ln();
        Self { total: self.total + log, least: self.least.min(log), steps: self.steps + 1 }
    }
}

impl Tokens {
    /// What they show about the opener; what the request shows is left as it is in `of_request`.
    pub(super) fn signs(&self, of_request: Signs) -> Signs {
        let Sureness { total, least, steps } = self.sureness;
        Signs { mean: total / steps.max(1) as f32, least, ..of_request }
    }
}

/// A place where an opener could have ended.
struct Ending {
    tokens: usize,
    probability: f32,
    sureness: Sureness,
}

/// The state before a word was begun.
#[derive(Clone, Default)]
struct Before {
    tokens: usize,
    sureness: Sureness,
    writing: Writing,
}

/// Writes behind `prompt`. `on_word` hears of each word that is complete, with the number of words, and says whether
/// it told them to somebody: what was told is never taken back.
pub(super) fn write(
    llama: &mut Llama,
    rules: &Rules<'_>,
    prompt: &[u32],
    stop: &Stop,
    on_word: &mut dyn FnMut(&Tokens, usize) -> bool,
) -> Tokens {
    let (least, most) = rules.bounds;
    let mut out = Tokens { ids: Vec::with_capacity(MOST_TOKENS), sureness: Sureness::default() };
    let (mut writing, mut next) = (Writing::default(), Writing::default());
    let mut endings: Vec<Ending> = Vec::with_capacity(MOST_TOKENS);
    // Before the word at hand, and before this token.
    let (mut before, mut here) = (Before::default(), Before::default());
    let (mut told, mut whole, mut back) = (0, 0, 0);
    // First tokens of the words that were taken back, and where.
    let (mut banned, mut banned_at) = (Vec::new(), 0);
    let begun = llama.len() + prompt.len();
    let mut follow: Vec<u32> = Vec::with_capacity(8);
    let mut logits = llama.forward(prompt);
    let mut scale = Scale::of(logits);
    while out.ids.len() < MOST_TOKENS && !stop.is_set() {
        here.tokens = out.ids.len();
        here.sureness = out.sureness;
        here.writing.clone_from(&writing);
        let may_end = writing.words >= least && rules.allowed.may_end(&writing) && !writing.ends_badly();
        if may_end {
            let probability = scale.probability(logits[rules.end as usize]);
            endings.push(Ending { tokens: out.ids.len(), probability, sureness: out.sureness });
        }
        // Behind what was told only another word may begin.
        let begins = told > 0 && out.ids.len() == told;
        let chosen = choose(rules, logits, may_end, begins, &writing, &mut next);
        let chosen = chosen.map(|token| (token, scale.probability(logits[token as usize])));
        let ends = chosen.is_some_and(|(token, _)| token == rules.end);
        // The words before are whole when another begins or the opener ends.
        let complete = ends || (next.words > writing.words && writing.words > 0);
        let wrong = match chosen {
            Some(_) => complete && rules.forbids(&out.ids),
            // Nothing can follow: either the opener may end here, or the word at hand has led nowhere.
            None if may_end => break,
            None => true,
        };
        if wrong {
            back += 1;
            if back > MOST_BACK || before.tokens.max(told) >= out.ids.len() {
                break;
            }
            if banned_at != before.tokens {
                banned.clear();
                banned_at = before.tokens;
            }
            banned.push(out.ids[before.tokens]);
            out.ids.truncate(before.tokens);
            out.sureness = before.sureness;
            writing.clone_from(&before.writing);
            endings.retain(|ending| ending.tokens <= before.tokens);
            let last = out.ids.last().or(prompt.last()).copied().unwrap_or_default();
            llama.rewind(begun + out.ids.len() - 1);
            logits = llama.forward(&[last]);
            rules.copying.pull(&out.ids, &mut follow, logits);
            scale = Scale::of(logits);
            for token in &banned {
                logits[*token as usize] = f32::NEG_INFINITY;
            }
            continue;
        }
        let Some((token, probability)) = chosen else { break };
        if ends {
            out.sureness = out.sureness.with(probability);
            return out;
        }
        if complete && writing.words > whole {
            whole = writing.words;
            if whole <= least && on_word(&out, whole) {
                told = out.ids.len();
            }
        }
        if next.words > most {
            break;
        }
        if next.words > writing.words {
            std::mem::swap(&mut before, &mut here);
        }
        out.ids.push(token);
        out.sureness = out.sureness.with(probability);
        std::mem::swap(&mut writing, &mut next);
        logits = llama.forward(&[token]);
        rules.copying.pull(&out.ids, &mut follow, logits);
        scale = Scale::of(logits);
    }
    // Too long, or nothing fits any more: it ends where an end was most probable.
    endings.retain(|ending| ending.tokens >= told && !rules.forbids(&out.ids[..ending.tokens]));
    if let Some(ending) = endings.iter().max_by(|a, b| a.probability.total_cmp(&b.probability)) {
        out.ids.truncate(ending.tokens);
        out.sureness = ending.sureness.with(ending.probability);
    } else if !rules.allowed.may_end(&writing) || rules.forbids(&out.ids) {
        // Too short: no half word, and no word that is forbidden.
        out.ids.truncate(before.tokens.max(told));
        out.sureness = before.sureness;
    }
    out
}

/// The most probable token that may come next; `next` is then the writing after it.
fn choose(
    rules: &Rules<'_>,
    logits: &mut [f32],
    may_end: bool,
    begins: bool,
    writing: &Writing,
    next: &mut Writing,
) -> Option<u32> {
    let mut fits = |token: u32| fits(rules, token, writing, next) && (!begins || next.words > writing.words);
    for _ in 0..FIRST_TRIES {
        let token = best(logits);
        if (token == rules.end && may_end) || fits(token) {
            return Some(token);
        }
        logits[token as usize] = f32::NEG_INFINITY;
    }
    // A begun word that the model did not mean to write: its next letters are far down.
    let mut found: Option<u32> = None;
    for token in 0..logits.len() as u32 {
        let better = found.is_none_or(|best| logits[token as usize] > logits[best as usize]);
        let is_open = logits[token as usize] > f32::NEG_INFINITY;
        if better && is_open && ((token == rules.end && may_end) || fits(token)) {
            found = Some(token);
        }
    }
    if let Some(token) = found.filter(|token| *token != rules.end) {
        fits(token);
    }
    found
}

/// Whether `token` may come next; `next` is then the writing after it.
fn fits(rules: &Rules<'_>, token: u32, writing: &Writing, next: &mut Writing) -> bool {
    rules.pieces.text(token).is_some_and(|piece| rules.allowed.after(writing, piece, next))
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
