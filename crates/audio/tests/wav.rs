//! WAV files: what is read, what is refused and in which words, and that files appear whole or not at all.
#![allow(clippy::unwrap_used)] // The helpers of a test are tests too.

use std::io::Cursor;
use std::num::NonZeroU32;
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;
use segue_audio::wav::{self, Recording, WavError, read_from};

fn spec(channels: u16, sample_rate: u32, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
    WavSpec { channels, sample_rate, bits_per_sample, sample_format }
}

fn integers(spec: WavSpec, samples: &[i32]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
    samples.iter().for_each(|&sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn floats(spec: WavSpec, samples: &[f32]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
    samples.iter().for_each(|&sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// A mono 16 kHz file with `n_samples` of silence.
fn plain(n_samples: usize) -> Vec<u8> {
    integers(spec(1, 16_000, 16, SampleFormat::Int), &vec![0; n_samples])
}

/// `bytes` with four of them replaced.
fn with_u32(mut bytes: Vec<u8>, at: usize, value: u32) -> Vec<u8> {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

/// Offsets in the files that `plain` makes.
const RATE: usize = 24;
const BYTE_RATE: usize = 28;
const DATA_LENGTH: usize = 40;

fn refused(bytes: &[u8]) -> String {
    read_from(Cursor::new(bytes)).unwrap_err().to_string()
}

#[test]
fn every_depth_is_read_at_full_scale() {
    for (bits, low) in [(8, -128), (16, -32_768), (24, -8_388_608), (32, i32::MIN)] {
        let bytes = integers(spec(1, 22_050, bits, SampleFormat::Int), &[low, 0, low / 2]);
        let recording = read_from(Cursor::new(bytes)).unwrap();
        assert_eq!(recording, Recording { samples: vec![-1.0, 0.0, -0.5], rate: NonZeroU32::new(22_050).unwrap() });
    }
    let bytes = floats(spec(1, 48_000, 32, SampleFormat::Float), &[-1.0, 0.25, 1.5]);
    assert_eq!(read_from(Cursor::new(bytes)).unwrap().samples, [-1.0, 0.25, 1.5]);
}

#[test]
fn channels_are_averaged() {
    let stereo = integers(spec(2, 8_000, 16, SampleFormat::Int), &[16_384, 0, -16_384, -16_384]);
    assert_eq!(read_from(Cursor::new(stereo)).unwrap().samples, [0.25, -0.5]);
    let many = floats(spec(32, 8_000, 32, SampleFormat::Float), &[0.5; 64]);
    assert_eq!(read_from(Cursor::new(many)).unwrap().samples, [0.5, 0.5]);
    let loud = floats(spec(32, 8_000, 32, SampleFormat::Float), &[f32::MAX; 32]);
    assert!(read_from(Cursor::new(loud)).unwrap().samples[0].is_finite());
}

#[test]
fn what_cannot_be_heard_is_refused_in_one_sentence() {
    assert_eq!(refused(&[]), "the recording is empty");
    assert_eq!(refused(&plain(0)), "the recording is empty");
    assert_eq!(
        refused(b"hello, this is a letter and no sound"),
        "this is not a WAV file that makes sense (no RIFF tag found)"
    );
    assert_eq!(refused(&plain(100)[..20]), "this is not a WAV file that makes sense (its header ends too soon)");
    assert_eq!(
        refused(&plain(100)[..144]),
        "the recording is cut off: its header promises 200 bytes of sound and 100 are there"
    );
    assert_eq!(
        refused(&integers(spec(33, 16_000, 16, SampleFormat::Int), &[0; 33])),
        "this kind of WAV is not supported: 8, 16, 24 or 32 bits or 32-bit float in at most 32 channels are"
    );
    assert_eq!(
        refused(&floats(spec(1, 16_000, 32, SampleFormat::Float), &[0.0, 0.0, f32::NAN])),
        "the recording has a sample that is not a number, at 0.00 s"
    );
    assert!(refused(&floats(spec(1, 16_000, 32, SampleFormat::Float), &[f32::INFINITY])).contains("not a number"));
}

#[test]
fn rates_outside_the_audible_are_refused() {
    for rate in [0, 1, 7_999, 48_001, 192_000, u32::MAX / 2] {
        let bytes = with_u32(with_u32(plain(100), RATE, rate), BYTE_RATE, rate.wrapping_mul(2));
        assert_eq!(refused(&bytes), format!("the sample rate is {rate} Hz, but only 8000 to 48000 Hz can be heard"));
    }
}

#[test]
fn two_hours_are_refused_from_the_header() {
    let two_hours = 2 * 3600 * 16_000 * 2;
    let bytes = with_u32(plain(100), DATA_LENGTH, two_hours);
    assert_eq!(refused(&bytes), "the recording is 120 minutes long, but at most 30 minutes are read");
}

#[test]
fn thirty_minutes_are_the_limit() {
    let exact = 30 * 60 * 16_000 * 2;
    assert!(refused(&with_u32(plain(100), DATA_LENGTH, exact)).contains("cut off"), "long enough to be looked at");
    assert!(refused(&with_u32(plain(100), DATA_LENGTH, exact + 32_000)).contains("at most 30 minutes"));
}

#[test]
fn names_that_are_no_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(wav::read(&folder.path().join("none.wav")), Err(WavError::Missing)));
    assert!(matches!(wav::read(folder.path()), Err(WavError::NotAFile)));
    assert!(matches!(wav::read(Path::new("/dev/zero")), Err(WavError::NotAFile)));
}

#[test]
fn a_written_file_replaces_the_old_one_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer.wav");
    std::fs::write(&path, "old").unwrap();
    let rate = NonZeroU32::new(22_050).unwrap();
    wav::write(&path, &[0.5, -1.0, 2.0, f32::NAN], rate).unwrap();
    let read = wav::read(&path).unwrap();
    assert_eq!(read, Recording { samples: vec![0.5, -1.0, 32_767.0 / 32_768.0, 0.0], rate });
    wav::write_stereo(&path, &[16_384, 16_384], &[0], rate).unwrap();
    assert_eq!(wav::read(&path).unwrap().samples, [0.25, 0.25]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_written_says_so_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rate = NonZeroU32::new(16_000).unwrap();
    let missing = folder.path().join("none").join("answer.wav");
    assert!(matches!(wav::write(&missing, &[0.0], rate), Err(WavError::Unwritable(_))));
    assert!(matches!(wav::write(folder.path(), &[0.0], rate), Err(WavError::Unwritable(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn devices_are_written_to_and_links_are_followed() {
    use std::os::unix::fs::FileTypeExt;
    let rate = NonZeroU32::new(16_000).unwrap();
    wav::write(Path::new("/dev/null"), &[0.0], rate).unwrap();
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.wav"), folder.path().join("link.wav"));
    std::fs::write(&real, "old").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    wav::write(&link, &[0.0], rate).unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(wav::read(&real).unwrap().samples, [0.0]);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_from(Cursor::new(bytes));
    }

    /// Nearly right headers reach further than random bytes.
    #[test]
    fn damaged_headers_never_panic(
        damage in proptest::collection::vec((0_usize..60, any::<u8>()), 1..6),
        length in 0_usize..300,
        extensible in any::<bool>(),
    ) {
        let mut bytes = if extensible { integers(spec(3, 44_100, 24, SampleFormat::Int), &[0; 60]) } else { plain(100) };
        for (at, value) in damage {
            bytes[at] = value;
        }
        bytes.truncate(length.max(40));
        if let Err(error) = read_from(Cursor::new(&bytes)) {
            let sentence = error.to_string();
            prop_assert!(!sentence.contains('\n') && !sentence.is_empty());
        }
    }

    #[test]
    fn writing_and_reading_moves_no_sample_by_more_than_a_step(samples in proptest::collection::vec(-1.0_f32..=1.0, 1..500)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        wav::write(&path, &samples, NonZeroU32::new(8_000).unwrap()).unwrap();
        let read = wav::read(&path).unwrap();
        prop_assert_eq!(read.samples.len(), samples.len());
        for (read, written) in read.samples.iter().zip(&samples) {
            prop_assert!((read - written).abs() <= 1.0 / 32_768.0);
        }
    }
}
