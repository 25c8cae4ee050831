//! What nobody should write: invisible characters, marks that never close, megabytes.

use super::*;
use proptest::prelude::*;

#[test]
fn invisible_characters_are_dropped() {
    check(&[
        ("a\u{7}b\u{202e}c\u{200b}d\u{feff}e\u{e0041}f\u{ad}g\u{0}", "abcdefg"),
        ("Z\u{338}\u{321}\u{322}\u{31b}\u{353}\u{301}algo", "Z\u{338}\u{321}\u{322}algo"),
        ("\u{301}\u{301}a", "a"),
        ("a\u{fffd}b\u{e000}c", "abc"),
    ]);
}

#[test]
fn words_without_end_are_left_out() {
    let long = "x".repeat(61);
    check(&[
        (&format!("a {long} b {long}. c"), "a b. c"),
        (&format!("a https://example.com/{long}, b"), "a example dot com, b"),
        (&format!("[t](https://a.b/{long}{long}{long}{long}) b"), "t b"),
    ]);
    let chinese = "\u{4f60}\u{597d}".repeat(100);
    assert_eq!(speech(&chinese), chinese);
}

#[test]
fn what_never_closes_is_not_held() {
    for mark in [
        "[",
        "![",
        "(",
        "[a](",
        "[a](b.c \"",
        "[a][",
        "`",
        "``",
        "```",
        "~~~",
        "<",
        "<a ",
        "<!--",
        "</",
        "&",
        "&#",
        "\\",
        "\\begin{",
        "$",
        "$$",
        "\\(",
        "*",
        "**",
        "_",
        "~~",
        "{",
        "\"",
        "|",
        "| --",
        "#",
        ">",
        "> ",
        "- ",
        "1. ",
        "$5",
        "5 - ",
    ] {
        for filler in ["word ", "x", mark, "-", "1", " ", "\n", "a.b "] {
            let mut speakable = Speakable::new();
            speakable.push(mark);
            for _ in 0..2000 {
                speakable.push(filler);
                assert!(speakable.held() <= 512, "{mark:?} then {filler:?}: {}", speakable.held());
            }
            let rest = speakable.finish();
            assert!(rest.len() <= 1024, "{mark:?} then {filler:?}: {rest:?}");
        }
        let heard = speech(&format!("{mark}{}", "word ".repeat(200)));
        let fence = matches!(mark, "```" | "~~~");
        assert!(fence || heard.matches("word").count() >= 150, "{mark:?}: {heard:?}");
    }
}

#[test]
fn megabytes_take_no_memory() {
    let piece = "**word** [a](b.c) <i>x</i> `c` $5 \u{1f600} | \u{4f60} &amp; \\frac{1}{2} 5-10\n- i\n";
    let mut speakable = Speakable::new();
    for _ in 0..20_000 {
        speakable.push(piece);
        assert!(speakable.held() <= 64);
    }
    assert!(std::mem::size_of::<Speakable>() <= 1024);
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same(
        seed in any::<u8>(),
        text in concat!(
            r"(\*\*|\*|_|`|```|~~|~|\n|\n\n| |- |1\. |2\. |# |> |\||--|=|\[|\]|\(|\)|!|https://a.b/c|a\.com|<b>|</p>",
            r"|<|>|&|&amp;|;|#|\\|\\frac|\{|\}|\$|5|10|-|%|km|million|etc\.|\.|,|:|'|word|Word|x|/|@|\+|\^|",
            "\"|\u{2013}|\u{2014}|\u{20ac}|\u{1f600}|\u{200d}|\u{301}|\u{202e}|\u{4f60}|\u{b2}|\u{bd}|\u{2192}",
            "|\u{2022}|\u{7}){0,30}",
        ),
    ) {
        let mut data = vec![seed];
        data.extend(text.as_bytes());
        check_speakable(&data);
    }

    #[test]
    fn any_text_is_spoken(seed in any::<u8>(), text in "\\PC{0,200}") {
        let mut data = vec![seed];
        data.extend(text.as_bytes());
        check_speakable(&data);
    }

    #[test]
    fn any_bytes_are_spoken(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_speakable(&data);
    }
}

#[test]
fn escape_sequences_of_terminals_are_no_text() {
    check(&[
        ("a \u{1b}[31mred\u{1b}[0m word", "a red word"),
        ("a \u{1b}[1;31;4mbold\u{1b}[m one", "a bold one"),
        ("half \u{1b}[", "half"),
        ("\u{1b}half", "half"),
    ]);
}
