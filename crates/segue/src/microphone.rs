//! The microphone of `segue talk`: what a device gives, resampled to the ear's rate, and silence while there is none. A
//! device that goes away is looked for again, by its name or as the default one.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use segue_audio::EAR_RATE;
use segue_audio::capture::Capture;
use segue_audio::device::DeviceError;
use segue_audio::resample::Resampler;
use segue_runtime::listen::Microphone;

/// How often a lost device is looked for.
const AGAIN: Duration = Duration::from_secs(1);

/// A microphone that is always there.
pub(crate) struct Steady {
    name: Option<String>,
    open: Option<(Capture, Resampler)>,
    /// When it was lost, or last looked for.
    looked: Instant,
    /// Samples given in all, and since when: silence keeps the pace of time.
    given: u64,
    since: Instant,
    block: Vec<f32>,
}

impl Steady {
    /// Opens the device of this name, or the default one.
    pub(crate) fn open(name: Option<&str>) -> Result<Self, DeviceError> {
        let now = Instant::now();
        let open = Some(listen(name)?);
        Ok(Self { name: name.map(str::to_string), open, looked: now, given: 0, since: now, block: Vec::new() })
    }

    /// The device's name.
    pub(crate) fn name(&self) -> &str {
        self.open.as_ref().map_or("no microphone", |(capture, _)| capture.name())
    }

    fn silence_due(&self) -> usize {
        let due = (self.since.elapsed().as_secs_f64() * f64::from(EAR_RATE.get())) as u64;
        due.saturating_sub(self.given) as usize
    }
}

fn listen(name: Option<&str>) -> Result<(Capture, Resampler), DeviceError> {
    let capture = Capture::open(name)?;
    let resampler = Resampler::new(capture.rate(), EAR_RATE).map_err(|e| DeviceError::Unusable(e.to_string()))?;
    Ok((capture, resampler))
}

impl Microphone for Steady {
    fn rate(&self) -> NonZeroU32 {
        EAR_RATE
    }

    fn take(&mut self, into: &mut Vec<f32>) -> bool {
        let before = into.len();
        if let Some((capture, resampler)) = &mut self.open {
            self.block.clear();
            capture.take(&mut self.block);
            resampler.push(&self.block, into);
            if let Some(why) = capture.failure() {
                tracing::warn!(why, "the microphone is gone; looking for it");
                self.open = None;
                self.looked = Instant::now();
            }
        } else {
            into.extend(std::iter::repeat_n(0.0, self.silence_due()));
            if self.looked.elapsed() >= AGAIN {
                self.looked = Instant::now();
                self.open = listen(self.name.as_deref()).ok();
            }
        }
        self.given += (into.len() - before) as u64;
        true
    }

    fn delay(&self) -> Duration {
        self.open.as_ref().map_or(Duration::ZERO, |(capture, _)| capture.delay())
    }
}
