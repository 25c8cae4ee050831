//! The part of Segue that decides: no clock, no IO, no engine. Events go in, commands come out.
//!
//! Read in this order: [`talk`] (what is said), [`event`] (what happens, what is asked for), [`dialogue`] (who
//! decides), [`seam`] and [`clause`] (how the cloud's text becomes the rest of a sentence that is already in the
//! air), [`report`] (what a turn was like).
#![warn(missing_docs)]

pub mod action;
pub mod caution;
pub mod clause;
pub mod close;
pub mod control;
pub mod dialogue;
pub mod endpoint;
pub mod event;
pub mod forecast;
pub mod hold;
pub mod interjection;
pub mod ledger;
pub mod moment;
pub mod opposites;
pub mod repair;
pub mod reply;
pub mod report;
pub mod seam;
pub mod speakable;
pub mod talk;
pub mod think;
pub mod verdict;
pub mod words;
