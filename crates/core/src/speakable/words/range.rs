//! Two numbers in one word: ranges ("5-10") and fractions ("3/4").

/// The number at the beginning of `text` and what follows it.
pub(super) fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | ':')).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit()) && number.ends_with(|c: char| c.is_ascii_digit());
    is_number.then_some((number, rest))
}

/// What a number is worth; not a number for times and version numbers.
pub(super) fn worth(number: &str) -> f64 {
    number.replace(',', "").parse().unwrap_or(f64::NAN)
}

/// The second number of a range that begins with `first`, and what follows it. Telephone numbers, dates and scores
/// are no ranges.
pub(super) fn range_end<'a>(first: &str, tail: &'a str) -> Option<(&'a str, &'a str)> {
    let (second, rest) = digits(tail)?;
    let is_time = first.contains(':') && second.contains(':');
    let is_telephone = first.len() == 3 && second.len() == 4 && !second.ends_with("00") && rest.is_empty();
    let is_padded = second.len() > 1 && second.starts_with('0') && !second.contains(['.', ':']);
    let rises = worth(first) < worth(second);
    ((is_time || rises) && !is_telephone && !is_padded).then_some((second, rest))
}

/// Speaks a fraction; behind a whole number, with "and". `false` when `core` is none.
pub(super) fn say_fraction(core: &str, before: Option<f64>, out: &mut String) -> bool {
    let mut letters = core.chars();
    let single = letters.next().filter(|_| letters.as_str().is_empty());
    let Some((above, below)) = core.split_once('/').or_else(|| single.and_then(vulgar)) else { return false };
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() <= 3 && !text.starts_with(['0', '+']));
    let (Some(count), Some(of)) = (number(above), number(below)) else { return false };
    let (one, many) = match of {
        2 => ("half", "halves"),
        3 => ("third", "thirds"),
        4 => ("quarter", "quarters"),
        8 => ("eighth", "eighths"),
        5 | 10 | 100 if count <= of => {
            out.push_str(&format!("{above} out of {below}"));
            return true;
        }
        _ => return false,
    };
    const COUNTS: [&str; 8] = ["", "one", "two", "three", "four", "five", "six", "seven"];
    let Some(word) = COUNTS.get(usize::from(count)).filter(|_| count < of) else { return false };
    let whole = before.is_some_and(|value| value.fract() == 0.0);
    let article = if of == 8 { "an" } else { "a" };
    let (link, word) = if whole { ("and ", if count == 1 { article } else { word }) } else { ("", *word) };
    out.push_str(&format!("{link}{word} {}", if count == 1 { one } else { many }));
    true
}

/// A fraction that is one character, as two numbers.
pub(super) fn vulgar(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\u{bd}' => ("1", "2"),
        '\u{bc}' => ("1", "4"),
        '\u{be}' => ("3", "4"),
        '\u{2153}' => ("1", "3"),
        '\u{2154}' => ("2", "3"),
        '\u{215b}' => ("1", "8"),
        '\u{215c}' => ("3", "8"),
        '\u{215d}' => ("5", "8"),
        '\u{215e}' => ("7", "8"),
        _ => return None,
    })
}
