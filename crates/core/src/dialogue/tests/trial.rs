//! Turns on trial: begun at a pause, taken when the silence has lasted, dropped without a trace when the user goes on.

use proptest::prelude::*;

use super::world::{Step, World};
use super::*;

const AT: fn(u64) -> Moment = |ms| Moment::from(Duration::from_millis(ms));

fn world(opener: &'static str) -> World {
    let script = vec![Step::Says(300, "Ulaanbaatar."), Step::Ends(10)];
    World::new(Settings { opener: OpenerPolicy::Always, ..Settings::default() }, opener, vec![script])
}

/// The user pauses now, having said `words`; the transcript takes 100 ms.
fn pauses(world: &mut World, words: &str) {
    world.tell(Event::SpeechPaused { voice_ended: AT(world.now - 48) });
    let (_, turn) = last_transcribe(world);
    world.run(world.now + 100);
    world.tell(Event::Transcribed { turn, text: words.into() });
}

fn last_transcribe(world: &World) -> (u64, TurnId) {
    let found = world.commands.iter().rev().find_map(|(at, command)| match command {
        Command::Transcribe { turn } => Some((*at, *turn)),
        _ => None,
    });
    found.expect("a transcript was asked for")
}

fn when(world: &World, wanted: fn(&Command) -> bool) -> Option<u64> {
    world.commands.iter().find(|(_, command)| wanted(command)).map(|(at, _)| *at)
}

#[test]
fn a_whole_request_is_taken_early_and_its_first_sound_waits_already() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    pauses(&mut world, REQUEST);
    world.run(u64::MAX);
    let report = world.reports.pop().expect("a report");
    assert_eq!(report.spoken, "The capital of Mongolia is Ulaanbaatar.");
    assert_eq!(report.marks_ms.candidate, Some(48.0));
    assert_eq!((report.marks_ms.opener_ready, report.marks_ms.endpoint), (Some(168.0), Some(220.0)));
    assert_eq!(report.response_gap_ms, Some(220.0), "made before the commit, heard at the commit");
    assert_eq!(when(&world, |c| matches!(c, Command::Continue { .. })), Some(1220), "the cloud is asked at the commit");
}

#[test]
fn a_whole_request_that_was_not_said_to_its_end_is_taken_later() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    pauses(&mut world, "What is the capital of Mongolia");
    world.run(u64::MAX);
    assert_eq!(world.reports.pop().expect("a report").marks_ms.endpoint, Some(360.0));
}

#[test]
fn who_trails_off_is_waited_for() {
    let mut world = world("Setting a timer for");
    world.now = 1048;
    pauses(&mut world, "Set a timer for");
    world.run(1900);
    world.tell(Event::SpeechResumed);
    world.now = 3048;
    let before = world.commands.len();
    pauses(&mut world, "Set a timer for ten minutes.");
    world.run(u64::MAX);
    assert_eq!(world.reports.len(), 1, "one turn");
    let report = world.reports.pop().expect("a report");
    assert_eq!(report.transcript, "Set a timer for ten minutes.");
    assert_eq!(world.dialogue.history().len(), 1);
    assert!(world.heard.iter().all(|(began, ..)| *began >= 3220), "{}", world.timeline());
    assert!(
        !world.commands[..before].iter().any(|(_, c)| matches!(c, Command::Commit { .. } | Command::Continue { .. }))
    );
}

#[test]
fn the_deadline_takes_the_turn_whatever_the_words_are() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    pauses(&mut world, "What is the capital of");
    world.run(u64::MAX);
    assert_eq!(when(&world, |c| matches!(c, Command::Commit { .. })), Some(2200));
    // ... and when there is no transcript at all.
    let mut world = super::trial::world(CAPITAL);
    world.now = 1048;
    world.tell(Event::SpeechPaused { voice_ended: AT(1000) });
    world.run(u64::MAX);
    assert_eq!(when(&world, |c| matches!(c, Command::Commit { .. })), Some(2200));
}

