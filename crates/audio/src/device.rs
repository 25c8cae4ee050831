//! The sound card through cpal: a stream of our own whose callback pulls the mouth. No device is a normal state.
//!
//! rodio is not used: its stream hides the callback's timestamps, and what is left to do here (resample, spread over
//! channels, convert) is a dozen lines.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, FromSample, SampleFormat, SizedSample, StreamConfig, SupportedBufferSize};
use rtrb::{Consumer, Producer};

use crate::clock::SinkClock;
use crate::mouth::MouthOut;
use crate::resample::Puller;

/// Callbacks a second that are asked for; devices may choose otherwise. cpal keeps two periods filled, so this is
/// 40 ms of sound: with less a machine that is busy on all cores misses a period now and then, and a sound server
/// may need seconds to recover.
const CALLBACKS_PER_S: u32 = 50;

/// Most frames that are rendered at once, so that scratch memory is made before the first callback.
const MOST_FRAMES: usize = 4096;

/// Why there is no sound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// This machine has no output device that opens. Go on without one.
    #[error("there is no sound device that works here{}", .0.as_ref().map(|why| format!(" ({why})")).unwrap_or_default())]
    NoDevice(Option<String>),
    /// There are devices, but none of this name.
    #[error("there is no sound device called '{0}'")]
    Unknown(String),
    /// The device is there and cannot be used as it is.
    #[error("the sound device cannot be used: {0}")]
    Unusable(String),
}

/// The device did not open; the out end comes back for another sink.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct NotOpened {
    /// Why.
    pub error: DeviceError,
    /// What was to be played.
    pub out: Box<MouthOut>,
}

/// Names of devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceNames {
    /// Those that play.
    pub outputs: Vec<String>,
    /// Those that record.
    pub inputs: Vec<String>,
}

/// Lists the devices of this machine; empty lists when there are none. Opens none of them.
#[must_use]
pub fn list() -> DeviceNames {
    let _quiet = Quiet::here();
    let Some(Ok(devices)) = host().map(|host| host.devices()) else { return DeviceNames::default() };
    let mut names = DeviceNames::default();
    // ALSA's own device for throwing sound away is no device.
    for device in devices.filter(|device| name_of(device) != "null") {
        if device.supports_output() {
            names.outputs.push(name_of(&device));
        }
        if device.supports_input() {
            names.inputs.push(name_of(&device));
        }
    }
    names
}

/// A running stream. Dropping it ends the sound at once.
pub struct DeviceSink {
    stream: cpal::Stream,
    name: String,
    rate: NonZeroU32,
    clock: SinkClock,
    state: Arc<State>,
    /// Where the out end lands when the stream is gone.
    home: Consumer<MouthOut>,
}

/// What callbacks tell.
#[derive(Default)]
struct State {
    lost: AtomicBool,
    xruns: AtomicU64,
    /// Written once, when the stream has failed for good.
    failure: Mutex<Option<String>>,
}

impl DeviceSink {
    /// The device's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The device's own rate, in Hz.
    #[must_use]
    pub fn device_rate(&self) -> NonZeroU32 {
        self.rate
    }

    /// When positions of the mouth's clock are heard.
    #[must_use]
    pub fn clock(&self) -> SinkClock {
        self.clock.clone()
    }

    /// How often the device ran dry because a callback came late.
    #[must_use]
    pub fn xruns(&self) -> u64 {
        self.state.xruns.load(Ordering::Relaxed)
    }

    /// Why the stream ended by itself (unplugged, server gone); `None` while it lives.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        if !self.state.lost.load(Ordering::Acquire) {
            return None;
        }
        self.state.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the sound and gives the out end back, for another device or sink.
    #[must_use]
    pub fn finish(self) -> Option<MouthOut> {
        let Self { stream, mut home, .. } = self;
        drop(stream);
        home.pop().ok()
    }
}

