//! `segue check` and the clouds of a turn, against the scripted cloud: no model is needed.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use segue_integration::cloud::{Fault, Prefill, Prefills, Reply, Script, ScriptedCloud};
use serde_json::Value;

/// Runs the command with this state folder and these variables.
fn segue(args: &[&str], state: &Path, env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    for name in ["SEGUE_CLOUD", "SEGUE_CLOUD_MODEL", "SEGUE_CLOUD_KEY", "SEGUE_CLOUD_KEY_FILE", "SEGUE_PROMPTS"] {
        command.env_remove(name);
    }
    command.args(args).env("SEGUE_STATE", state).envs(env.iter().copied()).output().unwrap()
}

fn plays(script: Script) -> ScriptedCloud {
    ScriptedCloud::start(script).unwrap()
}

fn says_yes() -> Script {
    Script::of([Reply::says(["Yes."])])
}

fn json(run: &Output) -> Value {
    serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&run.stdout)))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Checks the clouds with `--json`; gives what it says of each, and the exit code.
fn checked(clouds: &[&str], state: &Path, env: &[(&str, &str)]) -> (Value, Option<i32>) {
    let mut args = vec!["check", "--json"];
    for cloud in clouds {
        args.extend(["--cloud", cloud]);
    }
    let run = segue(&args, state, env);
    (json(&run), run.status.code())
}

#[test]
fn a_cloud_that_answers_is_told_with_its_hand_over_and_its_first_token() {
    let state = tempfile::tempdir().unwrap();
    let cloud = plays(Script::of([Reply::says(["Hello", " there."]).first_after(40)]));
    let run = segue(&["check", "--cloud", &cloud.base()], state.path(), &[]);
    let told = text(&run.stdout);
    assert_eq!(run.status.code(), Some(0), "{told}");
    for part in [
        "scripted\n",
        "answers      yes",
        "hand-over    by prefill (continue_final_message): it goes on from the last word",
        " ms (median of ",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(cloud.chats().len(), 3);
    let (all, code) = checked(&[&cloud.base()], state.path(), &[]);
    assert_eq!((all[0]["answers"].as_bool(), code), (Some(true), Some(0)));
    assert_eq!(all[0]["hand_over"], "continue_final_message");
    assert_eq!(all[0]["first_token_ms"].as_array().unwrap().len(), 3);
    assert!(all[0]["median_ms"].as_u64().unwrap() >= 40, "{all}");
}

#[test]
fn what_was_found_is_kept_bounded_and_renewed() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("hand-overs.json");
    std::fs::write(&file, "{\"nonsense\": [1, 2").unwrap();
    let cloud = plays(says_yes());
    checked(&[&cloud.base()], state.path(), &[]);
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let (key, finding) = kept.as_object().unwrap().iter().next().unwrap();
    assert!(key.contains(&cloud.base()) && key.ends_with(" scripted"), "{key}");
    assert_eq!(finding["hand_over"], "continue_final_message");
    cloud.play(Script { prefill: Prefills::All(Prefill::Refuses), ..says_yes() });
    checked(&[&cloud.base()], state.path(), &[]);
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(kept[key]["hand_over"], "instruction", "a check asks again");
    assert_eq!(kept[key]["seen"], "refused");
}

#[test]
fn each_failure_has_clear_words_and_the_exit_code_of_a_cloud_in_trouble() {
    let state = tempfile::tempdir().unwrap();
    let gone = plays(Script::default()).base();
    for (reply, words) in [
        (Reply::refuses(401), "the cloud refused the key; is the key in SEGUE_CLOUD_KEY right?"),
        (Reply::refuses(404), "the cloud does not know this model or address; is the model's name right"),
        (Reply::refuses(429), "the cloud asks to wait; try again later"),
        (Reply::refuses(500), "the cloud answered with status 500; the server has trouble of its own"),
        (Reply::default().then(Fault::ToolCalls), "the cloud's reply was empty; does this model answer in words?"),
        (Reply::default().then(Fault::Html), "the cloud's reply was broken: the reply is no event stream"),
    ] {
        let cloud = plays(Script::of([reply]));
        let (all, code) = checked(&[&cloud.base()], state.path(), &[]);
        assert_eq!((all[0]["answers"].as_bool(), code), (Some(false), Some(5)), "{all}");
        let trouble = all[0]["trouble"].as_str().unwrap();
        assert!(trouble.starts_with(words), "{trouble}");
    }
    let run = segue(&["check", "--cloud", &gone], state.path(), &[]);
    assert_eq!(run.status.code(), Some(5));
    assert!(text(&run.stdout).contains("answers      no: the cloud cannot be reached: "), "{}", text(&run.stdout));
    assert!(text(&run.stderr).contains("segue: the cloud does not answer as it should"), "{}", text(&run.stderr));
}

#[test]
fn every_cloud_is_checked_and_one_in_trouble_is_enough_for_the_code() {
    let state = tempfile::tempdir().unwrap();
    let (good, bad) = (plays(says_yes()), plays(Script::of([Reply::refuses(500)])));
    let (all, code) = checked(&[&bad.base(), &good.base()], state.path(), &[]);
    assert_eq!((all[0]["answers"].as_bool(), all[1]["answers"].as_bool(), code), (Some(false), Some(true), Some(5)));
}

