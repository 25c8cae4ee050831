//! The dialogue as scripts: events in, commands out.

use super::*;
use crate::moment::ClipId;
use crate::talk::{OpenerSource, Verdict};

const TURN: TurnId = TurnId(1);

fn at(ms: u64) -> Moment {
    Moment::from(Duration::from_millis(ms))
}

fn opening(text: &str) -> Opening {
    Opening { text: text.into(), confidence: 0.9, source: OpenerSource::Model }
}

/// Runs events through a dialogue; plays each clip for 100 ms as soon as it is asked for.
fn play(settings: Settings, script: Vec<(u64, Event)>) -> (Vec<Command>, Option<Report>) {
    let mut dialogue = Dialogue::new(settings);
    let mut commands = Vec::new();
    for (ms, event) in script {
        let mut new = dialogue.on(at(ms), event);
        let mut index = 0;
        while index < new.len() {
            if let Command::Speak { turn, clip, .. } = new[index].clone() {
                let (lead, voiced) = (Duration::from_millis(5), Duration::from_millis(90));
                new.extend(dialogue.on(at(ms), Event::ClipReady { turn, clip, lead }));
                new.extend(dialogue.on(at(ms), Event::ClipMade { turn, clip, voiced }));
                new.extend(dialogue.on(at(ms), Event::ClipBegan { turn, clip }));
                new.extend(dialogue.on(at(ms + 100), Event::ClipEnded { turn, clip }));
            }
            index += 1;
        }
        commands.extend(new);
    }
    (commands, dialogue.take_report())
}

fn said(turn: TurnId, delta: &str) -> Event {
    Event::CloudSaid { turn, delta: delta.into() }
}

fn until_opened(text: &str) -> Vec<(u64, Event)> {
    vec![
        (500, Event::SpeechEnded { voice_ended: at(0) }),
        (600, Event::Transcribed { turn: TURN, text: "What's the capital of Mongolia?".into() }),
        (620, Event::OpenerEnded { turn: TURN, opening: opening(text) }),
    ]
}

#[test]
fn a_whole_turn_is_one_sentence() {
    let mut script = until_opened("The capital of Mongolia is");
    script.push((900, said(TURN, "The capital of Mongolia is Ulaan")));
    script.push((950, said(TURN, "baatar. ")));
    script.push((990, Event::CloudEnded { turn: TURN }));
    let (commands, report) = play(Settings::default(), script);
    let report = report.expect("the turn has ended");
    assert_eq!(report.spoken, "The capital of Mongolia is Ulaanbaatar.");
    assert_eq!(report.continuation, "Ulaanbaatar.");
    assert_eq!(report.verdict, Verdict::Agree);
    assert_eq!(report.opener.words, 5);
    assert_eq!(report.response_gap_ms, Some(625.0));
    assert_eq!(report.marks_ms.cloud_first_token, Some(900.0));
    assert!(report.seam_gap_ms.is_some());
    let asked = commands.iter().position(|c| matches!(c, Command::Continue { .. }));
    let spoke = commands.iter().position(|c| matches!(c, Command::Speak { .. }));
    assert!(spoke < asked, "the opener sounds first");
    assert!(matches!(commands.last(), Some(Command::Finish { turn: TURN })));
}

#[test]
fn silence_says_nothing() {
    let (commands, report) = play(
        Settings::default(),
        vec![
            (500, Event::SpeechEnded { voice_ended: at(0) }),
            (600, Event::Transcribed { turn: TURN, text: "  ".into() }),
        ],
    );
    assert_eq!(report.map(|r| r.spoken), Some(String::new()));
    assert!(!commands.iter().any(|c| matches!(c, Command::Speak { .. } | Command::Open { .. })));
}