#[test]
fn nothing_is_done_on_trial() {
    let pauses = crate::endpoint::PauseSettings { adapt: false, ..Default::default() };
    let settings = Settings { executor: true, opener: OpenerPolicy::Always, pauses, ..Settings::default() };
    let mut world = World::new(settings, "Turning off", vec![vec![]]);
    world.now = 1048;
    super::trial::pauses(&mut world, "Turn off the kitchen lights.");
    world.run(1190);
    world.tell(Event::SpeechResumed);
    assert_eq!(when(&world, |c| matches!(c, Command::Act { .. })), None);
    world.now = 2048;
    super::trial::pauses(&mut world, "Louder.");
    world.run(2210);
    assert_eq!(when(&world, |c| matches!(c, Command::Volume { .. })), None);
    world.run(u64::MAX);
    assert_eq!(when(&world, |c| matches!(c, Command::Volume { .. })), Some(2220));
}

#[test]
fn who_goes_on_behind_the_commit_is_heard_as_a_whole() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    pauses(&mut world, "What's the weather like");
    world.run(1500);
    world.tell(Event::SpeechResumed);
    assert!(world.commands.iter().any(|(at, c)| *at == 1500 && matches!(c, Command::Hush { .. })));
    world.now = 2548;
    pauses(&mut world, "What's the weather like in Boston?");
    world.run(u64::MAX);
    assert_eq!(world.reports.pop().expect("a report").transcript, "What's the weather like in Boston?");
    // This speaker pauses; the next time they are waited for a little longer.
    world.now = 20_048;
    pauses(&mut world, REQUEST);
    world.run(u64::MAX);
    assert_eq!(world.reports.pop().expect("a report").marks_ms.endpoint, Some(570.0));
}

/// A turn in which "The capital of Mongolia is Ulaanbaatar." is being spoken, from 1220 ms on.
fn speaking() -> World {
    let script = vec![Step::Says(300, "Ulaanbaatar."), Step::Ends(10)];
    let settings = Settings { opener: OpenerPolicy::Always, barge_in: BargeIn::ByWords, ..Settings::default() };
    let mut world = World::new(settings, CAPITAL, vec![script]);
    world.now = 1048;
    pauses(&mut world, REQUEST);
    world.run(2000);
    world
}

#[test]
fn its_own_voice_in_the_microphone_interrupts_nothing() {
    let mut world = speaking();
    // The ear has not forgotten the request: both are one utterance.
    world.tell(Event::SpeechResumed);
    pauses(&mut world, "What's the capital of Mongolia? The capital of");
    world.run(2600);
    world.tell(Event::SpeechStarted);
    pauses(&mut world, "mongolia is ulan bator");
    world.run(3100);
    assert!(!world.dialogue.busy());
    // The last of it comes back when all was said.
    pauses(&mut world, "Ulaanbaatar");
    world.run(u64::MAX);
    assert_eq!(world.reports.len(), 1);
    assert_eq!(world.reports[0].spoken, "The capital of Mongolia is Ulaanbaatar.");
    assert_eq!(world.dialogue.history().len(), 1);
}

#[test]
fn a_murmur_interrupts_nothing() {
    let mut world = speaking();
    world.tell(Event::SpeechStarted);
    pauses(&mut world, "Uh-huh.");
    world.run(u64::MAX);
    assert_eq!(world.reports.len(), 1);
    assert_eq!(world.reports[0].spoken, "The capital of Mongolia is Ulaanbaatar.");
}

#[test]
fn who_speaks_over_the_answer_is_heard_without_the_answers_words() {
    let mut world = speaking();
    world.tell(Event::SpeechStarted);
    pauses(&mut world, "of Mongolia is, no wait, what about Mali?");
    let hushed = world.commands.iter().find(|(_, c)| matches!(c, Command::Hush { .. })).map(|(at, _)| *at);
    assert_eq!(hushed, Some(2100), "in the step in which the words are known");
    world.run(u64::MAX);
    assert_eq!(world.reports.len(), 2);
    assert_eq!(world.reports[0].spoken, "The capital of", "only what was heard");
    assert_eq!(world.reports[1].transcript, "no wait, what about Mali?");
}

