//! What is said while a reply is owed and nothing has come: a short phrase about the matter, no two alike in a
//! conversation. A phrase has two parts whose tables' lengths share no divisor, so counting through both gives all
//! their pairs, and neighbours differ in both parts.

use crate::words::{is_function_word, normal};

/// How a phrase about the matter begins.
const ABOUT_LEADS: &[&str] = &["hmm,", "", "well,", "okay,", "right,", "so,", "ah,", "alright,"];
/// What follows, with a place for the matter. Shares no words with [`PLAIN`], because both take turns.
const ABOUT: &[&str] = &[
    "{}, let me think,",
    "about {},",
    "looking into {},",
    "thinking about {},",
    "checking on {},",
    "{}, let me look,",
    "as for {},",
    "coming to {},",
    "{}, what do I know,",
];
/// How a phrase without a matter begins.
const PLAIN_LEADS: &[&str] = &["", "okay,", "so,", "hmm,", "ah,", "well,", "now,", "right,", "um,", "alright,", "yes,"];
/// What follows.
const PLAIN: &[&str] = &[
    "one moment,",
    "just a second,",
    "bear with me,",
    "hang on,",
    "nearly there,",
    "give me a moment,",
    "almost there,",
    "hold on,",
    "one second,",
    "still working on it,",
    "a little longer,",
    "not long now,",
    "just a bit longer,",
];
/// Words that a request may hold without being about them.
const NOT_THE_MATTER: &[&str] = &[
    "ask", "best", "could", "find", "get", "give", "good", "hello", "hey", "hi", "know", "like", "long", "make",
    "many", "mean", "much", "need", "okay", "please", "put", "right", "say", "set", "show", "start", "stop", "tell",
    "thank", "thanks", "thing", "things", "think", "turn", "use", "want", "way", "work", "yes",
];

/// How many phrases of each kind were used in this conversation. The 72 of one matter and the 143 plain ones take
/// turns; only after them does one come again.
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
                let phrase = pair(ABOUT_LEADS, ABOUT, self.about).replace("{}", &matter);
                self.about = self.about.wrapping_add(1);
                phrase
            }
            _ => {
                let phrase = pair(PLAIN_LEADS, PLAIN, self.plain);
                self.plain = self.plain.wrapping_add(1);
                phrase
            }
        }
    }
}

fn pair(leads: &[&str], rests: &[&str], index: usize) -> String {
    format!("{} {}", leads[index % leads.len()], rests[index % rests.len()]).trim_start().to_string()
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
    // Right behind itself a word sounds like a stutter.
    if opener.split_whitespace().next_back() == Some(word) {
        return None;
    }
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
        assert_eq!(matter("is bleach dangerous", "When it comes to bleach,"), None);
    }

    #[test]
    fn neighbours_have_nothing_in_common() {
        let mut holds = Holds::default();
        let said: Vec<_> = (0..16).map(|_| holds.next("capital of Mongolia", "The capital of Mongolia is")).collect();
        for pair in said.windows(2) {
            let parts = |text: &str| text.split_inclusive(',').map(|part| part.trim().to_string()).collect::<Vec<_>>();
            let second = parts(&pair[1]);
            assert!(parts(&pair[0]).iter().all(|part| part == "Mongolia," || !second.contains(part)), "{pair:?}");
        }
    }

    #[test]
    fn no_two_are_alike_in_a_long_conversation() {
        for opener in ["The capital of Mongolia is", ""] {
            let mut holds = Holds::default();
            let said: Vec<_> = (0..140).map(|_| holds.next("capital of Mongolia", opener)).collect();
            for (index, phrase) in said.iter().enumerate() {
                assert!(!said[..index].contains(phrase), "{phrase}");
                assert!((2..=8).contains(&phrase.split(' ').count()), "{phrase}");
                assert!(phrase.ends_with(',') && !phrase.starts_with(' '), "{phrase}");
            }
        }
    }
}
