//! Telling the user how far a long step is. Steps follow one another; there is one at a time.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Someone who watches the steps of [`fetch`](crate::fetch) and [`verify`](crate::verify).
pub trait Progress: Sync {
    /// A step begins that moves about `bytes` bytes; `what` is a phrase such as "fetching X".
    fn begin(&self, what: &str, bytes: u64);
    /// `bytes` of the step's bytes are done. Called often; must be cheap.
    fn at(&self, bytes: u64);
    /// The step is over. `result` is a phrase such as "58 MB"; empty after a failure.
    fn end(&self, result: &str);
    /// A sentence for the user that belongs to no step.
    fn note(&self, sentence: &str);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: u64) {}
    fn at(&self, _: u64) {}
    fn end(&self, _: &str) {}
    fn note(&self, _: &str) {}
}

/// A bar on stderr for each step, then one line with the time it took. Where stderr is no
/// terminal, as in CI, there are only the lines.
#[derive(Debug, Default)]
pub struct Bars {
    /// The step that runs now, filled by `begin` and emptied by `end`.
    step: Mutex<Option<Step>>,
}

#[derive(Debug)]
struct Step {
    what: String,
    since: Instant,
    bar: ProgressBar,
}

impl Bars {
    /// Bars on stderr.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<Step>) -> T) -> T {
        // A panic elsewhere leaves at worst a stale bar behind.
        act(&mut self.step.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, bytes: u64) {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(bytes) } else { ProgressBar::hidden() };
        let style =
            ProgressStyle::with_template("  {msg:46} {bar:20} {decimal_bytes:>9} of {decimal_total_bytes:9} {eta:>4}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what.to_string());
        // Keeps the bar alive while pip is still resolving and no byte has come.
        bar.enable_steady_tick(Duration::from_millis(100));
        self.with(|step| {
            *step = Some(Step { what: what.to_string(), since: Instant::now(), bar });
        });
    }

    fn at(&self, bytes: u64) {
        self.with(|step| {
            if let Some(step) = step {
                step.bar.set_position(bytes);
            }
        });
    }

    fn end(&self, result: &str) {
        self.with(|step| {
            if let Some(step) = step.take() {
                step.bar.finish_and_clear();
                if !result.is_empty() {
                    let seconds = step.since.elapsed().as_secs_f32();
                    eprintln!("  {} ({result}, {seconds:.1} s)", step.what);
                }
            }
        });
    }

    fn note(&self, sentence: &str) {
        eprintln!("  {sentence}");
    }
}

/// Bytes for people, in powers of ten as packages and disks are measured: "58.3 MB".
pub(crate) fn megabytes(bytes: u64) -> String {
    let (tenths, unit) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (bytes / 100, "kB"),
        _ => (bytes / 100_000, "MB"),
    };
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        let sizes = [999, 4_794, 58_368_729, 144_811_072].map(megabytes);
        assert_eq!(sizes, ["999 B", "4.7 kB", "58.3 MB", "144.8 MB"]);
    }

    #[test]
    fn a_bar_may_be_told_anything_in_any_order() {
        let bars = Bars::new();
        bars.at(3);
        bars.end("nothing");
        bars.begin("fetching", 0);
        bars.at(u64::MAX);
        bars.end("");
    }
}
