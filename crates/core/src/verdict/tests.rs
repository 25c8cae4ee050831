//! Replies as models write them, in one piece and in many.

use super::*;
use proptest::prelude::*;

fn parse(reply: &str) -> (Verdict, String) {
    let mut parser = VerdictParser::new();
    let mut parsed = parser.push(reply);
    let last = parser.finish();
    parsed.text.push_str(&last.text);
    (parsed.verdict.or(last.verdict).expect("a verdict"), parsed.text)
}

#[test]
fn tags_are_read_and_not_spoken() {
    for (reply, verdict, text) in [
        ("[steer] in fact, 9.", Verdict::Steer, " in fact, 9."),
        ("[bridge]Actually, no.", Verdict::Bridge, "Actually, no."),
        ("\n [RESTART]\nSorry. It is 5.", Verdict::Restart, "\n \nSorry. It is 5."),
        ("**[Steer]** or so", Verdict::Steer, " or so"),
        ("\"[bridge]\" well", Verdict::Bridge, " well"),
        ("\u{201c}[bridge]\u{201d} well", Verdict::Bridge, " well"),
        ("\"[bridge] well\"", Verdict::Bridge, " well\""),
        ("`[steer]`: or so", Verdict::Steer, " or so"),
        ("[restart]: Sorry.", Verdict::Restart, " Sorry."),
        ("[steer] a [bridge] b", Verdict::Steer, " a  b"),
        ("[steer][bridge] b", Verdict::Steer, " b"),
        ("\u{feff}[steer] b", Verdict::Steer, "\u{feff} b"),
        ("[restart]", Verdict::Restart, ""),
    ] {
        assert_eq!(parse(reply), (verdict, text.to_string()), "{reply:?}");
    }
}

#[test]
fn anything_else_agrees_and_stays() {
    for reply in [
        " Ulaanbaatar.",
        "[laughs] You know, it is 5.",
        "**Ulaanbaatar**, of course.",
        "\"Hello\", she said.",
        "[steering wheel]",
        "[ steer ] no",
        "steer clear of it",
        "[ste",
        "[",
        "**",
        "[[link]]",
        "[re[bridging",
        "[Bridge",
        "\u{1f600} yes",
        "[stéer]",
    ] {
        assert_eq!(parse(reply), (Verdict::Agree, reply.to_string()), "{reply:?}");
    }
    assert_eq!(parse(""), (Verdict::None, String::new()));
    assert_eq!(parse(" \n"), (Verdict::None, " \n".to_string()));
    assert_eq!(parse("[[bridge] b"), (Verdict::Agree, "[ b".to_string()));
    assert_eq!(parse("Yes.[steer] No."), (Verdict::Agree, "Yes. No.".to_string()));
    assert_eq!(parse("Yes[steer]no [ste[bridge]er] x"), (Verdict::Agree, "Yes no [ste er] x".to_string()));
}

#[test]
fn a_verdict_is_decided_as_early_as_it_can_be() {
    let mut parser = VerdictParser::new();
    assert_eq!(parser.push("[restart").verdict, None);
    assert_eq!(parser.push("]").verdict, Some(Verdict::Restart));
    let mut parser = VerdictParser::new();
    assert_eq!(parser.push("U"), Parsed { verdict: Some(Verdict::Agree), text: "U".into() });
    let mut parser = VerdictParser::new();
    assert_eq!(parser.push("[res"), Parsed::default());
    assert_eq!(parser.push("umes"), Parsed { verdict: Some(Verdict::Agree), text: "[resumes".into() });
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same(
        seed in any::<u8>(),
        tags in "(\\[steer\\]|\\[BRIDGE\\]|\\[restart|\\[|\\]|\\*\\*|\"|:|`| |\u{201c}){0,6}",
        text in "(\\[steer\\]|\\[restart|\\[|\\]|steer|er\\]|\\*| |\n|a|é|\u{201d}|\u{feff}){0,12}",
    ) {
        let mut data = vec![seed];
        data.extend(tags.as_bytes());
        data.extend(text.as_bytes());
        check_verdict(&data);
    }

    #[test]
    fn any_bytes_are_read(data in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_verdict(&data);
    }
}
