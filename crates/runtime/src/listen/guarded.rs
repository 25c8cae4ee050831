//! The microphone of a home: shut until somebody opens it. While it is shut the ear hears silence; the sound goes to
//! the wake word alone and into a short ring in memory, from where it comes out only when a wake word opens the door,
//! and else is forgotten.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use super::Microphone;

/// How much sound the ring holds, and so what of the time before a wake word was found is listened to: the wake word
/// is found a little after it was said, and who does not pause behind it has begun to speak by then.
pub const LEAD: Duration = Duration::from_millis(240);

const SHUT: u8 = 0;
const MUTED: u8 = 1;
const OPEN: u8 = 2;
const WOKEN: u8 = 3;

/// What decides whether the microphone is listened to; whoever decides holds a clone. Shut at first.
#[derive(Clone, Debug, Default)]
pub struct Door(Arc<AtomicU8>);

impl Door {
    /// Nothing is listened to but by the wake word.
    pub fn shut(&self) {
        self.0.store(SHUT, Ordering::Relaxed);
    }

    /// Nothing is listened to, not even by the wake word.
    pub fn mute(&self) {
        self.0.store(MUTED, Ordering::Relaxed);
    }

    /// Listens from now on; with `lead` to what the ring holds, too.
    pub fn open(&self, lead: bool) {
        self.0.store(if lead { WOKEN } else { OPEN }, Ordering::Relaxed);
    }
}

/// A microphone behind a door. The stream is late by [`LEAD`] while the door is shut and catches up when it opens, so
/// that positions are right whenever somebody listens.
pub struct Guarded {
    inner: Box<dyn Microphone>,
    door: Door,
    /// The wake word: 16 bits at the microphone's rate. Full means that nobody takes it: it is thrown away.
    wake: Option<mpsc::Sender<Vec<i16>>>,
    ring: VecDeque<f32>,
    block: Vec<f32>,
}

impl Guarded {
    /// Puts `door` before `inner`; sound goes to `wake` while it is shut and not muted, else silence.
    #[must_use]
    pub fn new(inner: Box<dyn Microphone>, door: Door, wake: Option<mpsc::Sender<Vec<i16>>>) -> Self {
        Self { inner, door, wake, ring: VecDeque::new(), block: Vec::new() }
    }

    /// What the shut microphone hears; else silence, so that the wake word forgets what it was opened by and does not
    /// find it again when the door shuts.
    fn tell_wake_word(&self) {
        let Some(wake) = self.wake.as_ref().filter(|_| !self.block.is_empty()) else { return };
        let shut = self.door.0.load(Ordering::Relaxed) == SHUT;
        let whole = |sample: &f32| if shut { (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16 } else { 0 };
        let _ = wake.try_send(self.block.iter().map(whole).collect());
    }

    fn lead(&self) -> usize {
        (LEAD.as_secs_f64() * f64::from(self.inner.rate().get())) as usize
    }
}

impl Microphone for Guarded {
    fn rate(&self) -> NonZeroU32 {
        self.inner.rate()
    }

    fn take(&mut self, into: &mut Vec<f32>) -> bool {
        self.block.clear();
        let goes_on = self.inner.take(&mut self.block);
        self.tell_wake_word();
        match self.door.0.load(Ordering::Relaxed) {
            state @ (OPEN | WOKEN) => {
                // What lies in the ring is either listened to or silence: positions go on in both cases.
                let heard = |sample| if state == WOKEN { sample } else { 0.0 };
                into.extend(self.ring.drain(..).map(heard));
                into.append(&mut self.block);
            }
            state => {
                if state == MUTED {
                    self.block.fill(0.0);
                    self.ring.iter_mut().for_each(|sample| *sample = 0.0);
                }
                self.ring.extend(self.block.drain(..));
                let surplus = self.ring.len().saturating_sub(self.lead());
                into.extend(self.ring.drain(..surplus).map(|_| 0.0));
            }
        }
        goes_on
    }

    fn delay(&self) -> Duration {
        self.inner.delay()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives 100 samples at each call, each of which says its position.
    struct Counting(f32);

    impl Microphone for Counting {
        fn rate(&self) -> NonZeroU32 {
            NonZeroU32::new(1000).expect("not zero")
        }

        fn take(&mut self, into: &mut Vec<f32>) -> bool {
            into.extend((0..100).map(|n| (self.0 + n as f32) / 10_000.0));
            self.0 += 100.0;
            true
        }

        fn delay(&self) -> Duration {
            Duration::ZERO
        }
    }

    fn take(microphone: &mut Guarded) -> Vec<f32> {
        let mut into = Vec::new();
        microphone.take(&mut into);
        into.iter().map(|sample| (sample * 10_000.0).round()).collect()
    }

    fn guarded() -> (Guarded, Door, mpsc::Receiver<Vec<i16>>) {
        let (wake, sound) = mpsc::channel(100);
        let door = Door::default();
        (Guarded::new(Box::new(Counting(1.0)), door.clone(), Some(wake)), door, sound)
    }

    #[test]
    fn behind_a_shut_door_there_is_silence_and_only_the_wake_word_hears() {
        let (mut microphone, door, mut wake) = guarded();
        let heard: Vec<f32> = (0..10).flat_map(|_| take(&mut microphone)).collect();
        assert_eq!(heard, vec![0.0; 1000 - 240]);
        for _ in 0..10 {
            assert!(wake.try_recv().expect("sound").iter().all(|sample| *sample > 0));
        }
        door.mute();
        let heard = take(&mut microphone);
        assert!(heard.iter().all(|sample| *sample == 0.0));
        assert_eq!(
            wake.try_recv().expect("silence"),
            vec![0; 100],
            "who is muted is not heard by the wake word either"
        );
    }

    #[test]
    fn a_wake_word_brings_what_the_ring_holds_and_a_command_does_not() {
        for (lead, first) in [(true, 761.0), (false, 0.0)] {
            let (mut microphone, door, mut wake) = guarded();
            let silent: usize = (0..10).map(|_| take(&mut microphone).len()).sum();
            while wake.try_recv().is_ok() {}
            door.open(lead);
            let heard = take(&mut microphone);
            assert_eq!((silent + heard.len(), heard[0], heard[240]), (1100, first, 1001.0));
            assert_eq!(take(&mut microphone)[0], 1101.0, "nothing is heard twice");
            // So that the wake word is not found again when the door shuts.
            assert_eq!(wake.try_recv().expect("silence"), vec![0; 100]);
        }
    }

    #[test]
    fn what_was_muted_does_not_come_out_of_the_ring() {
        let (mut microphone, door, _wake) = guarded();
        for _ in 0..10 {
            take(&mut microphone);
        }
        door.mute();
        take(&mut microphone);
        door.open(true);
        assert!(take(&mut microphone)[..240].iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn a_door_that_shuts_again_makes_the_stream_late_again() {
        let (mut microphone, door, _wake) = guarded();
        door.open(false);
        let open: usize = (0..5).map(|_| take(&mut microphone).len()).sum();
        door.shut();
        let shut: usize = (0..5).map(|_| take(&mut microphone).len()).sum();
        door.open(true);
        let again = take(&mut microphone);
        assert_eq!((open, shut, again.len(), again[0]), (500, 500 - 240, 340, 761.0));
    }
}
