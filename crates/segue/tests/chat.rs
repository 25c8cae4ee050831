//! `segue chat` as a script types it: what is written, what the reports say, and how it is interrupted.

mod support;

use std::io::{BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use segue_integration::cloud::{Fault, Reply, Script, ScriptedCloud};
use support::segue_with;

const CAPITAL: &str = "What is the capital of Mongolia?";

fn text_of(run: &std::process::Output) -> String {
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout.clone()).expect("text")
}

#[test]
fn a_conversation_is_written_down_with_its_history_and_its_timeline() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says([" Ulaan", "baatar."])])).expect("a cloud");
    let typed = format!("/history\n{CAPITAL}\n\n/trace\n/history\n/nonsense\nrepeat that\n/quit\nnever read\n");
    let shown = text_of(&segue_with(&["chat", "--fast", "--opener", "always", "--cloud", &cloud.base()], &typed));
    let position = |text: &str| shown.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{shown}"));
    assert!(position("no earlier exchange") < position(&format!("you    {CAPITAL}")), "{shown}");
    assert!(position("\u{2502} Ulaanbaatar.") < position("CONTINUATION"), "the seam is marked:\n{shown}");
    assert!(position("CONTINUATION") < position(&format!("user       {CAPITAL}")), "{shown}");
    assert!(position("there is no /nonsense") < position("you    repeat that"), "{shown}");
    assert!(!shown.contains("never read") && !shown.contains('\x1b'), "{shown}");
    let answers: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix("segue  ")).collect();
    assert_eq!(answers.len(), 2, "{shown}");
    assert_eq!(answers[0].replace(" \u{2502}", ""), answers[1], "it repeats what was heard");
    assert_eq!(cloud.chats().len(), 1, "control words are not for the cloud");
}

#[test]
fn with_json_stdout_holds_one_report_a_line() {
    let typed = format!("{CAPITAL}\n/history\n/help\nstop\n");
    let shown = text_of(&segue_with(&["chat", "--fast", "--cloud", "none", "--json"], &typed));
    let reports: Vec<serde_json::Value> =
        shown.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    assert_eq!(reports.len(), 2, "{shown}");
    let words: Vec<&str> = reports[0]["heard"].as_array().expect("words").iter().map(word).collect();
    assert_eq!(words.join(" "), reports[0]["spoken"].as_str().expect("text"));
    assert_eq!((&reports[1]["transcript"], &reports[1]["spoken"]), (&"stop".into(), &"".into()));
}

fn word(heard: &serde_json::Value) -> &str {
    heard["word"].as_str().expect("a word")
}

#[test]
fn at_the_pace_of_speech_a_mistake_is_taken_back_and_history_holds_what_was_heard() {
    let disagrees = Reply::says(["[bridge] well, that is not", " how it is."]);
    let cloud = ScriptedCloud::start(Script::of([disagrees, Reply::says([" Fine."])])).expect("a cloud");
    let args = ["chat", "--opener", "always", "--cloud", &cloud.base(), "--json"];
    let shown = text_of(&segue_with(&args, &format!("{CAPITAL}\nWhy is that?\n")));
    let first: serde_json::Value = serde_json::from_str(shown.lines().next().expect("a report")).expect("a report");
    assert_eq!(first["verdict"], "withdraw", "{first}");
    let (opener, heard) = (first["opener"]["text"].as_str().unwrap(), first["spoken"].as_str().unwrap());
    let withdrawn = first["withdrawn"].as_str().unwrap();
    assert!(!withdrawn.is_empty() && opener.ends_with(withdrawn) && !heard.contains(opener), "{first}");
    let asked = cloud.chats().pop().expect("a second request").messages();
    assert!(asked.iter().any(|(role, text)| role == "assistant" && text == heard), "{asked:?}\n{heard}");
}

#[test]
fn ctrl_c_interrupts_the_turn_and_then_ends_the_chat() {
    let silent = Reply::default().then(Fault::Stall);
    let cloud = ScriptedCloud::start(Script::of([silent])).expect("a cloud");
    let state = tempfile::tempdir().expect("a folder");
    let mut chat = Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(["chat", "--opener", "always", "--cloud", &cloud.base()])
        .env("SEGUE_STATE", state.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("segue runs");
    let mut typed = chat.stdin.take().expect("stdin");
    let mut shown = BufReader::new(chat.stdout.take().expect("stdout"));
    writeln!(typed, "{CAPITAL}").expect("typed");
    until(&mut shown, "segue  ");
    shown.read_exact(&mut [0]).expect("the opener begins");
    interrupt(&chat);
    until(&mut shown, "[interrupted]\n");
    writeln!(typed, "never mind").expect("typed");
    until(&mut shown, "Okay.");
    until(&mut shown, "\n");
    interrupt(&chat);
    assert_eq!(chat.wait().expect("segue ends").code(), Some(0));
}

/// Reads until `wanted` has been shown.
fn until(shown: &mut impl Read, wanted: &str) {
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(wanted.as_bytes()) {
        shown.read_exact(&mut byte).unwrap_or_else(|e| panic!("{e} after {}", String::from_utf8_lossy(&seen)));
        seen.push(byte[0]);
    }
}

fn interrupt(chat: &Child) {
    let killed = Command::new("kill").args(["-INT", &chat.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
}
