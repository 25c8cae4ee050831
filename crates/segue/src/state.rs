//! What is kept between runs: how long each cloud usually takes, and how a begun sentence is handed over to it. Small,
//! readable, bounded, and never a reason to fail.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use segue_core::forecast::Forecast;
use segue_engines::cloud::finding::Findings;

/// Clouds that are remembered; a bound for the file.
const MOST: usize = 64;
/// Longest file that is read, in bytes: far more than so many clouds need.
const LONGEST_FILE: u64 = 256 * 1024;

const FORECASTS: &str = "forecasts.json";
const HAND_OVERS: &str = "hand-overs.json";
const MUTED: &str = "muted";

/// `SEGUE_STATE`, or the user's state directory.
fn folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("SEGUE_STATE")
        .or_else(|| named("XDG_STATE_HOME").map(|dir| dir.join("segue")))
        .or_else(|| named("HOME").map(|home| home.join(".local/state/segue")))
}

/// What a file of the state folder holds; nothing when it is not there.
fn read(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = folder().and_then(|dir| std::fs::File::open(dir.join(name)).ok());
    if let Some(file) = file {
        // What cannot be read is as good as nothing.
        let _ = file.take(LONGEST_FILE).read_to_end(&mut bytes);
    }
    bytes
}

/// Writes a file of the state folder in one step. One that cannot be written costs the next run what it would have
/// known.
fn write(name: &str, bytes: &[u8]) {
    let Some(dir) = folder() else { return };
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(&dir)?;
        let part = dir.join(format!("{name}.{}", std::process::id()));
        std::fs::write(&part, bytes)?;
        std::fs::rename(part, dir.join(name))
    };
    if let Err(error) = write() {
        tracing::info!(%error, name, "not kept");
    }
}

fn forecasts() -> BTreeMap<String, Forecast> {
    let mut known: BTreeMap<String, Forecast> = serde_json::from_slice(&read(FORECASTS)).unwrap_or_default();
    known.retain(|_, forecast| forecast.is_sane());
    known
}

/// What earlier runs learned about this cloud.
pub(crate) fn forecast(cloud: &str) -> Option<Forecast> {
    forecasts().get(cloud).copied()
}

/// Keeps what was learned about this cloud.
pub(crate) fn keep(cloud: &str, forecast: Forecast) {
    if forecast == Forecast::default() {
        return;
    }
    let mut known = forecasts();
    known.insert(cloud.to_string(), forecast);
    while known.len() > MOST {
        known.pop_first();
    }
    if let Ok(json) = serde_json::to_vec_pretty(&known) {
        write(FORECASTS, &json);
    }
}

/// What earlier runs found out about hand-overs.
pub(crate) fn findings() -> Findings {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Findings::read(&read(HAND_OVERS), now)
}

/// Keeps what was found out since.
pub(crate) fn keep_findings(findings: &Findings) {
    if let Some(json) = findings.changed() {
        write(HAND_OVERS, json.as_bytes());
    }
}

/// Whether the microphone was switched off.
pub(crate) fn muted() -> bool {
    read(MUTED).starts_with(b"on")
}

/// Keeps whether the microphone is off.
pub(crate) fn keep_muted(muted: bool) {
    write(MUTED, if muted { b"on\n" } else { b"off\n" });
}
