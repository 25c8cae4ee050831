//! Requests with rare or made-up names and numbers: invented syllable by syllable, in many shapes, and the rarest words
//! of the held-back queries. No model can know these words, so all it can do is to copy them.

use crate::split::{place, share};

const ONSETS: &[&str] = &[
    "b", "bl", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "kv", "l", "m", "n",
    "p", "pl", "pr", "qu", "r", "s", "sch", "sh", "sk", "sl", "sn", "st", "str", "t", "th", "tr", "v", "vl", "w", "wr",
    "x", "y", "z", "zw",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "y", "aa", "ai", "ea", "ee", "ei", "ie", "oo", "ou", "ue"];
const CODAS: &[&str] = &[
    "", "", "", "b", "ck", "d", "ft", "g", "l", "lm", "m", "n", "ng", "nk", "p", "r", "rsk", "s", "sh", "tz", "v", "x",
];

/// An invented value of a kind that the seeds know (`madeup_name`, `madeup_place`, `madeup_thing`, `number`,
/// `small_number`); `None` for any other kind.
pub(crate) fn invented(kind: &str, salt: &str) -> Option<String> {
    let salt = &format!("{salt} {kind}");
    let word = |n: usize| capital(&word(&format!("{salt} {n}")));
    let draw = share(salt, "which");
    Some(match kind {
        "number" => number(salt, [2, 3, 4, 5][place(salt, "digits", 4)]),
        "small_number" => (2 + place(salt, "small", 58)).to_string(),
        "madeup_name" if draw < 0.5 => word(0),
        "madeup_name" => format!("{} {}", word(0), word(1)),
        "madeup_place" => {
            format!("{}{}", word(0), ["", "", "ville", "stad", "mouth", " Falls", " Bay"][place(salt, "place", 7)])
        }
        "madeup_thing" if draw < 0.7 => word(0),
        "madeup_thing" => format!("{} {}", word(0), 2 + place(salt, "mark", 98)),
        _ => return None,
    })
}

fn number(salt: &str, digits: u32) -> String {
    let low = 10_usize.pow(digits - 1);
    (low + place(salt, "number", 9 * low)).to_string()
}

