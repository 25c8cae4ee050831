//! Making a file in the form that an engine reads out of the form that a package carries.
//!
//! Every conversion gives the same bytes on every machine, so the manifest holds the SHA-256 of
//! its result. What it reads is untrusted: any input ends in a file or in a sentence.

mod byte_level;
mod ctranslate2;
mod gguf;
mod input;
mod mel;
mod requantise;
mod whisper;

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

/// A way to make one file from others.
#[derive(Debug)]
pub struct Conversion {
    /// What the manifest calls it.
    pub name: &'static str,
    /// How many files it is made from.
    pub(crate) n_parts: usize,
    convert: fn(&[File], &mut dyn Write) -> Result<()>,
}

/// Every conversion. To add one, write a module and a row.
const CONVERSIONS: &[Conversion] = &[
    Conversion {
        name: "whisper-ggml",
        n_parts: 2,
        convert: |files, out| match files {
            [model, tokenizer] => whisper::convert(model, tokenizer, out),
            _ => invalid("a CTranslate2 model and its tokenizer.json are needed"),
        },
    },
    Conversion {
        name: "gguf-q8_0",
        n_parts: 1,
        convert: |files, out| match files {
            [model] => requantise::convert(model, out),
            _ => invalid("one GGUF file is needed"),
        },
    },
];

impl Conversion {
    /// The conversion of that name, or a sentence that lists the names.
    pub(crate) fn named(name: &str) -> std::result::Result<&'static Self, String> {
        CONVERSIONS.iter().find(|known| known.name == name).ok_or_else(|| {
            let known: Vec<&str> = CONVERSIONS.iter().map(|known| known.name).collect();
            format!("there is no conversion `{name}`; there are {}", known.join(", "))
        })
    }

    /// Reads the parts, in the manifest's order, and writes the result.
    pub(crate) fn run(&self, parts: &[PathBuf], out: &mut dyn Write) -> Result<()> {
        let files = parts.iter().map(File::open).collect::<io::Result<Vec<_>>>()?;
        (self.convert)(&files, out)
    }
}

/// The result of reading or writing in a conversion.
type Result<T> = std::result::Result<T, Failure>;

/// Why a conversion stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The input is not what it should be.
    #[error("{0}")]
    Invalid(String),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Refuses the input.
fn invalid<T>(reason: impl Into<String>) -> Result<T> {
    Err(Failure::Invalid(reason.into()))
}
