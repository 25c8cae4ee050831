use std::io::Cursor;

use proptest::prelude::*;

use super::*;

/// Blocks of Q4_1 with scale 0.5 and minimum -1: the numbers are -1, -0.5 and so on to 6.5, twice.
fn q4_1(n_blocks: usize) -> Vec<u8> {
    let mut block = Vec::new();
    block.extend(f16::from_f32(0.5).to_le_bytes());
    block.extend(f16::from_f32(-1.0).to_le_bytes());
    block.extend((0..16).map(|i| i << 4 | i));
    block.repeat(n_blocks)
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

/// A file with a few metadata and three tensors: f32, Q4_1 (2 rows of 64), Q8_0.
fn toy() -> Vec<u8> {
    let mut out = b"GGUF".to_vec();
    out.extend(3_u32.to_le_bytes());
    out.extend(3_u64.to_le_bytes());
    out.extend(3_u64.to_le_bytes());
    string(&mut out, "general.name");
    out.extend(STRING.to_le_bytes());
    string(&mut out, "toy");
    string(&mut out, "general.file_type");
    out.extend(4_u32.to_le_bytes());
    out.extend(3_u32.to_le_bytes());
    string(&mut out, "tokenizer.ggml.tokens");
    out.extend(9_u32.to_le_bytes());
    out.extend(STRING.to_le_bytes());
    out.extend(2_u64.to_le_bytes());
    string(&mut out, "a");
    string(&mut out, "b");
    for (name, shape, kind, offset) in
        [("norm", &[3_u64][..], F32, 0_u64), ("w", &[64, 2], Q4_1, 32), ("e", &[32], Q8_0, 128)]
    {
        string(&mut out, name);
        out.extend((shape.len() as u32).to_le_bytes());
        out.extend(shape.iter().flat_map(|n| n.to_le_bytes()));
        out.extend(kind.to_le_bytes());
        out.extend(offset.to_le_bytes());
    }
    out.resize(out.len().next_multiple_of(32), 0);
    out.extend([1.0_f32, 2.0, 3.0].iter().flat_map(|n| n.to_le_bytes()));
    out.resize(out.len().next_multiple_of(32), 0);
    out.extend(q4_1(4));
    out.resize(out.len().next_multiple_of(32), 0);
    out.extend((0..34).map(|i| i as u8));
    out
}

const STRING: u32 = 8;

fn converted(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    convert(Cursor::new(bytes), &mut out)?;
    Ok(out)
}

#[test]
fn metadata_stay_and_tensors_change_their_form() {
    let out = converted(&toy()).unwrap();
    let before = Head::read(&mut Input::new(Cursor::new(toy())).unwrap()).unwrap();
    let after = Head::read(&mut Input::new(Cursor::new(&out)).unwrap()).unwrap();
    let at = after.file_type_at.unwrap();
    assert_eq!(after.metadata[at..at + 4], FILE_TYPE_Q8_0.to_le_bytes());
    assert_eq!(before.metadata[..at], after.metadata[..at]);
    assert_eq!(before.metadata[at + 4..], after.metadata[at + 4..]);
    assert_eq!(before.n_metadata, after.n_metadata);

    let kinds: Vec<u32> = after.tensors.iter().map(|tensor| tensor.kind).collect();
    assert_eq!(kinds, [F32, Q8_0, Q8_0]);
    let data = |i: usize, len: usize| {
        let start = (after.data_start + after.tensors[i].offset) as usize;
        &out[start..start + len]
    };
    assert_eq!(data(0, 12), [1.0_f32, 2.0, 3.0].map(f32::to_le_bytes).as_flattened());
    assert_eq!(data(2, 34), (0..34).collect::<Vec<u8>>());
    for block in data(1, 4 * 34).chunks_exact(34) {
        let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
        for (i, &byte) in block[2..].iter().enumerate() {
            let number = f32::from(byte.cast_signed()) * scale;
            let expected = (i % 16) as f32 * 0.5 - 1.0;
            assert!((number - expected).abs() <= 6.5 / 127.0, "{i}: {number}, not {expected}");
        }
    }
    assert_eq!(out.len() % 32, 0);
}

#[test]
fn converting_twice_changes_nothing_more() {
    let once = converted(&toy()).unwrap();
    assert_eq!(converted(&once).unwrap(), once);
}

#[test]
fn a_block_of_zeros_stays_zero() {
    assert_eq!(quantised(&[0.0; 32]), [0; 34]);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let whole = toy();
    for len in 0..whole.len() {
        assert!(converted(&whole[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn what_is_not_known_is_refused() {
    assert!(converted(b"GGUX").unwrap_err().to_string().contains("not a GGUF file"));
    let mut bytes = toy();
    bytes[4] = 4;
    assert!(converted(&bytes).unwrap_err().to_string().contains("version 4"));
    // The kind of the second tensor stands in front of its offset, 32.
    let mut bytes = toy();
    let at = bytes.windows(12).position(|w| w == [3, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0]).unwrap();
    bytes[at] = 12;
    assert!(converted(&bytes).unwrap_err().to_string().contains("`w` is stored as the unknown"));
}

proptest! {
    /// A few wrong bytes anywhere end in a file or in a sentence, quickly and without much memory.
    #[test]
    fn wrong_bytes_never_panic(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = toy();
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = converted(&bytes);
    }

    /// Every number of a block comes back within half a step.
    #[test]
    fn numbers_survive_within_half_a_step(numbers in prop::array::uniform32(-100.0_f32..100.0)) {
        let block = quantised(&numbers);
        let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
        for (number, &byte) in numbers.iter().zip(&block[2..]) {
            let back = f32::from(byte.cast_signed()) * scale;
            // The scale itself is rounded to 11 bits.
            prop_assert!((back - number).abs() <= scale * 0.5 + number.abs() / 1024.0);
        }
    }
}
