//! What tests of Segue need and tests of a plugin may use. Depends on nothing of Segue's.
//!
//! [`cloud`]: an OpenAI-compatible server on loopback that does what a script says, good or bad.
#![warn(missing_docs)]

pub mod cloud;
