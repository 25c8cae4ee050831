//! From a role to the path of its file: the user's own, or the one in the cache.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::list::FileState;
use crate::{Cache, Manifest, Role, Silent};

/// Where every model file is. Looking something up here never fetches.
#[derive(Clone, Debug)]
pub struct Locations {
    manifest: Manifest,
    cache: Cache,
    /// The user's own files.
    own: BTreeMap<Role, PathBuf>,
}

impl Locations {
    /// The built-in manifest with the cache and the own files that the environment names.
    ///
    /// # Errors
    /// [`Error::NoCache`] when no variable says where the cache is.
    pub fn from_env() -> Result<Self> {
        Self::find(|name| std::env::var_os(name))
    }

    /// As [`from_env`](Self::from_env), with the variables that `variable` gives.
    ///
    /// # Errors
    /// [`Error::NoCache`] when no variable says where the cache is.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let mut locations = Self::new(Manifest::built_in()?, Cache::find(&variable)?);
        for &role in Role::ALL {
            if let Some(path) = variable(role.variable()).filter(|path| !path.is_empty()) {
                locations = locations.with_override(role, path);
            }
        }
        Ok(locations)
    }

    /// The files of `manifest` in `cache`, none of the user's own.
    #[must_use]
    pub fn new(manifest: Manifest, cache: Cache) -> Self {
        Self { manifest, cache, own: BTreeMap::new() }
    }

    /// The same, with a file of the user's own for `role`. It is neither fetched nor checked.
    ///
    /// A voice's configuration is then looked for beside it, with `.json` behind its name, as
    /// piper's voices are published, unless it is given too.
    #[must_use]
    pub fn with_override(mut self, role: Role, path: impl Into<PathBuf>) -> Self {
        self.own.insert(role, path.into());
        self
    }

    /// The file for `role`, ready to be opened. A file that appeared in the cache by other means
    /// than [`fetch`](crate::fetch) is read through once.
    ///
    /// # Errors
    /// [`Error::OwnFile`] when the user's own file cannot be read, [`Error::Missing`] when there
    /// is none yet, [`Error::Damaged`] when it is not the manifest's,
    /// [`Error::NoSuchProcessor`] when there is none for this machine.
    pub fn path(&self, role: Role) -> Result<PathBuf> {
        if let Some(path) = self.own(role) {
            return match File::open(&path) {
                Ok(_) => Ok(path),
                Err(source) => Err(Error::OwnFile { role, path, source }),
            };
        }
        let file = self.manifest.file(role)?;
        let path = self.cache.path(file);
        match FileState::of(&self.cache, file).settled(&self.cache, file, &Silent)? {
            FileState::Ready => Ok(path),
            FileState::Missing => Err(Error::Missing { role }),
            _ => Err(Error::Damaged { path }),
        }
    }

    /// The user's own file for `role`, if there is one.
    #[must_use]
    pub fn own(&self, role: Role) -> Option<PathBuf> {
        let beside_own_voice = || match role {
            Role::VoiceConfig => {
                let mut path = self.own.get(&Role::Voice)?.clone().into_os_string();
                path.push(".json");
                Some(PathBuf::from(path))
            }
            _ => None,
        };
        self.own.get(&role).cloned().or_else(beside_own_voice)
    }

    /// The folder of the model files.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The files that there are for this machine.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder that has espeak's data folder `espeak-ng-data` in it, if it is there. It is no
    /// model and not fetched: `cargo xtask build` puts it there out of what it has built.
    #[must_use]
    pub fn espeak_parent(&self) -> Option<&Path> {
        let folder = self.cache.folder();
        folder.join("espeak-ng-data").join("phontab").exists().then_some(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locations(folder: &Path) -> Locations {
        Locations::new(Manifest::built_in().unwrap(), Cache::new(folder))
    }

    #[test]
    fn what_was_not_fetched_says_how_to_fetch() {
        let folder = tempfile::tempdir().unwrap();
        let error = locations(folder.path()).path(Role::Transcriber).unwrap_err().to_string();
        assert!(error.contains("segue models fetch"), "{error}");
        assert!(error.contains("SEGUE_MODEL_TRANSCRIBER"), "{error}");
    }

    #[test]
    fn a_file_of_ones_own_needs_no_cache() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.bin");
        std::fs::write(&path, "mine").unwrap();
        let nowhere = locations(Path::new("/nonexistent"));
        let locations = nowhere.clone().with_override(Role::Transcriber, &path);
        assert_eq!(locations.path(Role::Transcriber).unwrap(), path);
        let gone = nowhere.with_override(Role::Local, folder.path().join("gone.gguf"));
        let error = gone.path(Role::Local).unwrap_err().to_string();
        assert!(error.contains("gone.gguf names the local model"), "{error}");
    }

    #[test]
    fn an_own_voice_has_its_configuration_beside_it() {
        let locations = locations(Path::new("/nonexistent")).with_override(Role::Voice, "/v/a.onnx");
        assert_eq!(locations.own(Role::VoiceConfig), Some("/v/a.onnx.json".into()));
        let locations = locations.with_override(Role::VoiceConfig, "/v/b.json");
        assert_eq!(locations.own(Role::VoiceConfig), Some("/v/b.json".into()));
    }

    #[test]
    fn the_environment_names_cache_and_own_files() {
        let locations = Locations::find(|name| match name {
            "HOME" => Some("/h".into()),
            "SEGUE_MODEL_LOCAL" => Some("/own/local.gguf".into()),
            "SEGUE_MODEL_VOICE" => Some("".into()),
            _ => None,
        })
        .unwrap();
        assert_eq!(locations.cache().folder(), Path::new("/h/.cache/segue"));
        assert_eq!(locations.own(Role::Local), Some("/own/local.gguf".into()));
        assert_eq!(locations.own(Role::Voice), None);
    }
}
