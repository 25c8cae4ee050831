//! When a talkative model has said enough, and how to leave it without half a sentence. Pure.
//!
//! After `enough` tokens the next end of a sentence is the end. From then on text is held back to the last boundary
//! between clauses, so that at `most` tokens, with a sentence that will not end, it can be ended there.

/// How long a continuation may become, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// After this many no further sentence is begun.
    pub enough: usize,
    /// After this many the sentence at hand is ended by force.
    pub most: usize,
}

impl Default for Length {
    /// About ten seconds of speech, and at most about fifteen.
    fn default() -> Self {
        Self { enough: 32, most: 60 }
    }
}

/// Takes a reply token by token and says what may be spoken.
#[derive(Debug)]
pub struct Brief {
    length: Length,
    tokens: usize,
    /// Text after the last boundary, held back once enough was said.
    held: String,
    /// Whether a boundary was passed while holding back, so that the held text can be dropped.
    bounded: bool,
    /// The last word that was given out.
    tail: String,
    over: bool,
}

impl Brief {
    /// Starts a reply.
    #[must_use]
    pub fn new(length: Length) -> Self {
        Self { length, tokens: 0, held: String::new(), bounded: false, tail: String::new(), over: false }
    }

    /// Whether no further token is wanted.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Takes the text of one token (which may be empty); returns what may be spoken now.
    pub fn push(&mut self, piece: &str) -> String {
        if self.over {
            return String::new();
        }
        self.tokens += 1;
        self.held.push_str(piece);
        if self.tokens <= self.length.enough {
            return self.give(self.held.len());
        }
        if let Some(end) = sentence_end(&self.held, &self.tail) {
            self.over = true;
            let said = self.give(end);
            self.held.clear();
            return said;
        }
        if self.tokens >= self.length.most {
            return self.end_by_force();
        }
        match clause_end(&self.held) {
            Some(end) => {
                self.bounded = true;
                self.give(end)
            }
            None => String::new(),
        }
    }

    /// The model ended by itself; returns what was still held.
    pub fn finish(mut self) -> String {
        self.give(self.held.len())
    }

    fn give(&mut self, bytes: usize) -> String {
        let rest = self.held.split_off(bytes);
        let said = std::mem::replace(&mut self.held, rest);
        if let Some(word) = said.split_whitespace().next_back() {
            let joins = !said.starts_with(char::is_whitespace) && said.split_whitespace().count() == 1;
            self.tail = if joins { format!("{}{word}", self.tail) } else { word.to_owned() };
        }
        said
    }

    fn end_by_force(&mut self) -> String {
        self.over = true;
        if self.bounded {
            self.held.clear();
        }
        let mut said = self.give(self.held.len()).trim_end().to_owned();
        if !self.tail.ends_with(['.', '!', '?']) {
            said.push('.');
        }
        said
    }
}

/// Where the first sentence of `text` is over: behind its mark, when white space shows that it is one. `word` is the
/// word that stood in front of the text.
fn sentence_end(text: &str, word: &str) -> Option<usize> {
    let ends = |at: usize| {
        let before = format!("{word}{}", &text[..at]);
        before.ends_with(['.', '!', '?']) && !is_numbering(&before)
    };
    text.char_indices().find(|(at, c)| *c == '\n' || (c.is_whitespace() && ends(*at))).map(|(at, _)| at)
}

/// Whether the text ends with the number of a list's item, "2.".
fn is_numbering(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or(text);
    word.strip_suffix('.').is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// Where the last clause of `text` that is over ends: before a comma, semicolon or colon with a space behind it.
fn clause_end(text: &str) -> Option<usize> {
    let boundary =
        |(at, c): (usize, char)| matches!(c, ',' | ';' | ':') && text[at + 1..].starts_with(char::is_whitespace);
    text.char_indices().rfind(|found| boundary(*found)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(enough: usize, most: usize, reply: &str, expected: &str) {
        let mut brief = Brief::new(Length { enough, most });
        let mut said = String::new();
        // A word a token, beginning with its space, as in a byte-level vocabulary.
        let mut starts: Vec<usize> = reply.match_indices([' ', '\n']).map(|(at, _)| at).collect();
        starts.insert(0, 0);
        starts.push(reply.len());
        for token in starts.windows(2).map(|ends| &reply[ends[0]..ends[1]]) {
            said += &brief.push(token);
            if brief.is_over() {
                assert_eq!(said, expected);
                assert_eq!(brief.push(" more"), "");
                return;
            }
        }
        assert_eq!(said + &brief.finish(), expected);
    }

    #[test]
    fn short_replies_pass_as_they_are() {
        check(10, 20, "Canberra. It is a city", "Canberra. It is a city");
    }

    #[test]
    fn enough_ends_at_the_next_sentence() {
        check(2, 20, "It is one. It is two. It is three.", "It is one.");
        check(2, 20, "It costs 3.50 dollars now. More", "It costs 3.50 dollars now.");
        check(2, 20, "Do this\n\n1. First", "Do this");
        check(1, 20, "Steps: 1. Boil the water. 2. Pour", "Steps: 1. Boil the water.");
    }

    #[test]
    fn a_mark_before_the_holding_back_counts() {
        check(3, 20, "It is one. Two three", "It is one.");
        check(2, 20, "Steps: 1. Boil it. 2. Pour", "Steps: 1. Boil it.");
    }

    #[test]
    fn force_ends_at_a_clause() {
        check(2, 8, "It is red, and it is also quite green and", "It is red.");
        check(2, 6, "It is a very long sentence without", "It is a very long sentence.");
    }
}
