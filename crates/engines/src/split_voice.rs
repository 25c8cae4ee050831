//! A Piper voice split into parts: first sound early, and the moment of every word.
//!
//! A Piper voice is one ONNX graph from phonemes to samples, and says nothing before all samples are made. [`cut`] makes
//! several models of it: an encoder, which gives frames and how many of them each phoneme lasts, and stages (the layers
//! of the flow, the decoder), which turn frames into samples and can do so [piece by piece](pieces). The first piece
//! leaves when each stage has made [what it needs](chain) and no more, while the others are computed; the durations say
//! when each [written word](spoken) sounds.
//!
//! A voice whose graph is not of that shape is refused with [`NotSplittable`](cut::NotSplittable), and its caller speaks
//! it whole, as `piper::PiperVoice` does. Nothing here looks for files, fetches or prints; paths come
//! from the caller.
//!
//! What decides without a model is tested without one: [`wire`], [`onnx`], [`narrow`], [`cut`] and [`reach`] on small
//! made-up graphs, [`chain`] on made-up stages, [`clauses`], [`sentences`], [`context`], [`spoken`], [`pieces`], [`edges`], [`joint`] and [`config`] on text and numbers.

pub mod wire;

pub mod onnx;

pub mod narrow;
pub mod reach;
mod window;

pub mod cut;

pub mod chain;

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
pub mod sessions;
#[cfg(any(test, feature = "piper"))]
mod silences;
#[cfg(feature = "piper")]
mod voice;

#[cfg(feature = "piper")]
pub use voice::{LoadError, SplitVoice};