/// One to three syllables.
fn word(salt: &str) -> String {
    let syllables = 1 + place(salt, "length", 3);
    let part = |n: usize, of: &[&'static str], what: &str| of[place(&format!("{salt} {n}"), what, of.len())];
    (0..syllables)
        .map(|n| format!("{}{}{}", part(n, ONSETS, "onset"), part(n, VOWELS, "vowel"), part(n, CODAS, "coda")))
        .collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

use std::collections::HashMap;

use segue_engines::opener::MicroLm;
use serde::Serialize;

use crate::ask;
use crate::check::{Checkers, uncopied};
use crate::data::{Request, forms};
use crate::words::{bases, words};

/// Requests that are asked.
const REQUESTS: usize = 2000;
/// Shapes of requests: `NAME`, `PLACE`, `THING`, `NUM`, `SMALL` are invented; `WORD` is a rare word of the queries.
const SHAPES: &str = include_str!("rare/shapes.txt");

/// How the opener treats words that it cannot know.
#[derive(Debug, Serialize)]
pub(crate) struct Rare {
    requests: usize,
    by_model: usize,
    /// Openers that hold at least one of the invented words or numbers.
    copies: usize,
    /// Openers with an uncommon word or a number that does not stand in the request, and examples.
    uncopied: usize,
    examples: Vec<String>,
}

pub(crate) fn measure(model: &mut MicroLm, checkers: &Checkers, held_back: &[Request]) -> anyhow::Result<Rare> {
    let said = ask::all(model, checkers, requests(held_back))?;
    let mut rare = Rare { requests: said.len(), by_model: 0, copies: 0, uncopied: 0, examples: Vec::new() };
    for one in said.iter().filter(|one| one.by_model()) {
        rare.by_model += 1;
        let invented = words(&one.request.answers.join(" "));
        let opener = words(&one.opening.text);
        rare.copies += usize::from(opener.iter().any(|w| bases(w).iter().any(|base| invented.contains(base))));
        if let Some(word) = uncopied(&one.request, &one.opening.text, &checkers.lexicon) {
            rare.uncopied += 1;
            rare.examples.push(format!("{} -> {} ({word})", one.request.text, one.opening.text));
        }
    }
    rare.examples.truncate(20);
    Ok(rare)
}

/// The requests; what was put into each stands in its answers.
pub(crate) fn requests(held_back: &[Request]) -> Vec<Request> {
    let shapes: Vec<&str> = SHAPES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let rare = rare_words(held_back);
    let request = |n: usize| {
        let shape = shapes[n % shapes.len()];
        let mut put = Vec::new();
        let filled = shape.split(' ').map(|slot| {
            let bare = slot.trim_end_matches(|c: char| !c.is_alphanumeric());
            let salt = format!("rare {n} {}", put.len());
            let kind = match bare {
                "NAME" => "madeup_name",
                "PLACE" => "madeup_place",
                "THING" => "madeup_thing",
                "NUM" => "number",
                "SMALL" => "small_number",
                "WORD" if !rare.is_empty() => "",
                _ => return slot.to_string(),
            };
            let value = invented(kind, &salt).unwrap_or_else(|| rare[place(&salt, "word", rare.len())].clone());
            put.push(value.clone());
            slot.replacen(bare, &value, 1)
        });
        let text = filled.collect::<Vec<_>>().join(" ");
        forms::heard(&Request { answers: put, ..Request::of(text, "rare") })
    };
    (0..REQUESTS).map(request).collect()
}

/// Words that stand in one held-back query only.
fn rare_words(held_back: &[Request]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in held_back.iter().flat_map(|request| words(&request.text)) {
        *counts.entry(word).or_default() += 1;
    }
    let long = |word: &String| word.len() > 4 && word.chars().all(|c| c.is_ascii_alphabetic());
    let mut rare: Vec<String> =
        counts.into_iter().filter(|(word, n)| *n == 1 && long(word)).map(|(word, _)| word).collect();
    rare.sort();
    rare
}

impl Rare {
    pub(crate) fn markdown(&self) -> String {
        format!(
            "{} requests with made-up or rare names and numbers: {} openers by the model, {} of them hold such a word, \
             **{}** hold an uncommon word or a number that does not stand in the request (target: 0).\n{}",
            self.requests,
            self.by_model,
            self.copies,
            self.uncopied,
            self.examples.iter().map(|example| format!("- {example}\n")).collect::<String>()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_requests_are_many_and_always_the_same() {
        let made = requests(&[]);
        assert_eq!(made.len(), REQUESTS);
        assert_eq!(made, requests(&[]));
        let distinct: HashSet<&str> = made.iter().map(|r| r.text.as_str()).collect();
        // Without queries the shapes with a rare word of theirs stay as they are.
        assert!(distinct.len() > REQUESTS * 9 / 10, "{}", distinct.len());
        for request in &made {
            assert!(!request.text.contains("NAME") && !request.text.contains("NUM"), "{}", request.text);
            assert!(request.answers.iter().all(|word| request.text.to_lowercase().contains(&word.to_lowercase())));
        }
    }

    #[test]
    fn invented_words_are_pronounceable_and_varied() {
        let words: HashSet<String> = (0..500).map(|n| word(&n.to_string())).collect();
        assert!(words.len() > 350, "{}", words.len());
        assert!(words.iter().all(|word| word.contains(['a', 'e', 'i', 'o', 'u', 'y'])));
        assert_eq!(invented("dish", "x"), None);
    }

    #[test]
    fn rare_words_stand_in_one_request() {
        let held_back =
            ["tell me about quokkas", "tell me about ferries", "about ferries"].map(|t| Request::of(t, "t"));
        assert_eq!(rare_words(&held_back), ["quokkas"]);
    }
}
