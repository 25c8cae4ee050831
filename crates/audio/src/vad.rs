//! Voice activity: how likely it is that a short frame of sound holds a voice. It decides nothing: that is
//! [`crate::endpointer`]'s work.

use crate::EAR_RATE;

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
