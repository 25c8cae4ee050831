//! Words as the checkers see them. Written apart from the engine's own rules, so that a mistake there shows here.

use std::collections::HashSet;

use segue_core::words::is_function_word;

/// The words of a text in lower case: letters, digits and inner apostrophes; hyphens part words.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let inner = |word: &str| word.trim_matches('\'').to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').map(inner).filter(|word| !word.is_empty()).collect()
}

/// What a regular inflection may come from: the word itself, and the word without plural, -ing, -ed or -'s.
pub(crate) fn bases(word: &str) -> Vec<String> {
    let word = word.trim_end_matches("'s").trim_end_matches('\'');
    let mut out = vec![word.to_string()];
    let mut add = |stem: &str| {
        if stem.chars().count() >= 2 {
            out.push(stem.to_string());
        }
    };
    if let Some(stem) = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied")) {
        add(&format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix('s').filter(|_| !word.ends_with("ss")) {
        add(stem);
        if let Some(stem) = word.strip_suffix("es") {
            add(stem);
        }
    }
    for ending in ["ing", "ed"] {
        if let Some(stem) = word.strip_suffix(ending) {
            add(stem);
            add(&format!("{stem}e"));
            let mut ends = stem.chars().rev();
            if let (Some(last), Some(other)) = (ends.next(), ends.next())
                && last == other
            {
                add(&stem[..stem.len() - last.len_utf8()]);
            }
        }
    }
    if let Some(stem) = word.strip_suffix('d').filter(|stem| stem.ends_with('e')) {
        add(stem);
    }
    out
}

/// A set of words that knows its inflections.
#[derive(Debug, Default)]
pub(crate) struct Known {
    bases: HashSet<String>,
    exact: HashSet<String>,
}

impl Known {
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known = Self::default();
        for word in texts.into_iter().flat_map(words) {
            known.bases.extend(bases(&word));
            known.exact.insert(word);
        }
        known
    }

    /// Whether the word stands there, or a regular inflection of it.
    pub(crate) fn has(&self, word: &str) -> bool {
        bases(word).iter().any(|base| self.bases.contains(base))
    }

    /// Whether the word stands there as it is.
    pub(crate) fn has_exact(&self, word: &str) -> bool {
        self.exact.contains(word)
    }
}

/// Whether a word says what a text is about.
pub(crate) fn is_content(word: &str) -> bool {
    const MORE: &[&str] = &[
        "again", "because", "been", "being", "can't", "don't", "else", "even", "ever", "get", "go", "going", "got",
        "had", "he's", "hey", "him", "how's", "i'd", "i'll", "i've", "isn't", "let", "let's", "like", "make", "much",
        "need", "no", "not", "now", "off", "ok", "okay", "only", "over", "own", "please", "put", "really", "right",
        "she's", "such", "tell", "too", "under", "us", "very", "want", "what's", "when's", "where's", "who's", "whose",
        "why", "yes", "yet", "you'd", "you'll", "you've",
    ];
    !is_function_word(word) && MORE.binary_search(&word).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_inflections_are_known_both_ways() {
        let known = Known::of(["how do I descale the kettles, dim lights, copy it and name Judas's tree"]);
        for word in
            ["descaling", "descale", "kettle", "dimming", "dimmed", "copies", "copying", "naming", "judas", "tree's"]
        {
            assert!(known.has(word), "{word}");
        }
        for word in ["inflale", "scale", "kett", "james", "d"] {
            assert!(!known.has(word), "{word}");
        }
        assert!(known.has_exact("kettles") && !known.has_exact("kettle"));
    }

    #[test]
    fn content_is_what_a_text_is_about() {
        assert!(is_content("kettle") && is_content("213"));
        for word in ["the", "again", "you've", "please"] {
            assert!(!is_content(word), "{word}");
        }
    }
}
