//! What must hold for any opener and any text: for fuzz targets and property tests.

use super::{Seam, append};
use crate::speakable::pieces;
use crate::words::normal_words;

/// For fuzzing: the same speech in one piece and in many; what is spoken are words of the reply, in order, to its end;
/// little is dropped, and nothing that has nothing to do with the opener. The data is a byte for the cut, the opener,
/// a line feed, and the reply.
///
/// # Panics
/// When one of these does not hold.
pub fn check_seam(data: &[u8]) {
    let (text, _) = pieces(data);
    let (opener, reply) = text.split_once('\n').unwrap_or(("The capital of Mongolia is", &text));
    // Openers have at most some ten words.
    let opener: Vec<&str> = opener.split_whitespace().take(12).collect();
    let opener = opener.join(" ");
    let mut of_reply = vec![data.first().copied().unwrap_or(0)];
    of_reply.extend(reply.bytes());
    let (reply, cut) = pieces(&of_reply);

    let mut whole = Seam::new(&opener);
    let mut expected = whole.push(&reply);
    expected.push_str(&whole.finish());
    let mut seam = Seam::new(&opener);
    let mut got: String = cut.iter().map(|piece| seam.push(piece)).collect();
    got.push_str(&seam.finish());
    assert_eq!(got.split_whitespace().collect::<Vec<_>>(), expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!(seam.finish(), "", "finished twice");

    let (all, spoken) = (normal_words(&reply), normal_words(&expected));
    assert!(all.ends_with(&spoken), "{spoken:?} is not the end of {all:?}");
    let dropped = all.len() - spoken.len();
    let said = normal_words(&opener);
    let most = 4 * (2 * said.len() + 6) + 20;
    assert!(dropped <= most, "{dropped} words are dropped behind {said:?}");
    if said.is_empty() {
        assert_eq!(dropped, 0, "something is dropped behind nothing");
    }
    let mut sentence = opener;
    append(&mut sentence, &expected);
    let mut spaces = reply.chars().zip(reply.chars().skip(1));
    let doubled = spaces.any(|(first, second)| first.is_whitespace() && second.is_whitespace());
    assert!(!sentence.contains("  ") || doubled, "two spaces in {sentence:?}");
}
