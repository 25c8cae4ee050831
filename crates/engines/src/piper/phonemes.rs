//! Text to phonemes by espeak-ng, a C library with one global state: where its data lies is told once, and one
//! thread at a time may ask.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use segue_runtime::port::EngineError;

use super::ENGINE;
use crate::trim;

/// The variable that `espeak-rs` reads, once, before its first phoneme.
const DATA_VARIABLE: &str = "PIPER_ESPEAKNG_DATA_DIRECTORY";

/// The folder that espeak-ng looks for.
const DATA_FOLDER: &str = "espeak-ng-data";

/// espeak-ng keeps the chosen voice and the text at work in globals.
static ESPEAK: Mutex<()> = Mutex::new(());

/// One sentence, or the unfinished rest of one, in phonemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    /// IPA, with the punctuation that shapes the melody.
    pub(super) phonemes: String,
    /// Whether the sentence is over, so that the voice falls and a pause may follow.
    pub(super) ends: bool,
}

/// Starts espeak-ng with its data. `data` is the folder `espeak-ng-data` or the folder around it. Only the first call
/// in a process has an effect.
pub(super) fn start(data: &Path, language: &str) -> Result<(), EngineError> {
    let around = if data.ends_with(DATA_FOLDER) { data.parent().unwrap_or(data) } else { data };
    if !around.join(DATA_FOLDER).is_dir() {
        return Err(EngineError::new(ENGINE, format!("no {DATA_FOLDER} in {}", around.display())));
    }
    set_data_variable(around);
    sentences("a", language).map(drop)
}

/// The one place where this crate writes the environment: `espeak-rs` 0.2 offers no other way to name the data, and
/// the working directory and the executable's are not ours to fill.
#[expect(unsafe_code, reason = "writing the environment is unsafe in a program of several threads")]
fn set_data_variable(around: &Path) {
    let _alone = ESPEAK.lock().unwrap_or_else(PoisonError::into_inner);
    if std::env::var_os(DATA_VARIABLE).is_some_and(|set| set == around) {
        return;
    }
    // SAFETY: std locks its own reads and writes of the environment against each other. What remains is C code that
    // calls getenv on another thread at this very moment; voices are made at start, before conversations begin, and
    // the value is written once for a process that uses one data folder.
    unsafe { std::env::set_var(DATA_VARIABLE, around) };
}

/// Splits `text` into sentences and writes each in phonemes. `language` is an espeak-ng voice such as `en-us`.
pub(super) fn sentences(text: &str, language: &str) -> Result<Vec<Sentence>, EngineError> {
    // A NUL would end the text for C; other control characters mean nothing to a voice.
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !text.contains(char::is_alphanumeric) {
        return Ok(Vec::new());
    }
    let spoken = {
        let _alone = ESPEAK.lock().unwrap_or_else(PoisonError::into_inner);
        espeak_rs::text_to_phonemes(&text, language, None).map_err(|error| EngineError::new(ENGINE, error))?
    };
    Ok(shaped(spoken, &text))
}

/// espeak-ng ends each text with a full stop, and a voice falls there: right after a sentence, wrong for a clause
/// that goes on in the next clip. So the last stop stays only where the text has one.
fn shaped(spoken: Vec<String>, text: &str) -> Vec<Sentence> {
    let last = spoken.len().saturating_sub(1);
    let ends = trim::ends_sentence(text);
    let shape = |(index, phonemes): (usize, String)| {
        if index < last || ends {
            return Sentence { phonemes, ends: true };
        }
        let phonemes = phonemes.trim_end().trim_end_matches('.').trim_end().to_owned();
        Sentence { phonemes, ends: false }
    };
    spoken.into_iter().enumerate().map(shape).filter(|sentence| !sentence.phonemes.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_finished_sentence_keeps_its_stop() {
        let spoken = || vec!["wˈʌn.".to_owned(), "tˈuː.".to_owned()];
        let sentence = |phonemes: &str, ends| Sentence { phonemes: phonemes.into(), ends };
        assert_eq!(shaped(spoken(), "One. Two."), [sentence("wˈʌn.", true), sentence("tˈuː.", true)]);
        assert_eq!(shaped(spoken(), "One. Two"), [sentence("wˈʌn.", true), sentence("tˈuː", false)]);
        assert_eq!(shaped(vec!["wˈʌn,".to_owned()], "One,"), [sentence("wˈʌn,", false)]);
        assert_eq!(shaped(vec![".".to_owned()], "-"), []);
    }

    #[test]
    fn data_that_is_not_there_is_named() {
        let error = start(Path::new("/nowhere"), "en-us").unwrap_err();
        assert_eq!(error.to_string(), "piper: no espeak-ng-data in /nowhere");
    }
}
