//! Segue's face in the home: an MQTT device that Home Assistant discovers, and topics for everybody.
//!
//! Pure inside: [`topics`] (names), [`discovery`] (the device), [`tell`] (what is told), [`hear`] (what may be asked),
//! [`hermes`] (Rhasspy), [`outbox`] (what must arrive). At the edge: `line` (rumqttc, both versions) and `plugin` (the
//! loop that joins them). It sees `segue_runtime::plugin` and nothing behind it.
#![warn(missing_docs)]

mod config;
pub mod discovery;
pub mod hear;
pub mod hermes;
mod line;
pub mod outbox;
mod plugin;
pub mod tell;
pub mod topics;

pub use config::{MqttConfig, Version};
pub use plugin::{Mqtt, SetupError};
