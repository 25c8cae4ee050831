//! Random clouds against the dialogue: whatever they do, every turn ends, nothing is said twice or stale, and the
//! silence while a reply is owed stays short.

use proptest::prelude::*;

use super::world::{Step, World};
use super::*;
use crate::event::CloudTrouble;

const REPLIES: [&str; 10] = [
    "Ulaanbaatar. It is cold there.",
    "The capital of Mongolia is Ulaanbaatar.",
    " is Ulaanbaatar, a city on the Tuul",
    "[bridge] sorry, that is not quite right.",
    "[restart] Sorry, let me start over. It is Ulaanbaatar.",
    "[steer] hard to say.",
    "\u{1f600} **",
    "",
    "Sure! ",
    "a city of",
];

fn step() -> impl Strategy<Value = Step> {
    let trouble = prop_oneof![Just(CloudTrouble::Away), Just(CloudTrouble::Refused), Just(CloudTrouble::Useless)];
    prop_oneof![
        5 => (0u64..3000, 0..REPLIES.len()).prop_map(|(delay, reply)| Step::Says(delay, REPLIES[reply])),
        2 => (0u64..3000).prop_map(Step::Ends),
        2 => (0u64..3000, trouble).prop_map(|(delay, why)| Step::Fails(delay, why)),
        1 => (0u64..500, 0u64..5000).prop_map(|(delay, wait)| Step::AsksToWait(delay, wait)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_turn_ends_well(
        clouds in proptest::collection::vec(proptest::collection::vec(step(), 0..6), 1..4),
        providers in 1usize..3,
        interrupt in proptest::option::of(0u64..6000),
    ) {
        let settings = Settings { clouds: providers, opener: OpenerPolicy::Always, ..Settings::default() };
        let mut world = World::new(settings, CAPITAL, clouds);
        if let Some(after) = interrupt {
            world.tell(Event::Typed { text: REQUEST.into() });
            world.run(after);
            let commands = world.commands.len();
            world.tell(Event::SpeechStarted);
            world.run(u64::MAX);
            let stale = world.commands[commands..].iter().any(|(_, c)| {
                matches!(c, Command::Speak { .. } | Command::Continue { .. } | Command::Cut { .. } | Command::Ring { .. })
            });
            prop_assert!(!stale, "a dead turn asked for something: {:?}", &world.commands[commands..]);
            prop_assert!(world.reports.pop().is_some());
            return Ok(());
        }
        let report = world.ask(REQUEST);
        let spoken = &report.spoken;
        prop_assert!(!world.dialogue.busy());
        prop_assert!(spoken.ends_with(['.', '!', '?']), "a half sentence: {spoken}");
        prop_assert!(!spoken.contains("is The capital") && !spoken.contains("is is "), "said twice: {spoken}");
        prop_assert!(!spoken.contains('[') && !spoken.contains('*'), "{spoken}");
        prop_assert!(world.longest_silence(0) <= 2000, "silent: {}", world.timeline());
        prop_assert_eq!(&world.dialogue.history()[0].heard, spoken);
        let mut audible = String::new();
        world.heard.iter().for_each(|(_, _, text)| crate::seam::append(&mut audible, text));
        prop_assert_eq!(&audible, spoken);
    }
}
