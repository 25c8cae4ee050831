//! What was heard while Segue spoke: its own voice in the microphone, a murmur of the listener, or somebody who wants
//! to speak. Decided by the words alone: what Segue has said is known to the word.

use crate::control::control_word;
use crate::words::normal_words;

/// What was heard while Segue spoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interjection {
    /// Nothing, or Segue itself.
    Own,
    /// The listener shows that they listen ("uh-huh", "okay").
    Murmur,
    /// Somebody takes the turn, with these words; those of Segue in front of them are left out.
    Speech(String),
}

/// Murmurs of one to three words; whisper writes them in many ways.
const MURMURS: &[&str] = &[
    "ah",
    "ah okay",
    "aha",
    "all right",
    "alright",
    "cool",
    "good",
    "got it",
    "great",
    "ha",
    "haha",
    "hm",
    "hmm",
    "huh",
    "i see",
    "interesting",
    "mhm",
    "mm",
    "mm hm",
    "mm hmm",
    "mmhmm",
    "mmm",
    "nice",
    "oh",
    "oh okay",
    "oh really",
    "oh wow",
    "ok",
    "okay",
    "really",
    "right",
    "sure",
    "that's right",
    "uh",
    "uh huh",
    "uhhuh",
    "um",
    "wow",
    "yeah",
    "yeah yeah",
    "yep",
    "yes",
    "you",
];

/// Of what is heard, at least this share must be Segue's own words in their order for it to be its own voice. Whisper
/// mishears one word in five of a voice that comes faintly through a room.
const OWN_SHARE: f32 = 0.6;

/// So many strange words behind Segue's own are somebody who speaks; fewer may be its last words, misheard.
const STRANGE_END: usize = 3;

/// Judges a transcript of what was heard while Segue spoke `spoken` (all that it has said in this turn, and what it is
/// saying), to a user who had said `request`, which may stand in front of the transcript.
#[must_use]
pub fn interjection(transcript: &str, request: &str, spoken: &str) -> Interjection {
    let tokens: Vec<&str> = transcript.split_whitespace().collect();
    let heard: Vec<String> = tokens.iter().map(|token| normal_words(token).join(" ")).collect();
    let front = request_in_front(&heard, &normal_words(request));
    let (tokens, heard) = (&tokens[front..], &heard[front..]);
    if heard.iter().all(String::is_empty) {
        return Interjection::Own;
    }
    let own = matches(heard, &normal_words(spoken));
    let said = |from: usize| tokens[from..].join(" ");
    let n_own = own.iter().filter(|own| **own).count();
    let end = own.iter().rposition(|own| *own).map_or(0, |last| last + 1);
    let strange = heard[end..].iter().filter(|word| !word.is_empty()).count();
    // One word may be the same by chance.
    if n_own as f32 >= OWN_SHARE * end as f32 && (n_own > 1 || n_own == 1 && strange == 0) {
        // Its own voice in front; is there another one behind?
        let control = control_word(&said(end)).is_some();
        let speech = strange >= STRANGE_END || strange > 0 && control;
        return if speech { Interjection::Speech(said(end)) } else { Interjection::Own };
    }
    if MURMURS.binary_search(&normal_words(&said(0)).join(" ").as_str()).is_ok() {
        return Interjection::Murmur;
    }
    Interjection::Speech(said(0))
}

/// How many words in front are the request: all of them, or none. A beginning of the request alone is all request.
fn request_in_front(heard: &[String], request: &[String]) -> usize {
    let n_front = request.len().min(heard.len());
    let n_same = heard.iter().zip(request).filter(|(heard, request)| heard == request).count();
    if n_front > 0 && n_same * 4 >= n_front * 3 { n_front } else { 0 }
}

/// Which words of `a` are in the longest sequence that both hold in this order, holes allowed.
fn matches(a: &[String], b: &[String]) -> Vec<bool> {
    let mut longest = vec![vec![0_u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let skip = longest[i + 1][j].max(longest[i][j + 1]);
            longest[i][j] = if a[i] == b[j] { (longest[i + 1][j + 1] + 1).max(skip) } else { skip };
        }
    }
    let (mut found, mut i, mut j) = (vec![false; a.len()], 0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] && longest[i][j] == longest[i + 1][j + 1] + 1 {
            found[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "What's the capital of Mongolia?";
    const SPOKEN: &str = "The capital of Mongolia is Ulaanbaatar. It lies on the Tuul River, and it is cold there.";

    fn all_are(expected: Interjection, texts: &[&str]) {
        for text in texts {
            assert_eq!(interjection(text, REQUEST, SPOKEN), expected, "{text}");
        }
    }

    #[test]
    fn its_own_voice_is_known_even_when_misheard() {
        all_are(
            Interjection::Own,
            &[
                "",
                "The capital of Mongolia is Ulan Bator.",
                "It lies on the tool river",
                "and it is gold there.",
                "What's the capital of Mongolia? The capital of",
                "What's the capital of Mongolia",
                "River, and it's cold there",
                "is",
            ],
        );
    }

    #[test]
    fn murmurs_are_no_requests() {
        all_are(Interjection::Murmur, &["Uh-huh.", "Okay.", "Mm-hmm", "Oh, wow!", "Yeah."]);
    }

    #[test]
    fn who_wants_to_speak_is_heard() {
        for (text, words) in [
            ("Stop.", "Stop."),
            ("How many people live there?", "How many people live there?"),
            ("What's the capital of Mongolia? No wait, I meant Mali.", "No wait, I meant Mali."),
            ("Set a timer for ten minutes.", "Set a timer for ten minutes."),
            ("And what about China?", "And what about China?"),
            ("It lies on the Tuul River. Stop.", "Stop."),
            ("The capital of Mongolia is Ulan. Set a timer for one hour.", "Ulan. Set a timer for one hour."),
        ] {
            assert_eq!(interjection(text, REQUEST, SPOKEN), Interjection::Speech(words.into()), "{text}");
        }
    }

    #[test]
    fn the_murmurs_are_sorted_for_searching() {
        assert!(MURMURS.is_sorted());
    }

    proptest::proptest! {
        /// Any stretch of its own words is its own voice.
        #[test]
        fn every_part_of_what_was_said_is_own(from in 0usize..14, length in 1usize..10) {
            let words: Vec<&str> = SPOKEN.split_whitespace().collect();
            let end = (from + length).min(words.len());
            let part = words[from..end].join(" ");
            proptest::prop_assert_eq!(interjection(&part, REQUEST, SPOKEN), Interjection::Own);
        }
    }
}
