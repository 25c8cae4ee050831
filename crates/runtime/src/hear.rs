//! A recording as the ear hears it: at the pace of speech through the path of a microphone, or at once.
//! Behind the file comes silence, so the file's end is never what ends the turn.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use segue_audio::ear::{Ear, EarConfig, EarEvent};
use segue_audio::resample::UnsupportedRate;
use segue_core::moment::Moment;
use tokio::sync::mpsc;

/// The ear's sample rate, in Hz: all its positions count these.
pub const EAR_RATE: u32 = 16_000;
/// How much is fed at a time.
const BLOCK: Duration = Duration::from_millis(20);
/// Silence behind a file: longer than any pause that would end a turn.
const SILENCE: Duration = Duration::from_millis(1500);
/// Longest request, in samples of the ear: what the transcriber takes at once. Of a longer one the end is kept.
const LONGEST: usize = 30 * EAR_RATE as usize;

/// Something the session should know.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The user began to speak.
    SpeechStarted,
    /// The user has finished.
    SpeechEnded {
        /// Last voiced sample.
        voice_ended: Moment,
        /// The utterance, 16 kHz mono.
        speech: Vec<f32>,
    },
    /// A request was typed.
    Typed(String),
}

/// What was said in a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// Last voiced sample.
    pub voice_ended: Moment,
    /// When the end was decided.
    pub decided: Moment,
    /// All utterances with the pauses between them, 16 kHz mono.
    pub speech: Vec<f32>,
}

/// Listens to a whole recording at once. Whatever is said in it is one request, because nobody interrupts.
/// `None` when nobody speaks.
pub fn at_once(samples: &[f32], rate: NonZeroU32) -> Result<Option<Heard>, UnsupportedRate> {
    let mut ear = Ear::new(rate, EarConfig::default())?;
    let mut heard: Option<Heard> = None;
    for block in blocks(samples, rate) {
        for event in ear.push(&block) {
            if let EarEvent::SpeechEnded { voice_end, decided_at, utterance } = event {
                let heard = heard.get_or_insert_default();
                heard.voice_ended = Moment::from_samples(voice_end, EAR_RATE);
                heard.decided = Moment::from_samples(decided_at, EAR_RATE);
                heard.speech.extend(utterance);
                let surplus = heard.speech.len().saturating_sub(LONGEST);
                heard.speech.drain(..surplus);
            }
        }
    }
    Ok(heard)
}

/// Feeds a recording at the speed of speech from a thread of its own, beginning now, which is `start` on the
/// session's clock. Ends when everything was said or nobody listens any more.
pub fn at_pace(
    samples: Vec<f32>,
    rate: NonZeroU32,
    start: Moment,
    inputs: mpsc::Sender<Input>,
) -> Result<thread::JoinHandle<()>, UnsupportedRate> {
    let mut ear = Ear::new(rate, EarConfig::default())?;
    let began = Instant::now();
    Ok(thread::spawn(move || {
        let mut fed = Duration::ZERO;
        for block in blocks(&samples, rate) {
            fed += BLOCK;
            thread::sleep(fed.saturating_sub(began.elapsed()));
            for event in ear.push(&block) {
                let input = match event {
                    EarEvent::SpeechStarted { .. } => Input::SpeechStarted,
                    EarEvent::SpeechEnded { voice_end, utterance, .. } => {
                        let voice_ended = start + Moment::from_samples(voice_end, EAR_RATE).since_start();
                        Input::SpeechEnded { voice_ended, speech: utterance }
                    }
                };
                if inputs.blocking_send(input).is_err() {
                    return;
                }
            }
        }
    }))
}

/// The recording and the silence behind it, in blocks of [`BLOCK`].
fn blocks(samples: &[f32], rate: NonZeroU32) -> impl Iterator<Item = Vec<f32>> {
    let of = |time: Duration| (time.as_secs_f64() * f64::from(rate.get())).round() as usize;
    let (block, total) = (of(BLOCK).max(1), samples.len() + of(SILENCE));
    (0..total).step_by(block).map(move |from| {
        let mut out: Vec<f32> = samples[from.min(samples.len())..(from + block).min(samples.len())].to_vec();
        out.resize(block, 0.0);
        out
    })
}
