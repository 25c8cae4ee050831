//! Live listening: a microphone, or a file at the pace of speech, on a thread of its own with an ear. What the ear
//! tells goes to the session, with moments of the session's clock.

mod anchor;
mod guarded;
mod heed;
mod paced;

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use segue_audio::ear::{Ear, EarConfig, EarEvent};
use segue_audio::resample::UnsupportedRate;
use segue_core::moment::Moment;
use tokio::sync::mpsc;

use crate::hear::{EAR_RATE, Input};
use anchor::Anchor;
pub use guarded::{Door, Guarded, LEAD};
pub use heed::Heed;
pub use paced::Paced;

/// How often the microphone is asked. Part of the response gap, half of it on average.
const PERIOD: Duration = Duration::from_millis(10);

/// The same while nobody speaks: a program that waits shall cost little, and only the beginning of speech comes later.
const WAITING: Duration = Duration::from_millis(25);

/// Where live sound comes from. It runs by itself; who listens takes what has come in.
pub trait Microphone: Send {
    /// Samples a second.
    fn rate(&self) -> NonZeroU32;

    /// Appends what has come in since the last call, mono. False when no more will come.
    fn take(&mut self, into: &mut Vec<f32>) -> bool;

    /// From the sound itself until it can be taken.
    fn delay(&self) -> Duration;
}

/// Listens until the microphone is over or nobody wants the inputs any more. Now is `start` on the session's clock.
///
/// # Errors
/// When the ear cannot hear sound of the microphone's rate.
pub fn listen(
    mut microphone: Box<dyn Microphone>,
    heed: Heed,
    start: Moment,
    inputs: mpsc::Sender<Input>,
) -> Result<thread::JoinHandle<()>, UnsupportedRate> {
    let rate = microphone.rate();
    let mut ear = Ear::new(rate, EarConfig::default())?;
    // What came in before now, while models were loaded, is nobody's request.
    let mut block = Vec::new();
    microphone.take(&mut block);
    let (began, mut anchor) = (Instant::now(), Anchor::default());
    Ok(thread::spawn(move || {
        let mut taken = 0_u64;
        loop {
            block.clear();
            let goes_on = microphone.take(&mut block);
            taken += block.len() as u64;
            let arrived = began.elapsed().saturating_sub(microphone.delay());
            anchor.arrived(arrived, Moment::from_samples(taken, rate.get()).since_start());
            let zero = start + anchor.zero();
            let mut events = Vec::new();
            match heed.of(&mut block) {
                heed::Wanted::Sound => events.extend(ear.push(&block)),
                heed::Wanted::End => {
                    events.extend(ear.push(&block));
                    events.extend(ear.end());
                }
            }
            for event in events {
                if inputs.blocking_send(input(event, zero)).is_err() {
                    return;
                }
            }
            if !goes_on || inputs.is_closed() || heed.is_over() {
                return;
            }
            thread::sleep(if ear.pause().is_some() { PERIOD } else { WAITING });
        }
    }))
}

/// What the ear tells, on the session's clock; the ear's first sample was heard at `zero`.
fn input(event: EarEvent, zero: Moment) -> Input {
    let at = |position| zero + Moment::from_samples(position, EAR_RATE).since_start();
    match event {
        EarEvent::SpeechStarted { .. } => Input::SpeechStarted,
        EarEvent::SpeechPaused { voice_end, so_far, .. } => {
            Input::SpeechPaused { voice_ended: at(voice_end), speech: so_far }
        }
        EarEvent::SpeechResumed { .. } => Input::SpeechResumed,
        EarEvent::SpeechEnded { voice_end, utterance, .. } => {
            Input::SpeechEnded { voice_ended: at(voice_end), speech: utterance }
        }
    }
}
