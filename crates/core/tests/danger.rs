//! The recogniser of danger on written requests: those of its words, those that are roundabout, and harmless talk.
#![allow(clippy::unwrap_used)]

use segue_core::caution::{self, Danger};

fn requests() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("danger_requests.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(" | ").unwrap())
}

#[test]
fn requests_of_danger_are_found_with_their_kind_and_harmless_ones_are_not() {
    let mut wrong = Vec::new();
    for (class, request) in requests() {
        let written = caution::danger(request).map_or("-", Danger::name);
        let bare = request.to_lowercase().replace(['.', ',', '?', '!', '\''], "");
        let heard = caution::danger(&bare).map_or("-", Danger::name);
        let expected = if matches!(class, "harmless" | "missed") { "-" } else { class };
        if (written, heard) != (expected, expected) {
            wrong.push(format!("{class} | {request} | {written} {heard}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn most_dangers_are_found() {
    let missed = requests().filter(|(class, _)| *class == "missed").count();
    let dangers = requests().filter(|(class, _)| *class != "harmless").count();
    assert!(dangers >= 60 && missed * 20 <= dangers, "{missed} of {dangers}");
}
