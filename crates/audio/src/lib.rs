//! Sound in and out: recordings, the ear (resampling, voice activity, end of speech) and the mouth (one endless
//! queue of clips with sample-exact positions). It knows nothing of turns beyond their number, and nothing of words.
//!
//! No native library is needed unless feature `device` is on. Everything but [`paced`] and `device` runs without a
//! clock: time is counted in samples.
//!
//! Read in this order: [`level`] (what audible means), [`wav`], [`resample`], [`vad`], [`endpointer`], [`ear`]
//! (the three before in a row), [`mod@mouth`], [`record`], [`clock`] the sinks [`paced`]
//! and `device`, and `capture`, the microphone.
#![warn(missing_docs)]

use std::num::NonZeroU32;

#[cfg(feature = "device")]
pub mod capture;
pub mod clock;
#[cfg(feature = "device")]
pub mod device;
pub mod ear;
pub mod endpointer;
pub mod level;
pub mod mouth;
pub mod paced;
pub mod record;
pub mod resample;
pub mod vad;
pub mod wav;

pub use clock::SinkClock;
pub use ear::{Ear, EarConfig, EarEvent};
pub use level::{first_sound, last_voiced};
pub use mouth::{MouthFeed, MouthOut, MouthRemote, MouthReport, MouthTap, mouth};
pub use record::Recorder;
pub use wav::{Recording, WavError};

/// Sample rate of everything after the ear's resampler, in Hz: what voice activity and whisper expect.
pub const EAR_RATE: NonZeroU32 = NonZeroU32::new(16_000).expect("16000 is not zero");
