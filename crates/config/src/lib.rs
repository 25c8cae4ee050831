//! The configuration of the daemon: one TOML file, some environment variables, and what is allowed in them.
//!
//! Pure: text and variables go in, a [`Config`] or a list of [`Problem`]s comes out; nothing here opens a file.
//! Every key is one row of [`keys::KEYS`], from which the example, the check and the reading are made, so that they
//! cannot differ. What a variable says stands above what the file says, and that above the default.
#![warn(missing_docs)]

mod broker;
mod config;
mod example;
pub mod keys;
mod problem;
mod secret;
mod values;

pub use broker::Broker;
pub use config::{Cloud, Config, Eagerness, Home, Microphone, Mqtt, MqttVersion, Node, Opener, Output, Sound, When};
pub use example::example;
pub use problem::{Place, Problem};
pub use secret::Secret;

/// Largest configuration file, in bytes: far more than all keys with their explanations.
pub const LARGEST_FILE: usize = 64 * 1024;

#[cfg(test)]
mod tests;
