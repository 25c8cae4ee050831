//! Reads the head of a GGUF file, version 2 or 3: where the metadata ends, which tensors follow.
//!
//! Metadata is not interpreted but measured, so that it can be copied to another file unchanged:
//! tokenizer, chat template and whatever else a model brings. Two values are looked at, the
//! alignment of tensors and the place of `general.file_type`.

use std::io::{Read, Seek};

use super::input::{Input, n_elements};
use super::{Result, invalid};

const MAGIC: u32 = u32::from_le_bytes(*b"GGUF");

/// Longest name of a key or a tensor that the format allows.
const MAX_NAME: u64 = 65_535;

/// Metadata is copied through memory; a vocabulary of 150,000 tokens takes about 6 MB.
const MAX_METADATA: u64 = 256 << 20;

/// Values are numbered in the file; these are the ones with a meaning here.
const U32: u32 = 4;
const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// The head of a GGUF file.
pub(super) struct Head {
    pub(super) n_metadata: u64,
    /// All keys and values as they stand in the file.
    pub(super) metadata: Vec<u8>,
    /// Where in `metadata` the value of `general.file_type` stands, four bytes.
    pub(super) file_type_at: Option<usize>,
    pub(super) tensors: Vec<Tensor>,
    /// The position in the file that tensors' offsets count from.
    pub(super) data_start: u64,
    /// What tensors' offsets are multiples of.
    pub(super) alignment: u64,
}

/// A tensor as the head announces it.
pub(super) struct Tensor {
    pub(super) name: Vec<u8>,
    /// Innermost dimension first.
    pub(super) shape: Vec<u64>,
    /// How its numbers are stored; `requantise` knows some of these.
    pub(super) kind: u32,
    /// Where its numbers begin, counted from `data_start`.
    pub(super) offset: u64,
}

impl Tensor {
    /// Its name for messages.
    pub(super) fn title(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// How many numbers it has.
    pub(super) fn n_numbers(&self) -> Result<u64> {
        match n_elements(&self.shape) {
            Some(n) => Ok(n),
            None => invalid(format!("`{}` cannot have {:?} numbers", self.title(), self.shape)),
        }
    }
}

impl Head {
    /// Reads the head; `input` is behind it afterwards.
    pub(super) fn read<R: Read + Seek>(input: &mut Input<R>) -> Result<Self> {
        if input.u32()? != MAGIC {
            return invalid("this is not a GGUF file");
        }
        let version = input.u32()?;
        if !matches!(version, 2 | 3) {
            return invalid(format!("GGUF version {version} is not known; 2 and 3 are"));
        }
        let n_tensors = input.u64()?;
        let n_metadata = input.u64()?;
        let start = input.position();
        let mut alignment = 32;
        let mut file_type_at = None;
        for _ in 0..n_metadata {
            let key = string(input)?;
            let kind = input.u32()?;
            match (key.as_slice(), kind) {
                (b"general.alignment", U32) => alignment = u64::from(input.u32()?),
                (b"general.file_type", U32) => {
                    file_type_at = Some((input.position() - start) as usize);
                    input.skip(4)?;
                }
                _ => skip_value(input, kind)?,
            }
        }
        if !alignment.is_power_of_two() || alignment > 1 << 20 {
            return invalid(format!("tensors cannot be aligned to {alignment} bytes"));
        }
        let end = input.position();
        input.go_to(start)?;
        let metadata = input.bytes(end - start, MAX_METADATA)?;
        // No room is made in advance: the number is only a claim until the tensors are seen.
        let mut tensors = Vec::new();
        for _ in 0..n_tensors {
            tensors.push(tensor(input)?);
        }
        let data_start = input.position().next_multiple_of(alignment);
        Ok(Self { n_metadata, metadata, file_type_at, tensors, data_start, alignment })
    }
}

fn tensor<R: Read + Seek>(input: &mut Input<R>) -> Result<Tensor> {
    let name = string(input)?;
    let rank = input.u32()?;
    if rank > 4 {
        return invalid(format!("a tensor of rank {rank} stands before byte {}", input.position()));
    }
    let mut shape = Vec::new();
    for _ in 0..rank {
        shape.push(input.u64()?);
    }
    Ok(Tensor { name, shape, kind: input.u32()?, offset: input.u64()? })
}

fn string<R: Read + Seek>(input: &mut Input<R>) -> Result<Vec<u8>> {
    let len = input.u64()?;
    input.bytes(len, MAX_NAME)
}

fn skip_value<R: Read + Seek>(input: &mut Input<R>, kind: u32) -> Result<()> {
    match kind {
        STRING => {
            let len = input.u64()?;
            input.skip(len)
        }
        ARRAY => {
            let kind = input.u32()?;
            let n = input.u64()?;
            if kind == STRING {
                // Each string takes eight bytes at least, so a false number ends with the file.
                return (0..n).try_for_each(|_| skip_value(input, STRING));
            }
            match width(kind).and_then(|width| n.checked_mul(width)) {
                Some(bytes) => input.skip(bytes),
                None => invalid(format!("an array of {n} values of kind {kind} cannot be read")),
            }
        }
        _ => match width(kind) {
            Some(bytes) => input.skip(bytes),
            None => invalid(format!("metadata of the unknown kind {kind}")),
        },
    }
}

/// Bytes of a simple value: integers, floats, booleans. Arrays in arrays are not in use.
fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}
