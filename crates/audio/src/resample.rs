//! Sample rate conversion: one windowed-sinc engine (rubato) behind a push side for capture and recordings and a
//! pull side for a device's callback. Mono; it changes no level.

use std::num::NonZeroU32;
use std::time::Duration;

use rubato::{Resampler as _, SincFixedIn, SincInterpolationParameters, SincInterpolationType, WindowFunction};

use crate::EAR_RATE;

/// Rates that can be converted, in Hz. Beyond them the filter would become absurdly long.
pub const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// Input is worked on in blocks of 1/200 s = 5 ms: short beside a frame of voice activity, long beside the filter.
const BLOCKS_PER_S: u32 = 200;

/// Taps of the filter, in samples of the lower rate: 128 keep 3/4 of the band within 1% (6 kHz at 16 kHz).
const TAPS: u32 = 128;

/// No conversion between these rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{from} Hz cannot be converted to {to} Hz: rates from {low} to {high} Hz can", low = RATES.start(), high = RATES.end())]
pub struct UnsupportedRate {
    /// Rate of the input, in Hz.
    pub from: u32,
    /// Rate of the output, in Hz.
    pub to: u32,
}

/// Converts a whole recording. The length is `samples.len() * to / from`, rounded; nothing moves in time by a sample.
pub fn whole(samples: &[f32], from: NonZeroU32, to: NonZeroU32) -> Result<Vec<f32>, UnsupportedRate> {
    let mut resampler = Resampler::new(from, to)?;
    let mut out = Vec::with_capacity(resampler.length_of(samples.len() as u64) as usize + 64);
    resampler.push(samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

/// Converts a whole recording to [`EAR_RATE`].
pub fn to_ear(samples: &[f32], from: NonZeroU32) -> Result<Vec<f32>, UnsupportedRate> {
    whole(samples, from, EAR_RATE)
}

/// Converts a stream that arrives in blocks of any size.
///
/// Output sample `n` belongs to the moment `n / to` (to less than one sample of the lower rate), exactly as in [`whole`]: the filter's
/// delay never shows in positions, only in when a sample is handed out, at most [`Resampler::delay`] later.
pub struct Resampler {
    from: NonZeroU32,
    to: NonZeroU32,
    /// `None` when the rates are equal.
    sinc: Option<SincFixedIn<f32>>,
    /// Input that does not fill a block yet.
    waiting: Vec<f32>,
    /// One converted block, reused.
    converted: Vec<Vec<f32>>,
    n_in: u64,
    n_out: u64,
}

impl Resampler {
    /// A converter for one stream.
    pub fn new(from: NonZeroU32, to: NonZeroU32) -> Result<Self, UnsupportedRate> {
        let sinc = if from == to { None } else { Some(engine(from, to)?) };
        let converted = sinc.as_ref().map(|sinc| sinc.output_buffer_allocate(true)).unwrap_or_default();
        Ok(Self { from, to, sinc, waiting: Vec::new(), converted, n_in: 0, n_out: 0 })
    }

    /// Longest time between a sample's arrival and its appearance in the output, in output samples: 5 ms of
    /// blocking and half the filter, 9 to 14 ms in all; 0 when the rates are equal.
    #[must_use]
    pub fn delay(&self) -> usize {
        let Some(sinc) = &self.sinc else { return 0 };
        let ratio = f64::from(self.to.get()) / f64::from(self.from.get());
        let block = sinc.input_frames_max() as f64 * ratio;
        block.ceil() as usize + sinc.output_delay() + 2
    }

    /// Samples that a stream of `n_in` samples becomes.
    fn length_of(&self, n_in: u64) -> u64 {
        let (from, to) = (u64::from(self.from.get()), u64::from(self.to.get()));
        (n_in * to + from / 2) / from
    }

    /// Takes a block of any size and appends what is ready to `out`.
    pub fn push(&mut self, mut block: &[f32], out: &mut Vec<f32>) {
        self.n_in += block.len() as u64;
        let Some(sinc) = &mut self.sinc else {
            self.n_out += block.len() as u64;
            return out.extend_from_slice(block);
        };
        let n_block = sinc.input_frames_max();
        while self.waiting.len() + block.len() >= n_block {
            let (now, later) = block.split_at(n_block - self.waiting.len());
            self.waiting.extend_from_slice(now);
            block = later;
            let n_out = convert(sinc, &self.waiting, &mut self.converted);
            self.waiting.clear();
            out.extend_from_slice(&self.converted[0][..n_out]);
            self.n_out += n_out as u64;
        }
        self.waiting.extend_from_slice(block);
    }

    /// Hands out what the filter still holds, as if silence followed, and starts a new stream.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        if let Some(n_block) = self.sinc.as_ref().map(|sinc| sinc.input_frames_max()) {
            let (length, silence) = (self.length_of(self.n_in), vec![0.0; n_block]);
            while self.n_out < length {
                self.push(&silence, out);
            }
            out.truncate(out.len() - (self.n_out - length) as usize);
        }
        self.reset();
    }

    /// Forgets the stream so far and starts a new one at position 0.
    pub fn reset(&mut self) {
        if let Some(sinc) = &mut self.sinc {
            sinc.reset();
        }
        self.waiting.clear();
        (self.n_in, self.n_out) = (0, 0);
    }
}

