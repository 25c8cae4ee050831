//! Whether an opener has the shape of a begun spoken sentence: its length, its end, its capitals, its marks.

use segue_core::words::normal;

use crate::check::names::{Names, bare, inside};
use crate::check::sources;
use crate::data::Request;
use crate::words::words;

/// Fewest and most words.
const BOUNDS: (usize, usize) = (4, 8);
/// Words after which nobody takes a breath.
const NO_END: &[&str] =
    &["a", "an", "and", "but", "every", "her", "his", "i", "its", "my", "or", "our", "the", "their", "very", "your"];
/// Words that show that a sentence is whole: a verb in a form that has a subject, or a greeting.
const WHOLE: &[&str] = &[
    "am",
    "are",
    "can",
    "do",
    "does",
    "goodnight",
    "good",
    "happy",
    "hello",
    "help",
    "here's",
    "hey",
    "hi",
    "hope",
    "is",
    "it's",
    "let",
    "love",
    "pleasure",
    "sorry",
    "sounds",
    "thank",
    "thanks",
    "that's",
    "there's",
    "was",
    "welcome",
    "were",
    "wish",
    "you're",
];

pub(super) fn bounds(opener: &str) -> Option<String> {
    let count = opener.split_whitespace().count();
    (!(BOUNDS.0..=BOUNDS.1).contains(&count)).then(|| format!("{count} words"))
}

/// An end at which the sentence is neither open nor whole.
pub(super) fn ending(opener: &str) -> Option<String> {
    let last = opener.split_whitespace().next_back()?;
    if opener.ends_with(['?', '-', ';', '\'', '"', '\u{2026}']) || opener.ends_with("..") {
        return Some(last.to_string());
    }
    if opener.ends_with(['.', '!']) && !is_abbreviation(last) {
        let said = words(opener);
        let whole = |word: &String| WHOLE.contains(&word.as_str()) || word.ends_with("'m") || word.ends_with("'re");
        return (!said.iter().any(whole)).then(|| last.to_string());
    }
    // "start by the" is cut off; "bleach and vinegar, and" goes on.
    let joined = opener.trim_end().ends_with(", and") || opener.ends_with(", but") || opener.ends_with(", or");
    (!joined && NO_END.contains(&normal(last).as_str()) && !last.ends_with(',')).then(|| last.to_string())
}

/// A sentence that begins small, a small `i`, a name that lost the capital that the request gave it, a common word in
/// the middle that got one.
pub(super) fn case(request: &Request, opener: &str, names: &Names) -> Option<String> {
    let said: Vec<&str> = sources(request).iter().flat_map(|text| text.split_whitespace()).map(bare).collect();
    let as_written = |word: &str| said.contains(&word);
    let lost = |word: &str| {
        let capital = |other: &&str| other.starts_with(char::is_uppercase) && other.to_lowercase() == word;
        names.is_name(word) && inside(&request.text).map(bare).any(|other| capital(&other)) && !as_written(word)
    };
    let opener: Vec<&str> = opener.split_whitespace().collect();
    let is_capital = |n: usize| opener.get(n).is_some_and(|word| bare(word).starts_with(char::is_uppercase));
    let mut begins = true;
    for (n, word) in opener.iter().enumerate() {
        let own = bare(word);
        let small = own.starts_with(char::is_lowercase);
        // Two steps each way: "Game of Thrones" is a title.
        let beside = [n + 1, n + 2, n.saturating_sub(1), n.saturating_sub(2)].into_iter().filter(|&m| m != n && m > 0);
        let alone = !begins && is_capital(n) && !beside.into_iter().any(is_capital);
        let gained = alone && names.is_common(own) && !as_written(own) && !own.starts_with("I'");
        let mixed = own.chars().skip(1).any(char::is_uppercase) && !said_small(&said, own);
        let small_i = own == "i" || own.starts_with("i'");
        if (begins && small && !as_written(own)) || small_i || (!begins && (lost(own) || gained || mixed)) {
            return Some((*word).to_string());
        }
        begins = word.ends_with(['.', '!', '?']) && !is_abbreviation(word);
    }
    None
}

/// What the request says, in whatever case, may get its capitals back: "iPhone", "ATMs".
fn said_small(said: &[&str], word: &str) -> bool {
    let word = word.to_lowercase();
    said.iter().any(|other| other.to_lowercase().contains(word.trim_end_matches('s')))
}

/// "a.m.", "U.S."
fn is_abbreviation(word: &str) -> bool {
    word.trim_end_matches('.').contains('.') || word.chars().filter(|c| c.is_alphabetic()).count() == 1
}

/// Marks that nobody can say, unless the request has them; a word twice, unless the request has it twice.
pub(super) fn unspeakable(request: &Request, opener: &str) -> Option<String> {
    let all = sources(request).concat();
    let fine = |c: char| c.is_alphanumeric() || " ',.!:&%$\u{a3}\u{20ac}-\u{2019}".contains(c) || all.contains(c);
    if let Some(mark) = opener.chars().find(|c| !fine(*c)) {
        return Some(mark.to_string());
    }
    if opener.contains("  ") || opener.contains(" ,") || opener.contains(",,") {
        return Some("marks".to_string());
    }
    let said: Vec<Vec<String>> = sources(request).iter().map(|text| words(text)).collect();
    let opener = words(opener);
    let twice = |pair: &&[String]| {
        pair[0] == pair[1]
            && !["that", "had"].contains(&pair[0].as_str())
            && !said.iter().any(|text| text.windows(2).any(|w| w == *pair))
    };
    opener.windows(2).find(twice).map(|pair| pair.join(" "))
}
