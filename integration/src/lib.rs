//! What tests of Segue need and tests of a plugin may use.
//!
//! - [`cloud`]: a server on loopback that does what a script says, good or bad. Needs nothing of Segue's.
//! - [`executor`]: one who acts as a script says.
//! - [`mosquitto`], [`peer`]: a real MQTT broker, and somebody else at it.
//! - [`stage`]: a session with made-up engines, and a witness of what was heard, when.
//! - [`storm`]: turns without number against clouds whose every reply is drawn by lot.
#![warn(missing_docs)]

pub mod cloud;
pub mod executor;
pub mod mosquitto;
pub mod peer;
pub mod stage;
pub mod storm;
