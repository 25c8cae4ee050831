//! How many threads an utterance gets. ggml's threads wait for each other by spinning: two are nearly twice as quick
//! on two idle cores, and many times slower than one when anything else wants a core. So a second one is taken only
//! when the processor has just stood idle, between the utterance before and this one.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

/// Never more: behind two, whisper tiny gains little.
const MOST_THREADS: usize = 2;
/// A second thread wants two cores, of which this much was idle.
const FREE_FOR_TWO: f64 = 1.6;
/// A shorter look than so many ticks a core says nothing; a tick is 10 ms.
const FEWEST_TICKS: u64 = 10;

/// Watches how idle the machine is. Linux only; elsewhere there is one thread.
#[derive(Debug)]
pub(super) struct FreeCores {
    /// `/proc/stat`, opened once.
    stat: Option<File>,
    cores: usize,
    before: Option<Ticks>,
    threads: usize,
}

/// Ticks of all cores since the machine started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ticks {
    idle: u64,
    all: u64,
}

impl FreeCores {
    /// Begins to watch.
    pub(super) fn watch() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        let mut watch = Self { stat: File::open("/proc/stat").ok(), cores, before: None, threads: 1 };
        watch.rest();
        watch
    }

    /// An utterance is done: what is idle from now on was not needed.
    pub(super) fn rest(&mut self) {
        self.before = self.look();
    }

    /// Threads for the next utterance.
    pub(super) fn threads(&mut self) -> usize {
        if let (Some(before), Some(now)) = (self.before, self.look()) {
            self.threads = threads(before, now, self.cores).unwrap_or(self.threads);
        }
        self.threads
    }

    fn look(&mut self) -> Option<Ticks> {
        let stat = self.stat.as_mut()?;
        stat.rewind().ok()?;
        // The first line is all that is wanted.
        let mut head = [0; 256];
        let length = stat.read(&mut head).ok()?;
        ticks(std::str::from_utf8(&head[..length]).ok()?)
    }
}

/// Threads for what was idle between two looks; `None` when they are too close.
fn threads(before: Ticks, now: Ticks, cores: usize) -> Option<usize> {
    let all = now.all.checked_sub(before.all).filter(|all| *all >= FEWEST_TICKS * cores as u64)?;
    let idle = now.idle.checked_sub(before.idle)?;
    let free = idle as f64 / all as f64 * cores as f64;
    Some(if free >= FREE_FOR_TWO { MOST_THREADS } else { 1 })
}

/// Reads the first line of `/proc/stat`: user, nice, system, idle, waiting for a disk, interrupts, stolen.
fn ticks(stat: &str) -> Option<Ticks> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = line.split_whitespace().take(8).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [_, _, _, idle, waiting, ..] = ticks[..] else { return None };
    Some(Ticks { idle: idle.checked_add(waiting)?, all: ticks.iter().try_fold(0_u64, |sum, n| sum.checked_add(*n))? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_read_and_nothing_else() {
        let stat = "cpu  100 20 30 800 50 0 5 0 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
        assert_eq!(ticks(stat), Some(Ticks { idle: 850, all: 1005 }));
        for strange in ["", "cpu", "cpu  1 2 3", "cpu  1 2 three 4 5 6 7 8", "cpu  18446744073709551615 1 1 1 1"] {
            assert_eq!(ticks(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_second_thread_is_taken_only_on_an_idle_machine() {
        let at = |idle, all| Ticks { idle, all };
        assert_eq!(threads(at(0, 0), at(195, 200), 2), Some(2));
        assert_eq!(threads(at(0, 0), at(98, 200), 2), Some(1));
        assert_eq!(threads(at(0, 0), at(100, 100), 1), Some(1));
        assert_eq!(threads(at(0, 0), at(10, 10), 2), None);
        assert_eq!(threads(at(9, 200), at(0, 0), 2), None);
    }
}
