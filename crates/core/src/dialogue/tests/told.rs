//! What a dialogue is told from outside: to say something, to stop, to open otherwise.

use super::*;

#[test]
fn an_announcement_is_said_as_it_stands_and_is_no_exchange() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![]]);
    world.tell(Event::Say { text: " Dinner is ready. ".into() });
    world.run(u64::MAX);
    let report = world.reports.pop().expect("ended");
    assert_eq!((report.spoken.as_str(), report.transcript.as_str()), ("Dinner is ready.", ""));
    assert!(world.dialogue.history().is_empty());
    let asked = |c: &Command| matches!(c, Command::Open { .. } | Command::Continue { .. });
    assert!(!world.commands.iter().any(|(_, c)| asked(c)));
}

#[test]
fn nothing_to_say_ends_at_once() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![]]);
    world.tell(Event::Say { text: "  ".into() });
    assert_eq!(world.reports.pop().expect("ended").spoken, "");
}

#[test]
fn stop_ends_a_turn_at_once_and_keeps_what_was_heard() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(9000, "big.")]]);
    world.tell(Event::Typed { text: REQUEST.into() });
    world.run(70 + 2 * WORD);
    world.tell(Event::Stop);
    assert!(!world.dialogue.busy());
    assert!(world.commands.iter().any(|(_, c)| matches!(c, Command::Hush { .. })));
    assert_eq!(world.reports.pop().expect("ended").spoken, "The capital");
    world.tell(Event::Stop);
    assert!(world.reports.is_empty(), "there is nothing more to end");
}

#[test]
fn openers_can_be_switched_off_and_on_and_shortened_below_the_fewest_words() {
    let mut world = World::new(Settings::default(), CAPITAL, vec![vec![Step::Says(2000, "It is big."), Step::Ends(1)]]);
    world.dialogue.configure(OpenerPolicy::Never, 8);
    assert_eq!(world.ask(REQUEST).opener.words, 0);
    world.dialogue.configure(OpenerPolicy::Auto, 2);
    world.ask(REQUEST);
    let open = world.commands.iter().find_map(|(_, c)| match c {
        Command::Open { min_words, max_words, .. } => Some((*min_words, *max_words)),
        _ => None,
    });
    assert_eq!(open, Some((2, 2)));
    assert_eq!(world.dialogue.next_turn(), TurnId(3));
}
