//! A Piper voice split at its decoder: first sound early, and the moment of every word.
//!
//! A Piper voice is one ONNX graph from phonemes to samples, and says nothing before all samples are made. [`cut`] makes
//! two models of it: an encoder, which gives latent frames and how many of them each phoneme lasts, and a decoder, which
//! turns frames into samples and can do so [piece by piece](pieces). The first piece leaves while the others are
//! computed, and the durations say when each [written word](spoken) sounds.
//!
//! A voice whose graph is not of that shape is refused with [`NotSplittable`](cut::NotSplittable), and its caller speaks
//! it whole, as `piper::PiperVoice` does. Nothing here looks for files, fetches or prints; paths come
//! from the caller.
//!
//! What decides without a model is tested without one: [`wire`], [`onnx`], [`cut`] and [`reach`] on small made-up
//! graphs, [`clauses`], [`sentences`], [`context`], [`spoken`], [`pieces`], [`edges`], [`joint`] and [`config`] on text and numbers.

pub mod wire;

pub mod onnx;

pub mod reach;

pub mod cut;

#[cfg(test)]
mod made_up;

pub mod clauses;
pub mod config;
pub mod context;
pub mod edges;
pub mod joint;
pub mod pieces;
pub mod sentences;
pub mod spoken;

#[cfg(feature = "piper")]
pub mod cache;
#[cfg(feature = "piper")]
pub(crate) mod espeak;
#[cfg(feature = "piper")]
pub mod halves;
#[cfg(any(test, feature = "piper"))]
mod silences;
#[cfg(feature = "piper")]
mod voice;

#[cfg(feature = "piper")]
pub use voice::{LoadError, SplitVoice};
