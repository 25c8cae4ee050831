//! The dialogue as scripts: what the cloud does when, and what must have been heard.

mod asking;
mod events;
mod faults;
mod patience;
mod told;
mod trial;
mod world;

use super::*;
use crate::event::CloudTrouble;
use crate::moment::ClipId;
use crate::talk::ClipKind;
use world::{Step, WORD, World};

const CAPITAL: &str = "The capital of Mongolia is";
const REQUEST: &str = "What's the capital of Mongolia?";

fn heard(opener: &'static str, script: Vec<Step>) -> (World, Report) {
    let mut world = World::new(Settings::default(), opener, vec![script]);
    let report = world.ask(REQUEST);
    (world, report)
}

#[test]
fn a_whole_turn_is_one_sentence() {
    let script = vec![Step::Says(300, "The capital of Mongolia is Ulaan"), Step::Says(50, "baatar."), Step::Ends(10)];
    let (world, report) = heard(CAPITAL, script);
    assert_eq!(report.spoken, "The capital of Mongolia is Ulaanbaatar.");
    assert_eq!(report.continuation, "Ulaanbaatar.");
    assert_eq!(report.verdict, Verdict::Agree);
    assert_eq!((report.opener.words, report.response_gap_ms), (5, Some(70.0)));
    assert_eq!(report.seam_gap_ms, Some(0.0), "{}", world.timeline());
    assert_eq!(world.dialogue.history()[0].heard, report.spoken);
    let position = |wanted: fn(&Command) -> bool| world.commands.iter().position(|(_, c)| wanted(c));
    assert!(position(|c| matches!(c, Command::Speak { .. })) < position(|c| matches!(c, Command::Continue { .. })));
}

#[test]
fn a_clause_is_told_what_it_carries_on() {
    let carried = |script: Vec<Step>| -> Vec<(String, String)> {
        let (world, _) = heard(CAPITAL, script);
        let speak = |command: &Command| match command {
            Command::Speak { text, after, .. } => Some((text.clone(), after.clone())),
            _ => None,
        };
        world.commands.iter().filter_map(|(_, command)| speak(command)).collect()
    };
    let of = |text: &str, after: &str| (text.to_string(), after.to_string());
    let one = carried(vec![Step::Says(300, "Ulaanbaatar. It lies on the Tuul, a cold river."), Step::Ends(1)]);
    assert_eq!(one[..2], [of(CAPITAL, ""), of("Ulaanbaatar.", CAPITAL)]);
    assert_eq!(one[2].1, "", "a new sentence begins anew: {one:?}");
    let repaired = carried(vec![Step::Says(1400, "[bridge] well, nobody agrees on that."), Step::Ends(1)]);
    assert!(repaired[1..].iter().all(|(_, after)| after.is_empty()), "{repaired:?}");
    let held = carried(vec![Step::Says(2500, "Ulaanbaatar."), Step::Ends(10)]);
    assert_eq!(held.last(), Some(&of("Ulaanbaatar.", "")), "a hold lies between");
    assert!(held.len() == 3 && held[1].1.is_empty(), "a hold carries nothing on: {held:?}");
}

#[test]
fn every_heard_word_has_its_moment() {
    let (_, report) = heard(CAPITAL, vec![Step::Says(900, "[bridge] well, it is Ulaanbaatar."), Step::Ends(1)]);
    assert_eq!(report.verdict, Verdict::Withdraw);
    assert_eq!(report.withdrawn, "Mongolia is", "the cut falls behind the word that sounds");
    let words: Vec<(&str, ClipKind)> = report.heard.iter().map(|w| (w.word.as_str(), w.part)).collect();
    assert_eq!(words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" "), report.spoken);
    assert_eq!(words.iter().filter(|(_, part)| *part == ClipKind::Opener).count(), 3);
    assert_eq!((report.heard[2].from_ms, report.heard[2].to_ms), (70.0 + 600.0, 70.0 + 900.0));
    assert!(report.heard.is_sorted_by(|a, b| a.to_ms <= b.from_ms), "{:?}", report.heard);
}

