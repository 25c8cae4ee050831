//! A recording as the ear hears it: at the pace of speech through the path of a microphone, or at once.
//! Behind the file comes silence, so the file's end is never what ends the turn.

use std::num::NonZeroU32;
use std::thread;
use std::time::Duration;

use segue_audio::ear::{Ear, EarConfig, EarEvent};
use segue_audio::resample::UnsupportedRate;
use segue_core::dialogue::OpenerPolicy;
use segue_core::endpoint::PauseSettings;
use segue_core::moment::Moment;
use tokio::sync::mpsc;

use crate::listen::{Heed, Paced, listen};

/// The ear's sample rate, in Hz: all its positions count these.
pub const EAR_RATE: u32 = 16_000;
/// How much is fed at a time.
const BLOCK: Duration = Duration::from_millis(20);
/// Silence behind a file: longer than any pause that would end a turn.
pub(crate) const SILENCE: Duration = Duration::from_millis(2000);
/// Longest request, in samples of the ear: what the transcriber takes at once. Of a longer one the end is kept.
const LONGEST: usize = 30 * EAR_RATE as usize;

/// Something the session should know.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The user began to speak.
    SpeechStarted,
    /// The user has paused, perhaps only for a moment.
    SpeechPaused {
        /// Last voiced sample.
        voice_ended: Moment,
        /// The utterance so far, 16 kHz mono.
        speech: Vec<f32>,
    },
    /// The user goes on after a pause.
    SpeechResumed,
    /// The user has finished, whatever was said.
    SpeechEnded {
        /// Last voiced sample.
        voice_ended: Moment,
        /// The utterance, 16 kHz mono.
        speech: Vec<f32>,
    },
    /// A request was typed.
    Typed(String),
    /// Something shall be said as it stands.
    Say(String),
    /// What is under way shall end.
    Stop,
    /// From the next turn on.
    Configure {
        /// Whether to open.
        opener: OpenerPolicy,
        /// Most words of an opener.
        max_words: usize,
    },
    /// From now on silences of this length take a turn.
    Pauses(PauseSettings),
    /// Rooms and devices of the home, as the user calls them, from the next turn on.
    Home(Vec<String>),
}

/// What was said in a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// Last voiced sample.
    pub voice_ended: Moment,
    /// When the pause behind it was noticed.
    pub noticed: Moment,
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
            match event {
                EarEvent::SpeechPaused { voice_end, decided_at, .. } => {
                    let heard = heard.get_or_insert_default();
                    heard.voice_ended = Moment::from_samples(voice_end, EAR_RATE);
                    heard.noticed = Moment::from_samples(decided_at, EAR_RATE);
                }
                EarEvent::SpeechEnded { voice_end, utterance, .. } => {
                    let heard = heard.get_or_insert_default();
                    heard.voice_ended = Moment::from_samples(voice_end, EAR_RATE);
                    heard.noticed = heard.noticed.max(heard.voice_ended);
                    heard.speech.extend(utterance);
                    let surplus = heard.speech.len().saturating_sub(LONGEST);
                    heard.speech.drain(..surplus);
                }
                EarEvent::SpeechStarted { .. } | EarEvent::SpeechResumed { .. } => {}
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
    listen(Box::new(Paced::new(samples, rate)), Heed::default(), start, inputs)
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
