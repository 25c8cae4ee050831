//! Continuators over a network.
//!
//! [`OpenAi`] speaks to any OpenAI-compatible chat endpoint. What it sends and how it reads is pure and stands in
//! files of its own: [`ask`] (the request's body), [`sse`] (bytes to events), [`reply`] (events to text), [`think`]
//! (a model's thoughts, dropped), [`fault`] (what a refusal means).

pub mod ask;
pub mod fault;
pub mod reply;
pub mod secret;
pub mod sse;
pub mod think;

#[cfg(feature = "cloud")]
mod connection;
#[cfg(feature = "cloud")]
mod openai;

#[cfg(feature = "cloud")]
pub use connection::Timing;
#[cfg(feature = "cloud")]
pub use openai::{OpenAi, OpenAiConfig};
