//! Plain prose stays as it is; what is spoken comes as early as it can.

use super::*;
use proptest::prelude::*;

#[test]
fn plain_prose_stays_to_the_letter() {
    for text in [
        "Ulaanbaatar has 1.5 million people, says Dr. Bold, and more than that in winter!",
        "Conor O'Brien loves rock'n'roll.",
        "She got an A+ in maths; he got a B.",
        "Well... it depends, doesn't it?",
        "It takes 3.5 hours (or four) to get there.",
        "The train leaves at 10:30, not at 11:15 p.m. as before.",
        "\"Never mind,\" she said, \"it's only rain.\"",
        "My mother-in-law's twenty-one-year-old cat is called Mr. Whiskers.",
        "He said: wait, then left \u{2014} without a word.",
        "One\u{2014}two\u{2014}three; four.",
        "Call 555-1234 or 1-800-555-0199 before 2024-01-15.",
        "The U.S. and the U.K. signed it at 5 p.m. on the 1st of May 1998.",
        "There are 1,234,567 of them, give or take.",
        "Really? Yes! No.",
        "Na\u{ef}ve caf\u{e9} owners in M\u{fc}nchen and \u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430} agree.",
        "The Boeing 747 flew from gate B12 to Terminal 3.",
        "In 2024 I was 42, and version 2.0.1 was out.",
        "Node.js is written in C and JavaScript.",
        "I think so \u{2013} but who knows?",
        "That is the 3rd time, and it costs nothing at all.",
        "Wait, wait: the dogs' bowls are empty (again).",
        "Hm\u{2026} let me think.",
        "I'd say it's a 4-star hotel, or a 5-star one in the 90s.",
        "Yes, sir - no, sir.",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch is in Wales.",
    ] {
        check(&[(text, text)]);
        check(&[(&speech(text), text)]);
    }
}

#[test]
fn typographic_quotes_are_not_spoken() {
    check(&[
        ("\u{201c}Hello,\u{201d} he said, \u{2018}it\u{2019}s me\u{2019}.", "Hello, he said, 'it's me'."),
        ("Don\u{2019}t say \u{ab}no\u{bb}.", "Don't say no."),
    ]);
}

#[test]
fn words_come_as_soon_as_they_end() {
    let mut speakable = Speakable::new();
    assert_eq!(speakable.push("Hello th"), "Hello");
    assert_eq!(speakable.push("ere. "), " there. ");
    assert_eq!(speakable.push("See [this](http://a.b/c) now"), "See this");
    assert_eq!(speakable.push("\n"), " now");
    assert_eq!(speakable.held(), 0);
    assert_eq!(speakable.push("- a\n- b"), ", a");
    assert_eq!(speakable.cut_off(), ", b");
    assert_eq!(speakable.finish(), ".");
    assert_eq!(speakable.finish(), "");
}

#[test]
fn a_sentence_that_goes_on_has_no_list_at_its_beginning() {
    for text in ["1. That is the Moon.", "- sorry, no.", "# is a hash"] {
        let mut speakable = Speakable::inside_sentence();
        let heard = speakable.push(text) + &speakable.finish();
        let expected = if text.starts_with('#') { "is a hash" } else { text };
        assert_eq!(heard, expected);
        assert_ne!(speech("- sorry, no."), "- sorry, no.");
    }
    let mut speakable = Speakable::inside_sentence();
    assert_eq!(speakable.push("these:\n1. One\n2. Two\n") + &speakable.finish(), "these: One, Two.");
}

proptest! {
    #[test]
    fn no_word_is_lost_or_changed(words in proptest::collection::vec("[A-Za-z]{1,12}('[a-z]{1,3})?[,.!?]?", 0..30)) {
        let text = words.join(" ");
        let is_short = |word: &str| {
            let word = word.to_lowercase();
            ["etc", "vs", "etc.", "vs.", "approx."].contains(&word.trim_end_matches([',', '!', '?']))
        };
        prop_assume!(!words.iter().any(|word| is_short(word)));
        prop_assert_eq!(speech(&text), text);
    }
}
