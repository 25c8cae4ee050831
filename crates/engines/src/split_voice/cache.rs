//! The parts of a voice as files, made once and found again by the voice's content.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::cut::{MOST_STAGES, NotSplittable, Parts, cut};

/// Part of the folder's name. Raised when [`cut`] writes something else for the same voice.
const VERSION: u32 = 2;

/// Where the parts of a voice lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    folder: PathBuf,
    /// Phonemes to frames and durations.
    pub encoder: PathBuf,
    /// Frames to samples, one behind the other.
    pub stages: Vec<PathBuf>,
}

impl Paths {
    /// Takes the files away, for when they turn out to be damaged.
    pub fn remove(&self) {
        // What is not there is as good as removed.
        let _ = fs::remove_dir_all(&self.folder);
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

/// The parts of the voice in the file `voice`, cut now unless `cache` holds them already. `cache` is made when it is
/// missing. They lie in a folder that is named by the voice's SHA-256 and appears whole or not at all, so several
/// programs may do this at the same time. What earlier versions made of the same voice is taken away.
pub fn parts(voice: &Path, cache: &Path) -> Result<Paths, CacheError> {
    let bytes = fs::read(voice).map_err(|source| file_error(voice, source))?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = cache.join(format!("{digest}.v{VERSION}"));
    if let Some(paths) = found(&folder) {
        return Ok(paths);
    }
    let parts = cut(&bytes)?;
    fs::create_dir_all(cache).map_err(|source| file_error(cache, source))?;
    put(&folder, &parts)?;
    forget_earlier(cache, &digest);
    found(&folder).ok_or_else(|| file_error(&folder, io::ErrorKind::NotFound.into()))
}

/// The parts in a folder, if they are all there.
fn found(folder: &Path) -> Option<Paths> {
    let encoder = folder.join(ENCODER);
    let count = (1..=MOST_STAGES).find(|&count| folder.join(stage_name(1, count)).is_file())?;
    let stages: Vec<_> = (1..=count).map(|stage| folder.join(stage_name(stage, count))).collect();
    let whole = encoder.is_file() && stages.iter().all(|stage| stage.is_file());
    whole.then(|| Paths { folder: folder.to_owned(), encoder, stages })
}

const ENCODER: &str = "encoder.onnx";

/// Says how many there are, so that one that is missing shows.
fn stage_name(stage: usize, count: usize) -> String {
    format!("stage-{stage}-of-{count}.onnx")
}

/// Fills a folder beside its place and moves it there when it is whole.
fn put(folder: &Path, parts: &Parts) -> Result<(), CacheError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let beside = folder.with_extension(format!("{}-{count}.part", std::process::id()));
    let write = |name: &str, bytes: &[u8]| {
        let mut file = File::create(beside.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    let written = fs::create_dir(&beside).and_then(|()| {
        write(ENCODER, &parts.encoder)?;
        for (index, stage) in parts.stages.iter().enumerate() {
            write(&stage_name(index + 1, parts.stages.len()), stage)?;
        }
        fs::rename(&beside, folder).or_else(|error| match found(folder) {
            // Another program was quicker.
            Some(_) => Ok(()),
            // What lies there is not whole.
            None => fs::remove_dir_all(folder).map_err(|_| error).and_then(|()| fs::rename(&beside, folder)),
        })
    });
    // What was moved is not there any more, and the first error is the one to tell.
    let _ = fs::remove_dir_all(&beside);
    written.map_err(|source| file_error(folder, source))
}

/// Takes away what the first version made of a voice: two files. What cannot be removed only fills the disk.
fn forget_earlier(cache: &Path, digest: &str) {
    for half in ["encoder", "decoder"] {
        let _ = fs::remove_file(cache.join(format!("{digest}.{half}.v1.onnx")));
    }
}

fn file_error(path: &Path, source: io::Error) -> CacheError {
    CacheError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::MadeUp;
    use super::*;

    #[test]
    fn parts_are_made_once_and_again_when_one_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, cache) = (folder.path().join("voice.onnx"), folder.path().join("a/b"));
        fs::write(&voice, MadeUp::flow().bytes()).unwrap();

        let paths = parts(&voice, &cache).unwrap();
        assert_eq!(paths.stages.len(), 2);
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 1);
        let read =
            || paths.stages.iter().chain([&paths.encoder]).map(|path| fs::read(path).unwrap()).collect::<Vec<_>>();
        let made = read();

        fs::write(&paths.stages[1], "found again").unwrap();
        assert_eq!(parts(&voice, &cache).unwrap(), paths);
        assert_eq!(fs::read(&paths.stages[1]).unwrap(), b"found again");

        paths.remove();
        parts(&voice, &cache).unwrap();
        assert_eq!(read(), made);

        for gone in [&paths.encoder, &paths.stages[0], &paths.stages[1]] {
            fs::remove_file(gone).unwrap();
            assert_eq!(parts(&voice, &cache).unwrap(), paths);
            assert_eq!(read(), made);
        }

        fs::write(&voice, MadeUp::speakers().bytes()).unwrap();
        assert_ne!(parts(&voice, &cache).unwrap(), paths);
    }

    #[test]
    fn what_an_earlier_version_made_of_the_same_voice_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, cache) = (folder.path().join("voice.onnx"), folder.path().join("cache"));
        fs::write(&voice, MadeUp::voice().bytes()).unwrap();
        let paths = parts(&voice, &cache).unwrap();
        let digest = paths.folder.file_stem().unwrap().to_str().unwrap().to_owned();
        paths.remove();
        let (old, other) = (format!("{digest}.decoder.v1.onnx"), "another.decoder.v1.onnx");
        fs::write(cache.join(&old), "old").unwrap();
        fs::write(cache.join(other), "other").unwrap();
        parts(&voice, &cache).unwrap();
        assert!(!cache.join(&old).exists() && cache.join(other).exists());
    }

    #[test]
    fn programs_that_cut_the_same_voice_at_once_all_find_it() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, cache) = (folder.path().join("voice.onnx"), folder.path().join("cache"));
        fs::write(&voice, MadeUp::flow().bytes()).unwrap();
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| parts(&voice, &cache).unwrap())).collect();
            let all: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
            assert!(all.iter().all(|paths| paths == &all[0] && paths.encoder.is_file()));
        });
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 1, "nothing lies beside it");
    }

    #[test]
    fn a_voice_that_cannot_be_cut_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (voice, cache) = (folder.path().join("voice.onnx"), folder.path().join("cache"));
        assert!(matches!(parts(&voice, &cache), Err(CacheError::File { .. })));
        fs::write(&voice, "no voice").unwrap();
        assert!(matches!(parts(&voice, &cache), Err(CacheError::NotSplittable(_))));
        assert!(!cache.exists());
    }
}
