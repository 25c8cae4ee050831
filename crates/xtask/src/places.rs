//! Where things are: the workspace, what Cargo builds, the cache.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{BUILD, Failure};

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    // Cargo says at run time where this crate is; without Cargo, the user stands in the root.
    let of_crate = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let root = of_crate.as_deref().and_then(Path::parent).and_then(Path::parent);
    root.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The folder that release builds land in. This program was built there too, which holds
/// whatever environment and configuration say about Cargo's target folder.
pub(crate) fn release() -> Result<PathBuf, Failure> {
    let exe = std::env::current_exe();
    let exe = exe.map_err(|error| Failure::new(BUILD, format!("this program is lost: {error}")))?;
    match exe.parent() {
        Some(folder) => Ok(folder.to_path_buf()),
        None => Err(Failure::new(BUILD, "this program lies in no folder")),
    }
}

/// Cargo, the one that runs this program, in the workspace.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace());
    cargo
}

/// The folder of models and data: the same rule as `segue_models::Cache::find`, which this crate
/// cannot ask because it depends on nothing.
pub(crate) fn cache(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Failure> {
    let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("SEGUE_MODELS") {
        return Ok(folder);
    }
    let xdg = set("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let base = xdg.or_else(|| set("HOME").map(|home| home.join(".cache")));
    base.map(|base| base.join("segue")).ok_or_else(|| {
        Failure::new(crate::step::MODELS, "there is no place for the models: set HOME, XDG_CACHE_HOME or SEGUE_MODELS")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_segue_looks() {
        let find = |variables: &[(&str, &str)]| {
            cache(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            })
        };
        let all = [("SEGUE_MODELS", "/m"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(find(&all).unwrap(), Path::new("/m"));
        assert_eq!(find(&all[1..]).unwrap(), Path::new("/x/segue"));
        assert_eq!(find(&all[2..]).unwrap(), Path::new("/h/.cache/segue"));
        let relative = [("XDG_CACHE_HOME", "x"), ("HOME", "/h")];
        assert_eq!(find(&relative).unwrap(), Path::new("/h/.cache/segue"));
        assert!(find(&[]).is_err());
    }
}
