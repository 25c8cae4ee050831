//! Recordings as WAV files: any reasonable one is read into mono, and written ones appear whole or not at all.
//! Nothing here changes the sample rate.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

/// Longest recording that is read or written, in seconds.
pub const LONGEST_S: u64 = 30 * 60;

/// Sample rates that are read, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;

/// Most channels that are read.
const MOST_CHANNELS: u16 = 32;

/// One channel of sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Mono samples, -1 to 1 (a float file may go beyond).
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate: NonZeroU32,
}

impl Recording {
    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate.get())
    }
}

/// Why a file is no recording that we can hear. Each shows as one sentence; put the file's name before it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WavError {
    /// There is nothing under this name.
    #[error("there is no such file")]
    Missing,
    /// A folder, a pipe or a device.
    #[error("this is not a regular file")]
    NotAFile,
    /// No permission, a broken disk.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// No bytes, or a header without a sample behind it.
    #[error("the recording is empty")]
    Empty,
    /// Not RIFF/WAVE, or a header that contradicts itself.
    #[error("this is not a WAV file that makes sense ({0})")]
    NotWav(&'static str),
    /// A WAV, but of a kind nobody here decodes.
    #[error(
        "this kind of WAV is not supported: 8, 16, 24 or 32 bits or 32-bit float in at most {MOST_CHANNELS} channels are"
    )]
    Unsupported,
    /// Too slow for speech or faster than any microphone.
    #[error("the sample rate is {0} Hz, but only {low} to {high} Hz can be heard", low = RATES.start(), high = RATES.end())]
    Rate(u32),
    /// Refused from its header, before its samples are read.
    #[error("the recording is {minutes} minutes long, but at most {limit} minutes are read", limit = LONGEST_S / 60)]
    TooLong {
        /// Its length by its header, rounded down.
        minutes: u64,
    },
    /// The header promises more than the file has.
    #[error("the recording is cut off: its header promises {promised} bytes of sound and {present} are there")]
    CutOff {
        /// Length of the data chunk by its header.
        promised: u64,
        /// Bytes from the start of the data chunk to the end of the file.
        present: u64,
    },
    /// A float file with a value that is no number.
    #[error("the recording has a sample that is not a number, at {seconds:.2} s")]
    NotANumber {
        /// Where the first one is.
        seconds: f64,
    },
    /// The file could not be written.
    #[error("the file cannot be written: {0}")]
    Unwritable(#[source] io::Error),
}

/// Reads a whole WAV file; channels are averaged.
pub fn read(path: &Path) -> Result<Recording, WavError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => WavError::Missing,
        _ => WavError::Unreadable(error),
    };
    // Asked before opening: a pipe nobody writes to would block the open for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(WavError::NotAFile);
    }
    read_from(BufReader::new(File::open(path).map_err(unreadable)?))
}

/// Reads a WAV from anything that can seek, such as bytes in memory.
pub fn read_from(mut source: impl Read + Seek) -> Result<Recording, WavError> {
    let total = source.seek(SeekFrom::End(0)).map_err(WavError::Unreadable)?;
    if total == 0 {
        return Err(WavError::Empty);
    }
    source.rewind().map_err(WavError::Unreadable)?;
    let wav = WavReader::new(&mut source).map_err(of_header)?;
    let spec = wav.spec();
    let n_frames = u64::from(wav.duration());
    let rate = NonZeroU32::new(spec.sample_rate)
        .filter(|rate| RATES.contains(&rate.get()))
        .ok_or(WavError::Rate(spec.sample_rate))?;
    let supported = matches!(
        (spec.sample_format, spec.bits_per_sample),
        (SampleFormat::Int, 8 | 16 | 24 | 32) | (SampleFormat::Float, 32)
    );
    if !supported || spec.channels > MOST_CHANNELS {
        return Err(WavError::Unsupported);
    }
    if n_frames == 0 {
        return Err(WavError::Empty);
    }
    let seconds = n_frames / u64::from(rate.get());
    if seconds > LONGEST_S {
        return Err(WavError::TooLong { minutes: seconds / 60 });
    }
    let (promised, present) = data_chunk(&mut source, total).map_err(WavError::Unreadable)?;
    if promised > present {
        return Err(WavError::CutOff { promised, present });
    }
    source.rewind().map_err(WavError::Unreadable)?;
    let mut wav = WavReader::new(&mut source).map_err(of_header)?;
    let samples = match spec.sample_format {
        SampleFormat::Float => mono(wav.samples::<f32>().map(|sample| sample.map_err(of_body)), &spec)?,
        SampleFormat::Int => {
            let scale = 1.0 / (1_u64 << (spec.bits_per_sample - 1)) as f32;
            mono(wav.samples::<i32>().map(|sample| sample.map(|s| s as f32 * scale).map_err(of_body)), &spec)?
        }
    };
    Ok(Recording { samples, rate })
}

/// Promised and present bytes of the data chunk. The source stands at its first byte, right behind its length.
fn data_chunk(source: &mut (impl Read + Seek), total: u64) -> io::Result<(u64, u64)> {
    let present = total.saturating_sub(source.stream_position()?);
    source.seek(SeekFrom::Current(-4))?;
    let mut length = [0; 4];
    source.read_exact(&mut length)?;
    Ok((u64::from(u32::from_le_bytes(length)), present))
}

