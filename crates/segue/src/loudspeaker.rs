//! The default loudspeaker, for a finished recording or for a session. That there is none is a normal state.

use std::num::NonZeroU32;
use std::time::Duration;

use segue_audio::device;
use segue_audio::mouth::{MouthReport, mouth};
use segue_runtime::player::Player;

use crate::speaker;

/// A session's player on the default loudspeaker, or one sentence that says why not.
pub(crate) fn player(rate: NonZeroU32) -> Result<Player, String> {
    speaker::open(None, rate).map(|(player, _)| player).map_err(|why| format!("there is no loudspeaker: {why}"))
}

/// Plays all of `samples` and returns the loudspeaker's name, or one sentence that says why not.
pub(crate) fn play(samples: &[f32], rate: NonZeroU32) -> Result<String, String> {
    let (mut feed, out) = mouth(rate, 8);
    let sink = device::open(None, out).map_err(|not| not.error.to_string())?;
    let name = sink.name().to_string();
    let full = |_| "the loudspeaker takes nothing".to_string();
    feed.push(1, 0, samples.to_vec()).map_err(|_| "the loudspeaker takes nothing".to_string())?;
    feed.end(1, 0).map_err(full)?;
    let seconds = samples.len() as f64 / f64::from(rate.get());
    let limit = Duration::from_secs_f64(seconds + 5.0);
    let start = std::time::Instant::now();
    while start.elapsed() < limit {
        std::thread::sleep(Duration::from_millis(50));
        if feed.reports().iter().any(|report| matches!(report, MouthReport::ClipEnded { .. })) {
            // What was rendered last is still on its way through the device.
            std::thread::sleep(Duration::from_millis(300));
            return Ok(name);
        }
        if sink.failure().is_some() {
            break;
        }
    }
    Err("the loudspeaker stopped".to_string())
}
