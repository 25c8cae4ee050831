//! The folder that the model files lie in, shared by all clones and versions of Segue.
//!
//! A file appears here by renaming, whole and checked. Beside the files there are, all beginning
//! with a dot, the lock, the folders of downloads in progress, and the stamps: one small text for
//! each file that says which sum it had when it was last read through, at which size and time of
//! change. As long as size and time are the same the file is not read again.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use fs4::FileExt;
use tempfile::TempDir;

use crate::error::{At as _, Error, Result};
use crate::{ModelFile, Sha256};

/// What folders of downloads in progress are called.
const DOWNLOAD: &str = ".download-";

/// The folder of the model files. It need not exist until something is put in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

/// Held while files are put into the cache; dropping it lets the next process in.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Cache {
    /// A cache in `folder`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// `SEGUE_MODELS`, else `segue` in `XDG_CACHE_HOME`, else `.cache/segue` in `HOME`, each
    /// asked of `variable`.
    ///
    /// # Errors
    /// [`Error::NoCache`] when none of them is set.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(folder) = set("SEGUE_MODELS") {
            // Absolute, so that it stays the same folder when the program changes its own.
            let folder = std::path::absolute(&folder).at(&folder)?;
            return Ok(Self { folder });
        }
        // The XDG rules say that a relative path there is to be ignored.
        let xdg = set("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        let base = xdg.or_else(|| set("HOME").map(|home| home.join(".cache")));
        base.map(|base| Self::new(base.join("segue"))).ok_or(Error::NoCache)
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where `file` lies or will lie.
    #[must_use]
    pub fn path(&self, file: &ModelFile) -> PathBuf {
        self.folder.join(&file.name)
    }

    /// Waits until no other process puts files in. `wait` is called once if that takes time.
    pub(crate) fn lock(&self, wait: impl FnOnce()) -> Result<Lock> {
        fs::create_dir_all(&self.folder).at(&self.folder)?;
        let path = self.folder.join(".lock");
        let file = File::create(&path).at(&path)?;
        // Some network file systems know no locks: then fetching twice at once costs time, and
        // nothing else, because files land by renaming.
        if FileExt::try_lock(&file).is_err() {
            wait();
            let _ = FileExt::lock(&file);
        }
        Ok(Lock { _file: file })
    }

    /// An empty folder inside the cache that goes away when dropped. Such folders of processes
    /// that were killed go away first: the lock says that nobody uses them.
    pub(crate) fn download_folder(&self, _lock: &Lock) -> Result<TempDir> {
        for entry in fs::read_dir(&self.folder).at(&self.folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(DOWNLOAD) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        tempfile::Builder::new().prefix(DOWNLOAD).tempdir_in(&self.folder).at(&self.folder)
    }

    /// Moves a finished file of the download folder to its place.
    pub(crate) fn put(&self, finished: &Path, file: &ModelFile) -> Result<()> {
        let path = self.path(file);
        self.forget(file);
        fs::rename(finished, &path).at(&path)?;
        self.stamp(file, file.sha256);
        Ok(())
    }

    /// The sum that the file had when it was last read through, if it was not changed since.
    pub(crate) fn known_sum(&self, file: &ModelFile) -> Option<Sha256> {
        let text = fs::read_to_string(self.stamp_path(file)).ok()?;
        let (sum, rest) = text.split_once(' ')?;
        (rest == traits_of(&self.path(file))?).then(|| Sha256::parse(sum).ok())?
    }

    /// Remembers the sum of a file that was just read through. A cache that cannot be written
    /// to works as well; there the file is read again next time.
    pub(crate) fn stamp(&self, file: &ModelFile, sum: Sha256) {
        let Some(traits) = traits_of(&self.path(file)) else {
            return;
        };
        let path = self.stamp_path(file);
        if let Some(folder) = path.parent() {
            let _ = fs::create_dir_all(folder);
        }
        let _ = fs::write(&path, format!("{sum} {traits}"));
    }

    /// Forgets what is known about a file.
    pub(crate) fn forget(&self, file: &ModelFile) {
        let _ = fs::remove_file(self.stamp_path(file));
    }

    fn stamp_path(&self, file: &ModelFile) -> PathBuf {
        self.folder.join(".stamps").join(&file.name)
    }
}

/// Size and time of change of a file, as text: the same as long as nobody has written to it.
fn traits_of(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}\n", metadata.len(), changed.as_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(variables: &[(&str, &str)]) -> Result<Cache> {
        Cache::find(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_first_variable_that_is_set_wins() {
        let all = [("SEGUE_MODELS", "/m"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        let folder = |variables| find(variables).unwrap().folder().to_path_buf();
        assert_eq!(folder(&all), Path::new("/m"));
        assert_eq!(folder(&all[1..]), Path::new("/x/segue"));
        assert_eq!(folder(&all[2..]), Path::new("/h/.cache/segue"));
        assert_eq!(folder(&[("XDG_CACHE_HOME", "x"), ("HOME", "/h")]), Path::new("/h/.cache/segue"));
        assert_eq!(folder(&[("SEGUE_MODELS", ""), ("HOME", "/h")]), Path::new("/h/.cache/segue"));
        assert!(folder(&[("SEGUE_MODELS", "m")]).is_absolute());
        assert!(matches!(find(&[]), Err(Error::NoCache)));
    }

    #[test]
    fn what_a_killed_process_left_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let left = folder.path().join(".download-abc");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("half.whl"), "half").unwrap();
        let lock = cache.lock(|| panic!("nobody holds the lock")).unwrap();
        let download = cache.download_folder(&lock).unwrap();
        assert!(!left.exists() && download.path().exists());
    }

    #[test]
    fn the_second_process_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let first = cache.lock(|| {}).unwrap();
        let (says_wait, hears_wait) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| cache.lock(move || says_wait.send(()).unwrap()).is_ok());
            hears_wait.recv().unwrap();
            assert!(!second.is_finished());
            drop(first);
            assert!(second.join().unwrap());
        });
    }
}
