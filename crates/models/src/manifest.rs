//! The list of model files, `models/manifest.toml`: what it means. How it is written is `raw`.
//!
//! A [`Manifest`] that exists is sound: names are plain file names, sums are sums, every file has
//! the parts that its conversion needs. It is already reduced to one processor.

mod raw;

use std::fmt;

use crate::convert::Conversion;
use crate::error::{Error, Result};
use crate::{Role, Sha256};

/// The list of model files for one processor.
#[derive(Clone, Debug)]
pub struct Manifest {
    files: Vec<ModelFile>,
}

/// One file as it lies in the cache.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// Its name in the cache: a plain file name.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its content.
    pub sha256: Sha256,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// The package that carries it.
    pub package: Package,
    /// How it comes out of the package.
    pub origin: Origin,
}

/// How a file comes out of its package.
#[derive(Clone, Debug)]
pub enum Origin {
    /// It is this member of the wheel, as it is.
    Member(String),
    /// It is made from members of the wheel.
    Converted {
        /// How it is made.
        conversion: &'static Conversion,
        /// What it is made from, in the order that the conversion takes them.
        parts: Vec<Part>,
    },
}

/// A member of a wheel that a file is made from.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its path inside the wheel.
    pub member: String,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its content.
    pub sha256: Sha256,
}

/// A wheel on PyPI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// The one version that is used.
    pub version: String,
    /// The wheel's length in bytes, for progress only.
    pub wheel_size: u64,
    /// Which of several wheels, when there is one for each processor.
    pub tags: Option<Tags>,
}

/// What names one wheel among those of a package with machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tags {
    /// The Python version it is built for, such as `3.12`.
    pub python: String,
    /// The platforms it says it runs on, such as `manylinux_2_28_x86_64`.
    pub platforms: Vec<String>,
}

impl Manifest {
    /// The manifest inside this program, for this machine's processor.
    ///
    /// # Errors
    /// [`Error::Manifest`] when it is wrong, which a test rules out.
    pub fn built_in() -> Result<Self> {
        const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/manifest.toml"));
        Self::parse(TEXT, std::env::consts::ARCH)
    }

    /// Reads a manifest and keeps what is for `processor` (`x86_64`, `aarch64`).
    ///
    /// # Errors
    /// [`Error::Manifest`] with a sentence that names the entry and what is wrong with it.
    pub fn parse(text: &str, processor: &str) -> Result<Self> {
        raw::resolve(text, processor).map(|files| Self { files }).map_err(Error::Manifest)
    }

    /// All files, in the order of the manifest.
    #[must_use]
    pub fn files(&self) -> &[ModelFile] {
        &self.files
    }

    /// The file for a role.
    ///
    /// # Errors
    /// [`Error::NoSuchProcessor`] when the role has no file for this processor.
    pub fn file(&self, role: Role) -> Result<&ModelFile> {
        self.files.iter().find(|file| file.role == role).ok_or(Error::NoSuchProcessor { role })
    }
}

impl ModelFile {
    /// Where the file comes from, for people.
    #[must_use]
    pub fn source(&self) -> String {
        match &self.origin {
            Origin::Member(_) => format!("PyPI {}", self.package),
            Origin::Converted { conversion, .. } => {
                format!("PyPI {}, converted ({})", self.package, conversion.name)
            }
        }
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=={}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests;
