//! What tests of Segue need and tests of a plugin may use. Depends on nothing of Segue's.
//!
//! [`cloud`]: an OpenAI-compatible server on loopback that does what a script says, good or bad.
//! [`mosquitto`], [`peer`]: a real MQTT broker, and somebody else at it.
#![warn(missing_docs)]

pub mod cloud;
pub mod mosquitto;
pub mod peer;
