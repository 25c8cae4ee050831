//! A GGUF file with its Q4_1 tensors turned into Q8_0, which candle multiplies with vector
//! instructions. All other tensors and all metadata are copied.
//!
//! Q4_1: for 32 numbers a scale and a minimum (16-bit floats), then 16 bytes, the low halves the
//! first 16 numbers, the high halves the others; a number is `half * scale + minimum`.
//! Q8_0: for 32 numbers a scale (16-bit float), then 32 signed bytes; a number is `byte * scale`.
//!
//! Written here and not taken from candle because candle's result differs between processors in
//! the last bit and its writer orders metadata by chance; the manifest needs one SHA-256.

use std::io::{Read, Seek, Write};

use half::f16;

use super::gguf::{Head, Tensor};
use super::input::Input;
use super::{Result, invalid};

const F32: u32 = 0;
const F16: u32 = 1;
const Q4_1: u32 = 3;
const Q8_0: u32 = 8;

/// Numbers in a block of either quantised form.
const BLOCK: u64 = 32;
const Q4_1_BYTES: usize = 20;
const Q8_0_BYTES: usize = 34;

/// `general.file_type` of a file that is mostly Q8_0.
const FILE_TYPE_Q8_0: u32 = 7;

/// The version of GGUF that is written. It differs from 2 only in allowing big-endian files.
const VERSION: u32 = 3;

/// Bytes read at a time: whole blocks of Q4_1.
const CHUNK: usize = Q4_1_BYTES * 4096;

/// Converts `model`.
pub(super) fn convert(model: impl Read + Seek, out: &mut dyn Write) -> Result<()> {
    let mut input = Input::new(model)?;
    let mut head = Head::read(&mut input)?;
    if let Some(at) = head.file_type_at {
        head.metadata[at..at + 4].copy_from_slice(&FILE_TYPE_Q8_0.to_le_bytes());
    }
    check_place(&input, &head)?;
    let mut written = write_head(&head, out)?;
    written += pad(written, head.alignment, out)?;
    for tensor in &head.tensors {
        input.go_to(head.data_start + tensor.offset)?;
        if tensor.kind == Q4_1 {
            requantise(&mut input, tensor_bytes(tensor, Q4_1)?, out)?;
        } else {
            copy(&mut input, tensor_bytes(tensor, tensor.kind)?, out)?;
        }
        written += tensor_bytes(tensor, target(tensor.kind))?;
        written += pad(written, head.alignment, out)?;
    }
    Ok(())
}

/// Refuses tensors that are not in the file, each in its own place, before anything is written.
fn check_place<R: Read + Seek>(input: &Input<R>, head: &Head) -> Result<()> {
    let len = input.position() + input.remaining();
    let mut total = 0_u64;
    for tensor in &head.tensors {
        let bytes = tensor_bytes(tensor, tensor.kind)?;
        let end = head.data_start.checked_add(tensor.offset).and_then(|at| at.checked_add(bytes));
        total = total.saturating_add(bytes);
        if end.is_none_or(|end| end > len) || total > len {
            return invalid(format!("`{}` lies beyond the end of the file", tensor.title()));
        }
    }
    Ok(())
}

