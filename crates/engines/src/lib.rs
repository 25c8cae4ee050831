//! The engines: each port of `segue_runtime::port` on a real model or a real network, one cargo feature each.
//!
//! | feature | module | port | needs |
//! | --- | --- | --- | --- |
//! | `whisper` | [`whisper`] | `Transcriber` | a ggml whisper model |
//! | `opener` | `opener` | `Opener` | our own μLM |
//! | `piper` | [`piper`] | `Voice` | a Piper voice, ONNX Runtime, espeak-ng's data |
//! | `piper` | [`split_voice::SplitVoice`] | `Voice` | the same, and a folder for the parts of the voice |
//! | `local` | [`local`] | `Continuator` | a small Llama in GGUF form |
//! | `cloud` | [`cloud::Provider`] | `Continuator` | a network |
//!
//! Files are handed over by path. Nothing here looks for a cache, reads the environment or prints.
//! What decides without a model or a network is pure, stands in files of its own and is tested without any feature:
//! [`plausible`] (is this speech?), [`hesitation`] (did it end in "um"?), [`trim`] (silence around a clip),
//! [`local::brief`] (when to stop), and in [`cloud`] the event-stream parser, the request body and the reading of a reply.
#![warn(missing_docs)]

pub mod hesitation;
pub mod plausible;
pub mod trim;

pub mod cloud;
pub mod local;
#[cfg(feature = "opener")]
pub mod opener;
#[cfg(feature = "piper")]
pub mod piper;
pub mod split_voice;
#[cfg(feature = "whisper")]
pub mod whisper;
