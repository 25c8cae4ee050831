//! (being written)
pub mod port;
