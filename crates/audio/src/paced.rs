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

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::mpsc;

    use super::*;
    use crate::mouth::{MouthReport, mouth};

    #[test]
    fn it_renders_at_the_pace_of_a_loudspeaker_and_gives_the_mouth_back() {
        let rate = NonZeroU32::new(22_050).unwrap();
        let (mut feed, out) = mouth(rate, 8);
        feed.push(1, 1, vec![0.5; 2_205]).unwrap();
        feed.end(1, 1).unwrap();
        let (sender, heard) = mpsc::channel();
        let began = Instant::now();
        let paced = start(out, move |block| sender.send(block.to_vec()).unwrap()).unwrap();
        while feed.position() < 4_410 {
            thread::sleep(Duration::from_millis(1));
        }
        // 200 ms of sound take 190 at least: the last block is rendered when it is due, not when it is over. How
        // much later is the machine's business.
        assert!(began.elapsed() >= Duration::from_millis(185), "{:?}", began.elapsed());
        let zero = paced.clock().heard_at(0).unwrap();
        assert!(zero >= began && zero - began < Duration::from_secs(1));
        let mut out = paced.finish().unwrap();
        let samples: Vec<f32> = heard.iter().flatten().collect();
        assert_eq!(samples.len() as u64, feed.position());
        assert!(samples[..2_205].iter().all(|&sample| sample == 0.5) && samples[2_205..].iter().all(|&s| s == 0.0));
        assert_eq!(feed.reports()[1], MouthReport::ClipEnded { turn: 1, clip: 1, position: 2_205 });
        out.render(&mut [0.0; 10]);
        assert_eq!(feed.position(), samples.len() as u64 + 10);
    }
}