#[test]
fn a_cloud_that_fails_ends_in_an_honest_sentence() {
    for why in [CloudTrouble::Away, CloudTrouble::Refused, CloudTrouble::Useless] {
        let mut script = until_opened("To descale your kettle, start by");
        script.push((900, Event::CloudFailed { turn: TURN, why }));
        let (_, report) = play(Settings::default(), script);
        let spoken = report.expect("the turn has ended").spoken;
        assert!(spoken.starts_with("To descale your kettle, start by \u{2014} sorry,"), "{spoken}");
    }
}

#[test]
fn an_empty_reply_and_a_late_cloud_are_closed() {
    let mut script = until_opened("The capital of Mongolia is");
    script.push((900, Event::CloudEnded { turn: TURN }));
    let (_, report) = play(Settings::default(), script);
    assert!(report.expect("ended").spoken.contains("no words"));

    let mut script = until_opened("The capital of Mongolia is");
    script.push((8620, Event::Rang { turn: TURN, alarm: Alarm::Patience }));
    script.push((9000, said(TURN, "Ulaanbaatar. And more.")));
    let (_, report) = play(Settings::default(), script);
    let spoken = report.expect("ended").spoken;
    assert!(spoken.ends_with("right now."), "{spoken}");
}

#[test]
fn patience_ends_with_the_first_word() {
    let mut script = until_opened("The capital of Mongolia is");
    script.push((900, said(TURN, " Ulaan")));
    script.push((8620, Event::Rang { turn: TURN, alarm: Alarm::Patience }));
    script.push((8700, said(TURN, "baatar.")));
    script.push((8701, Event::CloudEnded { turn: TURN }));
    let (_, report) = play(Settings::default(), script);
    assert_eq!(report.expect("ended").spoken, "The capital of Mongolia is Ulaanbaatar.");
}

#[test]
fn late_results_of_an_old_turn_change_nothing() {
    let mut script = until_opened("The capital of Mongolia is");
    script.push((700, Event::SpeechStarted));
    script.push((900, said(TURN, "Ulaanbaatar. Yes.")));
    let (commands, report) = play(Settings::default(), script);
    assert!(commands.contains(&Command::Hush { turn: TURN }));
    let spoken: Vec<_> = commands.iter().filter(|c| matches!(c, Command::Speak { .. })).collect();
    assert_eq!(spoken.len(), 1, "only the opener was spoken: {spoken:?}");
    assert_eq!(report.expect("ended").spoken, "The capital of Mongolia is");
}

#[test]
fn without_an_opener_the_continuation_is_the_answer() {
    let settings = Settings { opener: OpenerPolicy::Never, ..Settings::default() };
    let (commands, report) = play(
        settings,
        vec![
            (0, Event::Typed { text: "Capital of Mongolia?".into() }),
            (300, said(TURN, "Sure! It is Ulaanbaatar.")),
            (301, Event::CloudEnded { turn: TURN }),
        ],
    );
    let report = report.expect("ended");
    assert_eq!(report.spoken, "Sure! It is Ulaanbaatar.");
    assert_eq!(report.verdict, Verdict::None);
    assert!(commands.iter().any(|c| matches!(c, Command::Continue { opener, .. } if opener.is_empty())));
}

#[test]
fn history_holds_what_was_heard() {
    let mut dialogue = Dialogue::new(Settings { cloud: false, ..Settings::default() });
    dialogue.on(at(0), Event::Typed { text: "Hello".into() });
    let commands = dialogue.on(at(10), Event::OpenerEnded { turn: TURN, opening: opening("Hello to you,") });
    for command in commands {
        if let Command::Speak { turn, clip, .. } = command {
            dialogue.on(at(20), Event::ClipBegan { turn, clip });
            dialogue.on(at(30), Event::ClipEnded { turn, clip });
        }
    }
    assert_eq!(dialogue.history().len(), 1);
    assert!(dialogue.history()[0].heard.starts_with("Hello to you, \u{2014} sorry"));
    assert!(!dialogue.busy());
    let _ = ClipId(0);
}
