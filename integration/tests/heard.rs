//! Scenarios: what a cloud does, over a real socket, and what must have been heard of it, in order, with the times in
//! ms from the user's last word. The clock is paused, so times are exact up to the ticks at which sound and sockets
//! are looked at.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_core::event::ActionResult;
use segue_core::talk::Verdict;
use segue_integration::cloud::{Fault, Reply, Script, ScriptedCloud};
use segue_integration::executor::{Act, ScriptedExecutor};
use segue_integration::stage::{Stage, faults};

const REQUEST: &str = "What is the capital of Australia?";
const OPENER: &str = "The capital of Australia is";
/// A begin may be off by so many ms: sound is pulled every 5 ms, and a reply passes several tasks and sockets.
const TICKS_MS: f64 = 60.0;

fn settings() -> Settings {
    Settings { opener: OpenerPolicy::Always, ..Settings::default() }
}

fn stage(servers: &[&ScriptedCloud], settings: Settings) -> Stage {
    Stage::set(settings, servers.iter().map(|server| support::client(&server.base())).collect(), None)
}

fn server(script: Script) -> ScriptedCloud {
    ScriptedCloud::on_this_clock(script).unwrap()
}

fn scenario(name: &str) -> Script {
    Script::scenario(name).unwrap()
}

/// What a scenario file says that must be heard: lines of a time and a text.
fn expected(script: &Script) -> Vec<(u32, String)> {
    let lines = script.expect.get("heard").and_then(|heard| heard.as_array().cloned()).unwrap_or_default();
    let line = |line: &str| {
        let (at, text) = line.split_once(' ').unwrap();
        (at.parse().unwrap(), text.to_owned())
    };
    lines.iter().map(|value| line(value.as_str().unwrap())).collect()
}

/// Whether what was heard is what was expected. A line of "..." stands for any number of lines.
fn fits(lines: &[(f64, String)], expected: &[(u32, String)]) -> bool {
    let same = |(line, wanted): (&(f64, String), &(u32, String))| {
        line.1 == wanted.1 && (line.0 - f64::from(wanted.0)).abs() <= TICKS_MS
    };
    match expected.iter().position(|(_, text)| text == "...") {
        Some(gap) => {
            let end = expected.len() - gap - 1;
            lines.len() >= gap + end
                && lines.iter().zip(&expected[..gap]).all(same)
                && lines[lines.len() - end..].iter().zip(&expected[gap + 1..]).all(same)
        }
        None => lines.len() == expected.len() && lines.iter().zip(expected).all(same),
    }
}