#[test]
fn the_end_that_the_ear_is_sure_of_begins_no_second_turn() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    pauses(&mut world, REQUEST);
    world.run(2200);
    // A live clock is corrected now and then, so the same sample may be told as another moment.
    world.tell(Event::SpeechEnded { voice_ended: AT(1001) });
    world.run(u64::MAX);
    assert_eq!(world.reports.len(), 1);
    assert!(!world.dialogue.busy());
}

#[test]
fn a_transcript_that_comes_behind_the_deadline_is_still_answered() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    world.tell(Event::SpeechPaused { voice_ended: AT(1000) });
    world.run(2200);
    world.tell(Event::SpeechEnded { voice_ended: AT(1000) });
    world.run(5000);
    world.tell(Event::Transcribed { turn: TurnId(1), text: REQUEST.into() });
    world.run(u64::MAX);
    assert_eq!(world.reports.len(), 1);
    assert_eq!(world.reports[0].spoken, "The capital of Mongolia is Ulaanbaatar.");
}

#[test]
fn the_cloud_is_asked_at_the_pause_when_that_is_wanted() {
    let script = vec![Step::Says(300, "Ulaanbaatar."), Step::Ends(10)];
    let settings = Settings { early_cloud: true, opener: OpenerPolicy::Always, ..Settings::default() };
    let mut world = World::new(settings, CAPITAL, vec![script]);
    world.now = 1048;
    pauses(&mut world, REQUEST);
    world.run(u64::MAX);
    let asked: Vec<u64> =
        world.commands.iter().filter(|(_, c)| matches!(c, Command::Continue { .. })).map(|(at, _)| *at).collect();
    assert_eq!(asked, [1168], "once, before the commit");
    assert_eq!(world.reports.pop().expect("a report").spoken, "The capital of Mongolia is Ulaanbaatar.");
}

#[test]
fn a_pause_without_words_ends_silently() {
    let mut world = world(CAPITAL);
    world.now = 1048;
    pauses(&mut world, "");
    world.run(u64::MAX);
    let report = world.reports.pop().expect("a report");
    assert_eq!((report.transcript.as_str(), report.spoken.as_str()), ("", ""));
    assert!(!world.dialogue.busy() && world.dialogue.history().is_empty());
}

proptest! {
    /// However somebody hesitates: nothing is heard, asked or done for a pause that was not the end, and each request
    /// makes one turn.
    #[test]
    fn hesitations_leave_no_trace(
        hesitations in proptest::collection::vec((60u64..210, 0usize..3), 0..6),
        late in 1300u64..3000,
    ) {
        let words = ["Set a timer", "Set a timer for", "What's the time?"];
        let mut world = world("Setting a timer for");
        world.now = 1048;
        for (pause, index) in hesitations {
            world.tell(Event::SpeechPaused { voice_ended: AT(world.now - 48) });
            let (_, turn) = last_transcribe(&world);
            let resume = world.now + pause - 48;
            world.run(world.now + pause / 3);
            world.tell(Event::Transcribed { turn, text: words[index].into() });
            world.run(resume);
            world.tell(Event::SpeechResumed);
            prop_assert!(!world.dialogue.busy());
            world.now += 400;
        }
        prop_assert!(world.reports.is_empty() && world.heard.is_empty() && world.dialogue.history().is_empty());
        prop_assert_eq!(when(&world, |c| matches!(c, Command::Commit { .. } | Command::Continue { .. })), None);
        pauses(&mut world, "Set a timer for ten minutes.");
        world.run(world.now + late);
        world.run(u64::MAX);
        prop_assert_eq!(world.reports.len(), 1);
    }
}
