//! Thoughts in front of a reply, `<think> ... </think>`, which some servers send as text: dropped, never spoken. Pure.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Takes a reply in pieces, gives what is meant for the user. Only a reply that begins with thoughts is touched.
#[derive(Debug)]
pub struct Think {
    phase: Phase,
    /// Text that may still turn out to be (the end of) a tag.
    held: String,
}

#[derive(Debug)]
enum Phase {
    /// Nothing but white space came so far, or the beginning of the opening tag.
    Begin,
    Thinking,
    /// The thoughts are over; white space in front of the answer goes.
    Gap,
    Answer,
}

impl Default for Think {
    fn default() -> Self {
        Self { phase: Phase::Begin, held: String::new() }
    }
}

impl Think {
    /// Takes a piece, gives what can be spoken of it.
    pub fn push(&mut self, piece: &str) -> String {
        match self.phase {
            Phase::Answer => piece.to_owned(),
            Phase::Gap => self.answer(piece.trim_start().to_owned()),
            Phase::Begin => {
                self.held.push_str(piece);
                let text = self.held.trim_start();
                if let Some(thoughts) = text.strip_prefix(OPEN) {
                    let thoughts = thoughts.to_owned();
                    self.phase = Phase::Thinking;
                    self.held.clear();
                    self.push(&thoughts)
                } else if OPEN.starts_with(text) {
                    String::new()
                } else {
                    let text = std::mem::take(&mut self.held);
                    self.answer(text)
                }
            }
            Phase::Thinking => {
                self.held.push_str(piece);
                if let Some((_, rest)) = self.held.split_once(CLOSE) {
                    let rest = rest.to_owned();
                    self.phase = Phase::Gap;
                    self.held.clear();
                    return self.push(&rest);
                }
                // Only what may be the beginning of the closing tag has to stay.
                let keep = self.held.char_indices().rev().nth(CLOSE.len() - 1).map_or(0, |(at, _)| at);
                self.held.drain(..keep);
                String::new()
            }
        }
    }

    /// The reply is over; gives what was held back and was no thought.
    pub fn finish(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        if matches!(self.phase, Phase::Begin) { held } else { String::new() }
    }

    fn answer(&mut self, text: String) -> String {
        if !text.is_empty() {
            self.phase = Phase::Answer;
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reply: &str, expected: &str) {
        for step in 1..=reply.chars().count().max(1) {
            let characters: Vec<char> = reply.chars().collect();
            let mut think = Think::default();
            let mut spoken: String =
                characters.chunks(step).map(|piece| think.push(&piece.iter().collect::<String>())).collect();
            spoken += &think.finish();
            assert_eq!(spoken, expected, "{reply:?} by {step}");
        }
    }

    #[test]
    fn thoughts_are_dropped_in_any_cut() {
        check("<think>Hm… é.</think>\n\nCanberra.", "Canberra.");
        check("\n<think>\n</think> Canberra.", "Canberra.");
        check("<think>a < b </thin </think>x", "x");
        check("<think>never ends", "");
    }

    #[test]
    fn all_else_stays() {
        check(" Canberra.", " Canberra.");
        check("<b>bold</b> <think>no</think>", "<b>bold</b> <think>no</think>");
        check("<thi", "<thi");
        check("", "");
    }
}