#[test]
fn anthropics_dialect_is_spoken_where_it_is_named() {
    let state = tempfile::tempdir().unwrap();
    let cloud = plays(says_yes());
    let named = format!("anthropic+{}#claude-haiku-4-5", cloud.anthropic_base());
    let (all, code) = checked(&[&named], state.path(), &[("SEGUE_CLOUD_KEY", "sk-a")]);
    assert_eq!((all[0]["hand_over"].as_str(), code), (Some("trailing_assistant"), Some(0)), "{all}");
    assert_eq!(all[0]["known_as"], "Claude before 4.6");
    for chat in cloud.chats() {
        assert_eq!((chat.path.as_str(), chat.key.as_deref()), ("/v1/messages", Some("sk-a")));
        assert_eq!(chat.body["model"], "claude-haiku-4-5");
    }
}

#[test]
fn each_cloud_gets_its_own_key_and_nobody_prints_one() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("key");
    std::fs::write(&file, "sk-second\n").unwrap();
    let (first, second, third) = (plays(says_yes()), plays(says_yes()), plays(says_yes()));
    let file = file.to_str().unwrap();
    let env = [("SEGUE_CLOUD_KEY", "sk-first"), ("SEGUE_CLOUD_KEY_2_FILE", file), ("SEGUE_LOG", "trace")];
    let clouds = format!("{},{},{}", first.base(), second.base(), third.base());
    let run = segue(&["check", "--json", "--cloud", &clouds], state.path(), &env);
    assert_eq!(run.status.code(), Some(0));
    for (cloud, key) in [(&first, Some("sk-first")), (&second, Some("sk-second")), (&third, None)] {
        assert!(cloud.asked().iter().all(|asked| asked.key.as_deref() == key), "{key:?}");
    }
    let shown = text(&run.stdout) + &text(&run.stderr);
    assert!(!shown.contains("sk-first") && !shown.contains("sk-second"), "{shown}");
}

#[test]
fn nobody_and_nonsense() {
    let state = tempfile::tempdir().unwrap();
    let run = segue(&["check", "--cloud", "none"], state.path(), &[]);
    assert_eq!(run.status.code(), Some(0));
    assert!(text(&run.stdout).contains("no cloud is named"));
    for wrong in ["sk-123", "ftp://x", "http://me:sk-123@127.0.0.1:9/v1"] {
        let run = segue(&["check", "--cloud", wrong], state.path(), &[]);
        assert_eq!(run.status.code(), Some(2), "{wrong}");
        assert!(!text(&run.stderr).contains("sk-123"), "{}", text(&run.stderr));
    }
}

/// A written turn without an opener: the shortest way through the whole.
fn ask(clouds: &[&str], state: &Path, env: &[(&str, &str)]) -> (String, Value) {
    let mut args = vec!["ask", "What is the capital of Australia?", "--opener", "never", "--json"];
    for cloud in clouds {
        args.extend(["--cloud", cloud]);
    }
    let run = segue(&args, state, env);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let out = text(&run.stdout);
    let (said, report) = out.trim_end().rsplit_once('\n').unwrap();
    (said.trim().to_owned(), serde_json::from_str(report).unwrap())
}

#[test]
fn the_next_cloud_is_asked_when_one_fails() {
    let state = tempfile::tempdir().unwrap();
    let bad = plays(Script::of([Reply::refuses(500)]));
    let good = plays(Script::of([Reply::says(["Canberra is the capital."])]));
    let (said, _) = ask(&[&bad.base(), &good.base()], state.path(), &[]);
    assert_eq!(said, "Canberra is the capital.");
    assert_eq!((bad.chats().len(), good.chats().len()), (1, 1));
}

#[test]
fn a_cloud_that_is_new_is_probed_once_after_its_first_turn() {
    let state = tempfile::tempdir().unwrap();
    let cloud = plays(Script::of([Reply::says(["Canberra is the capital."])]));
    for _ in 0..2 {
        ask(&[&cloud.base()], state.path(), &[]);
    }
    assert_eq!(cloud.probes().len(), 1);
    let order: Vec<bool> = cloud.asked().iter().filter(|asked| asked.is_chat()).map(|asked| asked.is_probe()).collect();
    assert_eq!(order, [false, true, false], "after the first turn, not before it");
}

#[test]
fn the_users_own_prompts_are_used() {
    let state = tempfile::tempdir().unwrap();
    let cloud = plays(Script::of([Reply::says(["Arr."])]));
    let prompts = tempfile::tempdir().unwrap();
    std::fs::write(prompts.path().join("system.txt"), "Speak like a pirate.\n").unwrap();
    ask(&[&cloud.base()], state.path(), &[("SEGUE_PROMPTS", prompts.path().to_str().unwrap())]);
    assert_eq!(cloud.chats()[0].messages()[0], ("system".into(), "Speak like a pirate.".into()));
}
