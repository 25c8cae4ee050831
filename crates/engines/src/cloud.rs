//! Continuators over a network.
//!
//! [`Provider`] speaks to any OpenAI-compatible chat endpoint and to Anthropic's Messages. Everything that can be
//! decided without a network is pure and stands in files of its own: [`dialect`] (what is written and where), [`sse`]
//! (bytes to events), [`reply`] (events to text), [`think`] (a model's thoughts, dropped), [`fault`] (what a refusal
//! means); and for the sentence that was begun: [`hand_over`] (the ways), [`table`] (who takes which), [`guard`]
//! (whether a reply goes on), [`probe`] (asking those whom nobody knows), [`finding`] (what came of it).

pub mod anthropic;
pub mod dialect;
pub mod fault;
pub mod finding;
pub mod guard;
pub mod hand_over;
mod openai;
pub mod probe;
pub mod prompts;
pub mod reply;
pub mod secret;
pub mod sse;
pub mod table;
pub mod think;

#[cfg(feature = "cloud")]
mod address;
#[cfg(feature = "cloud")]
mod connection;
#[cfg(feature = "cloud")]
mod exchange;
#[cfg(feature = "cloud")]
mod learn;
#[cfg(feature = "cloud")]
mod provider;

#[cfg(feature = "cloud")]
pub use connection::Timing;
#[cfg(feature = "cloud")]
pub use learn::Learned;
#[cfg(feature = "cloud")]
pub use provider::{Provider, ProviderConfig};
