//! SHA-256 of files, taken while their bytes pass.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::Digest as _;

use crate::Progress;
use crate::error::{At as _, Result};

/// Bytes moved at a time: large enough to keep the disk busy, small enough to keep memory flat.
const CHUNK: usize = 256 * 1024;

/// A SHA-256 sum. Its text form is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// A sentence, when `text` is anything else.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("`{text}` is not a SHA-256 of 64 lower-case hexadecimal digits");
        let digit = |c: u8| match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(wrong()),
        };
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(wrong());
        }
        let mut sum = [0; 32];
        for (byte, pair) in sum.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(sum))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

/// Passes bytes on to a writer, counts them, sums them, and reports the count.
pub(crate) struct Hashing<'a, W> {
    inner: W,
    hasher: sha2::Sha256,
    bytes: u64,
    progress: &'a dyn Progress,
}

impl<'a, W: Write> Hashing<'a, W> {
    pub(crate) fn new(inner: W, progress: &'a dyn Progress) -> Self {
        Self { inner, hasher: sha2::Sha256::new(), bytes: 0, progress }
    }

    /// The writer, the number of bytes that went into it, and their sum.
    pub(crate) fn finish(mut self) -> io::Result<(W, u64, Sha256)> {
        self.inner.flush()?;
        Ok((self.inner, self.bytes, Sha256(self.hasher.finalize().into())))
    }
}

impl<W: Write> Write for Hashing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        self.progress.at(self.bytes);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Copies at most `limit` bytes; the caller compares the writer's count with what it expects.
pub(crate) fn copy(from: impl Read, to: &mut impl Write, limit: u64) -> io::Result<u64> {
    let mut from = from.take(limit);
    let mut chunk = vec![0; CHUNK];
    let mut copied = 0;
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return Ok(copied),
            Ok(n) => {
                to.write_all(&chunk[..n])?;
                copied += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The SHA-256 of a whole file.
pub(crate) fn sum_of(path: &Path, progress: &dyn Progress) -> Result<Sha256> {
    let file = File::open(path).at(path)?;
    let mut writer = Hashing::new(io::sink(), progress);
    copy(file, &mut writer, u64::MAX).at(path)?;
    Ok(writer.finish().at(path)?.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Silent;

    #[test]
    fn the_known_sum_of_abc() {
        let mut writer = Hashing::new(Vec::new(), &Silent);
        copy(&b"abcdef"[..], &mut writer, 3).unwrap();
        let (inner, bytes, sum) = writer.finish().unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((inner.as_slice(), bytes), (&b"abc"[..], 3));
        assert_eq!(sum, Sha256::parse(known).unwrap());
        assert_eq!(sum.to_string(), known);
    }

    #[test]
    fn what_is_no_sum_is_refused() {
        for text in ["", "abc", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
            assert!(Sha256::parse(text).is_err(), "{text}");
        }
    }
}