/// Averages frames of `spec.channels` samples.
fn mono(samples: impl Iterator<Item = Result<f32, WavError>>, spec: &WavSpec) -> Result<Vec<f32>, WavError> {
    let channels = usize::from(spec.channels);
    let mut frames = Vec::with_capacity(samples.size_hint().0 / channels);
    let mut sum = 0.0;
    for (sample_idx, sample) in samples.enumerate() {
        let sample = sample?;
        if !sample.is_finite() {
            let seconds = frames.len() as f64 / f64::from(spec.sample_rate);
            return Err(WavError::NotANumber { seconds });
        }
        // Divided before it is added: the sum of 32 huge floats must not become infinite.
        sum += sample / channels as f32;
        if (sample_idx + 1) % channels == 0 {
            frames.push(sum);
            sum = 0.0;
        }
    }
    Ok(frames)
}

/// What hound says about a header.
fn of_header(error: hound::Error) -> WavError {
    match error {
        hound::Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            WavError::NotWav("its header ends too soon")
        }
        // Hound's own word for a file that ends inside a field.
        hound::Error::IoError(error) if error.kind() == io::ErrorKind::Other => {
            WavError::NotWav("its header ends too soon")
        }
        hound::Error::IoError(error) => WavError::Unreadable(error),
        hound::Error::FormatError(reason) => WavError::NotWav(reason),
        _ => WavError::Unsupported,
    }
}

/// What hound says about a sample. The length was checked before, so an early end is the disk's doing.
fn of_body(error: hound::Error) -> WavError {
    match error {
        hound::Error::IoError(error) => WavError::Unreadable(error),
        _ => WavError::Unsupported,
    }
}

/// Writes mono samples as 16 bits. A file of this name is replaced whole, at the end.
pub fn write(path: &Path, samples: &[f32], rate: NonZeroU32) -> Result<(), WavError> {
    write_frames(path, 1, rate, samples.iter().map(|&sample| to_16_bits(sample)))
}

/// Writes two channels as 16 bits; the shorter one is filled up with silence.
pub fn write_stereo(path: &Path, left: &[i16], right: &[i16], rate: NonZeroU32) -> Result<(), WavError> {
    let at = |channel: &[i16], frame_idx: usize| channel.get(frame_idx).copied().unwrap_or(0);
    let n_frames = left.len().max(right.len());
    let frames = (0..n_frames).flat_map(|frame_idx| [at(left, frame_idx), at(right, frame_idx)]);
    write_frames(path, 2, rate, frames)
}

/// To 16 bits, rounded and clipped; not a number becomes silence.
#[must_use]
pub fn to_16_bits(sample: f32) -> i16 {
    (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16
}

fn write_frames(
    path: &Path,
    channels: u16,
    rate: NonZeroU32,
    samples: impl Iterator<Item = i16>,
) -> Result<(), WavError> {
    let spec = WavSpec { channels, sample_rate: rate.get(), bits_per_sample: 16, sample_format: SampleFormat::Int };
    // Links are followed, so that renaming replaces what the name stands for.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|target| !target.is_file() && !target.is_dir()) {
        // /dev/null and friends are written to, never renamed over.
        let mut bytes = io::Cursor::new(Vec::new());
        encode(&mut bytes, spec, samples)?;
        return fs::write(&target, bytes.into_inner()).map_err(WavError::Unwritable);
    }
    let (mut partial, file) = Partial::beside(&target).map_err(WavError::Unwritable)?;
    let mut file = BufWriter::new(file);
    encode(&mut file, spec, samples)?;
    file.flush().map_err(WavError::Unwritable)?;
    fs::rename(&partial.path, &target).map_err(WavError::Unwritable)?;
    partial.done = true;
    Ok(())
}

fn encode(sink: impl Write + Seek, spec: WavSpec, samples: impl Iterator<Item = i16>) -> Result<(), WavError> {
    let unwritable = |error| match error {
        hound::Error::IoError(error) => WavError::Unwritable(error),
        other => WavError::Unwritable(io::Error::other(other)),
    };
    let mut wav = WavWriter::new(sink, spec).map_err(unwritable)?;
    for sample in samples {
        wav.write_sample(sample).map_err(unwritable)?;
    }
    wav.finalize().map_err(unwritable)
}

/// A file that is removed again unless it became the real one.
struct Partial {
    path: PathBuf,
    done: bool,
}

impl Partial {
    /// Creates it in the folder of `target`, because a rename cannot cross file systems.
    fn beside(target: &Path) -> io::Result<(Self, File)> {
        let name = target.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
        for attempt in 0..100 {
            let mut partial_name = std::ffi::OsString::from(".");
            partial_name.push(name);
            partial_name.push(format!(".{}-{attempt}.part", std::process::id()));
            let path = target.with_file_name(partial_name);
            match File::create_new(&path) {
                Ok(file) => return Ok((Self { path, done: false }, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.done {
            // It may be gone already; there is nobody to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}