#[test]
fn a_cut_waits_until_the_words_have_moments() {
    let mut dialogue = Dialogue::new(Settings::default());
    let (turn, clip, ms) = (TurnId(1), ClipId(0), Duration::from_millis);
    let mut on = |at: u64, event| dialogue.on(Moment::from(ms(at)), event);
    let cut = |commands: &[Command]| {
        let cut = commands.iter().find(|command| matches!(command, Command::Cut { .. }));
        cut.map(|command| if let Command::Cut { at, .. } = command { *at } else { ms(0) })
    };
    on(0, Event::Typed { text: REQUEST.into() });
    let opening = Opening { text: CAPITAL.into(), confidence: 0.9, source: OpenerSource::Model };
    on(20, Event::OpenerEnded { turn, opening });
    on(90, Event::ClipReady { turn, clip, lead: ms(0) });
    on(100, Event::ClipBegan { turn, clip });
    let said = on(200, Event::CloudSaid { turn, attempt: 0, delta: "[bridge] well, it is not.".into() });
    assert_eq!(cut(&said), None, "a guess would cut a word in two");
    let times = [0, 80, 350, 500, 900, 1000].windows(2).map(|edge| (ms(edge[0]), ms(edge[1]))).collect();
    let made = on(300, Event::ClipMade { turn, clip, voiced: ms(1000), times });
    assert_eq!(cut(&made), Some(ms(350)), "behind the word that sounds at 200 ms of the clip");
    on(450, Event::ClipCut { turn, clip, played: ms(350) });
    on(451, Event::SpeechStarted);
    let report = dialogue.take_report().expect("a report");
    assert_eq!((report.spoken.as_str(), report.withdrawn.as_str()), ("The capital", "of Mongolia is"));
    assert_eq!((report.verdict, report.marks_ms.opener_end), (Verdict::Withdraw, Some(450.0)));
}

#[test]
fn who_watches_gets_each_heard_word_once() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(3000, "big."), Step::Ends(1)]]);
    world.tell(Event::Typed { text: REQUEST.into() });
    let mut seen = Vec::new();
    for now in (0..9000).step_by(5) {
        world.run(now);
        let moment = Moment::from(Duration::from_millis(now));
        seen.extend(world.dialogue.heard_after(moment, seen.len()));
    }
    let report = world.reports.pop().expect("a report");
    assert_eq!(seen, report.heard[..seen.len()]);
    assert!(report.heard.len() - seen.len() <= 1, "only what ends with the turn is in the report alone");
    assert!(seen.iter().any(|word| word.part == ClipKind::Hold), "{}", world.timeline());
}

#[test]
fn silence_says_nothing() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![]]);
    world.tell(Event::SpeechEnded { voice_ended: Moment::default() });
    world.tell(Event::Transcribed { turn: TurnId(1), text: "  ".into() });
    let report = world.reports.pop().expect("ended");
    assert_eq!((report.spoken.as_str(), report.transcript.as_str()), ("", ""));
    assert!(world.dialogue.history().is_empty());
}

#[test]
fn a_slow_cloud_is_covered_by_holds_and_the_answer_cuts_them() {
    let (world, report) = heard(CAPITAL, vec![Step::Says(2500, "Ulaanbaatar."), Step::Ends(10)]);
    assert_eq!(report.spoken, "The capital of Mongolia is hmm, Ulaanbaatar.", "{}", world.timeline());
    assert_eq!(report.continuation, "Ulaanbaatar.");
    assert!(world.longest_silence(0) <= 1000, "{}", world.timeline());
}

#[test]
fn a_cloud_that_never_comes_is_closed_after_its_patience() {
    let (world, report) = heard(CAPITAL, vec![]);
    assert!(report.spoken.ends_with("\u{2014} sorry, I can't reach my cloud right now."), "{}", report.spoken);
    assert!(world.longest_silence(0) <= 2000, "{}", world.timeline());
    let close = world.commands.iter().rev().find(|(_, c)| matches!(c, Command::Speak { .. })).expect("spoken");
    assert!((8000..8200).contains(&close.0), "closed at {} ms", close.0);
    assert!(world.commands.iter().any(|(_, c)| *c == Command::Probe { provider: 0 }));
}

#[test]
fn a_reply_that_breaks_off_is_ended_without_half_a_word() {
    let script =
        vec![Step::Says(100, "a city of many people. It lies on the Tuul ri"), Step::Fails(50, CloudTrouble::Away)];
    let (_, report) = heard(CAPITAL, script);
    assert_eq!(
        report.spoken,
        "The capital of Mongolia is a city of many people. It lies on the Tuul \u{2014} sorry, I can't reach my cloud right now."
    );
    let (_, report) = heard(CAPITAL, vec![Step::Says(100, "a city."), Step::Fails(50, CloudTrouble::Away)]);
    assert_eq!(report.spoken, "The capital of Mongolia is a city. Sorry, I lost my cloud there.");
}

#[test]
fn replies_end_as_sentences() {
    let (_, report) = heard(CAPITAL, vec![Step::Says(100, "Ulaanbaatar"), Step::Ends(1)]);
    assert_eq!(report.spoken, "The capital of Mongolia is Ulaanbaatar.");
    let (_, report) = heard(CAPITAL, vec![Step::Says(100, "the city of"), Step::Ends(1)]);
    assert!(report.spoken.ends_with("my cloud had no words for the rest."), "{}", report.spoken);
    let (_, report) = heard(CAPITAL, vec![Step::Ends(100)]);
    assert!(report.spoken.ends_with("my cloud had no words for the rest."), "{}", report.spoken);
}

