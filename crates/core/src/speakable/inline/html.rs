//! HTML in a reply: what a tag does to the speech, and what an entity stands for.

use crate::speakable::joint::Pause;

/// Tags that may have attributes or stand for a pause, with the pause.
const TAGS: &[(&str, Pause)] = &[
    ("br", Pause::Comma),
    ("td", Pause::Comma),
    ("th", Pause::Comma),
    ("p", Pause::Stop),
    ("div", Pause::Stop),
    ("li", Pause::Stop),
    ("ul", Pause::Stop),
    ("ol", Pause::Stop),
    ("tr", Pause::Stop),
    ("hr", Pause::Stop),
    ("table", Pause::Stop),
    ("blockquote", Pause::Stop),
    ("section", Pause::Stop),
    ("details", Pause::Stop),
    ("summary", Pause::Stop),
    ("pre", Pause::Stop),
    ("h1", Pause::Stop),
    ("h2", Pause::Stop),
    ("h3", Pause::Stop),
    ("h4", Pause::Stop),
    ("h5", Pause::Stop),
    ("h6", Pause::Stop),
    ("a", Pause::None),
    ("b", Pause::None),
    ("i", Pause::None),
    ("u", Pause::None),
    ("s", Pause::None),
    ("em", Pause::None),
    ("strong", Pause::None),
    ("span", Pause::None),
    ("font", Pause::None),
    ("img", Pause::None),
    ("code", Pause::None),
    ("sub", Pause::None),
    ("sup", Pause::None),
    ("mark", Pause::None),
    ("abbr", Pause::None),
];

/// Longest name of a tag.
const LONGEST_NAME: usize = 20;

/// The pause that a complete tag (without its brackets) makes.
pub(super) fn pause(tag: &str) -> Pause {
    let name = name(tag);
    TAGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(Pause::None, |(_, pause)| *pause)
}

/// Whether `tag`, what stands behind `<` so far, can go on with `next`. Attributes are only believed behind a name
/// that is known: "x <y and z" is no tag.
pub(super) fn goes_on(tag: &str, next: char) -> bool {
    if tag.starts_with('!') {
        // A comment.
        return matches!((tag.len(), next), (1 | 2, '-')) || tag.starts_with("!--");
    }
    let name = name(tag);
    let is_known = || TAGS.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    let behind = tag.strip_prefix('/').unwrap_or(tag).strip_prefix(name).unwrap_or("");
    match next {
        '!' => tag.is_empty(),
        '/' if name.is_empty() => tag.is_empty(),
        c if behind.is_empty() && c.is_ascii_alphabetic() => name.len() < LONGEST_NAME,
        c if behind.is_empty() && (c.is_ascii_digit() || c == '-') => !name.is_empty() && name.len() < LONGEST_NAME,
        '/' => true,
        ' ' if behind.is_empty() => !name.is_empty() && is_known(),
        '<' => false,
        _ => !behind.is_empty() && is_known(),
    }
}

/// Whether `>` ends the tag.
pub(super) fn ends(tag: &str) -> bool {
    if tag.starts_with('!') { tag.len() >= 5 && tag.ends_with("--") } else { !name(tag).is_empty() }
}

fn name(tag: &str) -> &str {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or("")
}

/// The character that an entity (without `&` and `;`) stands for; `None` when it is none.
pub(super) fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "hellip" => '\u{2026}',
        "ldquo" | "rdquo" | "laquo" | "raquo" | "shy" | "copy" | "reg" | "trade" => '\u{ad}',
        "bull" | "middot" => '\u{2022}',
        "deg" => '\u{b0}',
        "times" => '\u{d7}',
        "divide" => '\u{f7}',
        "plusmn" => '\u{b1}',
        "le" => '\u{2264}',
        "ge" => '\u{2265}',
        "ne" => '\u{2260}',
        "rarr" => '\u{2192}',
        "euro" => '\u{20ac}',
        "pound" => '\u{a3}',
        "cent" => '\u{a2}',
        "frac12" => '\u{bd}',
        "frac14" => '\u{bc}',
        "frac34" => '\u{be}',
        "sup2" => '\u{b2}',
        "sup3" => '\u{b3}',
        "eacute" => '\u{e9}',
        "auml" => '\u{e4}',
        "ouml" => '\u{f6}',
        "uuml" => '\u{fc}',
        "szlig" => '\u{df}',
        _ => return None,
    })
}
