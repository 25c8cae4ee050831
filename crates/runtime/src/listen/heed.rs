//! What the microphone is heeded for: everything, nothing (muted), or while a key says so (push-to-talk). Whoever
//! shows keys holds a clone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const HANDS_FREE: u8 = 0;
const DEAF: u8 = 1;
const ENDING: u8 = 2;
const OVER: u8 = 3;

/// A switch between a person and the ear. Hands-free at first.
#[derive(Clone, Debug, Default)]
pub struct Heed(Arc<AtomicU8>);

/// What the ear gets of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The sound, which was silenced if nobody wants it.
    Sound,
    /// The sound, and then what is being said is over.
    End,
}

impl Heed {
    /// Listens, or hears only silence.
    pub fn listen(&self, on: bool) {
        self.0.store(if on { HANDS_FREE } else { DEAF }, Ordering::Relaxed);
    }

    /// What is being said is over now, and nothing is heard behind it: the key of push-to-talk was let go.
    pub fn end(&self) {
        self.0.store(ENDING, Ordering::Relaxed);
    }

    /// Nobody will listen any more.
    pub fn quit(&self) {
        self.0.store(OVER, Ordering::Relaxed);
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed) == OVER
    }

    /// Whether the microphone is listened to.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.0.load(Ordering::Relaxed) == HANDS_FREE
    }

    pub(super) fn of(&self, block: &mut [f32]) -> Wanted {
        match self.0.compare_exchange(ENDING, DEAF, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => Wanted::End,
            Err(DEAF) => {
                block.fill(0.0);
                Wanted::Sound
            }
            Err(_) => Wanted::Sound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_muted_hears_silence_and_an_end_comes_once() {
        let heed = Heed::default();
        let mut block = [0.5; 4];
        assert_eq!((heed.of(&mut block), block), (Wanted::Sound, [0.5; 4]));
        heed.clone().end();
        assert_eq!((heed.of(&mut block), block), (Wanted::End, [0.5; 4]));
        assert!(!heed.is_listening());
        assert_eq!((heed.of(&mut block), block), (Wanted::Sound, [0.0; 4]));
        heed.listen(true);
        assert!(heed.is_listening());
    }
}
