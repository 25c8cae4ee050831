//! Text to phonemes with espeak-ng.

use std::sync::Mutex;

/// espeak-ng keeps its voice and its place in the text in globals, so only one thread at a time may use it.
static ESPEAK: Mutex<()> = Mutex::new(());

/// The phonemes of `text`, a sentence each. `voice` is espeak-ng's name of a voice or language.
///
/// espeak-ng's data must lie where `espeak-rs` looks: in the folder that `PIPER_ESPEAKNG_DATA_DIRECTORY` names, the
/// working folder or the executable's.
pub(super) fn sentences(text: &str, voice: &str) -> Result<Vec<Vec<char>>, String> {
    // A panic of another thread leaves nothing half done that matters here.
    let _turn = ESPEAK.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let text = text.replace('\0', " ");
    let sentences = espeak_rs::text_to_phonemes(&text, voice, None).map_err(|error| error.to_string())?;
    Ok(sentences.iter().map(|sentence| sentence.trim().chars().collect()).filter(|s: &Vec<char>| !s.is_empty()).collect())
}
