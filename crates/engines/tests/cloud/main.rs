//! Providers against the scripted cloud, in both dialects: what is asked, what comes back, how each fault ends, and
//! how a begun sentence is handed over.

#![allow(clippy::unwrap_used)]

mod faults;
mod hand_over;
mod keys;
mod learning;
mod support;
mod talks;
mod tls;
