//! Replies as models write them, and what is heard of them.

use super::*;

mod blocks;
mod nasty;
mod prose;
mod symbols;

/// What is heard of a whole reply.
fn speech(text: &str) -> String {
    let mut speakable = Speakable::new();
    let mut out = speakable.push(text);
    out.push_str(&speakable.finish());
    out
}

fn check(cases: &[(&str, &str)]) {
    for (text, heard) in cases {
        assert_eq!(speech(text), *heard, "{text:?}");
        let mut speakable = Speakable::new();
        let mut out = String::new();
        for c in text.chars() {
            out.push_str(&speakable.push(c.encode_utf8(&mut [0; 4])));
        }
        out.push_str(&speakable.finish());
        assert_eq!(out, *heard, "a character at a time: {text:?}");
    }
}
