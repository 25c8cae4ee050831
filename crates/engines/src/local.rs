//! A continuator in this process: a small Llama (SmolLM2-135M-Instruct) that carries on by true prefill.
//!
//! It stands in for a cloud in demos and tests without a network. A model of this size writes good English and
//! invents facts: nothing may fall back to it unless a user asks for that.

pub mod brief;
pub mod bytes;

#[cfg(feature = "local")]
mod continuator;
#[cfg(feature = "local")]
mod model;
#[cfg(feature = "local")]
mod prompt;
#[cfg(feature = "local")]
mod score;
#[cfg(feature = "local")]
mod vocabulary;

#[cfg(feature = "local")]
pub use continuator::{Local, LocalConfig};
#[cfg(feature = "local")]
pub use score::{Score, Scorer};
