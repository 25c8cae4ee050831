//! Thoughts in front of a reply, dropped here so that a reply of thoughts alone counts as empty. The core drops them for
//! continuators that do not.

pub use segue_core::think::Think;
