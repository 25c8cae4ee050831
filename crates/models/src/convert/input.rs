//! A file read forwards in which no length is believed before the file is seen to be that long.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::{Result, invalid};

/// A reader that knows how much is left.
pub(super) struct Input<R> {
    reader: BufReader<R>,
    /// The position of the next byte.
    at: u64,
    /// The length of the whole file in bytes.
    len: u64,
}

impl<R: Read + Seek> Input<R> {
    /// Starts at the beginning of `reader`.
    pub(super) fn new(mut reader: R) -> io::Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        Ok(Self { reader: BufReader::new(reader), at: 0, len })
    }

    /// The position of the next byte.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// How many bytes are left.
    pub(super) fn remaining(&self) -> u64 {
        self.len - self.at
    }

    /// Refuses when fewer than `bytes` bytes are left.
    pub(super) fn need(&self, bytes: u64) -> Result<()> {
        if bytes > self.remaining() {
            return invalid(format!(
                "{bytes} bytes are announced at byte {} and only {} are left",
                self.at,
                self.remaining()
            ));
        }
        Ok(())
    }

    /// Goes to an absolute position.
    pub(super) fn go_to(&mut self, position: u64) -> Result<()> {
        if position > self.len {
            return invalid(format!("byte {position} is announced, beyond the end of the file"));
        }
        self.reader.seek(SeekFrom::Start(position))?;
        self.at = position;
        Ok(())
    }

    /// Leaves `bytes` bytes out.
    pub(super) fn skip(&mut self, bytes: u64) -> Result<()> {
        self.need(bytes)?;
        // A jump within the buffer costs no system call; model files have thousands of short ones.
        match i64::try_from(bytes) {
            Ok(offset) => self.reader.seek_relative(offset)?,
            Err(_) => return invalid("a length of more than 2^63 bytes is announced"),
        }
        self.at += bytes;
        Ok(())
    }

    /// Fills `buffer`.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<()> {
        self.need(buffer.len() as u64)?;
        self.reader.read_exact(buffer)?;
        self.at += buffer.len() as u64;
        Ok(())
    }

    /// The next `bytes` bytes; at most `limit`, so that a hostile file cannot ask for all memory.
    pub(super) fn bytes(&mut self, bytes: u64, limit: u64) -> Result<Vec<u8>> {
        self.need(bytes)?;
        if bytes > limit {
            return invalid(format!("{bytes} bytes at byte {} are too many", self.at));
        }
        let mut buffer = vec![0; bytes as usize];
        self.fill(&mut buffer)?;
        Ok(buffer)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut buffer = [0; N];
        self.fill(&mut buffer)?;
        Ok(buffer)
    }
}

/// The product of a shape, or nothing when it is beyond all files.
pub(super) fn n_elements(shape: &[u64]) -> Option<u64> {
    shape.iter().try_fold(1_u64, |product, &n| product.checked_mul(n))
}
