//! Whisper from CTranslate2's form to the ggml file that whisper.cpp reads.
//!
//! The numbers stay what they are: matrices as 16-bit floats, vectors and positions as 32-bit
//! ones. What changes is how they are cut and named. CTranslate2 keeps query, key and value in
//! one matrix; whisper.cpp wants three, and no bias for the key, which whisper never had.
//!
//! The output, little-endian: the magic number; eleven hyper-parameters; the mel filter bank; the
//! word tokens; then for each tensor u32 rank, u32 length of its name, u32 kind (0 f32, 1 f16), its
//! dimensions from the innermost out, its name, its numbers. The file is streamed tensor by tensor.

mod plan;

use std::io::{Read, Seek, Write};

use half::f16;

use super::ctranslate2::{Archive, Kind, Variable};
use super::input::n_elements;
use super::{Result, byte_level, invalid, mel};
use plan::{Piece, Shape};

/// "ggml", read as a number.
const MAGIC: u32 = 0x6767_6d6c;

/// The hyper-parameter that says that matrices are 16-bit floats.
const FTYPE_F16: u64 = 1;

/// Numbers converted at a time.
const CHUNK: u64 = 64 * 1024;

/// Converts `model` (CTranslate2's `model.bin`) and its `tokenizer.json`.
pub(super) fn convert(model: impl Read + Seek, tokenizer: impl Read, out: &mut dyn Write) -> Result<()> {
    let mut archive = Archive::open(model)?;
    if archive.specification != "WhisperSpec" {
        return invalid(format!("`{}` is not a whisper model", archive.specification));
    }
    let shape = Shape::of(&mut archive)?;
    let tokens = byte_level::tokens(tokenizer)?;
    if tokens.len() as u64 > shape.n_vocab {
        return invalid(format!("{} tokens for a vocabulary of {}", tokens.len(), shape.n_vocab));
    }
    for (bias, rows) in plan::key_biases(&shape) {
        expect_zeros(&mut archive, &bias, rows)?;
    }
    write_header(&shape, out)?;
    write_filters(shape.n_mels, out)?;
    write_tokens(&tokens, out)?;
    for piece in plan::pieces(&shape) {
        write_piece(&mut archive, &piece, out)?;
    }
    Ok(())
}

fn write_header(shape: &Shape, out: &mut dyn Write) -> Result<()> {
    out.write_all(&MAGIC.to_le_bytes())?;
    let parameters = [
        shape.n_vocab,
        shape.n_audio_ctx,
        shape.n_state,
        shape.n_audio_heads,
        shape.n_audio_layers,
        shape.n_text_ctx,
        shape.n_state,
        shape.n_text_heads,
        shape.n_text_layers,
        shape.n_mels,
        FTYPE_F16,
    ];
    parameters.into_iter().try_for_each(|parameter| write_u32(parameter, out))
}

fn write_filters(n_mels: u64, out: &mut dyn Write) -> Result<()> {
    write_u32(n_mels, out)?;
    write_u32(mel::N_BINS as u64, out)?;
    for weight in mel::filter_bank(n_mels as usize) {
        out.write_all(&weight.to_le_bytes())?;
    }
    Ok(())
}

fn write_tokens(tokens: &[Vec<u8>], out: &mut dyn Write) -> Result<()> {
    write_u32(tokens.len() as u64, out)?;
    for token in tokens {
        write_u32(token.len() as u64, out)?;
        out.write_all(token)?;
    }
    Ok(())
}

fn write_piece<R: Read + Seek>(archive: &mut Archive<R>, piece: &Piece, out: &mut dyn Write) -> Result<()> {
    let variable = archive.variable(&piece.from)?;
    if variable.shape != piece.from_shape {
        return invalid(format!(
            "`{}` has the shape {:?} where {:?} belongs",
            piece.from, variable.shape, piece.from_shape
        ));
    }
    write_u32(piece.shape.len() as u64, out)?;
    write_u32(piece.name.len() as u64, out)?;
    write_u32(u64::from(!piece.wide), out)?;
    for &dimension in piece.shape.iter().rev() {
        write_u32(dimension, out)?;
    }
    out.write_all(piece.name.as_bytes())?;
    numbers(archive, &piece.from, &variable, piece.rows, |number| {
        match (piece.wide, number) {
            (true, number) => out.write_all(&number.wide().to_le_bytes())?,
            (false, number) => out.write_all(&number.narrow().to_le_bytes())?,
        }
        Ok(())
    })
}

/// Refuses a model whose key has a bias, because ggml has no place for it.
fn expect_zeros<R: Read + Seek>(archive: &mut Archive<R>, name: &str, rows: (u64, u64)) -> Result<()> {
    let variable = archive.variable(name)?;
    numbers(archive, name, &variable, rows, |number| match number.wide() {
        0.0 => Ok(()),
        _ => invalid(format!("`{name}` gives the key a bias, which whisper has not")),
    })
}

/// A number as the file holds it, so that a 16-bit one passes through unchanged.
#[derive(Clone, Copy)]
enum Number {
    Wide(f32),
    Narrow(f16),
}

impl Number {
    fn wide(self) -> f32 {
        match self {
            Self::Wide(number) => number,
            Self::Narrow(number) => number.to_f32(),
        }
    }

    fn narrow(self) -> f16 {
        match self {
            Self::Wide(number) => f16::from_f32(number),
            Self::Narrow(number) => number,
        }
    }
}

/// Gives `take` the numbers of some rows of a variable: `rows` is the first and how many.
fn numbers<R: Read + Seek>(
    archive: &mut Archive<R>,
    name: &str,
    variable: &Variable,
    rows: (u64, u64),
    mut take: impl FnMut(Number) -> Result<()>,
) -> Result<()> {
    let width = variable.kind.bytes();
    if !matches!(variable.kind, Kind::F16 | Kind::F32) {
        return invalid(format!("`{name}` is quantised; a float16 or float32 model is needed"));
    }
    let (first, n_rows) = rows;
    let (row, n_rows_there) = match &variable.shape[..] {
        [n_rows, row @ ..] => (n_elements(row).unwrap_or(0), *n_rows),
        [] => (0, 0),
    };
    // `Archive::open` has seen that the whole variable lies in the file, so nothing below wraps.
    if first + n_rows > n_rows_there {
        return invalid(format!("`{name}` has only {n_rows_there} rows"));
    }
    archive.input.go_to(variable.start + first * row * width)?;
    let mut left = n_rows * row;
    let mut chunk = Vec::new();
    while left > 0 {
        let n = left.min(CHUNK);
        chunk.resize((n * width) as usize, 0);
        archive.input.fill(&mut chunk)?;
        for bytes in chunk.chunks_exact(width as usize) {
            take(match *bytes {
                [a, b] => Number::Narrow(f16::from_le_bytes([a, b])),
                [a, b, c, d] => Number::Wide(f32::from_le_bytes([a, b, c, d])),
                _ => return invalid("a number has two bytes or four"),
            })?;
        }
        left -= n;
    }
    Ok(())
}

/// All numbers in a ggml file's head are 32-bit and, for whisper.cpp, signed.
fn write_u32(number: u64, out: &mut dyn Write) -> Result<()> {
    match i32::try_from(number) {
        Ok(number) => Ok(out.write_all(&number.to_le_bytes())?),
        Err(_) => invalid(format!("{number} is too large for a ggml file")),
    }
}

#[cfg(test)]
mod tests;
