//! A sink without a device: a thread that renders the mouth at the pace of a loudspeaker, in blocks of 10 ms, for
//! WAV output and for machines without sound.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::clock::SinkClock;
use crate::mouth::MouthOut;

/// Blocks a second.
const BLOCKS_PER_S: u32 = 100;

/// The running sink. Dropping it stops the thread.
pub struct Paced {
    clock: SinkClock,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<MouthOut>>,
}

/// Starts to render `out` in real time; `heard` gets each block of 10 ms (mono, at the mouth's rate) in order and
/// without holes. A thread that is late catches up, so that the mouth's clock stays true.
pub fn start(mut out: MouthOut, mut heard: impl FnMut(&[f32]) + Send + 'static) -> io::Result<Paced> {
    let clock = SinkClock::new(out.rate());
    let stop = Arc::new(AtomicBool::new(false));
    let (thread_clock, thread_stop) = (clock.clone(), stop.clone());
    let thread = thread::Builder::new().name("segue-paced".into()).spawn(move || {
        let rate = u64::from(out.rate().get());
        let mut block = vec![0.0; (rate / u64::from(BLOCKS_PER_S)).max(1) as usize];
        let (began, first) = (Instant::now(), out.remote().position());
        while !thread_stop.load(Ordering::Relaxed) {
            let position = out.remote().position();
            // From the start each time: rounding and lateness never add up.
            let due = began + Duration::from_nanos((position - first) * 1_000_000_000 / rate);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            out.render(&mut block);
            thread_clock.anchor(position, due, Duration::ZERO);
            heard(&block);
        }
        out
    })?;
    Ok(Paced { clock, stop, thread: Some(thread) })
}

impl Paced {
    /// When positions of the mouth's clock are heard.
    #[must_use]
    pub fn clock(&self) -> SinkClock {
        self.clock.clone()
    }

    /// Stops within a block and gives the out end back; `None` when `heard` had panicked.
    #[must_use]
    pub fn finish(mut self) -> Option<MouthOut> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take()?.join().ok()
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