#[test]
fn a_hold_is_never_the_last_word() {
    let script = vec![Step::Says(100, "Ulaanbaatar. "), Step::Ends(6000)];
    let (_, report) = heard(CAPITAL, script);
    assert!(report.spoken.ends_with("that's all I have."), "{}", report.spoken);
}

#[test]
fn megabytes_of_reply_are_bounded() {
    let long: &'static str = Box::leak("Word after word goes on. ".repeat(50_000).into_boxed_str());
    let (world, report) = heard(CAPITAL, vec![Step::Says(100, long), Step::Says(100, long), Step::Ends(1)]);
    assert!(report.spoken.len() < 2200, "{}", report.spoken.len());
    assert!(report.spoken.ends_with('.'));
    assert!(world.commands.iter().any(|(_, c)| matches!(c, Command::Enough { .. })));
}

#[test]
fn steering_finishes_the_sentence() {
    let (_, report) =
        heard("The capital of Atlantis is", vec![Step::Says(900, "[steer] a matter of legend."), Step::Ends(1)]);
    assert_eq!(report.spoken, "The capital of Atlantis is a matter of legend.");
    assert_eq!(report.verdict, Verdict::Steer);
}

#[test]
fn what_nobody_heard_is_withdrawn() {
    // The cloud is there before the opener's first sample.
    let mut world = World::new(
        Settings::default(),
        "The king of Mongolia is",
        vec![vec![Step::Says(10, "[restart] Sorry, my mistake: Mongolia has a president."), Step::Ends(1)]],
    );
    let report = world.ask("Who rules Mongolia?");
    assert_eq!(report.spoken, "Mongolia has a president.", "{}", world.timeline());
    assert_eq!(report.verdict, Verdict::Withdraw);

    // Half of it was heard: it stops at a word, and the repair follows.
    let mut world = World::new(
        Settings::default(),
        "The king of Mongolia is",
        vec![vec![Step::Says(500, "[bridge] well, it has a president."), Step::Ends(1)]],
    );
    let report = world.ask("Who rules Mongolia?");
    assert_eq!(report.spoken, "The king \u{2014} well, it has a president.", "{}", world.timeline());
    assert_eq!(report.verdict, Verdict::Withdraw);
    assert_eq!(world.dialogue.history()[0].heard, report.spoken);
}

#[test]
fn what_was_heard_is_repaired_aloud() {
    for (tag, verdict) in [("[bridge] ", Verdict::Bridge), ("[Restart]", Verdict::Restart)] {
        let text: &'static str = Box::leak(format!("{tag}sorry, it has a president.").into_boxed_str());
        let (_, report) = heard("The king of Mongolia is", vec![Step::Says(5 * WORD, text), Step::Ends(1)]);
        assert_eq!(report.spoken, "The king of Mongolia is \u{2014} sorry, it has a president.");
        assert_eq!(report.verdict, verdict);
    }
}

#[test]
fn late_results_of_an_old_turn_change_nothing() {
    let mut world =
        World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(900, "Ulaanbaatar. Yes."), Step::Ends(1)]]);
    world.tell(Event::Typed { text: REQUEST.into() });
    world.run(700);
    world.tell(Event::SpeechStarted);
    world.run(u64::MAX);
    assert!(world.commands.iter().any(|(_, c)| matches!(c, Command::Hush { turn: TurnId(1) })));
    assert_eq!(world.reports.pop().expect("ended").spoken, "The capital", "{}", world.timeline());
    assert_eq!(world.dialogue.history()[0].heard, "The capital");
}

#[test]
fn the_forecast_decides_about_the_opener() {
    let quick = vec![Step::Says(20, "Ulaanbaatar."), Step::Ends(1)];
    let mut world = World::new(Settings::default(), CAPITAL, vec![quick]);
    for _ in 0..6 {
        world.ask(REQUEST);
    }
    assert_eq!(world.ask(REQUEST).spoken, "Ulaanbaatar.", "the cloud beats the opener");
    let mut always = World::new(
        Settings { opener: OpenerPolicy::Always, ..Settings::default() },
        CAPITAL,
        vec![vec![Step::Says(20, "Ulaanbaatar."), Step::Ends(1)]],
    );
    always.dialogue.expect(0, world.dialogue.forecasts()[0]);
    assert_eq!(always.ask(REQUEST).opener.words, 5);
    let settings = Settings { opener: OpenerPolicy::Never, ..Settings::default() };
    let mut never =
        World::new(settings, CAPITAL, vec![vec![Step::Says(4000, "Sure! It is Ulaanbaatar."), Step::Ends(1)]]);
    let report = never.ask(REQUEST);
    assert_eq!(report.continuation, "Sure! It is Ulaanbaatar.");
    assert!(never.longest_silence(0) <= 2000, "{}", never.timeline());
}

