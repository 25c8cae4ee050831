//! The microphone through cpal: a stream whose callback mixes down to one channel and puts the samples into a
//! lock-free ring. Who listens takes what has come in, whenever it likes.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, FromSample, Sample, SampleFormat, SizedSample, StreamConfig, SupportedBufferSize};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::device::{DeviceError, Quiet, host, name_of};

/// Callbacks a second that are asked for: each adds its length to the response gap.
const CALLBACKS_PER_S: u32 = 100;
/// How much sound may wait in the ring, in seconds: longer than any reader sleeps.
const RING_S: u32 = 4;

/// A running microphone. Dropping it ends the stream.
pub struct Capture {
    _stream: cpal::Stream,
    name: String,
    rate: NonZeroU32,
    heard: Consumer<f32>,
    state: Arc<State>,
    /// Lost samples that were made up for.
    made_up: u64,
}

/// What callbacks tell.
#[derive(Default)]
struct State {
    /// Samples for which the ring had no room.
    lost: AtomicU64,
    /// From the sound at the microphone to the callback, in microseconds.
    delay: AtomicU64,
    gone: AtomicBool,
    /// Written once, when the stream has failed for good.
    failure: Mutex<Option<String>>,
}

impl Capture {
    /// Opens the device of this name, or the default one, and listens.
    ///
    /// # Errors
    /// When there is no such device or it cannot be used.
    pub fn open(name: Option<&str>) -> Result<Self, DeviceError> {
        let _quiet = Quiet::here();
        let (device, format, configs, rate) = find(name)?;
        let mut last = DeviceError::Unusable("it offers no configuration".into());
        for config in configs {
            let (ring, heard) = RingBuffer::new((rate.get() * RING_S) as usize);
            let state = Arc::new(State::default());
            match start(&device, format, config, ring, &state) {
                Ok(stream) => {
                    return Ok(Self { _stream: stream, name: name_of(&device), rate, heard, state, made_up: 0 });
                }
                Err(error) => last = DeviceError::Unusable(error.to_string()),
            }
        }
        Err(last)
    }

    /// The device's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Samples a second.
    #[must_use]
    pub fn rate(&self) -> NonZeroU32 {
        self.rate
    }

    /// From the sound at the microphone until it can be taken here.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::from_micros(self.state.delay.load(Ordering::Relaxed))
    }

    /// Takes all that has come in since the last call, mono. What was lost because nobody took it is silence, so that
    /// positions stay true.
    pub fn take(&mut self, into: &mut Vec<f32>) {
        let lost = self.state.lost.load(Ordering::Acquire);
        let hole = lost.saturating_sub(self.made_up).min(u64::from(self.rate.get()) * u64::from(RING_S));
        self.made_up = lost;
        while let Ok(sample) = self.heard.pop() {
            into.push(sample);
        }
        into.extend(std::iter::repeat_n(0.0, hole as usize));
    }

    /// Why the stream ended by itself (unplugged, server gone); `None` while it lives.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        if !self.state.gone.load(Ordering::Acquire) {
            return None;
        }
        self.state.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

type Found = (cpal::Device, SampleFormat, [StreamConfig; 2], NonZeroU32);

fn find(name: Option<&str>) -> Result<Found, DeviceError> {
    let host = host().ok_or(DeviceError::NoDevice(None))?;
    let none = |error: cpal::Error| DeviceError::NoDevice(Some(error.to_string()));
    let device = match name {
        None => host.default_input_device().ok_or(DeviceError::NoDevice(None))?,
        Some(name) => host
            .input_devices()
            .map_err(none)?
            .find(|device| name_of(device) == name)
            .ok_or_else(|| DeviceError::Unknown(name.into()))?,
    };
    let supported = device.default_input_config().map_err(none)?;
    let rate = NonZeroU32::new(supported.sample_rate())
        .ok_or_else(|| DeviceError::Unusable("its sample rate is 0 Hz".into()))?;
    let own = supported.config();
    let wanted = rate.get() / CALLBACKS_PER_S;
    let frames = match *supported.buffer_size() {
        SupportedBufferSize::Range { min, max } => wanted.clamp(min, max.max(min)),
        SupportedBufferSize::Unknown => wanted,
    };
    let ours = StreamConfig { buffer_size: BufferSize::Fixed(frames), ..own };
    Ok((device, supported.sample_format(), [ours, own], rate))
}

