//! Words as the ear compares them: without case, punctuation or typographic variants.

/// The form in which two words are compared: lower case, letters, digits and inner apostrophes only.
/// Empty for a token without a letter or digit.
#[must_use]
pub fn normal(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '\u{2019}' | '\'' => out.push('\''),
            '%' => out.push_str(" percent"),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out.trim_matches(|c: char| c == '\'' || c == ' ').to_string()
}

/// The normal forms of all words of a text, in order, tokens without a letter or digit left out.
#[must_use]
pub fn normal_words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == '-' || c == '\u{2013}' || c == '\u{2014}')
        .map(normal)
        .filter(|word| !word.is_empty())
        .collect()
}

/// The text with a capital at its beginning, where that is one letter.
#[must_use]
pub fn capital(text: &str) -> String {
    with_first(text, |first| first.to_uppercase().collect())
}

/// The text with a small letter at its beginning.
#[must_use]
pub fn small(text: &str) -> String {
    with_first(text, |first| first.to_lowercase().collect())
}

fn with_first(text: &str, change: impl Fn(char) -> String) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let changed = change(first);
    // Letters that have no counterpart of one letter (\u{df}) stay.
    if changed.chars().count() == 1 { changed + chars.as_str() } else { text.to_string() }
}

/// Whether a word only holds a sentence together (articles, prepositions, auxiliaries): such words do not
/// show what a sentence is about. Takes the normal form.
#[must_use]
pub fn is_function_word(word: &str) -> bool {
    const FUNCTION: &[&str] = &[
        "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
        "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "here", "his", "how", "i",
        "i'm", "if", "in", "into", "is", "it", "it's", "its", "just", "may", "me", "might", "more", "most", "my", "of",
        "on", "one", "or", "our", "out", "she", "should", "so", "some", "than", "that", "that's", "the", "their",
        "them", "then", "there", "there's", "these", "they", "this", "those", "to", "up", "was", "we", "well", "were",
        "what", "when", "where", "which", "who", "will", "with", "would", "you", "you're", "your",
    ];
    FUNCTION.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_compare_without_case_and_punctuation() {
        assert_eq!(normal("\u{201c}Mongolia\u{2019}s,\u{201d}"), "mongolia's");
        assert_eq!(normal("--"), "");
        assert_eq!(normal_words("To descale \u{2014} it: 5-6 times!"), ["to", "descale", "it", "5", "6", "times"]);
    }

    #[test]
    fn the_function_word_table_is_sorted() {
        for word in ["a", "is", "your", "there's", "we"] {
            assert!(is_function_word(word), "{word}");
        }
        assert!(!is_function_word("kettle"));
    }
}