/// Writes everything before the numbers; returns how many bytes that was.
fn write_head(head: &Head, out: &mut dyn Write) -> Result<u64> {
    let mut bytes = Vec::new();
    bytes.extend(b"GGUF");
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((head.tensors.len() as u64).to_le_bytes());
    bytes.extend(head.n_metadata.to_le_bytes());
    bytes.extend(&head.metadata);
    let mut offset = 0_u64;
    for tensor in &head.tensors {
        bytes.extend((tensor.name.len() as u64).to_le_bytes());
        bytes.extend(&tensor.name);
        bytes.extend((tensor.shape.len() as u32).to_le_bytes());
        bytes.extend(tensor.shape.iter().flat_map(|n| n.to_le_bytes()));
        bytes.extend(target(tensor.kind).to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        // `check_place` has bounded their sum by the file's length, and Q8_0 is less than twice as
        // long as Q4_1, so this cannot wrap.
        offset += tensor_bytes(tensor, target(tensor.kind))?.next_multiple_of(head.alignment);
    }
    out.write_all(&bytes)?;
    Ok(bytes.len() as u64)
}

/// The form that a tensor has afterwards.
fn target(kind: u32) -> u32 {
    if kind == Q4_1 { Q8_0 } else { kind }
}

/// How long `tensor` is when its numbers are stored as `kind`.
fn tensor_bytes(tensor: &Tensor, kind: u32) -> Result<u64> {
    let n = tensor.n_numbers()?;
    let in_blocks = |bytes: usize| match tensor.shape.first() {
        Some(row) if row.is_multiple_of(BLOCK) => (n / BLOCK).checked_mul(bytes as u64),
        _ => None,
    };
    let bytes = match kind {
        F32 => n.checked_mul(4),
        F16 => n.checked_mul(2),
        Q4_1 => in_blocks(Q4_1_BYTES),
        Q8_0 => in_blocks(Q8_0_BYTES),
        _ => {
            return invalid(format!("`{}` is stored as the unknown kind {kind}", tensor.title()));
        }
    };
    match bytes {
        Some(bytes) => Ok(bytes),
        None => invalid(format!("`{}` cannot have the shape {:?}", tensor.title(), tensor.shape)),
    }
}

/// Fills up to a multiple of `alignment`; returns how many bytes that took.
fn pad(written: u64, alignment: u64, out: &mut dyn Write) -> Result<u64> {
    let padding = written.next_multiple_of(alignment) - written;
    std::io::copy(&mut std::io::repeat(0).take(padding), out)?;
    Ok(padding)
}

fn copy<R: Read + Seek>(input: &mut Input<R>, bytes: u64, out: &mut dyn Write) -> Result<()> {
    in_chunks(input, bytes, |chunk| Ok(out.write_all(chunk)?))
}

fn requantise<R: Read + Seek>(input: &mut Input<R>, bytes: u64, out: &mut dyn Write) -> Result<()> {
    in_chunks(input, bytes, |chunk| {
        for block in chunk.chunks_exact(Q4_1_BYTES) {
            out.write_all(&quantised(&numbers(block)))?;
        }
        Ok(())
    })
}

fn in_chunks<R: Read + Seek>(
    input: &mut Input<R>,
    bytes: u64,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut left = bytes;
    let mut chunk = vec![0; CHUNK];
    while left > 0 {
        let n = left.min(CHUNK as u64);
        let part = &mut chunk[..n as usize];
        input.fill(part)?;
        take(part)?;
        left -= n;
    }
    Ok(())
}

/// The 32 numbers of a block of Q4_1.
fn numbers(block: &[u8]) -> [f32; BLOCK as usize] {
    let half_at = |at: usize| f16::from_le_bytes([block[at], block[at + 1]]).to_f32();
    let (scale, minimum) = (half_at(0), half_at(2));
    let mut numbers = [0.0; BLOCK as usize];
    for (i, byte) in block[4..Q4_1_BYTES].iter().enumerate() {
        numbers[i] = f32::from(byte & 0x0f) * scale + minimum;
        numbers[i + 16] = f32::from(byte >> 4) * scale + minimum;
    }
    numbers
}

/// The block of Q8_0 nearest to 32 numbers.
fn quantised(numbers: &[f32; BLOCK as usize]) -> [u8; Q8_0_BYTES] {
    let largest = numbers.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    let scale = largest / 127.0;
    let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    let mut block = [0; Q8_0_BYTES];
    block[..2].copy_from_slice(&f16::from_f32(scale).to_le_bytes());
    for (byte, number) in block[2..].iter_mut().zip(numbers) {
        *byte = ((number * inverse).round() as i8).cast_unsigned();
    }
    block
}

#[cfg(test)]
mod tests;