/// Opens the device of this name, or the default one, and plays `out` on it.
pub fn open(name: Option<&str>, out: MouthOut) -> Result<DeviceSink, NotOpened> {
    let _quiet = Quiet::here();
    let (found, rate) = match find(name) {
        Ok(found) => found,
        Err(error) => return Err(NotOpened { error, out: Box::new(out) }),
    };
    // The out end enters the callback through a ring, when the stream is known to run: a stream that cannot be
    // built would take its callback, and all that is in it, along.
    let mut last = DeviceError::Unusable("it offers no configuration".into());
    for config in found.configs {
        match start(&found.device, found.format, config, rate, &out) {
            Ok((stream, clock, state, mut entrance, home)) => {
                let _ = entrance.push(out);
                return Ok(DeviceSink { stream, name: name_of(&found.device), rate, clock, state, home });
            }
            Err(error) => last = error,
        }
    }
    Err(NotOpened { error: last, out: Box::new(out) })
}

/// The first sound system that is there. (`cpal::default_host` panics when there is none.)
pub(crate) fn host() -> Option<cpal::Host> {
    cpal::available_hosts().into_iter().find_map(|id| cpal::host_from_id(id).ok())
}

struct Found {
    device: cpal::Device,
    format: SampleFormat,
    /// With the buffer we want, then with the device's own.
    configs: [StreamConfig; 2],
}

fn find(name: Option<&str>) -> Result<(Found, NonZeroU32), DeviceError> {
    let host = host().ok_or(DeviceError::NoDevice(None))?;
    let none = |error: cpal::Error| match error.kind() {
        cpal::ErrorKind::DeviceNotAvailable | cpal::ErrorKind::HostUnavailable => DeviceError::NoDevice(None),
        _ => DeviceError::NoDevice(Some(error.to_string())),
    };
    let device = match name {
        None => host.default_output_device().ok_or(DeviceError::NoDevice(None))?,
        Some(name) => host
            .output_devices()
            .map_err(none)?
            .find(|device| name_of(device) == name)
            .ok_or_else(|| DeviceError::Unknown(name.into()))?,
    };
    // ALSA always names a default device; whether it is there shows when it is opened for the first time.
    let supported = device.default_output_config().map_err(none)?;
    let rate = NonZeroU32::new(supported.sample_rate())
        .ok_or_else(|| DeviceError::Unusable("its sample rate is 0 Hz".into()))?;
    let own = supported.config();
    let wanted = rate.get() / CALLBACKS_PER_S;
    let frames = match *supported.buffer_size() {
        SupportedBufferSize::Range { min, max } => wanted.clamp(min, max.max(min)),
        SupportedBufferSize::Unknown => wanted,
    };
    let ours = StreamConfig { buffer_size: BufferSize::Fixed(frames), ..own };
    Ok((Found { device, format: supported.sample_format(), configs: [ours, own] }, rate))
}

type Started = (cpal::Stream, SinkClock, Arc<State>, Producer<MouthOut>, Consumer<MouthOut>);

fn start(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    rate: NonZeroU32,
    out: &MouthOut,
) -> Result<Started, DeviceError> {
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
    let (entrance, entering) = rtrb::RingBuffer::new(1);
    let (leaving, home) = rtrb::RingBuffer::new(1);
    let clock = SinkClock::new(out.rate());
    let state = Arc::new(State::default());
    let puller = Puller::new(out.rate(), rate).map_err(|error| DeviceError::Unusable(error.to_string()))?;
    let player = Player {
        entering,
        out: None,
        leaving,
        puller,
        mono: vec![0.0; MOST_FRAMES],
        channels: usize::from(config.channels).max(1),
        clock: clock.clone(),
    };
    let stream =
        build(device, config, player, state.clone()).map_err(|error| DeviceError::Unusable(error.to_string()))?;
    stream.play().map_err(|error| DeviceError::Unusable(error.to_string()))?;
    Ok((stream, clock, state, entrance, home))
}

fn build<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    mut player: Player,
    state: Arc<State>,
) -> Result<cpal::Stream, cpal::Error> {
    device.build_output_stream(
        config,
        move |data: &mut [T], info: &cpal::OutputCallbackInfo| {
            let stamp = info.timestamp();
            player.fill(data, stamp.playback.duration_since(stamp.callback));
        },
        move |error| match error.kind() {
            cpal::ErrorKind::Xrun => {
                state.xruns.fetch_add(1, Ordering::Relaxed);
            }
            // The stream lives on; nothing to do.
            cpal::ErrorKind::DeviceChanged | cpal::ErrorKind::RealtimeDenied => {}
            _ => {
                *state.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
                state.lost.store(true, Ordering::Release);
            }
        },
        None,
    )
}

