//! What can end the program early, and the exit code that says so.

use std::fmt;

/// One clear sentence and its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    /// The input file is not there, or is no recording that Segue can use.
    pub(crate) fn input(message: impl fmt::Display) -> Self {
        Self { code: 3, message: message.to_string() }
    }

    /// A model or a library is missing or broken.
    pub(crate) fn models(message: impl fmt::Display) -> Self {
        Self { code: 4, message: message.to_string() }
    }

    /// Something that was asked for cannot be used: a provider, an option's value.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { code: 2, message: message.to_string() }
    }

    /// A cloud that was named does not answer.
    pub(crate) fn cloud(message: impl fmt::Display) -> Self {
        Self { code: 5, message: message.to_string() }
    }

    /// Everything else: a file cannot be written, an engine broke.
    pub(crate) fn other(message: impl fmt::Display) -> Self {
        Self { code: 1, message: message.to_string() }
    }
}

/// For `--help`: the codes in a table.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done; a recording in which nobody speaks is not an error
  1  something broke on the way (a file could not be written, an engine failed)
  2  the command line is wrong
  3  the input cannot be used: no such file, not a WAV, empty, cut off, too long
  4  a model or a library is missing or damaged: run `segue models fetch`
  5  a cloud does not answer as it should (`segue check` only: a turn has an end without a cloud)

Environment:
  SEGUE_CLOUD_KEY, SEGUE_CLOUD_KEY_FILE  the first cloud's key, or a file that holds it; it goes to no other
  SEGUE_CLOUD_KEY_2, ..._KEY_2_FILE      the second cloud's, and so on
  SEGUE_PROMPTS                          a folder with prompts of your own (system.txt, prefill.txt, instruction.txt)
  SEGUE_MODELS                           where models lie (default: the user's cache, segue/)
  SEGUE_STATE                            what is kept between runs (default: the user's state directory, segue/)";
