//! What a line begins with: the mark of a list item, a heading, a quotation, a table, code, or text.

/// What the beginning of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// More must come to tell.
    More,
    /// Text, from the first held character on.
    Text,
    /// The mark of a list item, with the space behind it.
    Item,
    /// The number of a list item, with the space behind it.
    Number(u32),
    /// A box to tick, with the space behind it.
    Box,
    /// The mark of a heading, with the space behind it.
    Heading,
    /// The mark of a quotation; the next character still has to be read.
    Quote,
    /// The beginning of bold or the like; the next character still has to be read.
    Marks,
    /// A line that separates: "---", "===", "|---|---|".
    Rule,
    /// A row of a table, from the first held character on.
    Row,
    /// Three or more backticks or tildes; the next character still has to be read.
    Fence,
}

/// Longest beginning that is looked at, in bytes.
const LONGEST: usize = 32;

/// Judges a line that begins with `held`, then `next`; `'\n'` ends the line.
pub(super) fn lead(held: &str, next: char) -> Lead {
    let Some(first) = held.chars().next() else {
        return match next {
            '#' | '-' | '+' | '*' | '_' | '=' | '>' | '|' | '`' | '~' | '[' => Lead::More,
            // Dashes are used as bullets, too.
            '\u{2013}' | '\u{2014}' => Lead::More,
            c if c.is_ascii_digit() => Lead::More,
            _ => Lead::Text,
        };
    };
    let ends = next == '\n';
    let run = held.chars().count();
    let is_run = held.chars().all(|c| c == first);
    match first {
        '#' => match next {
            '#' if run < 6 => Lead::More,
            ' ' => Lead::Heading,
            '\n' => Lead::Rule,
            _ => Lead::Text,
        },
        '[' => match (held, next) {
            ("[", ' ' | 'x' | 'X') | ("[ " | "[x" | "[X", ']') => Lead::More,
            ("[ ]" | "[x]" | "[X]", ' ') => Lead::Box,
            _ => Lead::Text,
        },
        '>' if next.is_ascii_digit() || next == '=' => Lead::Text,
        '>' => Lead::Quote,
        '-' | '+' | '*' | '\u{2013}' | '\u{2014}' if run == 1 && next == ' ' => Lead::Item,
        '-' | '=' if ends || (run >= 2 && matches!(next, '|' | ':')) => Lead::Rule,
        '-' | '=' if next == first => {
            if run >= 2 {
                Lead::Rule
            } else {
                Lead::More
            }
        }
        '*' | '_' if ends => Lead::Rule,
        '*' | '_' if next == first => {
            if run >= 2 {
                Lead::Rule
            } else {
                Lead::More
            }
        }
        '*' | '_' => Lead::Marks,
        '|' if ends || held.contains("--") => Lead::Rule,
        '|' if held.len() < LONGEST && matches!(next, '-' | ':' | '|' | ' ' | '=') => Lead::More,
        '|' => Lead::Row,
        '`' | '~' if next == first => {
            if run < LONGEST {
                Lead::More
            } else {
                Lead::Text
            }
        }
        '`' | '~' if is_run && run >= 3 => Lead::Fence,
        c if c.is_ascii_digit() => number(held, next),
        _ => Lead::Text,
    }
}

fn number(held: &str, next: char) -> Lead {
    let digits = held.trim_end_matches(['.', ')']);
    match next {
        c if c.is_ascii_digit() && digits == held && held.len() < 3 => Lead::More,
        '.' | ')' if digits == held => Lead::More,
        ' ' if digits != held => digits.parse().map_or(Lead::Text, Lead::Number),
        _ => Lead::Text,
    }
}

/// Whether a character may stand in a line that only separates.
pub(super) fn is_rule(c: char) -> bool {
    matches!(c, '-' | '=' | '*' | '_' | ':' | '|' | '+' | ' ')
}
