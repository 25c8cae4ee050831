//! Whether an opener shows that it belongs to this request: it shares a content word with it, or it is the beginning
//! that this kind of request calls for (`frames.txt`).

use std::sync::LazyLock;

use regex::Regex;

use crate::check::sources;
use crate::data::Request;
use crate::words::{Known, is_content, words};

/// Kinds of request and the beginnings that fit them.
#[allow(clippy::unwrap_used)]
static FRAMES: LazyLock<Vec<(Regex, Regex)>> = LazyLock::new(|| {
    let rows = include_str!("frames.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let frame = |row: &str| {
        let (request, opener) = row.split_once(" => ").unwrap();
        let regex = |pattern: &str| Regex::new(&format!("(?i){}", pattern.trim())).unwrap();
        (regex(request), regex(opener))
    };
    rows.map(frame).collect()
});

pub(crate) fn grounded(request: &Request, opener: &str) -> bool {
    let said = Known::of(sources(request));
    let shares = words(opener).iter().any(|word| is_content(word) && said.has(word));
    shares || FRAMES.iter().any(|(asked, begun)| asked.is_match(&request.text) && begun.is_match(opener))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_word_or_the_right_frame_grounds() {
        for (request, opener, expected) in [
            ("how do i descale my kettle", "Descaling a kettle usually starts with", true),
            ("how do i descale my kettle", "The best way to do it is", false),
            ("hello", "Hi there, it's good to", true),
            ("thank you", "You're welcome, and if", true),
            ("thank you", "The way to do that is", false),
            ("what time is it", "Right now it's about", true),
        ] {
            assert_eq!(grounded(&Request::of(request, "test"), opener), expected, "{request} -> {opener}");
        }
    }
}