fn start(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    ring: Producer<f32>,
    state: &Arc<State>,
) -> Result<cpal::Stream, DeviceError> {
    let build = match format {
        SampleFormat::I8 => build::<i8>,
        SampleFormat::I16 => build::<i16>,
        SampleFormat::I32 => build::<i32>,
        SampleFormat::U8 => build::<u8>,
        SampleFormat::U16 => build::<u16>,
        SampleFormat::F32 => build::<f32>,
        SampleFormat::F64 => build::<f64>,
        other => return Err(DeviceError::Unusable(format!("its samples are {other}"))),
    };
    let listener = Listener { ring, channels: usize::from(config.channels).max(1), state: state.clone() };
    let stream = build(device, config, listener).map_err(|error| DeviceError::Unusable(error.to_string()))?;
    stream.play().map_err(|error| DeviceError::Unusable(error.to_string()))?;
    Ok(stream)
}

fn build<T: SizedSample>(
    device: &cpal::Device,
    config: StreamConfig,
    mut listener: Listener,
) -> Result<cpal::Stream, cpal::Error>
where
    f32: FromSample<T>,
{
    let state = listener.state.clone();
    device.build_input_stream(
        config,
        move |data: &[T], info: &cpal::InputCallbackInfo| {
            let stamp = info.timestamp();
            listener.hear(data, stamp.callback.duration_since(stamp.capture));
        },
        move |error| match error.kind() {
            cpal::ErrorKind::Xrun | cpal::ErrorKind::DeviceChanged | cpal::ErrorKind::RealtimeDenied => {}
            _ => {
                *state.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
                state.gone.store(true, Ordering::Release);
            }
        },
        None,
    )
}

/// The callback's own state. Lives on the device's thread; neither locks nor allocates there.
struct Listener {
    ring: Producer<f32>,
    channels: usize,
    state: Arc<State>,
}

impl Listener {
    /// Takes frames of `channels` samples, the first of which was captured `delay` ago.
    fn hear<T: SizedSample>(&mut self, data: &[T], delay: Duration)
    where
        f32: FromSample<T>,
    {
        self.state.delay.store(delay.as_micros() as u64, Ordering::Relaxed);
        let share = 1.0 / self.channels as f32;
        let mut lost = 0;
        for frame in data.chunks_exact(self.channels) {
            let mono = frame.iter().map(|&sample| f32::from_sample(sample)).sum::<f32>() * share;
            lost += u64::from(self.ring.push(mono).is_err());
        }
        if lost > 0 {
            self.state.lost.fetch_add(lost, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_mixes_down_and_counts_what_it_could_not_keep() {
        let (ring, mut heard) = RingBuffer::new(3);
        let state = Arc::new(State::default());
        let mut listener = Listener { ring, channels: 2, state: state.clone() };
        listener.hear(&[16_384_i16, 0, -16_384, -16_384], Duration::from_millis(7));
        listener.hear(&[1.0_f32, 0.5, 0.2, 0.2, 0.1], Duration::ZERO);
        let all: Vec<f32> = std::iter::from_fn(|| heard.pop().ok()).collect();
        assert_eq!(all, [0.25, -0.5, 0.75]);
        assert_eq!(state.lost.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_name_that_no_device_has_is_one_clear_sentence() {
        let sentence = Capture::open(Some("no device has this name")).err().map(|error| error.to_string()).unwrap();
        assert!(sentence.starts_with("there is no sound device"), "{sentence}");
    }
}
