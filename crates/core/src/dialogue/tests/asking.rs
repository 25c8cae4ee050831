//! Who is asked, and what is done when it fails: once more, the next cloud, told once, back again.

use super::*;

const DEAD: &[Step] = &[Step::Fails(30, CloudTrouble::Away)];
const WORKS: &[Step] = &[Step::Says(30, "Ulaanbaatar."), Step::Ends(1)];

fn world(clouds: usize, scripts: &[&[Step]]) -> World {
    let scripts = scripts.iter().map(|script| script.to_vec()).collect();
    World::new(Settings { clouds, ..Settings::default() }, CAPITAL, scripts)
}

fn asked(world: &World) -> Vec<usize> {
    let provider = |(_, command): &(u64, Command)| match command {
        Command::Continue { provider, .. } => Some(*provider),
        _ => None,
    };
    world.commands.iter().filter_map(provider).collect()
}

#[test]
fn a_failure_is_tried_once_more_before_anything_was_heard() {
    let mut world = world(1, &[DEAD, WORKS]);
    assert_eq!(world.ask(REQUEST).spoken, "The capital of Mongolia is Ulaanbaatar.");
    assert_eq!(asked(&world), [0, 0]);
    assert!(world.said(|c| matches!(c, Command::Probe { .. })).is_empty(), "one failure is no absence");
}

#[test]
fn nothing_is_tried_again_once_some_of_the_answer_is_with_the_voice() {
    let breaks = [Step::Says(30, "a big city. It lies on"), Step::Fails(30, CloudTrouble::Away)];
    let mut world = world(2, &[&breaks, WORKS]);
    let spoken = world.ask(REQUEST).spoken;
    assert_eq!(
        spoken,
        "The capital of Mongolia is a big city. It lies \u{2014} sorry, I can't reach my cloud right now."
    );
    assert_eq!(asked(&world), [0]);
}

#[test]
fn a_wrong_key_is_not_tried_again() {
    let mut world = world(1, &[&[Step::Fails(30, CloudTrouble::Refused)]]);
    assert!(world.ask(REQUEST).spoken.ends_with("my cloud doesn't let me in, please check its settings."));
    assert_eq!(asked(&world), [0]);
}

#[test]
fn the_user_is_told_once_and_a_probe_brings_the_cloud_back() {
    let mut world = world(1, &[DEAD, DEAD, DEAD, DEAD, WORKS, DEAD]);
    assert!(world.ask(REQUEST).spoken.contains("can't reach my cloud"));
    assert_eq!(asked(&world).len(), 2);
    for _ in 0..2 {
        let spoken = world.ask(REQUEST).spoken;
        assert!(spoken.contains("can't say more") && !spoken.contains("cloud"), "{spoken}");
    }
    assert_eq!(asked(&world).len(), 4, "known to be away: asked once a turn");
    assert_eq!(world.said(|c| matches!(c, Command::Probe { provider: 0 })).len(), 1, "one probe looks after it");
    world.tell(Event::CloudBack { provider: 0 });
    assert!(world.ask(REQUEST).spoken.ends_with("Ulaanbaatar."));
    let spoken = world.ask(REQUEST).spoken;
    assert!(spoken.contains("can't reach my cloud"), "it was back in between: {spoken}");
}

#[test]
fn a_cloud_that_answers_again_by_itself_is_back() {
    let mut world = world(1, &[DEAD, DEAD, WORKS, DEAD]);
    world.ask(REQUEST);
    assert!(world.ask(REQUEST).spoken.ends_with("Ulaanbaatar."));
    assert!(world.ask(REQUEST).spoken.contains("can't reach my cloud"));
}

#[test]
fn the_next_cloud_takes_over_before_anything_was_heard() {
    let refuses = [Step::Fails(40, CloudTrouble::Refused), Step::Says(900, "late and wrong.")];
    let mut world = world(2, &[&refuses, &[Step::Says(100, "Ulaanbaatar."), Step::Ends(900)]]);
    assert_eq!(world.ask(REQUEST).spoken, "The capital of Mongolia is Ulaanbaatar.");
    assert_eq!(asked(&world), [0, 1]);
    world.ask(REQUEST);
    assert_eq!(asked(&world), [0, 1, 1], "the first is left alone until its probe brings it back");
    world.tell(Event::CloudBack { provider: 0 });
    world.ask(REQUEST);
    assert_eq!(asked(&world), [0, 1, 1, 0]);
}

#[test]
fn text_of_a_cloud_that_failed_is_not_joined_to_the_next_ones() {
    let half = [Step::Says(40, "Ulaan"), Step::Fails(40, CloudTrouble::Away)];
    let mut world = world(2, &[&half, &[Step::Says(40, "Ulaanbaatar."), Step::Ends(1)]]);
    assert_eq!(world.ask(REQUEST).spoken, "The capital of Mongolia is Ulaanbaatar.");
}

#[test]
fn the_next_cloud_goes_on_from_what_a_failed_repair_left() {
    // The first cloud disagrees while two words were heard, then fails before it said how.
    let disagrees = [Step::Says(500, "[bridge] "), Step::Fails(40, CloudTrouble::Away)];
    let mut world = world(2, &[&disagrees, &[Step::Says(40, "is no more."), Step::Ends(1)]]);
    world.opener = "The king of Mongolia is";
    assert_eq!(world.ask(REQUEST).spoken, "The king is no more.");
    let second = world.said(|c| matches!(c, Command::Continue { provider: 1, .. }));
    assert!(matches!(&second[0].1, Command::Continue { opener, .. } if opener == "The king"), "{second:?}");
}

#[test]
fn a_silent_first_cloud_leaves_time_for_the_second() {
    let mut world = world(2, &[&[], WORKS]);
    let report = world.ask(REQUEST);
    assert!(report.spoken.ends_with("Ulaanbaatar."), "{}", report.spoken);
    let second = world.said(|c| matches!(c, Command::Continue { provider: 1, .. }));
    assert!((3900..=4100).contains(&second[0].0), "asked at {} ms", second[0].0);
    assert!(world.longest_silence(0) <= 2000, "{}", world.timeline());
}

#[test]
fn all_clouds_together_have_the_limit() {
    let mut world = world(2, &[&[], &[]]);
    assert!(world.ask(REQUEST).spoken.ends_with("sorry, I can't reach my cloud right now."));
    let close = world.said(|c| matches!(c, Command::Speak { .. })).pop().expect("a close");
    assert!((8000..8200).contains(&close.0), "closed at {} ms", close.0);
}

#[test]
fn a_cloud_that_asks_to_wait_is_asked_once_more() {
    let asks = |wait| [Step::AsksToWait(30, wait)];
    let mut short = world(1, &[&asks(1200), WORKS]);
    assert!(short.ask(REQUEST).spoken.ends_with("Ulaanbaatar."));
    let again = short.said(|c| matches!(c, Command::Continue { .. }));
    assert!(again[1].0 - again[0].0 >= 1200, "asked too soon");
    let mut long = world(1, &[&asks(60_000), WORKS]);
    assert!(long.ask(REQUEST).spoken.ends_with("sorry, my cloud is too busy right now."));
    let mut twice = world(1, &[&asks(1000), &asks(1000), WORKS]);
    assert!(twice.ask(REQUEST).spoken.contains("too busy"));
    assert_eq!(asked(&twice).len(), 2);
    assert!(twice.said(|c| matches!(c, Command::Probe { .. })).is_empty(), "busy is not away");
}
