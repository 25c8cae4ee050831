//! The verdict that a reply brings in its own text: `[steer]`, `[bridge]` or `[restart]` at the very beginning,
//! never spoken. Streaming; any chunking of the same reply gives the same verdict and the same text.
//!
//! It does not act on the verdict (`dialogue`) and does not clean the text (`speakable`).

use crate::talk::Verdict;

/// The tags, lower case, and what they mean. No other tag is known here, so `[laughs]` stays text.
const TAGS: &[(&str, Verdict)] =
    &[("[steer]", Verdict::Steer), ("[bridge]", Verdict::Bridge), ("[restart]", Verdict::Restart)];
/// Most marks that a model puts around the tag: `**`, `"**`.
const MOST_MARKS: usize = 3;

/// What a piece of the reply brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The verdict, in the one piece that decided it. Only white space has been passed on before.
    pub verdict: Option<Verdict>,
    /// Text to go on with, without tags.
    pub text: String,
}

/// Where the parser is in the reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// White space so far, perhaps the beginning of a tag.
    #[default]
    Beginning,
    /// Behind the tag, where the marks around it are closed.
    Closing,
    /// In the text.
    Text,
}

/// A streaming parser of one reply.
#[derive(Clone, Debug, Default)]
pub struct VerdictParser {
    place: Place,
    decided: bool,
    /// Marks in front of a tag, then what may be the tag itself; at most [`MOST_MARKS`] and nine characters.
    held: String,
    /// Marks that closed the tag so far.
    closed: usize,
    /// Whether a tag was left out just now: letters that it separated stay apart.
    gap: bool,
}

impl VerdictParser {
    /// A parser at the beginning of a reply.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a piece of the reply.
    pub fn push(&mut self, delta: &str) -> Parsed {
        let mut parsed = Parsed::default();
        for c in delta.chars() {
            match self.place {
                Place::Beginning => self.begin(c, &mut parsed),
                Place::Closing => self.close(c, &mut parsed),
                Place::Text => self.text(c, &mut parsed),
            }
        }
        parsed
    }

    /// The reply has ended: passes on what was still held. A reply without text has no verdict.
    pub fn finish(&mut self) -> Parsed {
        let mut parsed = Parsed::default();
        if self.place == Place::Closing {
            self.held.clear();
        }
        if !self.decided {
            self.decide(if self.held.is_empty() { Verdict::None } else { Verdict::Agree }, &mut parsed);
        }
        let held = std::mem::take(&mut self.held);
        self.emit(&held, &mut parsed);
        self.place = Place::Text;
        parsed
    }

    /// Characters that are held back now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.chars().count()
    }

    fn begin(&mut self, c: char, parsed: &mut Parsed) {
        if self.held.is_empty() && (c.is_whitespace() || is_invisible(c)) {
            parsed.text.push(c);
            return;
        }
        let tag_at = self.held.find('[');
        if tag_at.is_none() && is_mark(c) && self.held() < MOST_MARKS {
            self.held.push(c);
            return;
        }
        let marks = tag_at.unwrap_or(self.held.len());
        self.held.push(c);
        match find(&self.held[marks..]) {
            Found::Maybe => {}
            Found::Tag(verdict) => {
                self.decide(verdict, parsed);
                self.held.truncate(marks);
                self.closed = 0;
                self.place = Place::Closing;
            }
            Found::Nothing => {
                self.decide(Verdict::Agree, parsed);
                self.place = Place::Text;
                self.held.pop();
                let held = std::mem::take(&mut self.held);
                self.emit(&held, parsed);
                self.text(c, parsed);
            }
        }
    }

    /// Drops the marks that mirror those in front of the tag, and a colon behind it.
    fn close(&mut self, c: char, parsed: &mut Parsed) {
        let expected = self.held.chars().rev().nth(self.closed);
        if expected.is_some_and(|mark| closing(mark) == c) {
            self.closed += 1;
            return;
        }
        self.held.clear();
        self.place = Place::Text;
        if c != ':' {
            self.text(c, parsed);
        }
    }

    fn text(&mut self, c: char, parsed: &mut Parsed) {
        if self.held.is_empty() && c != '[' {
            self.emit(c.encode_utf8(&mut [0; 4]), parsed);
            return;
        }
        self.held.push(c);
        match find(&self.held) {
            Found::Maybe => {}
            Found::Tag(_) => {
                self.held.clear();
                self.gap = true;
            }
            Found::Nothing => {
                self.held.pop();
                let held = std::mem::take(&mut self.held);
                self.emit(&held, parsed);
                self.text(c, parsed);
            }
        }
    }

    fn decide(&mut self, verdict: Verdict, parsed: &mut Parsed) {
        self.decided = true;
        parsed.verdict = Some(verdict);
    }

    fn emit(&mut self, text: &str, parsed: &mut Parsed) {
        if text.is_empty() {
            return;
        }
        // A space instead of the tag, so that the text around it cannot join to a word or to another tag.
        if std::mem::take(&mut self.gap) && text.starts_with(|c: char| c.is_alphanumeric() || c == ']') {
            parsed.text.push(' ');
        }
        parsed.text.push_str(text);
    }
}

/// What a text that may be a tag is.
enum Found {
    Nothing,
    Maybe,
    Tag(Verdict),
}

fn find(text: &str) -> Found {
    for (tag, verdict) in TAGS {
        match tag.get(..text.len()) {
            Some(start) if start.eq_ignore_ascii_case(text) => {
                return if text.len() == tag.len() { Found::Tag(*verdict) } else { Found::Maybe };
            }
            _ => {}
        }
    }
    Found::Nothing
}

/// Marks that models put around a tag.
fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '"' | '\'' | '\u{201c}' | '\u{2018}')
}

fn closing(mark: char) -> char {
    match mark {
        '\u{201c}' => '\u{201d}',
        '\u{2018}' => '\u{2019}',
        mark => mark,
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// For fuzzing: the same verdict and text in one piece and in many, no tag in the text, nothing held for long.
///
/// # Panics
/// When one of these does not hold.
pub fn check_verdict(data: &[u8]) {
    let (text, pieces) = crate::speakable::pieces(data);
    let mut whole = VerdictParser::new();
    let mut expected = whole.push(&text);
    let last = whole.finish();
    assert!(expected.verdict.is_some() != last.verdict.is_some(), "one verdict, once");
    expected.text.push_str(&last.text);
    expected.verdict = expected.verdict.or(last.verdict);

    let mut parser = VerdictParser::new();
    let mut got = Parsed::default();
    for piece in &pieces {
        let parsed = parser.push(piece);
        assert!(got.verdict.is_none() || parsed.verdict.is_none(), "decided twice");
        assert!(parser.held() <= 12, "holds too much");
        got.verdict = got.verdict.or(parsed.verdict);
        got.text.push_str(&parsed.text);
        assert!(got.verdict.is_some() || got.text.chars().all(|c| c.is_whitespace() || is_invisible(c)));
    }
    let parsed = parser.finish();
    got.verdict = got.verdict.or(parsed.verdict);
    got.text.push_str(&parsed.text);
    assert_eq!(got, expected);
    let spoken = got.text.to_ascii_lowercase();
    assert!(TAGS.iter().all(|(tag, _)| !spoken.contains(tag)), "a tag is spoken: {spoken:?}");
    assert_eq!(parser.finish(), Parsed::default(), "finished twice");
}

#[cfg(test)]
mod tests;
