//! Whether a reply begins by saying the opener again, in whole, in part, or in slightly other words.
//!
//! The reply's first words are aligned with the opener's as a spell checker aligns letters: equal words cost nothing,
//! words of the same kind little, others much. What is cheap enough and ends where the opener ends is an echo.

use super::tokens::Token;
use crate::words::is_function_word;

/// What the first words of a reply are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    /// More words are needed to tell.
    Undecided,
    /// No echo.
    None,
    /// The first `words` repeat the opener; `whole`: to its end, so that the rest goes on from there.
    Words { words: usize, whole: bool },
}

/// Words of a kind: one in place of the other does not make another sentence.
const KINDS: &[&[&str]] = &[
    &["a", "an", "the", "my", "your", "our", "his", "her", "their", "its", "this", "these"],
    &[
        "is", "are", "am", "was", "were", "be", "equals", "makes", "looks", "seems", "appears", "include", "includes",
        "stands",
    ],
    &["can", "could", "may", "might", "will", "would", "should"],
    &["to", "for"],
    &["when", "while", "if"],
    &["because", "since"],
    &["about", "roughly", "approximately", "around", "nearly", "almost"],
    &["usually", "typically", "generally", "normally", "often", "mostly", "primarily", "mainly"],
    &["exactly", "precisely"],
    &["biggest", "largest"],
    &["best", "ideal"],
];
/// Words at the opener's end that a reply may leave out and still go on from there.
const LIGHT: &[&str] = &[
    "about",
    "roughly",
    "approximately",
    "around",
    "nearly",
    "almost",
    "exactly",
    "precisely",
    "usually",
    "typically",
    "generally",
    "mostly",
    "mainly",
    "actually",
    "really",
    "maybe",
    "perhaps",
    "probably",
    "and",
    "but",
    "or",
    "so",
    "first",
    "then",
    "also",
    "just",
    "now",
    "indeed",
];
/// Cost of a word of the same kind, and of one that is left out or added and says little.
const LITTLE: u32 = 2;
/// Cost of a word that is left out or added.
const WORD: u32 = 4;
/// Cost of another word.
const OTHER: u32 = 6;
/// Words that a reply may need more than the opener to say the same.
const MORE_WORDS: usize = 5;

/// Looks at the reply's words. `ended`: no more will come. `again`: an echo was found already, and this is what comes
/// behind it.
pub(super) fn find(opener: &[Token], reply: &[Token], ended: bool, again: bool) -> Echo {
    let exact = opener.iter().zip(reply).take_while(|(said, word)| said.key == word.key).count();
    let aligned = align(opener, reply, ended, again);
    if let Echo::Words { .. } | Echo::Undecided = aligned {
        return aligned;
    }
    let tail = tail(opener, reply, ended, again);
    if tail != Echo::None {
        return tail;
    }
    if again {
        // Behind an echo only another whole one is a repetition.
        return if exact == reply.len() && !ended { Echo::Undecided } else { Echo::None };
    }
    if exact == reply.len() && !ended {
        return if exact < opener.len() { Echo::Undecided } else { Echo::None };
    }
    let about = opener[..exact].iter().any(Token::is_content);
    // The reply starts the sentence over and leaves it: what it shares is dropped, the rest is wanted.
    let alone = exact > 0 && exact <= reply.len() && reply[exact - 1].stop;
    // "In Brazil, people speak" - "In Brazil, the language is": the phrase in front was said.
    let phrase = exact >= 2 && exact <= reply.len() && opener[exact - 1].comma && reply[exact - 1].comma;
    if about && (exact >= 3 || alone || phrase) && reply[exact - 1].end.is_some() {
        let whole = opener[exact..].iter().all(|token| LIGHT.contains(&token.key.as_str())) || alone;
        return Echo::Words { words: exact, whole };
    }
    if ended && exact == reply.len() && exact > 0 {
        return Echo::Words { words: exact, whole: true };
    }
    Echo::None
}

/// The opener's last words, repeated as they stand.
fn tail(opener: &[Token], reply: &[Token], ended: bool, again: bool) -> Echo {
    let mut undecided = false;
    for first in 1..opener.len() {
        let said = &opener[first..];
        let shared = said.iter().zip(reply).take_while(|(said, word)| said.key == word.key).count();
        let alone = said.len() == 1;
        let light = |key: &str| is_function_word(key) || LIGHT.contains(&key) || matches!(key, "because" | "since");
        let fits = !alone || (!again && light(&said[0].key));
        if !fits {
            continue;
        }
        if shared == said.len() && reply[shared - 1].end.is_some() {
            return Echo::Words { words: shared, whole: true };
        }
        if shared == reply.len() && shared > 0 {
            if ended && !again && shared > 1 {
                return Echo::Words { words: shared, whole: true };
            }
            undecided |= !ended;
        }
    }
    if undecided || (reply.is_empty() && !ended) { Echo::Undecided } else { Echo::None }
}

