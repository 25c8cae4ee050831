//! What a program costs: processor time and memory, as the kernel counts them for the process.

use std::process::{Child, ExitStatus};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

/// Clock ticks a second of `/proc/PID/stat`: 100 on every Linux that Segue runs on.
const TICKS_PER_S: f64 = 100.0;

/// What was spent.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Cost {
    /// User and system time of all threads, in seconds.
    pub(crate) cpu_s: f64,
    /// Most memory that was resident at a time, in MB.
    pub(crate) memory_mb: f64,
    /// Memory that is resident now, in MB.
    pub(crate) resident_mb: f64,
}

/// Waits for a program's end and says what it cost. Looks ten times a second, so the last tenth's memory may be missed.
pub(crate) fn wait(child: &mut Child) -> Result<(ExitStatus, Cost)> {
    let mut cost = Cost::default();
    loop {
        let seen = now(child);
        // What has ended has no memory any more, and its time is still known.
        cost.cpu_s = seen.cpu_s.max(cost.cpu_s);
        cost.memory_mb = seen.memory_mb.max(cost.memory_mb);
        if let Some(status) = child.try_wait().context("the program is lost")? {
            return Ok((status, cost));
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// What a program has cost so far; zero where the kernel does not tell.
pub(crate) fn now(child: &Child) -> Cost {
    let (stat, status) = (proc(child, "stat"), proc(child, "status"));
    Cost {
        cpu_s: stat.as_deref().and_then(cpu).unwrap_or_default(),
        memory_mb: status.as_deref().and_then(|status| megabytes(status, "VmHWM:")).unwrap_or_default(),
        resident_mb: status.as_deref().and_then(|status| megabytes(status, "VmRSS:")).unwrap_or_default(),
    }
}

fn proc(child: &Child, file: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).ok()
}

/// User and system time, the 14th and 15th field; the second one may hold spaces and ends with a bracket.
fn cpu(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(14)? + ticks(15)?) / TICKS_PER_S)
}

fn megabytes(status: &str, what: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lines_are_read() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 0 0 0 0 250 50 0 0 20 0 4 0 0 0 0";
        assert_eq!(cpu(stat), Some(3.0));
        assert_eq!(cpu(""), None);
        let status = "Name:\tx\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n";
        assert_eq!((megabytes(status, "VmHWM:"), megabytes(status, "VmRSS:")), (Some(200.0), Some(100.0)));
    }
}
