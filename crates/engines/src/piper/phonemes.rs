//! Text to phonemes for the whole graph: the split voice's, a sentence at a time.

use std::path::Path;

use segue_runtime::port::EngineError;

use super::ENGINE;
use crate::split_voice::{espeak, sentences};

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
    espeak::start(data, language).map_err(|error| EngineError::new(ENGINE, error))
}

/// Splits `text` into sentences and writes each in phonemes. `language` is an espeak-ng voice such as `en-us`.
pub(super) fn sentences(text: &str, language: &str) -> Result<Vec<Sentence>, EngineError> {
    let spoken = sentences::sentences(text, |clause| espeak::phonemes(clause, language))
        .map_err(|error| EngineError::new(ENGINE, error))?;
    let shape = |sentence: sentences::Sentence<'_>| Sentence {
        ends: sentence.phonemes.ends_with(&['.'])
            || sentence.phonemes.ends_with(&['?'])
            || sentence.phonemes.ends_with(&['!']),
        phonemes: sentence.phonemes.into_iter().collect(),
    };
    Ok(spoken.into_iter().map(shape).filter(|sentence| !sentence.phonemes.is_empty()).collect())
}
