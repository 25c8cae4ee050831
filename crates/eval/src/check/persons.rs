//! Whether an opener says `my` of what is the user's and `your` of what is the assistant's. Only where it shows: a
//! pair of words that stands in the request as it stands in the opener, and is no quotation.

use std::sync::LazyLock;

use regex::Regex;

use crate::data::Request;
use crate::words::words;

const PERSONS: &[&str] =
    &["my", "mine", "i'm", "i", "i've", "i'd", "i'll", "myself", "your", "yours", "you're", "yourself", "our"];
/// Words that follow a person in so many sentences that they show nothing.
const OPEN: &[&str] =
    &["a", "am", "can", "could", "do", "don't", "have", "not", "so", "sorry", "the", "was", "will", "would"];

#[allow(clippy::unwrap_used)]
static QUOTES: LazyLock<Regex> = LazyLock::new(|| {
    let verbs = "say|says|saying|spell|translate|tell|text|message|send|remind|play|song|songs|sing|sings|sang|sung|called|named|write|wrote|note|post|tweet|lyrics|who sang|announce|broadcast|movie|film|book|show|listen|add|put|ask|album|mean|read|quote|playlist|watch|album|starred|played|plays|email|list|episode|season";
    Regex::new(&format!(r"(?i)\b(?:{verbs})\b")).unwrap()
});

/// The pair of words that was not turned round.
pub(super) fn unturned(request: &Request, opener: &str) -> Option<String> {
    if QUOTES.is_match(&request.text) {
        return None;
    }
    let said = words(&request.text);
    let opener = words(opener);
    // "How do you clean your kettle": nobody's kettle.
    let generic = said.iter().any(|word| word == "you" || word.starts_with("you'"));
    let pair = opener.windows(2).find(|pair| {
        let shows = !OPEN.contains(&pair[1].as_str()) && !pair[1].starts_with(|c: char| c.is_ascii_digit());
        let person = PERSONS.contains(&pair[0].as_str()) && shows;
        person && !(generic && pair[0].starts_with("you")) && said.windows(2).any(|other| other == *pair)
    })?;
    Some(pair.join(" "))
}
