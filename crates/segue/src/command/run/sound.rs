//! What a service hears with and speaks on: a microphone, a loudspeaker, or neither; never a reason not to start.

use segue_audio::device;
use segue_config::{Config, Output};
use segue_core::dialogue::BargeIn;
use segue_runtime::service::Ears;
use tokio::sync::mpsc;

use crate::args::TalkArgs;
use crate::crew::{self, Assistant, Ear, Mouth, Needs};
use crate::failure::Failure;
use crate::microphone::Steady;
use crate::state;

/// Blocks of sound that may wait for the wake word: more than a second; what it does not take is thrown away.
const WAKE_BLOCKS: usize = 128;

/// The crew, its ears, and what is said about them.
pub(super) struct Sound {
    pub(super) assistant: Assistant,
    pub(super) ears: Option<Ears>,
    /// Sound of the shut microphone, for the wake word.
    pub(super) wake: Option<mpsc::Receiver<Vec<i16>>>,
    pub(super) told: [String; 2],
}

/// Loads what can be loaded: rather an answer in writing than none.
pub(super) async fn assemble(config: &Config, talk: &TalkArgs) -> Result<Sound, Failure> {
    let (microphone, why_not) = microphone(config);
    let loudspeaker = config.sound.output == Output::Auto && !device::list().outputs.is_empty();
    let needs = |ear, loudspeaker| Needs {
        ear: if ear { Ear::Soon } else { Ear::None },
        mouth: if loudspeaker { Mouth::Loudspeaker } else { Mouth::Written },
    };
    let mut ways = Vec::new();
    for ear in [true, false] {
        for mouth in [true, false] {
            if (microphone.is_some() || !ear) && (loudspeaker || !mouth) {
                ways.push((ear, mouth));
            }
        }
    }
    let mut why = None;
    for (ear, mouth) in ways {
        match crew::assemble(talk, needs(ear, mouth), false).await {
            Ok(assistant) => return Ok(sound(config, assistant, microphone.filter(|_| ear), why_not, mouth)),
            Err(failure) => {
                tracing::warn!(ear, mouth, why = failure.message, "not everything can be used, trying with less");
                why = Some(failure);
            }
        }
    }
    Err(why.unwrap_or_else(|| Failure::other("there is no way to answer")))
}

fn sound(
    config: &Config,
    mut assistant: Assistant,
    microphone: Option<Steady>,
    why_not: &str,
    loudspeaker: bool,
) -> Sound {
    // The microphone may hear the loudspeaker.
    assistant.session.dialogue_mut().set_barge_in(BargeIn::ByWords);
    let speaks = if loudspeaker {
        "sound: speaks on the default loudspeaker"
    } else if config.sound.output == Output::None {
        "sound: none, answers are only written"
    } else {
        "sound: none, answers are only written: no sound card, or no voice"
    };
    let Some(microphone) = microphone else {
        let told = [speaks.to_string(), format!("microphone: none is opened{why_not}")];
        return Sound { assistant, ears: None, wake: None, told };
    };
    let opens = if config.microphone.wake.is_some() { "a wake word, Listen or a key" } else { "Listen or a key" };
    let muted = if state::muted() { "; muted" } else { "" };
    let hears = format!("microphone: {}, shut until {opens} opens it{muted}", microphone.name());
    let (tap, wake) = match config.microphone.wake {
        Some(_) => {
            let (tap, wake) = mpsc::channel(WAKE_BLOCKS);
            (Some(tap), Some(wake))
        }
        None => (None, None),
    };
    let ears = Ears::new(Box::new(microphone), tap, Box::new(state::keep_muted));
    Sound { assistant, ears: Some(ears), wake, told: [speaks.to_string(), hears] }
}

/// The default microphone, if it is wanted and anything can open it; else why not.
fn microphone(config: &Config) -> (Option<Steady>, &'static str) {
    let wanted = &config.microphone;
    if !wanted.used {
        return (None, "");
    }
    if wanted.wake.is_none() && config.mqtt.is_none() {
        return (None, ": neither a wake word nor MQTT could open it");
    }
    if device::list().inputs.is_empty() {
        return (None, ": there is none");
    }
    match Steady::open(None) {
        Ok(microphone) => (Some(microphone), ": it cannot be used"),
        Err(error) => {
            tracing::warn!(%error, "the microphone cannot be used");
            (None, ": it cannot be used")
        }
    }
}