/// The pull side: fills a device's buffer of any size from a source of another rate. After `new` it allocates
/// nothing, so a real-time callback may use it.
pub struct Puller {
    sinc: Option<SincFixedIn<f32>>,
    to: NonZeroU32,
    block: Vec<f32>,
    converted: Vec<Vec<f32>>,
    /// The part of `converted[0]` that was not taken yet.
    ready: std::ops::Range<usize>,
}

impl Puller {
    /// From the rate of the source to the rate of the buffers.
    pub fn new(from: NonZeroU32, to: NonZeroU32) -> Result<Self, UnsupportedRate> {
        let sinc = if from == to { None } else { Some(engine(from, to)?) };
        let converted = sinc.as_ref().map(|sinc| sinc.output_buffer_allocate(true)).unwrap_or_default();
        let block = vec![0.0; sinc.as_ref().map_or(0, |sinc| sinc.input_frames_max())];
        Ok(Self { sinc, to, block, converted, ready: 0..0 })
    }

    /// How much later than the next sample of `out` the next sample from `source` will be.
    #[must_use]
    pub fn lag(&self) -> Duration {
        let n_filter = self.sinc.as_ref().map_or(0, |sinc| sinc.output_delay());
        Duration::from_secs_f64((self.ready.len() + n_filter) as f64 / f64::from(self.to.get()))
    }

    /// Fills `out`, asking `source` for 5 ms at a time (for `out` itself when the rates are equal).
    pub fn fill(&mut self, mut out: &mut [f32], mut source: impl FnMut(&mut [f32])) {
        let Some(sinc) = &mut self.sinc else { return source(out) };
        while !out.is_empty() {
            if self.ready.is_empty() {
                source(&mut self.block);
                self.ready = 0..convert(sinc, &self.block, &mut self.converted);
            }
            let n_now = self.ready.len().min(out.len());
            let (now, later) = out.split_at_mut(n_now);
            now.copy_from_slice(&self.converted[0][self.ready.start..][..n_now]);
            self.ready.start += n_now;
            out = later;
        }
    }
}

fn engine(from: NonZeroU32, to: NonZeroU32) -> Result<SincFixedIn<f32>, UnsupportedRate> {
    let (from, to) = (from.get(), to.get());
    let unsupported = UnsupportedRate { from, to };
    if !RATES.contains(&from) || !RATES.contains(&to) {
        return Err(unsupported);
    }
    let window = WindowFunction::BlackmanHarris2;
    let parameters = SincInterpolationParameters {
        sinc_len: (TAPS * from.max(to)).div_ceil(to) as usize,
        f_cutoff: rubato::calculate_cutoff(TAPS as usize, window),
        oversampling_factor: 256,
        interpolation: SincInterpolationType::Quadratic,
        window,
    };
    let ratio = f64::from(to) / f64::from(from);
    SincFixedIn::new(ratio, 1.0, parameters, (from / BLOCKS_PER_S) as usize, 1).map_err(|_| unsupported)
}

