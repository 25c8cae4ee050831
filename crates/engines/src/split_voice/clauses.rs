//! Cuts text into the clauses that a voice breathes between.
//!
//! espeak-ng gives phonemes without punctuation, but Piper's voices were taught with it: the comma makes the pause, the
//! full stop the fall, the question mark the rise. So clauses are found here, phonemised one by one, and their marks are
//! put back. Text that ends without a mark gets none: it is the middle of a sentence, and its tune stays up.

/// A stretch of text without a break in it. Clauses touch: together they hold every word of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause<'a> {
    /// The text with its punctuation, without white space around it.
    pub text: &'a str,
    /// What Piper's phonemes say at its end: one of `,;:.!?`.
    pub mark: Option<char>,
}

impl Clause<'_> {
    /// Whether a sentence ends here.
    #[must_use]
    pub fn ends_sentence(&self) -> bool {
        matches!(self.mark, Some('.' | '!' | '?'))
    }
}

/// Short forms whose full stop ends no sentence, in lower case and without it.
const SHORT_FORMS: &[&str] = &[
    "approx", "col", "dept", "dr", "e.g", "etc", "fig", "gen", "i.e", "jr", "mr", "mrs", "ms", "mt", "prof", "sr",
    "st", "vs",
];

/// What may stand between the last word and the white space after it.
const CLOSERS: &[char] = &['"', '\'', ')', ']', '}', '”', '’', '»'];

/// The clauses of `text`, in order.
#[must_use]
pub fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut clauses = Vec::new();
    let mut start = None;
    let mut mark = None;
    let mut rest = tokens(text).peekable();
    while let Some((at, token)) = rest.next() {
        let first = *start.get_or_insert(at);
        let next = rest.peek().map(|&(_, next)| next);
        // A dash between words belongs to what it follows, whose own mark is the stronger.
        mark = if is_dash(token) { mark.or(Some(';')) } else { mark_after(token, next) };
        if next.is_none_or(|next| mark.is_some() && !is_dash(next)) {
            clauses.push(Clause { text: &text[first..at + token.len()], mark });
            (start, mark) = (None, None);
        }
    }
    clauses
}

/// What stands between white space, with its place.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|token| (token.as_ptr() as usize - text.as_ptr() as usize, token))
}

fn is_dash(token: &str) -> bool {
    token.chars().all(|symbol| matches!(symbol, '-' | '–' | '—'))
}

/// The mark that ends a clause after `token`, if one does.
fn mark_after(token: &str, next: Option<&str>) -> Option<char> {
    let bare = token.trim_end_matches(CLOSERS);
    if bare.ends_with("...") {
        return Some(';');
    }
    match bare.chars().next_back()? {
        mark @ (',' | ';' | ':' | '!' | '?') => Some(mark),
        '…' | '–' | '—' => Some(';'),
        '.' => next.is_none_or(|next| begins_sentence(next) && !is_short_form(bare)).then_some('.'),
        _ => None,
    }
}

fn begins_sentence(token: &str) -> bool {
    token.chars().find(|symbol| symbol.is_alphanumeric()).is_some_and(|symbol| !symbol.is_lowercase())
}

/// Whether the full stop at the end of `token` may belong to a short form: "Dr.", "U.S.", an initial.
fn is_short_form(token: &str) -> bool {
    let word = token.trim_end_matches('.').trim_start_matches(|symbol: char| !symbol.is_alphanumeric()).to_lowercase();
    let letters = word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    SHORT_FORMS.contains(&word.as_str()) || (letters && !matches!(word.as_str(), "i" | "a.m" | "p.m"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `expected` shows each clause with its mark after a slash.
    fn check(text: &str, expected: &[&str]) {
        let shown = |clause: &Clause<'_>| format!("{}/{}", clause.text, clause.mark.unwrap_or(' '));
        assert_eq!(clauses(text).iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn marks_end_clauses() {
        check(
            "One, two; three: four. Five! Six? Seven",
            &["One,/,", "two;/;", "three:/:", "four./.", "Five!/!", "Six?/?", "Seven/ "],
        );
        check("He said \"yes.\" Then", &["He said \"yes.\"/.", "Then/ "]);
        check(" wait... what… now ", &["wait.../;", "what…/;", "now/ "]);
        check("", &[]);
    }

    #[test]
    fn marks_within_words_do_not() {
        check("At 12:30 it was 3.5 or 1,000", &["At 12:30 it was 3.5 or 1,000/ "]);
        check("Dr. Who of the U.S. Navy, at 5 a.m. or so.", &["Dr. Who of the U.S. Navy,/,", "at 5 a.m. or so./."]);
        check("At 5 p.m. So do I. Really", &["At 5 p.m./.", "So do I./.", "Really/ "]);
    }

    #[test]
    fn dashes_make_a_break_and_no_clause_of_their_own() {
        check("tea — really, — yes - -", &["tea —/;", "really, —/,", "yes - -/;"]);
        check("tea— really-good", &["tea—/;", "really-good/ "]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in "[a-zA-Z0-9.,;:!? \n—…é-]{0,60}") {
            let again: Vec<&str> = clauses(&text).iter().flat_map(|clause| clause.text.split_whitespace()).collect();
            prop_assert_eq!(again, text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
