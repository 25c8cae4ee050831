//! Which words are names, by how people write them: with a capital where no sentence begins.

use std::collections::HashMap;

/// Share of capitals from which a word is a name, and below which it is none.
const NAME: f64 = 0.9;
const COMMON: f64 = 0.1;
/// How often a word must have been seen to be called common.
const SEEN: u32 = 5;

/// How often words were written small and with a capital inside sentences.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, (u32, u32)>);

impl Names {
    /// Learns from texts; those without capitals or marks tell nothing and are passed over.
    pub(crate) fn learn<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = Self::default();
        for text in texts {
            if text.starts_with(char::is_uppercase) && text.ends_with(['.', '?', '!']) {
                for word in inside(text) {
                    let word = bare(word);
                    let (small, capital) = names.0.entry(word.to_lowercase()).or_default();
                    *(if word.starts_with(char::is_uppercase) { capital } else { small }) += 1;
                }
            }
        }
        names
    }

    /// Whether a word is written with a capital. A word that was never seen is, when somebody wrote it so.
    pub(super) fn is_name(&self, word: &str) -> bool {
        self.capitals(word).is_none_or(|(share, _)| share >= NAME)
    }

    /// Whether a word is written small.
    pub(super) fn is_common(&self, word: &str) -> bool {
        self.capitals(word).is_some_and(|(share, seen)| share < COMMON && seen >= SEEN)
    }

    fn capitals(&self, word: &str) -> Option<(f64, u32)> {
        let (small, capital) = self.0.get(&word.to_lowercase())?;
        Some((f64::from(*capital) / f64::from(small + capital), small + capital))
    }
}

/// A word without the marks around it and without -'s.
pub(super) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric()).trim_end_matches("'s")
}

/// The words that do not begin a sentence.
pub(super) fn inside(text: &str) -> impl Iterator<Item = &str> {
    let mut begins = true;
    text.split_whitespace().filter(move |word| {
        let inside = !begins;
        begins = word.ends_with(['.', '!', '?']);
        inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_people_write_with_capitals() {
        let texts = ["I live in Oslo.", "A Latte for Oslo, please.", "One latte, please.", "no marks in oslo"];
        let texts = texts.into_iter().chain(["Is a latte hot?"; 20]);
        let names = Names::learn(texts);
        assert!(names.is_name("oslo") && names.is_name("Blixtorn"));
        assert!(!names.is_name("latte") && names.is_common("latte") && !names.is_common("blixtorn"));
    }
}
