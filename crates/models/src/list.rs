//! What there is and in which state: [`list`] at a glance, [`verify`] by reading every byte.

use std::fmt;
use std::path::PathBuf;

use crate::error::Result;
use crate::hashing::sum_of;
use crate::progress::megabytes;
use crate::{Cache, Locations, ModelFile, Progress, Role, Sha256};

/// One line of [`list`].
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file's name in the cache.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Its length in bytes.
    pub size: u64,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// Where it comes from, for people.
    pub source: String,
    /// Whether it is there.
    pub state: FileState,
}

/// Whether a file can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is the manifest's, or was when it was last read, and nobody has written to it since.
    Ready,
    /// It has the right size and was never read through. Reading decides.
    Unread,
    /// It is not there.
    Missing,
    /// It is not the manifest's.
    Damaged,
    /// The user named this file of their own for the role.
    Own(PathBuf),
}

/// One line of [`verify`].
#[derive(Clone, Debug)]
pub struct Checked {
    /// The file's name in the cache.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// What reading it showed.
    pub finding: Finding,
}

/// What reading a file showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its SHA-256 is the manifest's.
    Good,
    /// It is not there.
    Missing,
    /// Its SHA-256 is this one and not the manifest's. The next fetch replaces it.
    Damaged(Sha256),
    /// It is the user's own, so there is nothing to compare it with.
    Own(PathBuf),
}

/// Every file of the manifest, in its order. Looks at sizes and times; reads nothing through.
#[must_use]
pub fn list(locations: &Locations) -> Vec<Entry> {
    let entry = |file: &ModelFile| Entry {
        name: file.name.clone(),
        role: file.role,
        size: file.size,
        licence: file.licence.clone(),
        source: file.source(),
        state: match locations.own(file.role) {
            Some(path) => FileState::Own(path),
            None => FileState::of(locations.cache(), file),
        },
    };
    locations.manifest().files().iter().map(entry).collect()
}

/// Reads every file through, whatever was known about it, and compares its SHA-256.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) when a file that is there cannot be read.
pub fn verify(locations: &Locations, progress: &dyn Progress) -> Result<Vec<Checked>> {
    let check = |file: &ModelFile| {
        let finding = match locations.own(file.role) {
            Some(path) => Finding::Own(path),
            None => verify_file(locations.cache(), file, progress)?,
        };
        Ok(Checked { name: file.name.clone(), role: file.role, finding })
    };
    locations.manifest().files().iter().map(check).collect()
}

fn verify_file(cache: &Cache, file: &ModelFile, progress: &dyn Progress) -> Result<Finding> {
    cache.forget(file);
    if !cache.path(file).exists() {
        return Ok(Finding::Missing);
    }
    let sum = read_through(cache, file, progress)?;
    Ok(if sum == file.sha256 { Finding::Good } else { Finding::Damaged(sum) })
}

/// The SHA-256 of a file in the cache, remembered for next time.
fn read_through(cache: &Cache, file: &ModelFile, progress: &dyn Progress) -> Result<Sha256> {
    progress.begin(&format!("checking {}", file.name), file.size);
    let sum = sum_of(&cache.path(file), progress);
    progress.end(if sum.is_ok() { "read through" } else { "" });
    let sum = sum?;
    cache.stamp(file, sum);
    Ok(sum)
}

impl FileState {
    /// The state at a glance.
    pub(crate) fn of(cache: &Cache, file: &ModelFile) -> Self {
        let Ok(metadata) = std::fs::metadata(cache.path(file)) else {
            return Self::Missing;
        };
        if metadata.len() != file.size {
            return Self::Damaged;
        }
        match cache.known_sum(file) {
            Some(sum) if sum == file.sha256 => Self::Ready,
            Some(_) => Self::Damaged,
            None => Self::Unread,
        }
    }

    /// The state for certain: a file that was never read through is.
    pub(crate) fn settled(self, cache: &Cache, file: &ModelFile, progress: &dyn Progress) -> Result<Self> {
        match self {
            Self::Unread if read_through(cache, file, progress)? == file.sha256 => Ok(Self::Ready),
            Self::Unread => Ok(Self::Damaged),
            settled => Ok(settled),
        }
    }
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => f.pad("ready"),
            Self::Unread => f.pad("there, not checked yet"),
            Self::Missing => f.pad("not fetched"),
            Self::Damaged => f.pad("damaged"),
            Self::Own(path) => f.pad(&format!("your own: {}", path.display())),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.pad("good"),
            Self::Missing => f.pad("not fetched"),
            Self::Damaged(sum) => f.pad(&format!("damaged: its SHA-256 is {sum}")),
            Self::Own(path) => f.pad(&format!("your own, not checked: {}", path.display())),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = megabytes(self.size);
        write!(f, "{:<12}  {:<31}  {size:>9}  ", self.role, self.name)?;
        write!(f, "{:<10}  {}; {}", self.licence, self.state, self.source)
    }
}
