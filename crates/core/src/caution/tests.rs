//! The word lists, read as a whole: every line is a pattern, every kind has its sentences, and what must be found is.

use super::*;

#[test]
fn every_line_of_the_word_lists_is_a_pattern() {
    for (name, rules) in
        [("danger.txt", &*danger::DANGERS), ("harmless.txt", &*danger::HARMLESS), ("forbidden.txt", &*shape::FORBIDDEN)]
    {
        assert_eq!(rules.wrong(), &[] as &[String], "{name}");
    }
}

#[test]
fn the_sections_are_kinds_of_danger() {
    let names: Vec<&str> = Danger::ALL.into_iter().map(Danger::name).collect();
    assert_eq!(danger::DANGERS.sections(), names);
    for section in danger::HARMLESS.sections() {
        let mut kinds = section.split(' ').skip_while(|word| *word == "whole").peekable();
        assert!(kinds.peek().is_some() && kinds.all(|kind| kind == "all" || names.contains(&kind)), "{section}");
    }
}

#[test]
fn every_kind_has_short_whole_sentences_that_vary() {
    for kind in Danger::ALL {
        let all: Vec<&str> = reviewed_all(kind).collect();
        assert!(all.len() >= 2, "{kind:?}");
        assert_ne!(reviewed(kind, 0), reviewed(kind, 1));
        assert!(reviewed_close(kind).contains("please") && reviewed_close(kind).ends_with('.'), "{kind:?}");
        for sentence in all {
            assert!((4..=8).contains(&sentence.split(' ').count()) && sentence.ends_with('.'), "{sentence}");
            assert_eq!(forbidden(sentence), None, "{sentence}");
        }
    }
    assert_ne!(neutral(0), neutral(1));
    for turn in 0..20 {
        assert!((4..=8).contains(&neutral(turn).split(' ').count()), "{}", neutral(turn));
        assert_eq!(forbidden(neutral(turn)), None, "{}", neutral(turn));
    }
}

#[test]
fn danger_is_recognised_with_its_kind() {
    for (request, kind) in [
        ("My chest hurts", Danger::Medical),
        ("mommy wont wake up", Danger::Medical),
        ("she not wake up", Danger::Medical),
        ("there's smoke in the kitchen", Danger::Fire),
        ("I want to hurt myself", Danger::SelfHarm),
        ("everyone would be better off without me", Danger::SelfHarm),
        ("my toddler swallowed some of the bleach", Danger::Poison),
        ("the dog ate rat poison", Danger::Animal),
        ("Someone is breaking in!", Danger::Violence),
        ("my little boy fell in the pool and can't swim", Danger::Other),
        ("call an ambulance", Danger::Medical),
        ("we were watching a movie and my dad collapsed", Danger::Medical),
        ("I took all my pills because I want to die", Danger::Poison),
    ] {
        assert_eq!(danger(request), Some(kind), "{request}");
    }
}

#[test]
fn harmless_talk_is_not_danger() {
    for request in [
        "",
        "I'm drowning in debt",
        "play the song Killing in the Name",
        "who directed Suicide Squad",
        "save me a seat",
        "my phone is dying",
        "my laptop won't wake up",
        "how do I light a fire in the stove",
        "can I smoke in the hotel room",
        "set the table for eight",
        "what does unconscious mean",
        "who shot john f kennedy",
        "my wife is going to kill me if I forget the milk",
        "I was in a car crash last year, can I sue",
    ] {
        assert_eq!(danger(request), None, "{request}");
    }
}

#[test]
fn a_danger_beside_harmless_words_is_still_found() {
    for request in [
        "I'm drowning in debt and I want to kill myself",
        "my phone is dying and someone is breaking into my house",
        "my mum had a stroke last year and now she can't breathe, and her house is on fire, I want to die",
    ] {
        assert!(danger(request).is_some(), "{request}");
    }
}

#[test]
fn hostile_requests_are_read_in_bounded_time() {
    let many = "my my my i i can not can not swallowed not ".repeat(1_000);
    assert_eq!(danger(&many), None);
    assert_eq!(danger("\u{1F525}\u{0301}'''\u{2019}\0\u{200D}"), None);
    assert_eq!(forbidden(&"if is ".repeat(2_000)), None);
}

#[test]
fn forbidden_shapes_are_found() {
    for (opener, rule) in [
        ("I've turned off the lights", "outcome"),
        ("The door is now locked", "outcome"),
        ("Lights switched off in the kitchen", "outcome"),
        ("I'll make sure that", "promise"),
        ("Everything will be fine, just", "promise"),
        ("I'm sorry, but I can\u{2019}t", "refusal"),
        ("Great question, the capital", "echo"),
        ("You're asking about bleach, which", "echo"),
        ("Yes, bleach is", "side"),
        ("No: that mole", "side"),
        ("Sure it is, because", "side"),
        ("Mixing bleach and vinegar is dangerous", "side"),
        ("That sounds like it is a scam", "side"),
        ("You should sell your shares", "side"),
        ("Haha, well, at least you", "jest"),
    ] {
        assert_eq!(forbidden(opener), Some(rule), "{opener}");
    }
}

#[test]
fn good_openers_have_no_forbidden_shape() {
    for opener in [
        "",
        "The capital of Mongolia is",
        "Turning on the lights",
        "I'm sorry you're feeling down, maybe",
        "No Time to Die was directed by",
        "Whether that mole is dangerous depends on",
        "When you're pregnant, herbal tea can be",
        "For twelve minutes, the studio door unlocked",
        "Sure, here's one about penguins:",
        "I'm doing well, thanks for asking, and",
    ] {
        assert_eq!(forbidden(opener), None, "{opener}");
    }
}
