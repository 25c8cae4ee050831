//! A word that is nothing known, letter by letter: symbols between letters become words or spaces.

use super::symbols::is_symbol;

/// Speaks `core`, which has no marks around it.
pub(super) fn say(core: &str, out: &mut String) {
    let from = out.len();
    let mut before: Option<char> = None;
    let mut rest = core.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        let is_between = before.is_some_and(|c| c.is_ascii_digit()) && next.is_some_and(|c| c.is_ascii_digit());
        if let Some((word, length)) = pair(c, rest.as_str()) {
            out.push_str(word);
            rest.nth(length - 2);
            before = None;
            continue;
        }
        if c == '-' && next == Some('-') {
            // Between words, a dash; in front of a word, the mark of an option: "--verbose".
            out.push_str(if out.len() == from { "" } else { "\u{2014}" });
            rest = rest.as_str().trim_start_matches('-').chars();
            before = None;
            continue;
        }
        match c {
            'x' if is_between && !core.starts_with("0x") => out.push_str(" by "),
            '*' if is_between => out.push_str(" times "),
            c if c.is_ascii_alphanumeric() => out.push(c),
            '.' | ',' | '!' | '?' | ';' | ':' | '\'' | '"' | '(' | ')' | '-' => {
                // A run of one mark says no more than the mark; full stops may be an ellipsis.
                if before != Some(c) || (c == '.' && !out.ends_with("...")) {
                    out.push(c);
                }
            }
            c if c.is_ascii() => out.push_str(ascii(before, c, next)),
            c => wide(core, before, c, out),
        }
        before = Some(c);
    }
}

/// Symbols of two or three characters.
fn pair(c: char, rest: &str) -> Option<(&'static str, usize)> {
    const PAIRS: &[(&str, &str)] = &[
        ("-->", " to "),
        ("->", " to "),
        ("=>", " to "),
        ("<-", " "),
        ("<=", " is at most "),
        (">=", " is at least "),
        ("!=", " is not "),
        ("===", " equals "),
        ("==", " equals "),
        ("++", " plus plus"),
        ("&&", " and "),
        ("^{2}", " squared "),
        ("^{3}", " cubed "),
        ("^2", " squared "),
        ("^3", " cubed "),
    ];
    if !matches!(c, '-' | '=' | '<' | '>' | '!' | '+' | '&' | '^') {
        return None;
    }
    PAIRS.iter().find_map(|(pair, word)| {
        let behind = rest.strip_prefix(&pair[1..]).filter(|_| pair.starts_with(c))?;
        // "2^30" is no square.
        let is_number = c == '^' && behind.starts_with(|c: char| c.is_ascii_digit());
        (!is_number).then_some((*word, pair.len()))
    })
}

fn ascii(before: Option<char>, c: char, next: Option<char>) -> &'static str {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '&' => " and ",
        '=' => " equals ",
        '%' => " percent",
        '@' => " at ",
        '<' => " less than ",
        '>' => " greater than ",
        '^' => " to the ",
        '+' if next.is_none() && before.is_some_and(char::is_alphabetic) => "+",
        '+' => " plus ",
        '#' if next.is_some_and(|c| c.is_ascii_digit()) => " number ",
        '#' if next.is_none() && before.is_some_and(|c| c.is_ascii_uppercase()) => " sharp",
        '_' | '|' | '[' | ']' | '{' | '}' | '$' | '~' if is_word(before) && is_word(next) => " ",
        '/' | '\\' => " ",
        _ => "",
    }
}

fn wide(core: &str, before: Option<char>, c: char, out: &mut String) {
    let word = match c {
        '\u{2192}' => " to ",
        '\u{d7}' | '\u{22c5}' | '\u{2219}' => " times ",
        '\u{f7}' => " divided by ",
        '\u{2212}' => " minus ",
        '\u{2213}' | '\u{b1}' => " plus or minus ",
        '\u{2248}' | '\u{2243}' => " about ",
        '\u{2260}' => " is not ",
        '\u{2261}' => " equals ",
        '\u{2264}' => " is at most ",
        '\u{2265}' => " is at least ",
        '\u{221a}' => " the square root of ",
        '\u{221e}' => " infinity ",
        '\u{2211}' => " the sum of ",
        '\u{222b}' => " the integral of ",
        '\u{b0}' => " degrees ",
        '\u{2103}' => " degrees Celsius ",
        '\u{2109}' => " degrees Fahrenheit ",
        '\u{20ac}' => " euros ",
        '\u{a3}' => " pounds ",
        c if !is_symbol(c) => return out.push(c),
        c => return raise(core, before, c, out),
    };
    out.push_str(word);
}

/// A digit that is written small and high is a power in a formula and a footnote behind a word.
fn raise(core: &str, before: Option<char>, symbol: char, out: &mut String) {
    let Some(digit) = raised(symbol) else { return };
    let is_formula = core.chars().count() <= 5 || before.is_some_and(|c| c.is_ascii_digit());
    match (before, digit) {
        (Some(c), _) if raised(c).is_some() && out.ends_with(|c: char| c.is_ascii_digit()) => out.push(digit),
        (Some(c), '2' | '3') if c.is_alphanumeric() && is_formula => {
            out.push_str(if digit == '2' { " squared " } else { " cubed " });
        }
        (Some(c), _) if c.is_ascii_digit() => {
            out.push_str(" to the ");
            out.push(digit);
        }
        _ => {}
    }
}

fn raised(c: char) -> Option<char> {
    Some(match c {
        '\u{b9}' => '1',
        '\u{b2}' => '2',
        '\u{b3}' => '3',
        '\u{2070}' => '0',
        '\u{2074}'..='\u{2079}' => char::from_digit(u32::from(c) - 0x2070, 10)?,
        _ => return None,
    })
}
