//! A pattern of words: a small regular expression whose letters are whole words.
//!
//! `word`, `stem-` (any word that begins so), `( a b | c )`, `{class}` (a named group), `?` (the item before may be
//! missing), `,` (a mark, where marks are kept), `*` (up to four words), `...` (any words), `^` and `$` (the first and the last word's edge).
//! A pattern is walked as a set of reachable positions, so its time is bounded whatever the words are.

use std::collections::HashMap;
use std::sync::Arc;

/// How many words `*` may stand for.
const GAP: u32 = 4;
/// A pattern looks at most this many words ahead: the width of the set of positions.
const REACH: usize = 63;
/// The words that stand for a word that a harmless phrase has taken away.
pub(super) const TAKEN: &str = "";

/// The named groups of `classes.txt`.
pub(super) type Classes = HashMap<String, Item>;

#[derive(Clone, Debug)]
pub(super) enum Item {
    Word(Box<str>),
    Stem(Box<str>),
    /// One of these words, sorted.
    Set(Arc<[Box<str>]>),
    Group(Arc<[Vec<Item>]>),
    Maybe(Box<Item>),
    Gap,
    Rest,
    Start,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Pattern(Vec<Item>);

impl Pattern {
    pub(super) fn parse(text: &str, classes: &Classes) -> Result<Self, String> {
        let spaced =
            ["(", ")", "|", "?"].iter().fold(text.to_string(), |s, mark| s.replace(mark, &format!(" {mark} ")));
        let mut tokens = spaced.split_whitespace();
        let (mut choices, closed) = sequence(&mut tokens, classes)?;
        match choices.pop() {
            Some(items) if choices.is_empty() && !closed && !items.is_empty() => Ok(Self(items)),
            _ => Err(format!("not a pattern: {text}")),
        }
    }

    /// The end of the longest match that begins at word `from`, if there is one.
    pub(super) fn longest(&self, words: &[&str], from: usize) -> Option<usize> {
        let ends = walk(&self.0, words, from, 1);
        (ends != 0).then(|| from + REACH - ends.leading_zeros() as usize)
    }

    /// The words and stems that a match can begin with; `None` when it could begin with any.
    pub(super) fn firsts(&self) -> Option<Vec<(&str, bool)>> {
        let mut found = Vec::new();
        (firsts(&self.0, &mut found) == Some(false)).then_some(found)
    }
}

/// A group with the alternatives of a class, one word each where possible.
pub(super) fn class(text: &str, classes: &Classes) -> Result<Item, String> {
    match Pattern::parse(&format!("( {text} )"), classes)?.0.as_slice() {
        [group] => Ok(group.clone()),
        _ => Err(format!("not a class: {text}")),
    }
}

/// Alternatives up to a closing parenthesis (then true) or the end.
fn sequence<'a>(
    tokens: &mut impl Iterator<Item = &'a str>,
    classes: &Classes,
) -> Result<(Vec<Vec<Item>>, bool), String> {
    let mut choices = vec![Vec::new()];
    while let Some(token) = tokens.next() {
        let item = match token {
            ")" => return Ok((choices, true)),
            "|" => {
                choices.push(Vec::new());
                continue;
            }
            "?" => {
                let last = choices.last_mut().and_then(Vec::pop).ok_or("nothing before ?")?;
                Item::Maybe(Box::new(last))
            }
            "(" => match sequence(tokens, classes)? {
                (inner, true) if inner.iter().all(|choice| !choice.is_empty()) => group(inner),
                _ => return Err("an empty choice, or ( without )".into()),
            },
            "*" => Item::Gap,
            "..." => Item::Rest,
            "^" => Item::Start,
            "$" => Item::End,
            _ => match token.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => classes.get(name).cloned().ok_or_else(|| format!("no class {name}"))?,
                None => word(token)?,
            },
        };
        choices.last_mut().ok_or("no choice")?.push(item);
    }
    Ok((choices, false))
}

fn word(token: &str) -> Result<Item, String> {
    let (stem, make): (&str, fn(Box<str>) -> Item) = match token.strip_suffix('-') {
        Some(stem) => (stem, Item::Stem),
        None => (token, Item::Word),
    };
    let fine = stem == "," || !stem.is_empty() && stem.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase());
    if fine { Ok(make(stem.into())) } else { Err(format!("not a word: {token}")) }
}

fn group(choices: Vec<Vec<Item>>) -> Item {
    let mut single = Vec::with_capacity(choices.len());
    for choice in &choices {
        match choice.as_slice() {
            [Item::Word(word)] => single.push(word.clone()),
            [Item::Set(words)] => single.extend(words.iter().cloned()),
            _ => return Item::Group(choices.into()),
        }
    }
    single.sort_unstable();
    Item::Set(single.into())
}

