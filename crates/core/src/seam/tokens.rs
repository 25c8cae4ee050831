//! Words as the seam compares them: contractions written out, numbers as figures, hyphens apart. Each knows where it
//! ends in the text.

use crate::words::{is_function_word, normal};

/// One word to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What is compared.
    pub(super) key: String,
    /// One past its last byte, punctuation included; `None` inside a written word ("I" of "I'm").
    pub(super) end: Option<usize>,
    /// Whether a sentence may end behind it.
    pub(super) stop: bool,
    /// Whether a comma ends a phrase behind it.
    pub(super) comma: bool,
}

impl Token {
    /// Whether it shows what a sentence is about.
    pub(super) fn is_content(&self) -> bool {
        !is_function_word(&self.key) && !matches!(self.key.as_str(), "1" | "not" | "us")
    }
}

/// The words of `text`. The last one counts only when white space follows or the text has `ended`; a number counts only
/// when it cannot go on.
pub(super) fn tokens(text: &str, ended: bool) -> Vec<Token> {
    let mut parts = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if !c.is_whitespace() {
            start.get_or_insert(at);
        } else if let Some(from) = start.take()
            && (at < text.len() || ended)
        {
            take(&text[from..at], at, &mut parts);
        }
    }
    numbers(parts, ended)
}

/// The parts of one written word that ends at `end`.
fn take(written: &str, end: usize, parts: &mut Vec<Token>) {
    let stop = written.trim_end_matches(['"', '\u{201d}', ')', '*', '\'']).ends_with(['.', '!', '?', '\u{2026}']);
    let before = parts.len();
    for part in written.split(['-', '\u{2013}', '\u{2014}', '/']) {
        for word in normal(part).split(' ').filter(|word| !word.is_empty()) {
            let (first, second) = written_out(word);
            parts.push(Token { key: first, end: None, stop: false, comma: false });
            parts.extend(second.map(|key| Token { key: key.to_string(), end: None, stop: false, comma: false }));
        }
    }
    // A dash or an ellipsis of its own belongs to the word before it.
    let new = before < parts.len();
    if let Some(last) = parts.last_mut() {
        (last.end, last.stop) = (Some(end), stop || (last.stop && !new));
        last.comma = written.ends_with(',');
    }
}

/// A contraction as two words.
fn written_out(word: &str) -> (String, Option<&'static str>) {
    let rest = |end: &str| word.strip_suffix(end).map(str::to_string);
    match word {
        "can't" | "cannot" => return ("can".into(), Some("not")),
        "won't" => return ("will".into(), Some("not")),
        "let's" => return ("let".into(), Some("us")),
        "it's" | "that's" | "there's" | "here's" | "what's" | "who's" | "he's" | "she's" | "where's" | "how's" => {
            return (rest("'s").unwrap_or_default(), Some("is"));
        }
        _ => {}
    }
    for (end, second) in [("n't", "not"), ("'m", "am"), ("'re", "are"), ("'ll", "will"), ("'ve", "have")] {
        if let Some(first) = rest(end).filter(|first| !first.is_empty()) {
            return (first, Some(second));
        }
    }
    (word.to_string(), None)
}

/// Joins the words of a number ("two hundred and fifty") to one token in figures.
fn numbers(parts: Vec<Token>, ended: bool) -> Vec<Token> {
    let mut out = Vec::with_capacity(parts.len());
    let mut at = 0;
    while at < parts.len() {
        let mut groups: Vec<u64> = Vec::new();
        let mut to = at;
        while to < parts.len() {
            let key = parts[to].key.as_str();
            let after_and = key == "and" && groups.last().is_some_and(|group| *group >= 100 && group % 100 == 0);
            if after_and {
                match parts.get(to + 1) {
                    Some(next) if value(&next.key).is_some() => {}
                    Some(_) => break,
                    None if ended => break,
                    // It may go on.
                    None => return out,
                }
            } else if !add(&mut groups, key) {
                break;
            }
            to += 1;
            if parts[to - 1].stop {
                break;
            }
        }
        if groups.is_empty() {
            out.push(parts[at].clone());
            at += 1;
            continue;
        }
        if to == parts.len() && !ended && !parts[to - 1].stop {
            return out;
        }
        let key = groups.iter().map(u64::to_string).collect();
        out.push(Token { key, ..parts[to - 1].clone() });
        at = to;
    }
    out
}

/// Adds a word to a number; false when it is none.
fn add(groups: &mut Vec<u64>, word: &str) -> bool {
    let Some(value) = value(word) else { return false };
    let many = groups.len() >= 4;
    match groups.last_mut() {
        None => groups.push(value),
        Some(last) if value >= 100 && *last < value => *last *= value,
        Some(last) if value < 10 && *last % 10 == 0 && (20..100).contains(&(*last % 100)) => *last += value,
        Some(last) if value < 100 && *last >= 100 && *last % 100 == 0 => *last += value,
        Some(_) if many => return false,
        Some(_) => groups.push(value),
    }
    true
}

fn value(word: &str) -> Option<u64> {
    const VALUES: &[(&str, u64)] = &[
        ("zero", 0),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("thirteen", 13),
        ("fourteen", 14),
        ("fifteen", 15),
        ("sixteen", 16),
        ("seventeen", 17),
        ("eighteen", 18),
        ("nineteen", 19),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
        ("sixty", 60),
        ("seventy", 70),
        ("eighty", 80),
        ("ninety", 90),
        ("hundred", 100),
        ("thousand", 1000),
    ];
    VALUES.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str, ended: bool) -> Vec<String> {
        tokens(text, ended).into_iter().map(|token| token.key).collect()
    }

    #[test]
    fn numbers_and_contractions_compare() {
        assert_eq!(keys("I'm twenty-one, you can't", true), ["i", "am", "21", "you", "can", "not"]);
        assert_eq!(keys("two hundred and fifty and 250", true), ["250", "and", "250"]);
        assert_eq!(keys("the twenty ten cup, nineteen eighty four", true), ["the", "2010", "cup", "1984"]);
        assert_eq!(keys("one hundred and eight is", true), ["108", "is"]);
        assert_eq!(keys("one of Dune's", true), ["1", "of", "dune's"]);
    }

    #[test]
    fn what_may_go_on_does_not_count() {
        assert_eq!(keys("The cap", false), ["the"]);
        assert_eq!(keys("to twenty ", false), ["to"]);
        assert_eq!(keys("to twenty percent ", false), ["to", "20", "percent"]);
        assert_eq!(keys("two hundred and ", false), Vec::<String>::new());
    }

    #[test]
    fn tokens_know_where_they_end() {
        let text = "It's done. Yes ...";
        let ends: Vec<_> = tokens(text, true).into_iter().map(|token| (token.end, token.stop)).collect();
        assert_eq!(ends, [(None, false), (Some(4), false), (Some(10), true), (Some(18), true)]);
    }
}