/// One block through the engine; returns how many samples of `converted[0]` are valid.
fn convert(sinc: &mut SincFixedIn<f32>, block: &[f32], converted: &mut [Vec<f32>]) -> usize {
    let (_, n_out) = sinc.process_into_buffer(&[block], converted, None).expect("both buffers have the engine's sizes");
    n_out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hz(rate: u32) -> NonZeroU32 {
        NonZeroU32::new(rate).unwrap()
    }

    fn sine(frequency: f64, rate: u32, n_samples: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * frequency / f64::from(rate);
        (0..n_samples).map(|i| (step * i as f64).sin() as f32 * 0.5).collect()
    }

    /// Fits a sine of `frequency` away from the borders: its amplitude, how many samples it comes early, and the
    /// largest thing that is not it.
    fn fit(samples: &[f32], frequency: f64, rate: u32) -> (f64, f64, f64) {
        let omega = std::f64::consts::TAU * frequency / f64::from(rate);
        // A whole number of periods, so that sine and cosine are orthogonal.
        let inner = 400..400 + rate as usize / 2;
        let (mut in_phase, mut quadrature) = (0.0, 0.0);
        for i in inner.clone() {
            in_phase += f64::from(samples[i]) * (omega * i as f64).sin() * 2.0 / inner.len() as f64;
            quadrature += f64::from(samples[i]) * (omega * i as f64).cos() * 2.0 / inner.len() as f64;
        }
        let phase = quadrature.atan2(in_phase);
        let amplitude = in_phase.hypot(quadrature);
        let rest = inner.map(|i| (f64::from(samples[i]) - amplitude * (omega * i as f64 + phase).sin()).abs());
        (amplitude, phase / omega, rest.fold(0.0, f64::max))
    }

    const PAIRS: [(u32, u32); 10] = [
        (8_000, 16_000),
        (11_025, 16_000),
        (12_347, 16_000),
        (22_050, 16_000),
        (44_100, 16_000),
        (48_000, 16_000),
        (16_000, 22_050),
        (22_050, 44_100),
        (22_050, 48_000),
        (16_000, 16_000),
    ];

    #[test]
    fn a_sine_keeps_its_frequency_level_place_and_length() {
        for (from, to) in PAIRS {
            for frequency in [100.0, 1000.0, 3000.0] {
                let out = whole(&sine(frequency, from, from as usize + 7), hz(from), hz(to)).unwrap();
                let expected = (f64::from(from) + 7.0) * f64::from(to) / f64::from(from);
                assert!((out.len() as f64 - expected).abs() <= 1.0, "{from} to {to}: {} samples", out.len());
                let (amplitude, early, rest) = fit(&out, frequency, to);
                assert!((amplitude - 0.5).abs() < 0.005, "{from} to {to} at {frequency}: amplitude {amplitude}");
                assert!(
                    early.abs() <= f64::from(to.max(from)) / f64::from(from),
                    "{from} to {to} at {frequency}: early by {early}"
                );
                assert!(rest < 0.0005, "{from} to {to} at {frequency}: distortion {rest}");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_removed() {
        let out = whole(&sine(10_000.0, 48_000, 48_000), hz(48_000), EAR_RATE).unwrap();
        let worst = out[200..15_800].iter().fold(0.0_f32, |worst, sample| worst.max(sample.abs()));
        assert!(worst < 0.001, "aliased at {worst}");
    }

    #[test]
    fn the_size_of_blocks_does_not_matter_and_the_delay_is_as_promised() {
        for (from, to) in PAIRS {
            let samples = sine(440.0, from, 9_001);
            let at_once = whole(&samples, hz(from), hz(to)).unwrap();
            for n_block in [1, 7, 160, 441, 5_000] {
                let mut resampler = Resampler::new(hz(from), hz(to)).unwrap();
                let (mut out, mut n_in) = (Vec::new(), 0);
                for block in samples.chunks(n_block) {
                    resampler.push(block, &mut out);
                    n_in += block.len();
                    let due = (n_in as u64 * u64::from(to) / u64::from(from)) as usize;
                    assert!(out.len() + resampler.delay() >= due, "{from} to {to}: {} of {due}", out.len());
                }
                resampler.finish(&mut out);
                assert_eq!(out, at_once, "{from} to {to} in blocks of {n_block}");
            }
        }
    }

    #[test]
    fn the_delay_is_short() {
        for (from, to) in PAIRS {
            let delay = Resampler::new(hz(from), hz(to)).unwrap().delay() as f64 / f64::from(to);
            assert!(delay < 0.014, "{from} to {to}: {delay} s");
        }
    }

    #[test]
    fn pulling_gives_the_same_as_pushing() {
        let samples = sine(440.0, 22_050, 22_050);
        let pushed = whole(&samples, hz(22_050), hz(48_000)).unwrap();
        for n_block in [1, 100, 480, 4_096] {
            let mut puller = Puller::new(hz(22_050), hz(48_000)).unwrap();
            let mut source = samples.iter().copied();
            let mut pulled = vec![0.0; 40_000];
            for block in pulled.chunks_mut(n_block) {
                puller.fill(block, |block| block.fill_with(|| source.next().unwrap_or(0.0)));
            }
            assert_eq!(pulled, pushed[..40_000]);
        }
    }

    #[test]
    fn absurd_rates_are_refused() {
        for (from, to) in [(1, 16_000), (16_000, 1), (u32::MAX, 16_000), (16_000, 400_000)] {
            assert_eq!(Resampler::new(hz(from), hz(to)).err(), Some(UnsupportedRate { from, to }));
            assert_eq!(Puller::new(hz(from), hz(to)).err(), Some(UnsupportedRate { from, to }));
        }
    }
}
