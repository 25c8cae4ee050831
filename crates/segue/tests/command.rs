//! The command as users run it: real models, real sound, on the questions in `assets/`.

mod support;

use support::{asset, json_of, segue, silence, wav_of};

#[test]
fn a_spoken_question_gets_a_spoken_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let (out, talk) = (dir.path().join("out.wav"), dir.path().join("talk.wav"));
    let question = asset("2-clean-coffee-machine.wav");
    let args = ["turn", &question, "-o", out.to_str().unwrap(), "--record", talk.to_str().unwrap(), "--json"];
    let run = segue(&args);
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let report = json_of(&run);
    let transcript = report["transcript"].as_str().unwrap().to_lowercase();
    assert!(transcript.contains("clean") && transcript.contains("coffee machine"), "{transcript}");
    let words = report["opener"]["words"].as_u64().unwrap();
    assert_eq!(report["opener"]["source"], "model");
    assert!((4..=8).contains(&words), "{report}");
    let spoken = report["spoken"].as_str().unwrap();
    assert!(spoken.starts_with(report["opener"]["text"].as_str().unwrap()), "{report}");
    assert!(!report["continuation"].as_str().unwrap().is_empty(), "{report}");
    // Whether sound was made in time is the machine's matter: `cargo xtask bench turn` counts underruns.
    assert!(report["underruns"].is_number(), "{report}");

    let answer = segue_audio::wav::read(&out).expect("an answer");
    assert!(answer.seconds() > 1.0);
    let errors = support::word_error_rate(spoken, &support::transcribe(&answer));
    assert!(errors <= 0.15, "{errors:.2} of the words of {spoken:?} were misheard");

    // Both channels lie on one clock: the first sound is where the marks say.
    let (left, right, rate) = support::stereo(&talk);
    let end = segue_audio::last_voiced(&left, rate).expect("the question is on the left");
    let first = segue_audio::first_sound(&right, rate).expect("the answer is on the right");
    let gap = (first as f64 - end as f64) * 1000.0 / f64::from(rate.get());
    let told = report["response_gap_ms"].as_f64().unwrap();
    assert!((gap - told).abs() < 60.0, "measured {gap:.0} ms, told {told:.0} ms");
}

#[test]
fn both_paces_hear_the_same() {
    let question = asset("4-sky.wav");
    let fast = json_of(&segue(&["turn", &question, "--cloud", "none", "--json"]));
    let live = json_of(&segue(&["turn", &question, "--cloud", "none", "--json", "--pace", "realtime"]));
    assert_eq!(fast["transcript"], live["transcript"]);
    assert_eq!(fast["opener"]["text"], live["opener"]["text"]);
    let endpoint = |report: &serde_json::Value| report["marks_ms"]["endpoint"].as_f64().unwrap();
    // The words decide when the turn is taken, but they must be there first: how soon depends on the machine. The longest
    // silence is the limit in both.
    assert!([&fast, &live].iter().all(|report| (0.0..1500.0).contains(&endpoint(report))), "{fast} {live}");
    assert!(live["spoken"].as_str().unwrap().contains("sorry, I have no cloud"), "{live}");
}

#[test]
fn what_is_no_speech_is_no_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let noise: Vec<f32> = {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f64::from(state) / f64::from(u32::MAX) - 0.5) as f32 * 0.1
        };
        (0..16_000 * 3).map(|_| next()).collect()
    };
    for (name, samples) in [("silence", silence(3.0)), ("noise", noise)] {
        let path = wav_of(dir.path(), name, &samples);
        let run = segue(&["turn", &path, "--json"]);
        assert_eq!(run.status.code(), Some(0), "{name}");
        let report = json_of(&run);
        assert_eq!((&report["transcript"], &report["spoken"]), (&"".into(), &"".into()), "{name}: {report}");
        assert!(report["response_gap_ms"].is_null());
    }
}

#[test]
fn wrong_input_is_one_clear_sentence() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_str().unwrap().to_string()
    };
    let good = std::fs::read(asset("1-capital-of-mongolia.wav")).expect("an asset");
    let mut long = good[..44].to_vec();
    long[4..8].copy_from_slice(&(7200u32 * 32_000 + 36).to_le_bytes());
    long[40..44].copy_from_slice(&(7200u32 * 32_000).to_le_bytes());
    for input in [
        "no-such-file.wav".to_string(),
        file("text.wav", b"this is not a recording"),
        file("nothing.wav", b""),
        file("empty.wav", &wav_bytes_without_samples(&good)),
        file("cut.wav", &good[..good.len() / 2]),
        file("long.wav", &long),
    ] {
        let run = segue(&["turn", &input, "--json"]);
        let told = String::from_utf8_lossy(&run.stderr).trim().to_string();
        assert_eq!(run.status.code(), Some(3), "{input}: {told}");
        assert_eq!(told.lines().count(), 1, "{input}: {told}");
        assert!(run.stdout.is_empty());
    }
    assert_eq!(segue(&["turn", "--cloud", "not a url", &asset("1-capital-of-mongolia.wav")]).status.code(), Some(2));
}

#[test]
fn openers_come_in_the_order_of_their_requests() {
    let requests = "what's the capital of mongolia\n\nHow do I descale my coffee machine?\n\u{1f600}\n";
    let run = support::segue_with(&["opener", "--json"], requests);
    assert_eq!(run.status.code(), Some(0));
    let lines: Vec<serde_json::Value> = String::from_utf8(run.stdout)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[1]["text"], &lines[1]["source"]), (&"".into(), &"none".into()));
    for line in [&lines[0], &lines[2]] {
        let words = line["words"].as_u64().unwrap();
        assert!((4..=8).contains(&words), "{line}");
        assert_eq!(words as usize, line["text"].as_str().unwrap().split_whitespace().count());
    }
}

#[test]
fn a_written_question_is_answered_in_writing() {
    let run = segue(&["ask", "What is the capital of Mongolia?", "--cloud", "none", "--json"]);
    let text = String::from_utf8(run.stdout.clone()).expect("text");
    let report = json_of(&run);
    assert_eq!(text.lines().next(), report["spoken"].as_str(), "what is shown is what is reported");
    assert_eq!(report["transcript"], "What is the capital of Mongolia?");
    assert!(report["marks_ms"]["first_sound"].is_number());
}

/// The header of a WAV with a data chunk of no bytes.
fn wav_bytes_without_samples(good: &[u8]) -> Vec<u8> {
    let mut bytes = good[..44].to_vec();
    bytes[4..8].copy_from_slice(&36u32.to_le_bytes());
    bytes[40..44].copy_from_slice(&0u32.to_le_bytes());
    bytes
}
