//! The two halves of a voice as files, made once and found again by the voice's content.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::cut::{NotSplittable, cut};

/// Part of the file names. Raised when [`cut`] writes something else for the same voice.
const VERSION: u32 = 1;

/// Where the two halves of a voice lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Phonemes to latent frames and durations.
    pub encoder: PathBuf,
    /// Latent frames to samples.
    pub decoder: PathBuf,
}

impl Paths {
    /// Takes the files away, for when they turn out to be damaged.
    pub fn remove(&self) {
        for path in [&self.encoder, &self.decoder] {
            // One that is not there is as good as removed.
            let _ = fs::remove_file(path);
        }
    }
}

/// A voice could not be cut into files.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The voice does not have the shape that can be cut; use the whole graph.
    #[error(transparent)]
    NotSplittable(#[from] NotSplittable),
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The halves of the voice in the file `voice`, cut now unless `folder` holds them already. `folder` is made when it
/// is missing. Files are named by the voice's SHA-256 and appear whole or not at all, so several programs may do this
/// at the same time.
pub fn halves(voice: &Path, folder: &Path) -> Result<Paths, CacheError> {
    let bytes = fs::read(voice).map_err(|source| file_error(voice, source))?;
    let paths = paths(&Sha256::digest(&bytes), folder);
    if !(paths.encoder.is_file() && paths.decoder.is_file()) {
        let halves = cut(&bytes)?;
        fs::create_dir_all(folder).map_err(|source| file_error(folder, source))?;
        put(&paths.encoder, &halves.encoder)?;
        put(&paths.decoder, &halves.decoder)?;
    }
    Ok(paths)
}

fn paths(digest: &[u8], folder: &Path) -> Paths {
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = |half: &str| folder.join(format!("{digest}.{half}.v{VERSION}.onnx"));
    Paths { encoder: path("encoder"), decoder: path("decoder") }
}

/// Writes a file beside its place and moves it there when it is whole.
fn put(path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_extension(format!("{}-{count}.part", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|source| {
        // It may not exist; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
        file_error(path, source)
    })
}

fn file_error(path: &Path, source: io::Error) -> CacheError {
    CacheError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::MadeUp;
    use super::*;

    #[test]
    fn halves_are_made_once_and_again_when_they_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, cache) = (folder.path().join("voice.onnx"), folder.path().join("a/b"));
        fs::write(&voice, MadeUp::voice().bytes()).unwrap();

        let paths = halves(&voice, &cache).unwrap();
        let made = (fs::read(&paths.encoder).unwrap(), fs::read(&paths.decoder).unwrap());
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 2);

        fs::write(&paths.decoder, "found again").unwrap();
        assert_eq!(halves(&voice, &cache).unwrap(), paths);
        assert_eq!(fs::read(&paths.decoder).unwrap(), b"found again");

        paths.remove();
        halves(&voice, &cache).unwrap();
        assert_eq!((fs::read(&paths.encoder).unwrap(), fs::read(&paths.decoder).unwrap()), made);

        fs::write(&voice, MadeUp::speakers().bytes()).unwrap();
        assert_ne!(halves(&voice, &cache).unwrap(), paths);
    }

    #[test]
    fn a_voice_that_cannot_be_cut_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, cache) = (folder.path().join("voice.onnx"), folder.path().join("cache"));
        assert!(matches!(halves(&voice, &cache), Err(CacheError::File { .. })));
        fs::write(&voice, "no voice").unwrap();
        assert!(matches!(halves(&voice, &cache), Err(CacheError::NotSplittable(_))));
        assert!(!cache.exists());
    }
}
