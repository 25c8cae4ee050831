//! Limits: nobody is waited for without end, and silence is filled while a reply is owed.

use super::*;

#[test]
fn holds_are_never_alike_in_a_conversation() {
    let mut world =
        World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(7000, "Ulaanbaatar."), Step::Ends(1)]]);
    for _ in 0..12 {
        world.ask(REQUEST);
    }
    let texts = world.said(|c| matches!(c, Command::Speak { .. }));
    let mut holds: Vec<&str> = texts
        .iter()
        .filter_map(|(_, c)| if let Command::Speak { text, .. } = c { Some(text.as_str()) } else { None })
        .filter(|text| text.ends_with(','))
        .collect();
    let count = holds.len();
    assert!(count >= 24, "{holds:?}");
    holds.sort_unstable();
    holds.dedup();
    assert_eq!(holds.len(), count);
}

#[test]
fn the_limit_may_be_configured() {
    let settings = Settings { patience: Duration::from_secs(3), ..Settings::default() };
    let mut world = World::new(settings, CAPITAL, vec![vec![]]);
    assert!(world.ask(REQUEST).spoken.ends_with("sorry, I can't reach my cloud right now."));
    let close = world.said(|c| matches!(c, Command::Speak { .. })).pop().expect("a close");
    assert!((3000..3200).contains(&close.0), "closed at {} ms", close.0);
}

#[test]
fn signs_without_words_do_not_renew_patience() {
    for nothing in [" ", "\n\n", "**", "<think>hm", "\u{200b}"] {
        let script = (0..40).map(|_| Step::Says(900, nothing)).collect();
        let (world, report) = heard(CAPITAL, script);
        assert!(report.spoken.ends_with("sorry, I can't reach my cloud right now."), "{nothing:?}: {}", report.spoken);
        let close = world.said(|c| matches!(c, Command::Speak { .. })).pop().expect("a close");
        assert!(close.0 < 8200, "{nothing:?} closed at {} ms", close.0);
    }
}

#[test]
fn thoughts_in_the_text_are_not_spoken_whoever_sends_them() {
    let script = vec![
        Step::Says(100, "<think>Sydney? No, "),
        Step::Says(100, "Canberra.</think>\n[steer] "),
        Step::Says(100, "Ulaanbaatar."),
        Step::Ends(1),
    ];
    let (_, report) = heard(CAPITAL, script);
    assert_eq!((report.spoken.as_str(), report.verdict), ("The capital of Mongolia is Ulaanbaatar.", Verdict::Steer));
}

#[test]
fn a_slow_writer_is_spoken_word_by_word_instead_of_held() {
    let mut script = vec![Step::Says(900, "a")];
    script.extend(["big ", "city ", "in ", "the ", "north ", "of ", "the ", "country."].map(|w| Step::Says(600, w)));
    script[0] = Step::Says(900, "a ");
    script.push(Step::Ends(1));
    let (world, report) = heard(CAPITAL, script);
    assert_eq!(report.continuation, "a big city in the north of the country.", "{}", world.timeline());
    assert!(world.longest_silence(0) <= 2000, "{}", world.timeline());
}

#[test]
fn a_stall_in_the_middle_is_closed_after_the_limit() {
    let (world, report) = heard(CAPITAL, vec![Step::Says(300, "a big city. It lies on the")]);
    assert!(report.spoken.starts_with("The capital of Mongolia is a big city."), "{}", report.spoken);
    assert!(report.spoken.ends_with("\u{2014} sorry, I can't reach my cloud right now."), "{}", report.spoken);
    assert!(world.longest_silence(0) <= 2000, "{}", world.timeline());
}

#[test]
fn a_reply_that_trickles_for_ever_is_ended() {
    let script = (0..100).map(|_| Step::Says(4000, "and so on, ")).collect();
    let (_, report) = heard(CAPITAL, script);
    assert!(report.spoken.ends_with('.'), "{}", report.spoken);
    assert!(report.marks_ms.done.is_some_and(|done| done < 140_000.0), "{:?}", report.marks_ms);
}

#[test]
fn an_opener_that_does_not_come_is_not_waited_for() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(30, "Ulaanbaatar."), Step::Ends(1)]]);
    world.opener_ms = 5000;
    let report = world.ask(REQUEST);
    assert_eq!(report.spoken, "Ulaanbaatar.", "{}", world.timeline());
    assert!(report.response_gap_ms.is_some_and(|gap| gap < 1500.0), "{report:?}");
}

#[test]
fn a_transcript_that_does_not_come_ends_the_turn() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![]]);
    world.tell(Event::SpeechEnded { voice_ended: Moment::default() });
    world.run(u64::MAX);
    let report = world.reports.pop().expect("ended");
    assert_eq!(report.spoken, "Sorry, I couldn't make that out.");
    assert!(world.dialogue.history().is_empty());
}

#[test]
fn without_an_opener_the_wait_is_filled_too() {
    let settings = Settings { opener: OpenerPolicy::Never, ..Settings::default() };
    let mut world = World::new(settings, CAPITAL, vec![vec![Step::Says(3000, "Ulaanbaatar."), Step::Ends(1)]]);
    // Half a second of endpointing and as much transcribing.
    world.now = 500;
    world.tell(Event::SpeechEnded { voice_ended: Moment::default() });
    world.run(1000);
    world.tell(Event::Transcribed { turn: TurnId(1), text: REQUEST.into() });
    world.run(u64::MAX);
    assert!(world.longest_silence(0) <= 2000, "{}", world.timeline());
}

#[test]
fn an_action_without_a_result_claims_nothing() {
    let settings = Settings { executor: true, ..Settings::default() };
    let mut world = World::new(settings, "Turning on the lights", vec![vec![]]);
    let report = world.ask("Turn on the lights");
    assert!(report.spoken.ends_with("\u{2014} sorry, I don't know whether that worked."), "{}", report.spoken);
    assert!(world.said(|c| matches!(c, Command::Probe { .. } | Command::Continue { .. })).is_empty());
}

#[test]
fn a_late_action_does_not_wake_the_cloud() {
    let settings = Settings { executor: true, ..Settings::default() };
    let mut world = World::new(settings, "Turning on the lights", vec![vec![Step::Says(1, "late."), Step::Ends(1)]]);
    world.action = Some((8500, ActionResult::NotForMe));
    let report = world.ask("Turn on the lights");
    assert!(report.spoken.ends_with("I don't know whether that worked."), "{}", report.spoken);
}

#[test]
fn a_hold_is_cut_once() {
    let script = vec![
        Step::Says(2600, "Ulaanbaatar. "),
        Step::Says(100, "It is cold. "),
        Step::Says(100, "Yes. "),
        Step::Ends(1),
    ];
    let (world, _) = heard(CAPITAL, script);
    assert_eq!(world.said(|c| matches!(c, Command::Cut { .. })).len(), 1);
}

#[test]
fn what_is_repeated_comes_in_clauses() {
    let long = "Ulaanbaatar. It lies on the Tuul River. It is cold there.";
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(20, long), Step::Ends(1)]]);
    let first = world.ask(REQUEST).spoken;
    let before = world.said(|c| matches!(c, Command::Speak { .. })).len();
    assert_eq!(world.ask("say that again please").spoken, first);
    assert!(world.said(|c| matches!(c, Command::Speak { .. })).len() >= before + 3);
}