/// The positions (bit k: word `from + k`) that can be reached through `items` from those of `at`.
fn walk(items: &[Item], words: &[&str], from: usize, at: u64) -> u64 {
    items.iter().fold(at, |at, item| if at == 0 { 0 } else { step(item, words, from, at) })
}

fn step(item: &Item, words: &[&str], from: usize, at: u64) -> u64 {
    match item {
        Item::Word(word) => next(words, from, at, |w| **w == **word),
        Item::Stem(stem) => next(words, from, at, |w| w.starts_with(&**stem)),
        Item::Set(set) => next(words, from, at, |w| set.binary_search_by(|s| (**s).cmp(w)).is_ok()),
        Item::Group(choices) => choices.iter().fold(0, |all, choice| all | walk(choice, words, from, at)),
        Item::Maybe(inner) => at | step(inner, words, from, at),
        Item::Gap => (0..GAP).fold(at, |at, _| at | next(words, from, at, |w| *w != TAKEN)),
        Item::Rest => {
            let last = words.len().saturating_sub(from).min(REACH);
            (u64::MAX << at.trailing_zeros()) & (u64::MAX >> (REACH - last))
        }
        Item::Start => at & u64::from(from == 0),
        Item::End => match words.len().checked_sub(from) {
            Some(left) if left <= REACH => at & (1 << left),
            _ => 0,
        },
    }
}

/// One word on, where it passes.
fn next(words: &[&str], from: usize, at: u64, passes: impl Fn(&&str) -> bool) -> u64 {
    let mut left = at & (u64::MAX >> 1);
    let mut on = 0;
    while left != 0 {
        let offset = left.trailing_zeros();
        if words.get(from + offset as usize).is_some_and(&passes) {
            on |= 2 << offset;
        }
        left &= left - 1;
    }
    on
}

/// Adds what `items` can begin with, as (word, is a stem). `Some(true)` when all of them may be missing; `None` when a
/// match could begin with any word.
fn firsts<'a>(items: &'a [Item], found: &mut Vec<(&'a str, bool)>) -> Option<bool> {
    for item in items {
        let missing = match item {
            Item::Gap | Item::Rest | Item::End => return None,
            Item::Start => true,
            Item::Word(word) => {
                found.push((word, false));
                false
            }
            Item::Stem(stem) => {
                found.push((stem, true));
                false
            }
            Item::Set(words) => {
                found.extend(words.iter().map(|word| (&**word, false)));
                false
            }
            Item::Group(choices) => {
                let mut open = false;
                for choice in choices.iter() {
                    open |= firsts(choice, found)?;
                }
                open
            }
            Item::Maybe(inner) => firsts(std::slice::from_ref(&**inner), found).map(|_| true)?,
        };
        if !missing {
            return Some(false);
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(pattern: &str, text: &str) -> Option<usize> {
        let classes = Classes::from([("kin".to_string(), class("dad | mum | little one", &Classes::new()).unwrap())]);
        let words: Vec<&str> = text.split_whitespace().collect();
        let pattern = Pattern::parse(pattern, &classes).unwrap();
        (0..words.len()).find_map(|from| pattern.longest(&words, from))
    }

    #[test]
    fn a_pattern_finds_what_it_says() {
        for (pattern, text, found) in [
            ("not breathing", "he is not breathing now", Some(4)),
            ("my {kin} (is | has) ? collapsed", "my little one collapsed", Some(4)),
            ("my {kin} (is | has)? collapsed", "my mum has collapsed", Some(4)),
            ("overdos-", "she overdosed", Some(2)),
            ("smell * gas", "i smell some kind of bad gas", Some(7)),
            ("smell * gas", "i smell a b c d e gas", None),
            ("^ fire $", "fire", Some(1)),
            ("^ fire $", "the fire", None),
            ("play ...", "please play fire and rain", Some(5)),
            ("no pulse", "no", None),
        ] {
            assert_eq!(end(pattern, text), found, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "( a", "a )", "?", "( | a )", "{nobody}", "Fire", "can't", "a | b"] {
            assert!(Pattern::parse(text, &Classes::new()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_very_long_text_is_walked_within_the_reach() {
        let words = vec!["a"; 5_000];
        let pattern = Pattern::parse("a * a * a ... a", &Classes::new()).unwrap();
        assert_eq!(pattern.longest(&words, 0), Some(REACH));
        assert_eq!(pattern.longest(&words, 4_999), None);
        assert!(pattern.longest(&words, 4_990).is_some());
    }
}
