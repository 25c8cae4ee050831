//! Whether an opener says a word, a number or a name that nobody said.

use crate::check::sources;
use crate::data::Request;
use crate::words::{Known, is_content, words};

/// Words that name a value: saying one that was not said is saying a fact.
const VALUES: &[&str] = &[
    "april",
    "august",
    "autumn",
    "billion",
    "black",
    "blue",
    "brown",
    "celsius",
    "december",
    "eight",
    "eighteen",
    "eighty",
    "eleven",
    "fahrenheit",
    "february",
    "fifteen",
    "fifty",
    "five",
    "forty",
    "four",
    "fourteen",
    "friday",
    "green",
    "hundred",
    "january",
    "july",
    "june",
    "million",
    "monday",
    "nine",
    "nineteen",
    "ninety",
    "november",
    "october",
    "purple",
    "red",
    "saturday",
    "september",
    "seven",
    "seventeen",
    "seventy",
    "six",
    "sixteen",
    "sixty",
    "spring",
    "summer",
    "sunday",
    "ten",
    "thirteen",
    "thirty",
    "thousand",
    "three",
    "thursday",
    "tuesday",
    "twelve",
    "twenty",
    "two",
    "wednesday",
    "white",
    "winter",
    "yellow",
];

/// The words that an opener may hold though nobody said them.
#[derive(Debug)]
pub(crate) struct Lexicon(Known);

impl Lexicon {
    /// One word a line.
    pub(crate) fn parse(text: &str) -> Self {
        Self(Known::of(text.lines()))
    }

    /// Whether it has this very word.
    fn has(&self, word: &str) -> bool {
        self.0.has_exact(word)
    }
}

/// The first word of the opener that nobody said and that is not one of the lexicon's, or that names a value or a
/// person or place though it is.
pub(crate) fn unsaid(request: &Request, opener: &str, lexicon: &Lexicon) -> Option<String> {
    if let Some(word) = uncopied(request, opener, lexicon) {
        return Some(word);
    }
    let known = Known::of(sources(request));
    let value = |word: &String| VALUES.binary_search(&word.as_str()).is_ok() && !known.has(word);
    words(opener).into_iter().find(value).or_else(|| name(opener, &known))
}

/// The first uncommon word or number that does not stand in the request, its context or the home, nor is a regular
/// inflection of one that does. Numbers must stand there as they are.
pub(crate) fn uncopied(request: &Request, opener: &str, lexicon: &Lexicon) -> Option<String> {
    let known = Known::of(sources(request));
    words(opener).into_iter().find(|word| {
        if word.contains(|c: char| c.is_ascii_digit()) {
            return !known.has_exact(word);
        }
        is_content(word) && !known.has(word) && !lexicon.has(word)
    })
}

/// A word in the middle of a sentence that has a capital as a name has, and that nobody said.
fn name(opener: &str, known: &Known) -> Option<String> {
    const NO_NAMES: &[&str] = &["i", "i'm", "i'd", "i'll", "i've", "ok", "okay", "tv", "am", "pm"];
    let mut inside = false;
    for word in opener.split_whitespace() {
        let bare = words(word).into_iter().next().unwrap_or_default();
        let capital = word.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase);
        if inside && capital && !NO_NAMES.contains(&bare.as_str()) && !words(word).iter().any(|part| known.has(part)) {
            return Some(word.to_string());
        }
        inside = !word.ends_with(['.', '!', '?', ':']);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_values_is_sorted() {
        assert!(VALUES.is_sorted());
    }

    #[test]
    fn context_and_home_count_as_said() {
        let lexicon = Lexicon::parse("usually\nturning");
        let mut request = Request::of("and in winter", "test");
        assert_eq!(unsaid(&request, "In winter, Rome usually has", &lexicon).as_deref(), Some("rome"));
        request.last = Some(segue_core::talk::Exchange { request: "weather in Rome".into(), heard: "Mild.".into() });
        assert_eq!(unsaid(&request, "In winter, Rome usually has", &lexicon), None);
        request.home = vec!["Judas Tree".into()];
        assert_eq!(unsaid(&request, "Turning on Judas Tree", &lexicon), None);
    }

    #[test]
    fn a_name_of_the_lexicon_is_still_a_name() {
        let lexicon = Lexicon::parse("london\nweather");
        let request = Request::of("what is the weather", "test");
        assert_eq!(unsaid(&request, "The weather in London is", &lexicon).as_deref(), Some("London"));
    }
}