#[test]
fn control_words_are_handled_here() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(20, "Ulaanbaatar."), Step::Ends(1)]]);
    let first = world.ask(REQUEST).spoken;
    assert_eq!(world.ask("repeat that").spoken, first);
    assert_eq!(world.ask("stop").spoken, "");
    assert_eq!(world.ask("louder").spoken, "Okay.");
    assert!(world.commands.iter().any(|(_, c)| *c == Command::Volume { steps: 1 }));
    assert_eq!(world.dialogue.history().len(), 1);
    assert_eq!(world.commands.iter().filter(|(_, c)| matches!(c, Command::Continue { .. })).count(), 1);
}

#[test]
fn actions_are_confirmed_or_repaired_by_their_real_result() {
    let settings = Settings { executor: true, clouds: 0, ..Settings::default() };
    for (result, spoken) in [
        (ActionResult::Done(String::new()), "Turning on the lights and that's done."),
        (ActionResult::Done("in the kitchen.".into()), "Turning on the lights in the kitchen."),
        (
            ActionResult::Failed("the lights don't answer.".into()),
            "Turning on the lights \u{2014} sorry, the lights don't answer.",
        ),
        (ActionResult::Question("which lights?".into()), "Turning on the lights \u{2014} which lights?"),
        (ActionResult::NotForMe, "Turning on the lights \u{2014} sorry, I have no cloud to ask for the rest."),
    ] {
        let mut world = World::new(settings, "Turning on the lights", vec![vec![]]);
        world.action = Some((1500, result));
        assert_eq!(world.ask("Turn on the lights").spoken, spoken);
    }
}

#[test]
fn what_the_one_who_acts_tells_goes_on_from_the_opener_while_it_is_told() {
    let settings = Settings { executor: true, clouds: 0, ..Settings::default() };
    let tell = |result: ActionResult| {
        let mut world = World::new(settings, "The kitchen is", vec![vec![]]);
        world.tell(Event::Typed { text: "How is the kitchen?".into() });
        world.run(300);
        // Longer in all than the patience with one who gives no sign.
        for piece in ["warm today, ", "about twenty ", "degrees. "] {
            world.tell(Event::ActorSaid { turn: TurnId(1), delta: piece.into() });
            world.run(world.now + 5000);
        }
        world.tell(Event::ActorSaid { turn: TurnId(1), delta: "It will stay so. ".into() });
        assert!(world.heard.iter().any(|(_, _, text)| text.contains("degrees")), "{}", world.timeline());
        world.tell(Event::Acted { turn: TurnId(1), result });
        world.run(u64::MAX);
        world.reports.pop().expect("a report")
    };
    let report = tell(ActionResult::Told);
    assert!(report.spoken.starts_with("The kitchen is"), "{}", report.spoken);
    assert!(["warm today,", "twenty degrees."].iter().all(|told| report.spoken.contains(told)), "{}", report.spoken);
    assert!(report.spoken.ends_with("It will stay so."), "{}", report.spoken);
    let report = tell(ActionResult::Failed("the home left.".into()));
    assert!(report.spoken.ends_with("It will stay so. Sorry, the home left."), "{}", report.spoken);
    let report = tell(ActionResult::NotForMe);
    assert!(report.spoken.ends_with("It will stay so."), "nobody takes over: {}", report.spoken);
}

#[test]
fn after_danger_a_turn_that_no_cloud_goes_on_with_still_sends_to_help() {
    let opener = "Please call your emergency number right now.";
    for script in [vec![Step::Fails(100, CloudTrouble::Away)], vec![Step::Ends(100)], vec![]] {
        let mut world = World::new(Settings::default(), opener, vec![script.clone(), script.clone(), script]);
        let report = world.ask("My dad isn't breathing.");
        assert!(report.spoken.starts_with(opener), "{}", report.spoken);
        assert!(report.spoken.ends_with("so please call your emergency number."), "{}", report.spoken);
        assert!(!report.spoken.contains("cloud"), "{}", report.spoken);
    }
}

#[test]
fn an_opener_that_claims_an_outcome_is_not_spoken() {
    let settings = Settings { executor: true, clouds: 0, ..Settings::default() };
    for opener in ["The lights are on now", "I've turned on the lights"] {
        let mut world = World::new(settings, opener, vec![vec![]]);
        world.action = Some((300, ActionResult::Failed("the lights don't answer.".into())));
        let report = world.ask("Turn on the lights");
        assert_eq!((report.spoken.as_str(), report.opener.words), ("The lights don't answer.", 0));
    }
}
