//! What is said while a reply is owed and nothing has come: a short phrase about the matter, never the same twice
//! in a conversation as long as there are others.

use crate::words::{is_function_word, normal};

/// Phrases with a place for the matter.
const ABOUT: &[&str] = &[
    "hmm, {}, let me think,",
    "{}, one moment,",
    "let's see about {},",
    "just a second on {},",
    "still with {}, hang on,",
    "about {}, bear with me,",
    "{}, nearly there,",
    "give me a moment on {},",
];
/// Phrases for requests without one.
const PLAIN: &[&str] = &[
    "let me think,",
    "one moment,",
    "just a second,",
    "bear with me,",
    "hang on,",
    "nearly there,",
    "still thinking,",
    "give me a moment,",
];
/// Words that a request may hold without being about them.
const NOT_THE_MATTER: &[&str] = &[
    "ask", "best", "could", "find", "get", "give", "good", "hello", "hey", "hi", "know", "like", "long", "make",
    "many", "mean", "much", "need", "okay", "please", "put", "right", "say", "set", "show", "start", "stop", "tell",
    "thank", "thanks", "thing", "things", "think", "turn", "use", "want", "way", "work", "yes",
];

/// Which phrases were used in this conversation.
#[derive(Clone, Debug, Default)]
pub struct Holds {
    about: usize,
    plain: usize,
}

impl Holds {
    /// The next phrase for `request`. It names the request's matter when that is a word that the opener named, too.
    pub fn next(&mut self, request: &str, opener: &str) -> String {
        // Naming the matter each time sounds like a machine: every other phrase is plain.
        match matter(request, opener) {
            Some(matter) if self.about <= self.plain => {
                self.about += 1;
                ABOUT[(self.about - 1) % ABOUT.len()].replace("{}", &matter)
            }
            _ => {
                self.plain += 1;
                PLAIN[(self.plain - 1) % PLAIN.len()].to_string()
            }
        }
    }
}

/// The word that the request is about: the last content word that the opener holds, in the opener's spelling.
fn matter(request: &str, opener: &str) -> Option<String> {
    let asked: Vec<String> = request.split_whitespace().map(normal).collect();
    let word = opener.split_whitespace().rev().find(|written| {
        let word = normal(written);
        let long = word.chars().filter(|c| c.is_alphabetic()).count() >= 4;
        long && asked.contains(&word) && !is_function_word(&word) && !NOT_THE_MATTER.contains(&word.as_str())
    })?;
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    Some(bare.strip_suffix("'s").or(bare.strip_suffix("\u{2019}s")).unwrap_or(bare).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matter_is_named_as_the_opener_did() {
        let mut holds = Holds::default();
        let request = "what's the capital of mongolia";
        assert_eq!(holds.next(request, "The capital of Mongolia is"), "hmm, Mongolia, let me think,");
        assert_eq!(matter("how are you", "I'm doing well, thanks, and"), None);
        assert_eq!(matter("", ""), None);
    }

    #[test]
    fn no_two_are_alike() {
        let mut holds = Holds::default();
        let said: Vec<_> = (0..12).map(|_| holds.next("capital of Mongolia", "The capital of Mongolia is")).collect();
        for (index, phrase) in said.iter().enumerate() {
            assert!(!said[..index].contains(phrase), "{phrase}");
            assert!((2..=6).contains(&phrase.split(' ').count()), "{phrase}");
        }
    }
}
