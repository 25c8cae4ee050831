//! Home Assistant as the one who acts: requests go to its conversation agent over WebSocket, what came of them comes
//! back as the end of the sentence that Segue has begun. Its rooms and devices give openers their names.
//!
//! [`answer`], [`names`], [`progress`] and [`wire`] are pure; [`line`](mod@line) keeps the connection; [`Home`] joins them to Segue.
#![warn(missing_docs)]

pub mod answer;
mod home;
mod line;
pub mod names;
pub mod progress;
mod trust;
pub mod wire;

pub use home::{Asked, Home, HomeConfig, SetupError};
