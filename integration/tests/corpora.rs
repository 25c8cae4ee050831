//! What fuzzing found worth keeping, checked again without a fuzzer: each file is one input.

#![allow(clippy::unwrap_used)]

use std::path::Path;

fn each(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        let outcome = std::panic::catch_unwind(|| check(&data));
        assert!(outcome.is_ok(), "{} fails", path.display());
        count += 1;
    }
    assert!(count >= 20, "the corpus of {target} has {count} files");
}

#[test]
fn event_streams() {
    each("event_stream", segue_engines::cloud::sse::check_sse);
}

#[test]
fn verdicts() {
    each("verdict", segue_core::verdict::check_verdict);
}

#[test]
fn seams() {
    each("seam", segue_core::seam::check_seam);
}

#[test]
fn markup() {
    each("speakable", segue_core::speakable::check_speakable);
}

#[test]
fn replies() {
    each("reply", segue_core::reply::check_reply);
}

#[test]
fn mqtt_messages() {
    each("mqtt_message", segue_mqtt::hear::check_message);
}

#[test]
fn wyoming_events() {
    each("wyoming_codec", segue_wyoming::codec::check_codec);
}

#[test]
fn messages_of_home_assistant() {
    each("home_message", segue_homeassistant::wire::check_message);
}
