//! The voice as it is installed: the files that `cargo xtask build` put in the cache.
#![allow(dead_code, reason = "each example uses a part")]

use std::error::Error;
use std::num::NonZeroUsize;

use segue_engines::piper::{PiperConfig, PiperVoice};
use segue_engines::split_voice::SplitVoice;
use segue_models::{Locations, Role};
use segue_runtime::port::Voice;

/// On one thread, as in the product.
pub(crate) fn config() -> Result<PiperConfig, Box<dyn Error>> {
    let locations = Locations::from_env()?;
    let espeak = locations.espeak_parent().ok_or("espeak's data is missing: run `cargo xtask build`")?;
    Ok(PiperConfig {
        voice: locations.path(Role::Voice)?,
        description: locations.path(Role::VoiceConfig)?,
        onnx_runtime: locations.path(Role::Runtime)?,
        espeak_data: espeak.to_path_buf(),
        threads: NonZeroUsize::MIN,
        speaker: None,
        pace: None,
    })
}

/// Cut into its parts, warm.
pub(crate) fn split() -> Result<SplitVoice, Box<dyn Error>> {
    let cache = Locations::from_env()?.cache().folder().join("split-voices");
    let mut voice = SplitVoice::new(&config()?, &cache)?;
    voice.warm_up()?;
    Ok(voice)
}

/// As Piper runs it, warm.
pub(crate) fn whole() -> Result<PiperVoice, Box<dyn Error>> {
    let mut voice = PiperVoice::new(&config()?)?;
    voice.warm_up()?;
    Ok(voice)
}
