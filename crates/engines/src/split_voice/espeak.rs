//! espeak-ng, a C library with one global state: where its data lies is told once, and one thread at a time may ask.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The variable that `espeak-rs` reads, once, before its first phoneme.
const DATA_VARIABLE: &str = "PIPER_ESPEAKNG_DATA_DIRECTORY";

/// The folder that espeak-ng looks for.
const DATA_FOLDER: &str = "espeak-ng-data";

/// espeak-ng keeps the chosen language and its place in the text in globals.
static ESPEAK: Mutex<()> = Mutex::new(());

/// Starts espeak-ng with its data. `data` is the folder `espeak-ng-data` or the folder around it; only the first call
/// in a process has an effect. `language` is an espeak-ng voice such as `en-us`.
pub(crate) fn start(data: &Path, language: &str) -> Result<(), String> {
    let around = if data.ends_with(DATA_FOLDER) { data.parent().unwrap_or(data) } else { data };
    if !around.join(DATA_FOLDER).is_dir() {
        return Err(format!("no {DATA_FOLDER} in {}", around.display()));
    }
    set_data_variable(around);
    phonemes("a", language).map(drop)
}

/// The one place here that writes the environment: `espeak-rs` 0.2 offers no other way to name the data.
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

/// The phonemes of a word or a clause, without punctuation: espeak-ng gives none.
pub(crate) fn phonemes(text: &str, language: &str) -> Result<Vec<char>, String> {
    // A NUL would end the text for C; other control characters mean nothing to a voice.
    let text: String = text.chars().map(|symbol| if symbol.is_control() { ' ' } else { symbol }).collect();
    if !text.contains(char::is_alphanumeric) {
        return Ok(Vec::new());
    }
    // A panic of another thread leaves nothing half done that matters here.
    let _alone = ESPEAK.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = espeak_rs::text_to_phonemes(&text, language, None).map_err(|error| error.to_string())?;
    Ok(lines.join(" ").trim().chars().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_is_not_there_is_named() {
        assert_eq!(start(Path::new("/nowhere"), "en-us").unwrap_err(), "no espeak-ng-data in /nowhere");
    }
}
