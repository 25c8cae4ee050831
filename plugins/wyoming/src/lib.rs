//! Wyoming, the protocol of Rhasspy and Home Assistant for voice services: [`codec`] (events and bytes, pure),
//! [`wake`] (a wake word service as a client) and [`WakeWord`], which opens the microphone.
//!
//! Wyoming knows neither encryption nor passwords: peers belong on the same machine or in a network that is trusted.
#![warn(missing_docs)]

pub mod codec;
mod plugin;
pub mod wake;

pub use plugin::WakeWord;
