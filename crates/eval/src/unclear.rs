//! Requests that nobody can understand, made from held-back queries: some stop in the middle, some are words of many
//! requests in no order, some are sounds. The seeds add other languages.

use crate::data::{Kind, Request};
use crate::split::place;
use crate::words::{is_content, words};

/// Sounds, as a recogniser writes them down.
const SOUNDS: &[&str] = &[
    "mmm", "uh huh", "hmm hmm", "brr", "ssss", "tsk", "la la la", "da dum", "ah", "eh", "pff", "shh", "ooh", "mhm",
    "psst",
];

/// About `count` unclear requests.
pub(crate) fn made(held_back: &[Request], count: usize) -> Vec<Request> {
    let texts: Vec<&str> =
        held_back.iter().filter(|r| r.kind == Kind::Plain && r.last.is_none()).map(|r| r.text.as_str()).collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let any = |salt: &str, what: &str| texts[place(salt, what, texts.len())];
    let one = |n: usize| -> Option<String> {
        let salt = format!("unclear {n}");
        match n % 5 {
            0 => Some([0, 1, 2].map(|k| SOUNDS[place(&format!("{salt} {k}"), "sound", SOUNDS.len())]).join(" ")),
            1 | 2 => cut(any(&salt, "cut")),
            _ => {
                let length = 4 + place(&salt, "length", 5);
                let word = |k: usize| {
                    let salt = format!("{salt} {k}");
                    let from = words(any(&salt, "from"));
                    from.get(place(&salt, "word", from.len())).cloned()
                };
                (0..length).map(word).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
            }
        }
    };
    let made = (0..count).filter_map(one);
    made.map(|text| Request { kind: Kind::Unclear, ..Request::of(text, "unclear made") }).collect()
}

/// The beginning of a request up to a word that cannot end one; `None` when it says what it is about before.
fn cut(text: &str) -> Option<String> {
    const OPEN: &[&str] = &["a", "an", "and", "at", "for", "from", "in", "my", "of", "on", "the", "to", "with", "your"];
    let said = words(text);
    let stop = said.iter().position(|word| OPEN.contains(&word.as_str()))?;
    let about = said[..stop].iter().filter(|word| is_content(word)).count();
    (stop > 0 && stop + 1 < said.len() && about <= 1).then(|| said[..=stop].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_cut_where_they_stay_open() {
        assert_eq!(cut("Set a timer for ten minutes").as_deref(), Some("set a"));
        assert_eq!(cut("what is the capital of Peru").as_deref(), Some("what is the"));
        assert_eq!(cut("hello"), None);
        assert_eq!(cut("turn on"), None, "it stops there already");
    }

    #[test]
    fn there_are_as_many_as_asked_for_or_a_few_less() {
        let held_back =
            [Request::of("what is the capital of Peru", "t"), Request::of("play some music in the den", "t")];
        let made = made(&held_back, 50);
        assert!((35..=50).contains(&made.len()), "{}", made.len());
        assert!(made.iter().all(|r| r.kind == Kind::Unclear && !r.text.is_empty()));
    }
}
