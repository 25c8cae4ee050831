//! Which part of the data a request belongs to: the same hash as `split_of` in `models/opener/training/build_data.py`,
//! so that nothing that is measured here was trained on.

use md5::{Digest, Md5};

/// The parts of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Trained on.
    Train,
    /// Two percent, for calibration.
    Dev,
    /// A tenth, for measuring.
    Test,
}

/// The key under which two spellings of one request are the same (`text.norm`).
pub(crate) fn norm(text: &str) -> String {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let kept: String = text.chars().map(|c| if matches!(c, 'a'..='z' | '0'..='9' | '\'') { c } else { ' ' }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number in [0, 1) that depends on the request only (`text.share`).
pub(crate) fn share(text: &str, salt: &str) -> f64 {
    f64::from(drawn(text, salt)) / 4_294_967_296.0
}

/// A place in a list of `len`, chosen by the request only.
pub(crate) fn place(text: &str, salt: &str, len: usize) -> usize {
    drawn(text, salt) as usize % len.max(1)
}

/// The part that a request belongs to.
pub(crate) fn part_of(request: &str) -> Part {
    let share = share(request, "split");
    if share < 0.1 {
        Part::Test
    } else if share < 0.12 {
        Part::Dev
    } else {
        Part::Train
    }
}

fn drawn(text: &str, salt: &str) -> u32 {
    let digest = Md5::digest(format!("{salt}#{}", norm(text)));
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `models/opener/training/text.py`: norm, share with salt "split", share with salt "eval".
    #[test]
    fn the_hash_is_that_of_the_training() {
        for (text, normal, split, eval) in [
            (
                "What's the capital of Mongolia?",
                "what's the capital of mongolia",
                0.040259547997266054,
                0.26530621270649135,
            ),
            ("play  café “Blixtorn’s” 12%", "play caf blixtorn's 12", 0.5323852160945535, 0.11022871267050505),
            ("", "", 0.27591146319173276, 0.7948561776429415),
            ("turn ON the lights", "turn on the lights", 0.10953001957386732, 0.9603832638822496),
        ] {
            assert_eq!(norm(text), normal);
            assert_eq!(share(text, "split"), split, "{text}");
            assert_eq!(share(text, "eval"), eval, "{text}");
        }
    }

    #[test]
    fn both_written_forms_of_a_request_lie_in_one_part() {
        assert_eq!(part_of("What's the capital of Mongolia?"), Part::Test);
        assert_eq!(part_of("what's the capital of mongolia"), Part::Test);
        assert_eq!(part_of("turn on the lights"), Part::Dev);
        assert_eq!(part_of("play cafe blixtorn's 12"), part_of("Play cafe Blixtorn\u{2019}s, 12!"));
    }
}