/// Every scenario that says what must be heard of it, alone against one cloud.
#[tokio::test(start_paused = true)]
async fn every_scenario_is_heard_as_it_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
        .collect();
    names.sort();
    let (mut played, mut wrong) = (0, Vec::new());
    for name in names {
        let script = scenario(&name);
        let expected = expected(&script);
        if expected.is_empty() {
            continue;
        }
        let verdict = script.expect.get("verdict").and_then(|verdict| verdict.as_str()).unwrap_or("none").to_owned();
        let server = server(script);
        let mut stage = stage(&[&server], settings());
        let turn = stage.ask(REQUEST, OPENER).await;
        stage.leave().await;
        played += 1;
        let lines = turn.lines();
        let fits = fits(&lines, &expected);
        let reported = format!("{:?}", turn.report.verdict).to_lowercase();
        let faults = faults(&turn);
        if !fits || reported != verdict || !faults.is_empty() {
            let shown: Vec<String> = lines.iter().map(|(at, text)| format!("  \"{at:.0} {text}\",")).collect();
            wrong.push(format!("{name}\nheard = [\n{}\n]\nverdict = \"{reported}\"\n{faults:?}", shown.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} of {played} scenarios:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(played >= 20, "only {played} scenarios say what must be heard");
}

fn answers(text: &str) -> Reply {
    Reply::says([text]).first_after(200)
}

#[tokio::test(start_paused = true)]
async fn nobody_there_and_a_broken_handshake_are_told_as_away() {
    let server = server(Script::of([answers(" Canberra.")]));
    // A port on which nobody listens, and a server that speaks no TLS.
    let nobody = "http://127.0.0.1:9/v1".to_owned();
    let no_tls = server.base().replace("http://", "https://");
    for base in [nobody, no_tls] {
        let mut stage = Stage::set(settings(), vec![support::client(&base)], None);
        let turn = stage.ask(REQUEST, OPENER).await;
        assert_eq!(turn.text(), "The capital of Australia is sorry, I can't reach my cloud right now.", "{base}");
        assert!(faults(&turn).is_empty(), "{:?}", faults(&turn));
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_cloud_answers_when_the_first_does_not() {
    for first in ["down", "unauthorized", "unknown-model", "empty"] {
        let (bad, good) = (server(scenario(first)), server(Script::of([answers(" Canberra.")])));
        let mut stage = stage(&[&bad, &good], settings());
        for _ in 0..2 {
            let turn = stage.ask(REQUEST, OPENER).await;
            assert_eq!(turn.text(), "The capital of Australia is Canberra.", "{first}");
            assert!(faults(&turn).is_empty(), "{:?}", faults(&turn));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_broke_off_aloud_is_not_taken_over() {
    let bad = server(Script::of([Reply::says([" Canberra. It is not as large as"]).first_after(200).then(Fault::Cut)]));
    let good = server(Script::of([answers(" Canberra.")]));
    let mut stage = stage(&[&bad, &good], settings());
    let turn = stage.ask(REQUEST, OPENER).await;
    assert!(turn.text().starts_with("The capital of Australia is Canberra. "), "{}", turn.text());
    assert!(turn.text().ends_with('.'), "{}", turn.text());
    assert!(good.chats().is_empty());
    assert!(faults(&turn).is_empty(), "{:?}", faults(&turn));
}

#[tokio::test(start_paused = true)]
async fn the_user_is_told_once_and_the_probe_brings_the_cloud_back() {
    let server = server(Script { down: Some(503), ..Script::default() });
    let mut stage = stage(&[&server], settings());
    let first = stage.ask(REQUEST, OPENER).await;
    assert!(first.text().ends_with("sorry, I can't reach my cloud right now."), "{}", first.text());
    for _ in 0..2 {
        let turn = stage.ask(REQUEST, OPENER).await;
        assert!(turn.text().ends_with("sorry, I can't say more right now."), "{}", turn.text());
    }
    server.play(Script::of([answers(" Canberra."), Reply::refuses(503)]));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let back = stage.ask(REQUEST, OPENER).await;
    assert_eq!(back.text(), "The capital of Australia is Canberra.");
    let again = stage.ask(REQUEST, OPENER).await;
    assert!(again.text().ends_with("sorry, I can't reach my cloud right now."), "{}", again.text());
}

#[tokio::test(start_paused = true)]
async fn the_next_request_tells_the_cloud_what_was_heard_and_nothing_else() {
    let bridge = Reply::says(["[bridge] well, ", "the capital is Canberra."]).first_after(200);
    let long = Reply::says([" Canberra, which lies between Sydney and Melbourne, in the hills. ", "It is small."]);
    let server = server(Script::of([bridge, long.first_after(200), answers(" Canberra.")]));
    let mut stage = stage(&[&server], settings());
    // The repair comes while the opener sounds: what had not left the loudspeaker was never said.
    let repaired = stage.ask(REQUEST, "The capital of Australia is Sydney, I").await;
    assert_eq!(repaired.report.verdict, Verdict::Withdraw);
    let cut = stage.ask_and_interrupt(REQUEST, OPENER, Duration::from_millis(3600)).await;
    assert!(faults(&cut).is_empty(), "{:?}", faults(&cut));
    stage.ask(REQUEST, OPENER).await;
    let asked = server.chats().pop().unwrap().messages();
    let told: Vec<&str> = asked.iter().filter(|(role, _)| role == "assistant").map(|(_, text)| text.as_str()).collect();
    let words = |text: &str| segue_core::words::normal_words(text).join(" ");
    assert_eq!(told.len(), 2, "{asked:?}");
    assert_eq!(words(told[0]), words(&repaired.text()));
    assert_eq!(words(told[1]), words(&cut.text()));
    assert!(!cut.text().contains("small"), "{}", cut.text());
}

#[tokio::test(start_paused = true)]
async fn the_limit_may_be_configured() {
    let server = server(scenario("silent"));
    let mut stage = stage(&[&server], Settings { patience: Duration::from_secs(3), ..settings() });
    let turn = stage.ask(REQUEST, OPENER).await;
    assert!(turn.text().ends_with("sorry, I can't reach my cloud right now."), "{}", turn.text());
    assert!(turn.report.marks_ms.done.is_some_and(|done| done < 8000.0), "{:?}", turn.report.marks_ms);
    assert!(faults(&turn).is_empty(), "{:?}", faults(&turn));
}

#[tokio::test(start_paused = true)]
async fn a_quick_cloud_makes_the_opener_superfluous_and_a_slow_one_brings_it_back() {
    let server = server(Script::of([Reply::says(["It is Canberra."])]));
    let mut stage = stage(&[&server], Settings { opener: OpenerPolicy::Auto, ..settings() });
    let mut texts = Vec::new();
    for _ in 0..6 {
        texts.push(stage.ask(REQUEST, OPENER).await.text());
    }
    assert!(texts[0].starts_with(OPENER), "{texts:?}");
    assert_eq!(texts[5], "It is Canberra.", "{texts:?}");
    server.play(Script::of([Reply::says(["It is Canberra."]).first_after(2500)]));
    for _ in 0..4 {
        let turn = stage.ask(REQUEST, OPENER).await;
        assert!(faults(&turn).is_empty(), "{:?}", faults(&turn));
        texts.push(turn.text());
    }
    assert!(texts[9].starts_with(OPENER), "{texts:?}");
}

#[tokio::test(start_paused = true)]
async fn control_words_need_neither_opener_nor_cloud() {
    let server = server(Script::of([answers(" Canberra.")]));
    let mut stage = stage(&[&server], settings());
    let first = stage.ask(REQUEST, OPENER).await.text();
    assert_eq!(stage.ask("Could you repeat that, please?", "Never").await.text(), first);
    assert_eq!(stage.ask("Never mind.", "Never").await.text(), "Okay.");
    assert_eq!(stage.ask("Stop!", "Never").await.text(), "");
    assert_eq!(server.chats().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_action_is_confirmed_or_repaired_by_what_really_came_of_it() {
    let cases = [
        (ActionResult::Done("in the kitchen.".into()), "Turning on the lights in the kitchen."),
        (ActionResult::Done(String::new()), "Turning on the lights and that's done."),
        (
            ActionResult::Failed("the lights don't answer.".into()),
            "Turning on the lights sorry, the lights don't answer.",
        ),
        (ActionResult::Question("which lights?".into()), "Turning on the lights which lights?"),
        (ActionResult::NotForMe, "Turning on the lights is not something I can do."),
    ];
    for (result, expected) in cases {
        let server = server(Script::of([answers(" is not something I can do.")]));
        let executor = Arc::new(ScriptedExecutor::new([Act::new("lights", 1200, result.clone())]));
        let mut stage = Stage::set(settings(), vec![support::client(&server.base())], Some(executor.clone()));
        let turn = stage.ask("Turn on the lights", "Turning on the lights").await;
        assert_eq!(turn.text(), expected);
        assert_eq!(executor.asked().len(), 1, "done once");
        assert_eq!(server.chats().is_empty(), result != ActionResult::NotForMe);
        assert!(faults(&turn).is_empty(), "{:?}", faults(&turn));
    }
}
