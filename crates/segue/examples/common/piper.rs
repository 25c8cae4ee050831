//! The shipped voice as the examples use it: one thread, its own pace.

use std::error::Error;
use std::num::NonZeroUsize;

use segue_engines::piper::PiperConfig;
use segue_models::{Locations, Role};

/// Where its files lie.
///
/// # Errors
/// When a file is missing; the sentence says how to get it.
pub(crate) fn piper(locations: &Locations) -> Result<PiperConfig, Box<dyn Error>> {
    Ok(PiperConfig {
        voice: locations.path(Role::Voice)?,
        description: locations.path(Role::VoiceConfig)?,
        onnx_runtime: locations.path(Role::Runtime)?,
        espeak_data: locations.espeak_parent().ok_or("espeak's data is missing: run `cargo xtask build`")?.into(),
        threads: NonZeroUsize::MIN,
        speaker: None,
        pace: None,
    })
}