/// One way to align the opener's first words with the reply's first words.
#[derive(Clone, Copy, Debug)]
struct Cell {
    cost: u32,
    /// Content words of the opener that the reply has, too.
    content: usize,
}

const NEVER: Cell = Cell { cost: 1000, content: 0 };

fn align(opener: &[Token], reply: &[Token], ended: bool, again: bool) -> Echo {
    let n = opener.len();
    let content = opener.iter().filter(|token| token.is_content()).count();
    // Little words and very short openers are only repeated when they are repeated exactly.
    let limit = if content == 0 || n < 3 { 0 } else { (n as u32 * 34 * WORD).div_ceil(100) + 1 };
    let Some(first) = reply.first() else { return if ended { Echo::None } else { Echo::Undecided } };
    if opener.iter().take(2).all(|said| pair(opener, said, first) > LITTLE) {
        return Echo::None;
    }
    let reply = &reply[..reply.len().min(n + MORE_WORDS)];
    let mut row: Vec<Cell> = vec![Cell { cost: 0, content: 0 }];
    for said in opener {
        let before = row[row.len() - 1];
        row.push(Cell { cost: before.cost + left_out(said), ..before });
    }
    let mut best: Option<(u32, usize)> = None;
    for (index, word) in reply.iter().enumerate() {
        let mut next = vec![Cell { cost: row[0].cost + added(word), ..row[0] }];
        for (i, said) in opener.iter().enumerate() {
            let price = pair(opener, said, word);
            let met = usize::from(price <= LITTLE && said.is_content());
            let met = Cell { cost: row[i].cost + price, content: row[i].content + met };
            let more = Cell { cost: row[i + 1].cost + added(word), ..row[i + 1] };
            let less = Cell { cost: next[i].cost + left_out(said), ..next[i] };
            // Behind an echo a word from elsewhere in the opener does not stand for its last one.
            let same = !again || said.key == word.key || !opener.iter().any(|other| other.key == word.key);
            let ends_here = same && price <= LITTLE && word.end.is_some() && 2 * met.content >= content;
            if ends_here && opener[i + 1..].iter().all(|said| LIGHT.contains(&said.key.as_str())) {
                let cost = met.cost + LITTLE * (n - i - 1) as u32;
                if cost <= limit && best.is_none_or(|(least, _)| cost <= least) {
                    best = Some((cost, index + 1));
                }
            }
            next.push(
                [met, more, less]
                    .into_iter()
                    .min_by_key(|cell| (cell.cost, usize::MAX - cell.content))
                    .unwrap_or(NEVER),
            );
        }
        row = next;
        // Whether a longer echo is still possible.
        let least = best.map_or(limit, |(cost, _)| cost);
        let open = |cell: &Cell| cell.cost <= least && (index < 2 || cell.content > 0 || cell.cost == 0);
        if (best.is_some() && least == 0) || !row[..n].iter().any(open) {
            return best.map_or(Echo::None, |(_, words)| Echo::Words { words, whole: true });
        }
    }
    match best {
        Some((_, words)) if ended || reply.len() == n + MORE_WORDS => Echo::Words { words, whole: true },
        _ if ended || reply.len() == n + MORE_WORDS => Echo::None,
        _ => Echo::Undecided,
    }
}

/// What it costs that the reply has `word` where the opener has `said`.
fn pair(opener: &[Token], said: &Token, word: &Token) -> u32 {
    if said.key == word.key {
        return 0;
    }
    let same_kind = KINDS.iter().any(|kind| kind.contains(&said.key.as_str()) && kind.contains(&word.key.as_str()));
    let moved = word.is_content() && said.is_content() && opener.iter().any(|other| other.key == word.key);
    if same_kind || moved || same_stem(&said.key, &word.key) || misspelt(&said.key, &word.key) { LITTLE } else { OTHER }
}

/// A long word that is misspelt: one of the two has at most two letters that the other has not.
fn misspelt(a: &str, b: &str) -> bool {
    let long = a.len().min(b.len()) >= 8 && a.as_bytes()[0] == b.as_bytes()[0];
    long && strsim::osa_distance(a, b) <= 2
}

fn same_stem(a: &str, b: &str) -> bool {
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    shared >= 4 && shared * 10 >= a.len().max(b.len()) * 6
}

fn left_out(said: &Token) -> u32 {
    if LIGHT.contains(&said.key.as_str()) { LITTLE } else { WORD }
}

fn added(word: &Token) -> u32 {
    if !word.is_content() || LIGHT.contains(&word.key.as_str()) { LITTLE } else { WORD }
}
