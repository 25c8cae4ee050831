//! The terminal: diagnostics on stderr, one place that decides how loud, and JSON as the last line of stdout.

use std::io::{IsTerminal, Write};

use segue_core::report::Report;

use crate::failure::Failure;

/// Sends diagnostics to stderr: warnings only, unless asked for more. `SEGUE_LOG` takes a filter of its own.
pub(crate) fn log(verbose: u8) {
    let level = ["warn", "segue=info,warn", "segue=debug,segue_runtime=debug,segue_engines=debug,info"];
    let default = level[usize::from(verbose).min(level.len() - 1)];
    let filter = tracing_subscriber::EnvFilter::try_from_env("SEGUE_LOG").unwrap_or_else(|_| default.into());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}

/// Writes to stdout; a reader that has gone away is no error.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes to stderr what the program says about itself.
pub(crate) fn note(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The report as one compact line.
pub(crate) fn json(report: &Report) -> Result<(), Failure> {
    let line = serde_json::to_string(report).map_err(Failure::other)?;
    say(&format!("{line}\n"));
    Ok(())
}
