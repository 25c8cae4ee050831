//! Any events in any order: no command for a dead turn, nothing said twice, every turn that is left alone ends.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::event::Alarm;
use crate::moment::ClipId;

const TEXTS: &[&str] =
    &["Ulaanbaatar. ", "[bridge] well, ", "[restart]", "The capital of ", "a, b, c, d. ", "\u{1f600}", " ", "is "];

const HEARD: &[&str] = &[REQUEST, REQUEST, "Set a timer for", "stop", "", "uh-huh", "The capital of Mongolia is"];

/// An event, of the turn under way or of an older or later one, with any numbers in it.
fn event() -> impl Strategy<Value = Event> {
    let turn = (0u64..4).prop_map(TurnId);
    let clip = (0u64..5).prop_map(ClipId);
    let ms = |most: u64| (0..most).prop_map(Duration::from_millis);
    let trouble = prop_oneof![
        Just(CloudTrouble::Away),
        Just(CloudTrouble::Refused),
        Just(CloudTrouble::Busy),
        Just(CloudTrouble::Useless)
    ];
    let result = prop_oneof![
        Just(ActionResult::NotForMe),
        Just(ActionResult::Done(String::new())),
        Just(ActionResult::Failed("it is broken.".into())),
        Just(ActionResult::Question("which one?".into()))
    ];
    let alarm = prop_oneof![Just(Alarm::Commit), Just(Alarm::Patience), Just(Alarm::Hold), Just(Alarm::Retry)];
    let opening = |(text, some): (usize, bool)| Opening {
        text: ["The capital of Mongolia is", "Okay.", ""][text].into(),
        confidence: 0.5,
        source: if some { OpenerSource::Model } else { OpenerSource::None },
    };
    prop_oneof![
        1 => Just(Event::SpeechStarted),
        2 => ms(9000).prop_map(|at| Event::SpeechPaused { voice_ended: at.into() }),
        1 => Just(Event::SpeechResumed),
        1 => ms(9000).prop_map(|at| Event::SpeechEnded { voice_ended: at.into() }),
        1 => Just(Event::Say { text: "Dinner is ready.".into() }),
        1 => Just(Event::Stop),
        2 => Just(Event::Typed { text: REQUEST.into() }),
        1 => Just(Event::Typed { text: "stop".into() }),
        1 => (0usize..3).prop_map(|provider| Event::CloudBack { provider }),
        3 => (turn.clone(), 0..HEARD.len())
            .prop_map(|(turn, text)| Event::Transcribed { turn, text: HEARD[text].into() }),
        4 => (turn.clone(), (0usize..3, any::<bool>()).prop_map(opening))
            .prop_map(|(turn, opening)| Event::OpenerEnded { turn, opening }),
        8 => (turn.clone(), 0u32..3, 0..TEXTS.len())
            .prop_map(|(turn, attempt, text)| Event::CloudSaid { turn, attempt, delta: TEXTS[text].into() }),
        2 => (turn.clone(), 0u32..3).prop_map(|(turn, attempt)| Event::CloudEnded { turn, attempt }),
        2 => (turn.clone(), 0u32..3, trouble, proptest::option::of(ms(4000)))
            .prop_map(|(turn, attempt, why, retry_after)| Event::CloudFailed { turn, attempt, why, retry_after }),
        2 => (turn.clone(), 0..TEXTS.len())
            .prop_map(|(turn, text)| Event::ActorSaid { turn, delta: TEXTS[text].into() }),
        2 => (turn.clone(), result).prop_map(|(turn, result)| Event::Acted { turn, result }),
        2 => (turn.clone(), clip.clone(), ms(200)).prop_map(|(turn, clip, lead)| Event::ClipReady { turn, clip, lead }),
        2 => (turn.clone(), clip.clone(), ms(4000), proptest::collection::vec((ms(4000), ms(4000)), 0..6))
            .prop_map(|(turn, clip, voiced, times)| Event::ClipMade { turn, clip, voiced, times }),
        3 => (turn.clone(), clip.clone()).prop_map(|(turn, clip)| Event::ClipBegan { turn, clip }),
        3 => (turn.clone(), clip.clone()).prop_map(|(turn, clip)| Event::ClipEnded { turn, clip }),
        1 => (turn.clone(), clip.clone(), ms(4000))
            .prop_map(|(turn, clip, played)| Event::ClipCut { turn, clip, played }),
        1 => (turn.clone(), clip).prop_map(|(turn, clip)| Event::ClipFailed { turn, clip }),
        4 => (turn, alarm).prop_map(|(turn, alarm)| Event::Rang { turn, alarm }),
    ]
}

/// The turn that a command is for.
fn turn_of(command: &Command) -> Option<TurnId> {
    match command {
        Command::WarmCloud | Command::Probe { .. } | Command::Volume { .. } => None,
        Command::Transcribe { turn }
        | Command::Commit { turn }
        | Command::Open { turn, .. }
        | Command::Act { turn, .. }
        | Command::Continue { turn, .. }
        | Command::Speak { turn, .. }
        | Command::Cut { turn, .. }
        | Command::Enough { turn }
        | Command::Ring { turn, .. }
        | Command::Hush { turn }
        | Command::Finish { turn } => Some(*turn),
    }
}

