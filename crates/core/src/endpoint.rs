//! When the user has finished: what the words so far say about it ([`completeness`]), and how long a silence must last
//! for it ([`Pauses`]).
//!
//! Silence alone cannot tell a pause for thought from an end: half a second cuts off everybody who thinks, a whole one
//! makes everybody wait. The words can: nobody ends with "set a timer for".

mod completeness;
mod lists;
mod pauses;

pub use completeness::{Completeness, completeness, is_closed};
pub use pauses::{PauseSettings, Pauses};
