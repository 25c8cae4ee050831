//! Repairs as models write them, and what is heard of them.

use super::*;
use proptest::prelude::*;

fn heard(kind: Kind, text: &str) -> String {
    let mut repair = Repair::new(kind);
    let mut out = repair.push(text);
    out.push_str(&repair.finish());
    out.trim().to_string()
}

#[test]
fn a_repair_and_its_answer_stay() {
    for text in [
        "well, it has a president.",
        "sorry, my mistake: Mongolia has a president.",
        "or rather, Canberra.",
        "sorry about that. It is Canberra.",
        "strictly speaking, it has none.",
        "I misspoke, it is Canberra.",
    ] {
        assert_eq!(heard(Kind::Bridge, text), text);
    }
    assert_eq!(heard(Kind::Restart, "Sorry, let me start over. It is 5."), "sorry, let me start over. It is 5.");
}

#[test]
fn a_long_repair_is_held_to_twelve_words() {
    let text = "Sorry, I was wrong there, I should have said that differently from the start, my apologies for the \
                error, let me correct myself: Canberra is the capital.";
    let spoken = heard(Kind::Bridge, text);
    assert!(spoken.ends_with("Canberra is the capital."), "{spoken}");
    let repair = spoken.strip_suffix("Canberra is the capital.").expect("the answer");
    assert!(normal_words(repair).len() <= MOST_WORDS, "{spoken}");
    let one = "I am very sorry that I got that wrong just now and that I said it that way before. It is Canberra.";
    assert_eq!(heard(Kind::Bridge, one), "actually, It is Canberra.".replace("It", "it"));
}

#[test]
fn a_blunt_or_missing_repair_becomes_gentle() {
    assert_eq!(heard(Kind::Bridge, "No, that's wrong. It is Canberra."), "actually, it is Canberra.");
    assert_eq!(heard(Kind::Bridge, "Wrong! Sydney is only the largest."), "actually, Sydney is only the largest.");
    assert_eq!(heard(Kind::Bridge, "Mongolia has a president."), "actually, Mongolia has a president.");
    assert_eq!(heard(Kind::Restart, "There is no such thing."), "sorry, there is no such thing.");
    assert_eq!(heard(Kind::Restart, "I can't help with that."), "sorry, I can't help with that.");
}

#[test]
fn nobody_hears_of_a_mistake_that_nobody_heard() {
    for (text, left) in [
        ("Sorry, my mistake: Canberra is the capital.", "Canberra is the capital."),
        ("\u{2014} actually, it is Canberra.", "It is Canberra."),
        ("Actually it is Canberra.", "Actually it is Canberra."),
        ("No problem, it is Canberra.", "No problem, it is Canberra."),
        ("I'm sorry to hear that. Rest a little.", "I'm sorry to hear that. Rest a little."),
        ("  It is Canberra. ", "It is Canberra."),
        ("Sorry I was wrong Canberra is the capital.", "Sorry I was wrong Canberra is the capital."),
    ] {
        assert_eq!(heard(Kind::Unheard, text), left, "{text:?}");
    }
}

#[test]
fn an_answer_that_looks_like_a_repair_is_not_lost() {
    assert_eq!(heard(Kind::Unheard, "It is wrong."), "It is wrong.");
    assert_eq!(heard(Kind::Unheard, "Sorry,"), "Sorry,");
    assert_eq!(heard(Kind::Bridge, "No."), "actually, no.");
    assert_eq!(heard(Kind::Bridge, ""), "");
}

#[test]
fn an_answer_is_not_held() {
    let mut repair = Repair::new(Kind::Bridge);
    assert_eq!(repair.push("Mongolia "), "actually, Mongolia ");
    let mut repair = Repair::new(Kind::Bridge);
    assert_eq!(repair.push("sorry, Mongolia "), "sorry, Mongolia ");
}

#[test]
fn the_tables_are_sorted() {
    assert!(BESIDE.is_sorted());
}

proptest! {
    #[test]
    fn chunking_changes_nothing_and_no_answer_is_lost(
        kind in prop_oneof![Just(Kind::Bridge), Just(Kind::Restart), Just(Kind::Unheard)],
        text in "(sorry|no|that's wrong|well|I said|it is|Canberra|, |\\. |: | |\u{2014} |5|é){0,12}",
        at in 0usize..60,
    ) {
        let chars: Vec<char> = text.chars().collect();
        let at = at.min(chars.len());
        let mut repair = Repair::new(kind);
        let mut out = repair.push(&chars[..at].iter().collect::<String>());
        out.push_str(&repair.push(&chars[at..].iter().collect::<String>()));
        out.push_str(&repair.finish());
        prop_assert_eq!(out.trim(), heard(kind, &text));
        let answer = |text: &str| normal_words(text).iter().filter(|w| !may_be_repair(w)).cloned().collect::<Vec<_>>();
        prop_assert_eq!(answer(&out), answer(&text));
    }
}
