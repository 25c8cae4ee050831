//! The part of Segue that acts: it runs the engines, keeps the clock, moves the sound, and asks `segue_core` what
//! to do. It knows engines only through [`port`], so it builds and is tested without any of them.
#![warn(missing_docs)]

pub mod clock;
pub mod desk;
pub mod hear;
pub mod listen;
pub mod player;
pub mod plugin;
pub mod port;
pub mod service;
pub mod session;
pub mod worker;

/// The example of `plugins/README.md`, compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../plugins/README.md")]
struct PluginsReadme;
