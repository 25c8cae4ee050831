//! What must hold for any bytes: for fuzz targets and property tests.

use super::{Speakable, scrub, words};

/// The text that `data` stands for and a cut of it into pieces: the first byte chooses the cut.
pub(crate) fn pieces(data: &[u8]) -> (String, Vec<String>) {
    let (seed, bytes) = data.split_first().map_or((0, data), |(seed, bytes)| (usize::from(*seed), bytes));
    let text = String::from_utf8_lossy(bytes).into_owned();
    let longest = 1 + seed % 7;
    let mut pieces = vec![String::new()];
    let mut room = longest;
    for (at, c) in text.chars().enumerate() {
        if room == 0 {
            pieces.push(String::new());
            room = 1 + (seed / 7 + at * 5) % longest;
        }
        room -= 1;
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    (text, pieces)
}

/// For fuzzing: the same speech in one piece and in many, nothing in it that cannot be spoken, little held, little
/// made.
///
/// # Panics
/// When one of these does not hold.
pub fn check_speakable(data: &[u8]) {
    let (text, pieces) = pieces(data);
    let mut whole = Speakable::new();
    let mut expected = whole.push(&text);
    expected.push_str(&whole.finish());

    let mut speakable = Speakable::new();
    let mut speech = String::new();
    for piece in &pieces {
        speech.push_str(&speakable.push(piece));
        assert!(speakable.held() <= 2048, "holds {} bytes", speakable.held());
    }
    speech.push_str(&speakable.finish());
    assert_eq!(speech, expected, "the cut changes the speech");
    assert_eq!(speakable.finish(), "", "finished twice");

    let unspeakable: String = speech.chars().filter(|c| !can_be_spoken(*c)).collect();
    assert!(unspeakable.is_empty(), "{unspeakable:?} in {speech:?}");
    assert!(!speech.contains("  "), "two spaces in {speech:?}");
    // The longest words for one character: "\u{f7}" is "divided by"; for a reply: the sentence about code.
    assert!(speech.chars().count() <= text.chars().count() * 24 + 40, "{} characters", speech.len());
}

fn can_be_spoken(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || " .,!?;:'\"()-+".contains(c);
    }
    !c.is_whitespace() && !words::is_symbol(c) && scrub::see(c) == scrub::Seen::Char(c)
}
