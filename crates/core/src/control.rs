//! Requests that are about the talk itself, not about the world: stop, never mind, repeat, louder, quieter. They are
//! handled at once, without opener and cloud, and only when they are the whole request.
//!
//! What could be meant for a thing or an action ("stop the music", "cancel that") is not known here: when in doubt,
//! the request goes on to the cloud.

use crate::words::normal_words;

mod phrases;
use phrases::{ALONE, AROUND, DEGREES, PHRASES, VOLUME};

/// What the user wants of the talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlWord {
    /// Say no more.
    Stop,
    /// Drop the request.
    NeverMind,
    /// Say the last answer again.
    Repeat,
    /// Speak louder.
    Louder,
    /// Speak more quietly.
    Quieter,
}

/// Longest request that is looked at, in bytes; "okay, hey Segue, could you please turn the volume up a little bit for
/// me now, thank you" has 90.
const LONGEST: usize = 120;

/// The control word that `request` is, as a whole; `None` for everything else.
#[must_use]
pub fn control_word(request: &str) -> Option<ControlWord> {
    if request.len() > LONGEST {
        return None;
    }
    let mut words = normal_words(request);
    let written = of_words(&words);
    written.or_else(|| {
        words.dedup();
        of_words(&words)
    })
}

/// The control word that the words are, with or without fillers around it.
fn of_words(words: &[String]) -> Option<ControlWord> {
    let whole: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Some(word) = look_up(ALONE, &whole.join(" ")) {
        return Some(word);
    }
    // A filler may be a part of a phrase ("no more", "stop right there"), so each is taken away alone, and what is
    // left is looked up each time.
    let mut candidates = vec![whole.as_slice()];
    let mut front = whole.as_slice();
    while let Some(shorter) = without_front(front) {
        front = shorter;
        candidates.push(front);
    }
    candidates.into_iter().find_map(|start| {
        let mut words = start;
        loop {
            if let Some(word) = find(words) {
                return Some(word);
            }
            words = without_end(words)?;
        }
    })
}

fn find(words: &[&str]) -> Option<ControlWord> {
    look_up(PHRASES, &words.join(" ")).or_else(|| look_up(VOLUME, &without_degree(words)))
}

fn look_up(table: &[(&str, ControlWord)], said: &str) -> Option<ControlWord> {
    table.iter().find(|(phrase, _)| *phrase == said).map(|(_, word)| *word)
}

fn without_front<'a, 'w>(words: &'a [&'w str]) -> Option<&'a [&'w str]> {
    AROUND.iter().find_map(|phrase| {
        let count = phrase.split(' ').count();
        let is_front = words.len() >= count && phrase.split(' ').eq(words[..count].iter().copied());
        is_front.then(|| &words[count..])
    })
}

fn without_end<'a, 'w>(words: &'a [&'w str]) -> Option<&'a [&'w str]> {
    AROUND.iter().find_map(|phrase| {
        let count = phrase.split(' ').count();
        let rest = words.len().checked_sub(count)?;
        phrase.split(' ').eq(words[rest..].iter().copied()).then(|| &words[..rest])
    })
}

/// The phrase without "a bit", "a little" and the like, wherever they stand.
fn without_degree(words: &[&str]) -> String {
    let mut said = format!(" {} ", words.join(" "));
    for degree in DEGREES {
        said = said.replacen(degree, " ", 1);
    }
    said.trim().to_string()
}

#[cfg(test)]
mod tests;