/// What has been seen of a conversation, to be held against each further command.
#[derive(Default)]
struct Witness {
    over: BTreeSet<TurnId>,
    hushed: BTreeSet<TurnId>,
    clips: BTreeSet<(TurnId, ClipId)>,
    asked: BTreeSet<(TurnId, u32)>,
    opened: BTreeSet<TurnId>,
    acted: BTreeSet<TurnId>,
    committed: BTreeSet<TurnId>,
    latest: TurnId,
    /// The cloud may be asked before it is sure that the user has finished.
    early: bool,
}

impl Witness {
    fn see(&mut self, command: &Command) -> Result<(), TestCaseError> {
        let Some(turn) = turn_of(command) else { return Ok(()) };
        prop_assert!(!self.over.contains(&turn), "a turn that is over asks for {command:?}");
        prop_assert!(turn >= self.latest, "an old turn asks for {command:?}");
        // What is heard while Segue speaks is transcribed beside the turn under way.
        if !matches!(command, Command::Transcribe { .. }) {
            self.latest = turn;
        }
        if self.hushed.contains(&turn) {
            prop_assert!(matches!(command, Command::Finish { .. }), "a hushed turn asks for {command:?}");
        }
        match command {
            Command::Speak { clip, text, .. } => {
                prop_assert!(self.clips.insert((turn, *clip)), "clip {clip:?} is spoken twice");
                prop_assert!(!text.trim().is_empty());
            }
            Command::Cut { clip, .. } => {
                prop_assert!(self.clips.contains(&(turn, *clip)), "cuts what was never spoken")
            }
            Command::Continue { attempt, provider, .. } => {
                prop_assert!(self.asked.insert((turn, *attempt)), "the same request twice");
                prop_assert!(*provider < 2);
                prop_assert!(self.early || self.committed.contains(&turn), "a cloud is asked on trial");
            }
            Command::Commit { .. } => prop_assert!(self.committed.insert(turn), "taken twice"),
            Command::Open { .. } => prop_assert!(self.opened.insert(turn), "two openers"),
            Command::Act { .. } => {
                prop_assert!(self.acted.insert(turn), "done twice");
                prop_assert!(self.committed.contains(&turn), "done on trial");
            }
            Command::Hush { .. } => {
                self.hushed.insert(turn);
            }
            Command::Finish { .. } => {
                self.over.insert(turn);
                prop_assert!(self.committed.contains(&turn), "a turn on trial is reported");
            }
            _ => {}
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_events_in_any_order(
        events in proptest::collection::vec((0u64..3000, event()), 0..80),
        executor in any::<bool>(),
        early_cloud in any::<bool>(),
        by_words in any::<bool>(),
    ) {
        let barge_in = if by_words { BargeIn::ByWords } else { BargeIn::AtOnce };
        let settings = Settings { clouds: 2, executor, early_cloud, barge_in, ..Settings::default() };
        let mut dialogue = Dialogue::new(settings);
        let mut seen = Witness { early: early_cloud, ..Witness::default() };
        let mut now = 0;
        let mut rings = Vec::new();
        for (later, event) in events {
            now += later;
            for command in dialogue.on(Moment::from(Duration::from_millis(now)), event) {
                seen.see(&command)?;
                if let Command::Ring { turn, at, alarm } = command {
                    rings.push((at, turn, alarm));
                }
            }
            prop_assert!(dialogue.history().len() <= settings.history);
        }
        // From here on nobody answers: alarms ring, and what is to be spoken cannot be.
        let mut steps = 0;
        let mut failing: Vec<(TurnId, ClipId)> = seen.clips.iter().copied().collect();
        while dialogue.busy() {
            steps += 1;
            prop_assert!(steps < 200, "the turn does not end");
            let (at, event) = match failing.pop() {
                Some((turn, clip)) => (Moment::from(Duration::from_millis(now)), Event::ClipFailed { turn, clip }),
                None => {
                    rings.sort_unstable_by_key(|(at, ..)| std::cmp::Reverse(*at));
                    let Some((at, turn, alarm)) = rings.pop() else {
                        return Err(TestCaseError::fail("nothing is waited for, and the turn is not over"));
                    };
                    (at, Event::Rang { turn, alarm })
                }
            };
            now = now.max(at.since_start().as_micros().div_ceil(1000) as u64);
            for command in dialogue.on(Moment::from(Duration::from_millis(now)), event) {
                seen.see(&command)?;
                match command {
                    Command::Ring { turn, at, alarm } => rings.push((at, turn, alarm)),
                    Command::Speak { turn, clip, .. } => failing.push((turn, clip)),
                    _ => {}
                }
            }
        }
    }
}
