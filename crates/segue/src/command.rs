//! What `segue` can do, a module a command.

pub(crate) mod ask;
pub(crate) mod chat;
pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod models;
pub(crate) mod opener;
pub(crate) mod run;
pub(crate) mod talk;
pub(crate) mod turn;
