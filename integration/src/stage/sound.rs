//! Words as sound that can be read back: each is a level of its own, held for as long as the word would take.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use segue_audio::mouth::MouthOut;
use segue_core::moment::{ClipId, TurnId};
use segue_runtime::player::HeardAt;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::lock;

/// Samples a second; enough for times to the millisecond.
const RATE: u32 = 8000;
/// How often the loudspeaker pulls.
const PULLS: Duration = Duration::from_millis(5);
/// The level of the first word, and the step to the next; both and their sums are exact numbers.
const LEVEL: f32 = 0.25;
const STEP: f32 = 1.0 / 65_536.0;
/// Words that are remembered at a time; the longest turn has fewer.
const WORDS: usize = 8192;
/// Less of a word than this is not heard as the word.
const HEARD_SHARE: f64 = 0.6;

pub(super) fn rate() -> NonZeroU32 {
    NonZeroU32::new(RATE).unwrap_or(NonZeroU32::MIN)
}

pub(super) fn time(samples: usize) -> Duration {
    Duration::from_micros(samples as u64 * 1_000_000 / u64::from(RATE))
}

/// A word that left the loudspeaker.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardWord {
    /// Whose.
    pub turn: TurnId,
    /// In which clip.
    pub clip: ClipId,
    /// As written, punctuation included.
    pub word: String,
    /// Its first sample, in ms since the stage was set.
    pub from_ms: f64,
    /// One past its last.
    pub to_ms: f64,
}

/// The words that were given a sound lately.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    words: VecDeque<(TurnId, ClipId, String, usize)>,
    /// How many came before those.
    forgotten: usize,
}

impl Lexicon {
    /// The sound of a word: 120 ms and 45 ms a letter. A token without a letter is a pause.
    pub(super) fn sound(&mut self, turn: TurnId, clip: ClipId, word: &str) -> Vec<f32> {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        let samples = RATE as usize * (120 + 45 * letters) / 1000;
        if letters == 0 {
            return vec![0.0; samples];
        }
        if self.words.len() == WORDS {
            self.words.pop_front();
            self.forgotten += 1;
        }
        let index = self.forgotten + self.words.len();
        self.words.push_back((turn, clip, word.to_owned(), samples));
        vec![LEVEL + STEP * (index % (2 * WORDS)) as f32; samples]
    }

    /// The word with this level.
    fn word(&self, level: f32) -> Option<&(TurnId, ClipId, String, usize)> {
        let index = (level - LEVEL) / STEP;
        if index < 0.0 || index.fract() != 0.0 || index >= (2 * WORDS) as f32 {
            return None;
        }
        let offset = (index as usize + 2 * WORDS - self.forgotten % (2 * WORDS)) % (2 * WORDS);
        self.words.get(offset)
    }
}

/// A run of samples of the same level.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    level: f32,
    from: u64,
    samples: u64,
}

/// Pulls from the mouth at the pace of the clock and writes down what it hears. Gives what keeps it open.
pub(super) fn loudspeaker(
    mut out: MouthOut,
    lexicon: Arc<Mutex<Lexicon>>,
    heard: Arc<Mutex<Vec<HeardWord>>>,
) -> Result<(Box<dyn Send>, HeardAt), Infallible> {
    let began = Instant::now();
    let task = tokio::spawn(async move {
        let mut ticks = interval(PULLS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut played, mut run, mut block) = (0u64, Run::default(), Vec::new());
        loop {
            ticks.tick().await;
            let due = (began.elapsed().as_micros() * u128::from(RATE) / 1_000_000) as u64;
            block.resize(due.saturating_sub(played) as usize, 0.0);
            out.render(&mut block);
            for sample in &block {
                if *sample != run.level {
                    note(run, &lexicon, &heard);
                    run = Run { level: *sample, from: played, samples: 0 };
                }
                run.samples += 1;
                played += 1;
            }
        }
    });
    // Its clock is tokio's, which may be paused: what is reported happened now.
    Ok((Box::new(Open(task)), Box::new(|_| None)))
}

/// Ends the loudspeaker when it is dropped.
struct Open(tokio::task::JoinHandle<()>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn note(run: Run, lexicon: &Mutex<Lexicon>, heard: &Mutex<Vec<HeardWord>>) {
    if run.level == 0.0 {
        return;
    }
    let lexicon = lock(lexicon);
    let Some((turn, clip, word, samples)) = lexicon.word(run.level) else { return };
    if (run.samples as f64) < HEARD_SHARE * *samples as f64 {
        return;
    }
    let ms = |sample: u64| sample as f64 * 1000.0 / f64::from(RATE);
    lock(heard).push(HeardWord {
        turn: *turn,
        clip: *clip,
        word: word.clone(),
        from_ms: ms(run.from),
        to_ms: ms(run.from + run.samples),
    });
}
