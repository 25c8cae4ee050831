//! What the model has learned to say but must not decide to: sentences for danger, which are chosen by rules alone, and
//! acknowledgements, which mean that it did not understand.

use segue_core::words::normal_words;

/// How the sentences for danger begin that stand in the training's data.
const ALARMS: &[&str] = &[
    "please call",
    "please get",
    "please leave",
    "please reach out",
    "stay where you are",
    "if you can get",
    "if it's safe",
    "i'm really glad you",
    "you don't have to face",
    "thank you for telling me",
];
/// How its acknowledgements begin.
const ACKNOWLEDGEMENTS: &[&str] = &[
    "sorry let me make sure",
    "let me see if i",
    "sorry i didn't quite",
    "i'm not sure i caught",
    "let me make sure i",
    "sorry i only caught",
    "hang on i missed",
    "i may have missed",
];

/// Whether a text, perhaps only begun, is or may become a sentence for danger.
pub(super) fn is_alarm(text: &str) -> bool {
    begins(text, ALARMS)
}

/// Whether a text, perhaps only begun, is or may become an acknowledgement.
pub(super) fn is_acknowledgement(text: &str) -> bool {
    begins(text, ACKNOWLEDGEMENTS)
}

fn begins(text: &str, shapes: &[&str]) -> bool {
    let text = normal_words(text).join(" ");
    !text.is_empty() && shapes.iter().any(|shape| text.starts_with(shape) || shape.starts_with(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_known_from_their_first_word_on() {
        for text in ["Please", "Please call", "Please call your emergency number right now.", "If you can, get"] {
            assert!(is_alarm(text), "{text}");
        }
        for text in ["", "Please note that", "The capital", "If your card"] {
            assert!(!is_alarm(text), "{text}");
        }
        assert!(is_acknowledgement("Sorry, I didn't quite catch that.") && is_acknowledgement("Sorry,"));
        assert!(!is_acknowledgement("Sorry about your card,"));
    }
}
