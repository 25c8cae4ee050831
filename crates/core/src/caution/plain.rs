//! Plain words: one spelling for what people and recognisers write in many ways, so that one pattern finds them all.
//!
//! Contractions are opened ("can't", "cant", "cannot" become "can not"), other spellings are led back by `plain.txt`,
//! and words that only fill ("um", "just", "really") are dropped where the caller asks for it.

use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("plain.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(word, plain)| (word.trim(), plain.trim())).collect()
});

/// Endings that a contraction opens to, when the whole word is not in the table.
const ENDINGS: &[(&str, &str)] = &[
    ("n't", " not"),
    ("'s", " is"),
    ("'re", " are"),
    ("'ve", " have"),
    ("'ll", " will"),
    ("'d", " would"),
    ("'m", " am"),
];

/// The marks that part a sentence.
const MARKS: [char; 8] = [',', ';', ':', '.', '!', '?', '\u{2013}', '\u{2014}'];

/// What becomes of words that only fill, and of marks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fillers {
    /// Fillers stay, and a mark between words is the word `,`: for openers, whose commas mean something.
    Keep,
    /// Both go: for requests, whose marks are the recogniser's guess.
    Drop,
}

/// The plain words of a text, with one blank between them.
pub(super) fn plain(text: &str, fillers: Fillers) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        match c {
            c if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            '\'' | '\u{2019}' if !word.is_empty() => word.push('\''),
            _ => {
                push(&mut out, word.trim_end_matches('\''), fillers);
                word.clear();
                if fillers == Fillers::Keep && MARKS.contains(&c) && !out.is_empty() && !out.ends_with(',') {
                    out.push_str(" ,");
                }
            }
        }
    }
    out
}

fn push(out: &mut String, word: &str, fillers: Fillers) {
    if word.is_empty() {
        return;
    }
    let start = out.len();
    if start > 0 {
        out.push(' ');
    }
    let joined: String = word.split('\'').collect();
    match TABLE.get(joined.as_str()) {
        Some(&"") if fillers == Fillers::Drop => return out.truncate(start),
        Some(&"") | None => {}
        Some(plain) => return out.push_str(plain),
    }
    match ENDINGS.iter().find_map(|(end, plain)| Some((word.strip_suffix(end)?, plain))) {
        Some((stem, plain)) if !stem.is_empty() => {
            out.extend(stem.split('\''));
            out.push_str(plain);
        }
        _ => out.push_str(&joined),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_and_spellings_meet_in_one_form() {
        for text in [
            "He can't breathe!",
            "he cant breathe",
            "he \u{2018}can\u{2019}t\u{2019} breathe",
            "he cannot, um, breathe",
        ] {
            assert_eq!(plain(text, Fillers::Drop), "he can not breathe", "{text}");
        }
        assert_eq!(
            plain("My dad's not here, we're off; she'd've", Fillers::Drop),
            "my dad is not here we are off shed have"
        );
        assert_eq!(plain("No, it just won't...", Fillers::Keep), "no , it just will not ,");
        assert_eq!(plain("  '' -- ", Fillers::Drop), "");
    }
}
