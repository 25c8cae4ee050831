//! espeak's data: pronunciation tables and dictionaries that its build writes deep in the target
//! folder. They are copied to the cache, where the program finds them from any folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::step::{BUILD, Failure, Outcome};

/// The crate that builds espeak-ng.
pub(crate) const CRATE: &str = "espeak-rs-sys";

/// The name that espeak looks for.
const FOLDER: &str = "espeak-ng-data";

/// Files without which English cannot be spoken; the build writes the dictionary last.
const NEEDED: [&str; 5] = ["phontab", "phonindex", "phondata", "intonations", "en_dict"];

/// Whether a build of espeak was begun and not finished. Its CMake has then remembered what it
/// lacked and will not look again, so the crate must be cleaned.
pub(crate) fn is_half_built(release: &Path) -> bool {
    outputs(release).iter().any(|out| !is_whole(&data_of(out)))
}

/// Copies the data of the newest build to `cache`.
pub(crate) fn copy_data(release: &Path, cache: &Path) -> Outcome {
    let age = |data: &PathBuf| {
        let changed = fs::metadata(data.join("phontab")).and_then(|metadata| metadata.modified());
        changed.unwrap_or(SystemTime::UNIX_EPOCH)
    };
    let whole = outputs(release).into_iter().map(|out| data_of(&out)).filter(|data| is_whole(data));
    let Some(from) = whole.max_by_key(age) else {
        let sentence = format!("espeak's data was not built: run `cargo clean --release -p {CRATE}`, then this again");
        return Err(Failure::new(BUILD, sentence));
    };
    let to = cache.join(FOLDER);
    if is_same(&from, &to).unwrap_or(false) {
        return Ok("nothing to do".to_string());
    }
    replace(&from, cache, &to)
        .map_err(|error| Failure::new(BUILD, format!("espeak's data cannot be copied to {}: {error}", to.display())))?;
    Ok(format!("copied to {}", to.display()))
}

/// The output folders of all builds of the crate; each set of features has its own.
fn outputs(release: &Path) -> Vec<PathBuf> {
    let entries = release.join("build").read_dir().into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(CRATE))
        .map(|entry| entry.path().join("out"))
        .filter(|out| out.is_dir())
        .collect()
}

fn data_of(out: &Path) -> PathBuf {
    out.join("share").join(FOLDER)
}

fn is_whole(data: &Path) -> bool {
    NEEDED.iter().all(|name| data.join(name).exists())
}

/// Whether every file of `from` is in `to` with the same content.
fn is_same(from: &Path, to: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let other = to.join(entry.file_name());
        let same = if entry.file_type()?.is_dir() {
            is_same(&entry.path(), &other)?
        } else {
            fs::read(entry.path())? == fs::read(other)?
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Copies beside the old folder first, so that the old one is missing for two renames only.
fn replace(from: &Path, cache: &Path, to: &Path) -> io::Result<()> {
    let new = cache.join(format!(".{FOLDER}.new"));
    let old = cache.join(format!(".{FOLDER}.old"));
    for left in [&new, &old] {
        if left.exists() {
            fs::remove_dir_all(left)?;
        }
    }
    copy(from, &new)?;
    if to.exists() {
        fs::rename(to, &old)?;
    }
    fs::rename(&new, to)?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test; the system clears it away.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn build(release: &Path, hash: &str, content: &str, names: &[&str]) {
        let data = data_of(&release.join("build").join(format!("{CRATE}-{hash}")).join("out"));
        fs::create_dir_all(data.join("lang")).unwrap();
        fs::write(data.join("lang/en"), content).unwrap();
        for name in names {
            fs::write(data.join(name), content).unwrap();
        }
    }

    #[test]
    fn what_was_built_is_copied_once() {
        let release = folder("copy");
        let cache = release.join("cache");
        build(&release, "1", "one", &NEEDED);
        assert!(!is_half_built(&release));
        assert!(copy_data(&release, &cache).unwrap().starts_with("copied"));
        assert_eq!(fs::read(cache.join("espeak-ng-data/lang/en")).unwrap(), b"one");
        assert_eq!(copy_data(&release, &cache).unwrap(), "nothing to do");
        build(&release, "1", "two", &NEEDED);
        assert!(copy_data(&release, &cache).unwrap().starts_with("copied"));
        assert_eq!(fs::read(cache.join("espeak-ng-data/phontab")).unwrap(), b"two");
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 1);
        fs::remove_dir_all(release).unwrap();
    }

    #[test]
    fn half_a_build_is_seen() {
        let release = folder("half");
        assert!(!is_half_built(&release));
        build(&release, "1", "one", &NEEDED[..3]);
        assert!(is_half_built(&release));
        let failure = copy_data(&release, &release.join("cache")).unwrap_err();
        assert_eq!(failure.code, BUILD);
        fs::remove_dir_all(release).unwrap();
    }
}
