//! The manifest as it is typed, and the checks that turn it into what it means.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::{ModelFile, Origin, Package, Part, Tags};
use crate::Sha256;
use crate::convert::Conversion;

/// The one layout of the manifest that this program knows.
const VERSION: u32 = 1;

/// No model file is anywhere near 16 GiB; a larger number is a slip of the pen.
const MAX_SIZE: u64 = 16 << 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: u32,
    package: BTreeMap<String, RawPackage>,
    file: Vec<RawFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPackage {
    version: String,
    wheel_size: Option<u64>,
    python: Option<String>,
    native: Option<BTreeMap<String, RawNative>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNative {
    platforms: Vec<String>,
    wheel_size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    name: String,
    role: String,
    processor: Option<String>,
    licence: String,
    size: u64,
    sha256: String,
    package: String,
    member: Option<String>,
    convert: Option<String>,
    #[serde(default)]
    part: Vec<RawPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    member: String,
    size: u64,
    sha256: String,
}

/// Every file for `processor`; an error when any entry is wrong, for whichever processor it is.
pub(super) fn resolve(text: &str, processor: &str) -> Result<Vec<ModelFile>, String> {
    let raw: Raw = toml::from_str(text).map_err(|error| error.to_string())?;
    if raw.version != VERSION {
        return Err(format!("version {} is not known; version {VERSION} is", raw.version));
    }
    let mut files = Vec::new();
    let mut names = HashSet::new();
    let mut roles = HashSet::new();
    for entry in &raw.file {
        let about = |reason: String| format!("file `{}`: {reason}", entry.name);
        // A file that names no processor is for all, so for the one that is asked about.
        let its_processor = entry.processor.as_deref().unwrap_or(processor);
        let file = resolve_file(entry, &raw.package, its_processor).map_err(about)?;
        if !names.insert((file.name.clone(), its_processor)) {
            return Err(about(format!("the name is there twice for {its_processor}")));
        }
        if !roles.insert((file.role, its_processor)) {
            return Err(about(format!("the role {} has a file already", file.role)));
        }
        if its_processor == processor {
            files.push(file);
        }
    }
    Ok(files)
}

fn resolve_file(raw: &RawFile, packages: &BTreeMap<String, RawPackage>, processor: &str) -> Result<ModelFile, String> {
    // The name becomes a path in the user's cache.
    if !is_word(&raw.name, "._-+") {
        return Err("the name must be a plain file name".to_string());
    }
    if raw.licence.trim().is_empty() {
        return Err("the licence is missing".to_string());
    }
    let package = packages.get(&raw.package).ok_or_else(|| format!("there is no package `{}`", raw.package))?;
    Ok(ModelFile {
        name: raw.name.clone(),
        role: raw.role.parse()?,
        size: checked_size(raw.size)?,
        sha256: Sha256::parse(&raw.sha256)?,
        licence: raw.licence.clone(),
        package: resolve_package(&raw.package, package, processor)?,
        origin: resolve_origin(raw)?,
    })
}

fn resolve_origin(raw: &RawFile) -> Result<Origin, String> {
    match (&raw.member, &raw.convert) {
        (Some(member), None) if raw.part.is_empty() => Ok(Origin::Member(checked_member(member)?)),
        (None, Some(name)) => {
            let conversion = Conversion::named(name)?;
            if raw.part.len() != conversion.n_parts {
                return Err(format!("{name} takes {} parts", conversion.n_parts));
            }
            let parts = raw.part.iter().map(resolve_part).collect::<Result<_, _>>()?;
            Ok(Origin::Converted { conversion, parts })
        }
        _ => Err("give either `member`, or `convert` with its parts".to_string()),
    }
}

fn resolve_part(raw: &RawPart) -> Result<Part, String> {
    Ok(Part {
        member: checked_member(&raw.member)?,
        size: checked_size(raw.size)?,
        sha256: Sha256::parse(&raw.sha256)?,
    })
}

/// Name, version and tags become arguments of pip: none may look like an option.
fn resolve_package(name: &str, raw: &RawPackage, processor: &str) -> Result<Package, String> {
    let plain = |text: &String| is_word(text, "._-+");
    if !is_word(name, "._-") || !plain(&raw.version) {
        return Err(format!("package `{name}`: the name or the version is not plain"));
    }
    let (wheel_size, tags) = match (&raw.native, &raw.python, raw.wheel_size) {
        (None, None, Some(wheel_size)) => (wheel_size, None),
        (Some(native), Some(python), None) => {
            let wheel =
                native.get(processor).ok_or_else(|| format!("package `{name}` has no wheel for {processor}"))?;
            if !plain(python) || wheel.platforms.is_empty() || !wheel.platforms.iter().all(plain) {
                return Err(format!("package `{name}`: `python` or `platforms` is not plain"));
            }
            let tags = Tags { python: python.clone(), platforms: wheel.platforms.clone() };
            (wheel.wheel_size, Some(tags))
        }
        _ => {
            return Err(format!("package `{name}`: give either `wheel_size`, or `python` with `native` wheels"));
        }
    };
    Ok(Package { name: name.to_string(), version: raw.version.clone(), wheel_size: checked_size(wheel_size)?, tags })
}

/// A letter or digit first, then letters, digits and the characters of `also`.
fn is_word(text: &str, also: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

fn checked_member(member: &str) -> Result<String, String> {
    if member.split('/').all(|step| is_word(step, "._-+")) {
        Ok(member.to_string())
    } else {
        Err(format!("`{member}` is not a path inside a wheel"))
    }
}

fn checked_size(size: u64) -> Result<u64, String> {
    match size {
        1..=MAX_SIZE => Ok(size),
        _ => Err(format!("a size of {size} bytes cannot be")),
    }
}
