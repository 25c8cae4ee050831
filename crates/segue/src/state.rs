//! What is kept between runs: how long each cloud usually takes. Small, readable, and never a reason to fail.

use std::collections::BTreeMap;
use std::path::PathBuf;

use segue_core::forecast::Forecast;

/// Clouds that are remembered; a bound for the file.
const MOST: usize = 64;

/// `SEGUE_STATE`, or the user's state directory.
fn folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("SEGUE_STATE")
        .or_else(|| named("XDG_STATE_HOME").map(|dir| dir.join("segue")))
        .or_else(|| named("HOME").map(|home| home.join(".local/state/segue")))
}

fn read() -> BTreeMap<String, Forecast> {
    let text = folder().and_then(|dir| std::fs::read(dir.join("forecasts.json")).ok()).unwrap_or_default();
    let mut known: BTreeMap<String, Forecast> = serde_json::from_slice(&text).unwrap_or_default();
    known.retain(|_, forecast| forecast.is_sane());
    known
}

/// What earlier runs learned about this cloud.
pub(crate) fn forecast(cloud: &str) -> Option<Forecast> {
    read().get(cloud).copied()
}

/// Keeps what was learned about this cloud. A state that cannot be written costs the next run its forecast only.
pub(crate) fn keep(cloud: &str, forecast: Forecast) {
    if forecast == Forecast::default() {
        return;
    }
    let Some(dir) = folder() else { return };
    let mut known = read();
    known.insert(cloud.to_string(), forecast);
    while known.len() > MOST {
        known.pop_first();
    }
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(&dir)?;
        let part = dir.join(format!("forecasts.json.{}", std::process::id()));
        std::fs::write(&part, serde_json::to_vec_pretty(&known)?)?;
        std::fs::rename(part, dir.join("forecasts.json"))
    };
    if let Err(error) = write() {
        tracing::info!(%error, "the forecast is not kept");
    }
}
