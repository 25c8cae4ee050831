//! Voice activity: how likely it is that a short frame of sound holds a voice. It decides nothing: that is
//! [`crate::endpointer`]'s work.

use crate::EAR_RATE;
use crate::level::{dbfs, power, power_at};

/// One who says how likely a frame holds a voice. Frames must come in order and without holes.
pub trait VoiceActivity: Send {
    /// Samples in a frame, at [`EAR_RATE`].
    fn frame_len(&self) -> usize;

    /// Probability of voice, 0 to 1, in a frame of exactly `frame_len` samples, -1 to 1.
    fn probability(&mut self, frame: &[f32]) -> f32;

    /// Forgets the sound so far, because another one begins.
    fn reset(&mut self);
}

/// The `earshot` detector: a small recurrent network on 40 mel bands, 16 ms frames, weights inside the crate.
pub struct Earshot {
    detector: Box<earshot::Detector>,
    clipped: [f32; Self::FRAME],
}

impl Earshot {
    /// Samples in a frame: 16 ms.
    pub const FRAME: usize = EAR_RATE.get() as usize * 16 / 1000;
}

impl Default for Earshot {
    fn default() -> Self {
        Self { detector: earshot::Detector::default_boxed(), clipped: [0.0; Self::FRAME] }
    }
}

impl VoiceActivity for Earshot {
    fn frame_len(&self) -> usize {
        Self::FRAME
    }

    fn probability(&mut self, frame: &[f32]) -> f32 {
        // Resampling overshoots full scale and float recordings may go far beyond; the detector wants -1 to 1.
        for (clipped, sample) in self.clipped.iter_mut().zip(frame) {
            *clipped = sample.clamp(-1.0, 1.0);
        }
        self.detector.predict_f32(&self.clipped).clamp(0.0, 1.0)
    }

    fn reset(&mut self) {
        self.detector.reset();
    }
}

/// The detector shall hear the background at this level or, if that makes voices too loud, below it: in dBFS.
const FLOOR_DBFS: f32 = -40.0;

/// The detector shall hear the loudest frames at this level at most, in dBFS.
const PEAK_DBFS: f32 = -15.0;

/// How far the level may be changed, in dB.
const GAIN_DB: std::ops::RangeInclusive<f32> = -12.0..=30.0;

/// How fast the background may rise again, in dB a frame: 6 dB/s.
const FLOOR_RISE: f32 = 0.1;

/// How fast a loud voice is forgotten, in dB a frame: 1.25 dB/s.
const PEAK_FALL: f32 = 0.02;

/// Sets the level of what a detector hears, by the background and the loudest voice of late.
///
/// Detectors learned at certain levels. Of the 60 recordings made 20 dB quieter, [`Earshot`] alone finds the begin
/// 0.6 s late in one of 20, and of the kitchen noise made 12 dB louder it takes a part for speech; behind this it
/// does neither.
pub struct Levelled<V> {
    activity: V,
    /// The frame as the detector hears it.
    levelled: Vec<f32>,
    /// Loudest frame of late, in dBFS.
    peak: f32,
    /// Quietest frame of late, in dBFS.
    floor: f32,
}

impl<V: VoiceActivity> Levelled<V> {
    /// In front of `activity`.
    pub fn new(activity: V) -> Self {
        let levelled = vec![0.0; activity.frame_len()];
        Self { activity, levelled, peak: f32::NEG_INFINITY, floor: FLOOR_DBFS }
    }
}

impl<V: VoiceActivity> VoiceActivity for Levelled<V> {
    fn frame_len(&self) -> usize {
        self.activity.frame_len()
    }

    fn probability(&mut self, frame: &[f32]) -> f32 {
        let now = dbfs(power(frame));
        self.peak = now.max(self.peak - PEAK_FALL);
        self.floor = now.min(self.floor + FLOOR_RISE);
        let gain = (FLOOR_DBFS - self.floor).min(PEAK_DBFS - self.peak).clamp(*GAIN_DB.start(), *GAIN_DB.end());
        let factor = power_at(gain).sqrt();
        for (levelled, sample) in self.levelled.iter_mut().zip(frame) {
            *levelled = sample * factor;
        }
        self.activity.probability(&self.levelled)
    }

    fn reset(&mut self) {
        (self.peak, self.floor) = (f32::NEG_INFINITY, FLOOR_DBFS);
        self.activity.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells how loud it hears each frame, in dBFS.
    struct Loudness;

    impl VoiceActivity for Loudness {
        fn frame_len(&self) -> usize {
            256
        }

        fn probability(&mut self, frame: &[f32]) -> f32 {
            dbfs(power(frame))
        }

        fn reset(&mut self) {}
    }

    /// A square wave of this level.
    fn frame(dbfs: f32) -> Vec<f32> {
        (0..256).map(|i| power_at(dbfs).sqrt() * if i % 8 < 4 { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn a_quiet_voice_is_raised_and_a_loud_background_lowered() {
        let mut levelled = Levelled::new(Loudness);
        let heard =
            |levelled: &mut Levelled<Loudness>, level| (0..600).map(|_| levelled.probability(&frame(level))).last();
        assert!((heard(&mut levelled, -80.0).unwrap() + 50.0).abs() < 0.1, "30 dB at most");
        assert!((levelled.probability(&frame(-40.0)) + 15.0).abs() < 0.1, "at once as loud as voices shall be");
        assert!((heard(&mut levelled, -28.0).unwrap() + 40.0).abs() < 0.1, "12 dB lower at most");
        levelled.reset();
        assert!((levelled.probability(&frame(-40.0)) + 40.0).abs() < 0.1);
    }

    #[test]
    fn earshot_hears_no_voice_in_silence_tones_and_hiss() {
        let mut state = 1_u32;
        let mut hiss = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        let tone = |i: usize| 0.3 * (i as f32 * 0.173).sin();
        let sounds: [Vec<f32>; 3] =
            [vec![0.0; 32_000], (0..32_000).map(tone).collect(), (0..32_000).map(|_| 0.1 * hiss()).collect()];
        for (name, sound) in ["silence", "tone", "hiss"].iter().zip(&sounds) {
            let mut activity = Levelled::new(Earshot::default());
            let worst = sound.chunks_exact(256).map(|frame| activity.probability(frame)).fold(0.0, f32::max);
            assert!(worst < 0.8, "{name}: {worst}");
        }
    }

    #[test]
    fn samples_beyond_full_scale_are_clipped() {
        let mut activity = Earshot::default();
        let probability = activity.probability(&[1e30; Earshot::FRAME]);
        assert!((0.0..=1.0).contains(&probability));
    }
}
