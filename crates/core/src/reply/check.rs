//! What must hold for any reply: for fuzz targets and property tests.

use super::{MOST_TEXT, Reply};
use crate::speakable::pieces;

/// Openers that a fuzzed reply stands behind.
const OPENERS: &[&str] = &[
    "The capital of Mongolia is",
    "To descale your kettle, start by",
    "When it comes to bleach,",
    "I'm sorry to hear that.",
    "It is",
    "",
];

/// For fuzzing: the same verdict and the same speech in one piece and in many, no tag in the speech, text bounded.
/// The first byte chooses the opener and whether it was heard, the second the cut.
///
/// # Panics
/// When one of these does not hold.
pub fn check_reply(data: &[u8]) {
    let (choice, data) = data.split_first().map_or((0, data), |(first, rest)| (usize::from(*first), rest));
    let opener = OPENERS[choice % OPENERS.len()];
    let heard = choice >= 128;
    let broke = choice % 16 >= 12;
    let (text, pieces) = pieces(data);
    let expected = spoken(opener, heard, broke, std::slice::from_ref(&text));
    let got = spoken(opener, heard, broke, &pieces);
    assert_eq!(got, expected, "the cut changes the speech behind {opener:?}");
    for clause in &got.1 {
        assert!(!clause.contains(['*', '[', '\n']), "{clause:?}");
        assert!(clause.contains(char::is_alphanumeric), "a clause without a word: {clause:?}");
        assert_eq!(clause.trim(), clause, "space around a clause");
    }
    let length: usize = got.1.iter().map(|clause| clause.chars().count()).sum();
    assert!(length <= 24 * MOST_TEXT + 100, "{length} characters");
}

/// The verdicts that a reply brings (one), and its clauses.
fn spoken(opener: &str, heard: bool, broke: bool, pieces: &[String]) -> (Vec<crate::talk::Verdict>, Vec<String>) {
    let mut reply = Reply::new(opener);
    let mut verdicts = Vec::new();
    let mut clauses = Vec::new();
    for piece in pieces {
        let brought = reply.push(piece, heard);
        verdicts.extend(brought.verdict);
        clauses.extend(brought.clauses);
    }
    let brought = if broke { reply.break_off(heard) } else { reply.finish(heard) };
    verdicts.extend(brought.verdict);
    clauses.extend(brought.clauses);
    assert_eq!(verdicts.len(), 1, "one verdict, once");
    (verdicts, clauses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reply_that_breaks_off_behind_lonely_marks_leaves_no_space() {
        let mut data = vec![44, 0];
        data.extend("\u{e9}. , Ulaanbaatar".as_bytes());
        check_reply(&data);
    }

    proptest! {
        #[test]
        fn any_chunking_of_a_reply_gives_the_same_speech(
            choice in any::<u8>(),
            seed in any::<u8>(),
            text in "(<think>|</think>|\\[bridge\\] |\\[steer\\]|Sure! |The capital of |Mongolia |is |sorry, |\\*\\*|To descale |\
                     your kettle, |start by |\\. |, |5%|\n- |a |Ulaanbaatar|no|I'm sorry|é| ){0,14}",
        ) {
            let mut data = vec![choice, seed];
            data.extend(text.as_bytes());
            check_reply(&data);
        }
    }
}
