//! The loudspeaker of `segue talk`: a device that stays open and warm, so that no first half second is swallowed by one
//! that sleeps. When it goes away, the sound is played to nobody at its own pace, and the device is looked for again.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use segue_audio::device::{self, DeviceSink};
use segue_audio::paced::{self, Paced};
use segue_audio::{MouthOut, SinkClock};
use segue_runtime::player::Player;

/// How often the device is asked whether it lives, and how often a lost one is looked for.
const LOOK: Duration = Duration::from_millis(250);
const AGAIN: Duration = Duration::from_secs(1);

enum Sink {
    Device(DeviceSink),
    Nobody(Paced),
}

impl Sink {
    fn clock(&self) -> SinkClock {
        match self {
            Self::Device(sink) => sink.clock(),
            Self::Nobody(paced) => paced.clock(),
        }
    }

    fn finish(self) -> Option<MouthOut> {
        match self {
            Self::Device(sink) => sink.finish(),
            Self::Nobody(paced) => paced.finish(),
        }
    }
}

/// A player on the device of this name, or the default one; and the device's name.
pub(crate) fn open(name: Option<&str>, rate: NonZeroU32) -> Result<(Player, String), String> {
    let mut found = String::new();
    let player = Player::device(rate, |out| {
        let sink = device::open(name, out).map_err(|not| not.error.to_string())?;
        found = sink.name().to_string();
        let clock = Arc::new(Mutex::new(sink.clock()));
        let guard = Guard(Arc::new(AtomicBool::new(false)));
        let (stop, shared, name) = (guard.0.clone(), clock.clone(), name.map(str::to_string));
        let watch = move || keep(Sink::Device(sink), name.as_deref(), &shared, &stop);
        thread::Builder::new().name("segue-speaker".into()).spawn(watch).map_err(|error| error.to_string())?;
        let heard_at = move |position| lock(&clock).heard_at(position);
        Ok::<_, String>((Box::new(guard) as Box<dyn Send>, Box::new(heard_at) as segue_runtime::player::HeardAt))
    })?;
    Ok((player, found))
}

/// Ends the watch when it is dropped.
struct Guard(Arc<AtomicBool>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Keeps a sink under the mouth until it is told to stop.
fn keep(sink: Sink, name: Option<&str>, clock: &Mutex<SinkClock>, stop: &AtomicBool) {
    let (mut sink, mut looked) = (Some(sink), Instant::now());
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(LOOK);
        let lost = match &sink {
            Some(Sink::Device(sink)) => sink.failure().is_some(),
            Some(Sink::Nobody(_)) => looked.elapsed() >= AGAIN,
            None => return,
        };
        if !lost {
            continue;
        }
        looked = Instant::now();
        let Some(out) = sink.take().and_then(Sink::finish) else {
            return tracing::error!("the loudspeaker took the sound along; nothing more can be heard");
        };
        sink = match device::open(name, out) {
            Ok(device) => Some(Sink::Device(device)),
            Err(not) => paced::start(*not.out, |_| {}).ok().map(Sink::Nobody),
        };
        if let Some(sink) = &sink {
            *lock(clock) = sink.clock();
        }
    }
}

fn lock(clock: &Mutex<SinkClock>) -> std::sync::MutexGuard<'_, SinkClock> {
    clock.lock().unwrap_or_else(PoisonError::into_inner)
}
