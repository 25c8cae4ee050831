//! Whether an opener has the shape of a begun spoken sentence: its length, its end, its capitals, its marks.

use segue_core::words::normal;

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
    "hey",
    "hi",
    "hope",
    "is",
    "it's",
    "let",
    "love",
    "pleasure",
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
    if opener.ends_with(['.', '!']) {
        let said = words(opener);
        let whole = |word: &String| WHOLE.contains(&word.as_str()) || word.ends_with("'m") || word.ends_with("'re");
        return (!said.iter().any(whole)).then(|| last.to_string());
    }
    // "start by the" is cut off; "bleach and vinegar, and" goes on.
    let joined = opener.trim_end().ends_with(", and") || opener.ends_with(", but") || opener.ends_with(", or");
    (!joined && NO_END.contains(&normal(last).as_str()) && !last.ends_with(',')).then(|| last.to_string())
}

/// A sentence that begins small, a small `i`, or a name that lost the capitals that the request gave it.
pub(super) fn case(request: &Request, opener: &str) -> Option<String> {
    let said: Vec<&str> = sources(request).iter().flat_map(|text| text.split_whitespace()).collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).trim_end_matches("'s").to_string();
    let as_written = |word: &str| said.iter().any(|other| bare(other) == bare(word));
    let mut begins = true;
    // A name inside the request: a capital that no sentence's beginning explains.
    let names: Vec<String> =
        inside(&request.text).map(bare).filter(|w| w.chars().next().is_some_and(char::is_uppercase)).collect();
    for word in opener.split_whitespace() {
        let first = word.chars().find(|c| c.is_alphanumeric()).unwrap_or('A');
        let own = bare(word);
        if (begins && first.is_lowercase() && !as_written(word)) || own == "i" || own.starts_with("i'") {
            return Some(word.to_string());
        }
        let lost = names.iter().any(|name| *name != own && name.to_lowercase() == own) && !as_written(word);
        let strange = own.chars().skip(1).any(char::is_uppercase) && !as_written(word) && !said_small(&said, &own);
        if !begins && (lost || strange) {
            return Some(word.to_string());
        }
        begins = word.ends_with(['.', '!', '?']);
    }
    None
}

/// A small word of the request that is an abbreviation: it may get its capitals back.
fn said_small(said: &[&str], word: &str) -> bool {
    word.chars().all(|c| !c.is_lowercase())
        && said.iter().any(|other| other.to_lowercase().contains(&word.to_lowercase()))
}

/// The words that do not begin a sentence.
fn inside(text: &str) -> impl Iterator<Item = &str> {
    let mut begins = true;
    text.split_whitespace().filter(move |word| {
        let inside = !begins;
        begins = word.ends_with(['.', '!', '?']);
        inside
    })
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