/// The callback's own state. Lives on the device's thread; allocates nothing there.
struct Player {
    entering: Consumer<MouthOut>,
    out: Option<MouthOut>,
    leaving: Producer<MouthOut>,
    puller: Puller,
    mono: Vec<f32>,
    channels: usize,
    clock: SinkClock,
}

impl Player {
    /// Fills frames of `channels` samples; the first of them is heard after `delay`.
    fn fill<T: SizedSample + FromSample<f32>>(&mut self, data: &mut [T], delay: std::time::Duration) {
        if self.out.is_none() {
            self.out = self.entering.pop().ok();
        }
        let Some(out) = &mut self.out else { return data.fill(T::EQUILIBRIUM) };
        self.clock.anchor(out.remote().position(), Instant::now(), delay + self.puller.lag());
        for part in data.chunks_mut(MOST_FRAMES * self.channels) {
            let mono = &mut self.mono[..part.len() / self.channels];
            self.puller.fill(mono, |block| out.render(block));
            for (frame, &sample) in part.chunks_mut(self.channels).zip(mono.iter()) {
                frame.fill(T::from_sample(sample.clamp(-1.0, 1.0)));
            }
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        if let Some(out) = self.out.take().or_else(|| self.entering.pop().ok()) {
            let _ = self.leaving.push(out);
        }
    }
}

pub(crate) fn name_of(device: &cpal::Device) -> String {
    device.id().map_or_else(|_| device.to_string(), |id| id.id().to_owned())
}

/// From here on ALSA writes what it has to complain about on this thread into memory instead of stderr: without a card
/// it fills a screen before it says no. The memory is freed with the thread or at the next call.
pub(crate) struct Quiet {
    #[cfg(target_os = "linux")]
    _buffer: Option<std::rc::Rc<std::cell::RefCell<alsa::Output>>>,
}

impl Quiet {
    pub(crate) fn here() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            _buffer: alsa::Output::local_error_handler().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mouth::mouth;

    #[test]
    fn with_or_without_a_device_nothing_panics_and_the_out_end_comes_back() {
        let (feed, out) = mouth(crate::EAR_RATE, 4);
        let refused =
            open(Some("no device has this name"), out).err().map(|refused| (refused.to_string(), refused.out));
        let (sentence, mut out) = refused.unwrap();
        assert!(sentence.starts_with("there is no sound device"), "{sentence}");
        out.render(&mut [0.0; 10]);
        assert_eq!(feed.position(), 10);
        match open(None, *out) {
            Ok(sink) => assert!(sink.finish().is_some()),
            Err(refused) => assert_eq!(refused.out.rate(), crate::EAR_RATE),
        }
    }

    #[test]
    fn the_callback_spreads_the_mouth_over_channels_and_formats() {
        let rate = crate::EAR_RATE;
        let (mut feed, out) = mouth(rate, 4);
        let (mut entrance, entering) = rtrb::RingBuffer::new(1);
        let (leaving, mut home) = rtrb::RingBuffer::new(1);
        let mut player = Player {
            entering,
            out: None,
            leaving,
            puller: Puller::new(rate, rate).unwrap(),
            mono: vec![0.0; MOST_FRAMES],
            channels: 2,
            clock: SinkClock::new(rate),
        };
        let mut data = [7_i16; 4];
        player.fill(&mut data, std::time::Duration::ZERO);
        assert_eq!(data, [0; 4], "silence until the out end has come in");
        feed.push(1, 1, vec![0.5, -0.5, 2.0]).unwrap();
        entrance.push(out).unwrap();
        let mut data = [7_i16; 8];
        player.fill(&mut data, std::time::Duration::ZERO);
        assert_eq!(data, [16_384, 16_384, -16_384, -16_384, i16::MAX, i16::MAX, 0, 0]);
        let mut long = vec![7_u8; 2 * (MOST_FRAMES + 5)];
        player.fill(&mut long, std::time::Duration::ZERO);
        assert!(long.iter().all(|&sample| sample == 128), "the silence of unsigned samples");
        drop(player);
        assert!(home.pop().is_ok());
    }
}
