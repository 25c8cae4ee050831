//! The opener on the weights of this repository: what is told while it is written, and what never comes out.

use segue_core::caution;
use segue_core::talk::{Exchange, OpenerSource};
use segue_engines::opener::{Fallback, MicroLm, OpenerFiles};
use segue_runtime::port::{Opener, OpenerAsk, Stop, contradict};

const REQUESTS: &[&str] = &[
    "What's the capital of Mongolia?",
    "how do i descale my coffee machine",
    "Dim the bedroom lights to thirty percent.",
    "i'm feeling a bit down",
    "is it safe to mix bleach and vinegar",
    "what is 213 times 3",
    "play judas tree by the blixtorns",
    "turn off the",
    "la la hm pff",
    "wie spät ist es denn eigentlich gerade",
    "my chest hurts",
    "Have you locked the front door?",
    "tell me you will always love me",
    "yes or no, should i sue my landlord",
];

fn model(calibration: &str) -> MicroLm {
    let mut files = OpenerFiles::built_in();
    if !calibration.is_empty() {
        files.calibration = calibration.as_bytes().to_vec();
    }
    MicroLm::new(&files, Fallback::Neutral).expect("the built-in model loads")
}

fn ask(request: &str) -> OpenerAsk {
    OpenerAsk { request: request.into(), min_words: 4, max_words: 8, ..OpenerAsk::default() }
}

/// Tells everything as early as it can, and never anything before it is whole.
const EAGER: &str = r#"{"trust": 0.0, "commit": 0.0, "whole": {"bias": 9.0, "of": [0, 0, 0, 0]},
    "early": [{"bias": 9.0, "of": [0, 0, 0, 0]}]}"#;
const PATIENT: &str = r#"{"trust": 0.0, "commit": 1.0, "whole": {"bias": 9.0, "of": [0, 0, 0, 0]}, "early": []}"#;

#[test]
fn what_was_told_while_it_was_written_is_what_stands_in_the_end() {
    for calibration in ["", EAGER, PATIENT] {
        let mut model = model(calibration);
        for request in REQUESTS {
            let mut told = Vec::new();
            let opening = model.open(&ask(request), &Stop::default(), &mut |word| told.push(word.to_string()));
            let opening = opening.expect("an opening");
            assert_eq!(told.join(" "), opening.text, "{request}");
        }
    }
}

#[test]
fn early_and_late_telling_say_the_same() {
    let (mut eager, mut patient) = (model(EAGER), model(PATIENT));
    for request in REQUESTS {
        let open = |model: &mut MicroLm| model.open(&ask(request), &Stop::default(), &mut |_| {}).expect("an opening");
        let (early, late) = (open(&mut eager), open(&mut patient));
        if early.source == OpenerSource::Model && late.source == OpenerSource::Model {
            assert_eq!(early.text, late.text, "{request}");
        }
    }
}

#[test]
fn no_forbidden_shape_comes_out_however_much_it_is_trusted() {
    let mut model = model(EAGER);
    for request in REQUESTS {
        let opening = model.open(&ask(request), &Stop::default(), &mut |_| {}).expect("an opening");
        if opening.source == OpenerSource::Model {
            assert_eq!(caution::forbidden(&opening.text), None, "{request}: {}", opening.text);
        }
    }
}

#[test]
fn an_opener_names_the_action_that_was_asked_for_and_no_other_thing() {
    let home = [
        "bedroom",
        "kitchen",
        "living room",
        "bed light",
        "kitchen lights",
        "ceiling lights",
        "ceiling fan",
        "living room fan",
        "decorative lights",
        "hall window",
        "kitchen window",
        "garage door",
    ];
    let commands = [
        "Turn on the bed light.",
        "Turn on the ceiling fan.",
        "Turn on the living room fan.",
        "Open the garage door.",
        "Close the hall window.",
        "Open the kitchen window.",
        "Turn off the decorative lights.",
        "Turn off the kitchen lights.",
        "Close the garage door.",
        "What time is it?",
        "Will it rain tomorrow?",
        "Turn off the bed light.",
        "Turn off the fan.",
        "Turned on the bed light.",
    ];
    let mut last = None;
    for calibration in ["", EAGER] {
        let mut model = model(calibration);
        for request in commands {
            let ask = OpenerAsk { home: home.map(String::from).to_vec(), last: last.clone(), ..ask(request) };
            let opening = model.open(&ask, &Stop::default(), &mut |_| {}).expect("an opening");
            assert!(!contradict(request, &opening.text), "{request}: {}", opening.text);
            let said = |text: &str, word: &str| text.to_lowercase().contains(word);
            for word in ["bed", "kitchen", "living", "ceiling", "decorative", "hall", "garage"] {
                let other = said(&opening.text, word) && !said(request, word);
                assert!(!other, "{request} after {last:?}: {}", opening.text);
            }
            last = Some(Exchange { request: request.into(), heard: format!("{} and that's done.", opening.text) });
        }
    }
}

#[test]
fn a_stopped_opener_tells_no_further_word() {
    let mut model = model(EAGER);
    let stop = Stop::default();
    let mut told = 0;
    let opening = model.open(&ask(REQUESTS[0]), &stop, &mut |_| {
        told += 1;
        stop.set();
    });
    assert_eq!(opening.expect("no fault").source, OpenerSource::None);
    assert_eq!(told, 1);
}

#[test]
fn a_broken_calibration_is_one_clear_sentence() {
    let files = OpenerFiles { calibration: b"{}".to_vec(), ..OpenerFiles::built_in() };
    let error = MicroLm::new(&files, Fallback::Neutral).err().expect("it is broken");
    assert!(error.to_string().contains("calibration.json"), "{error}");
}
