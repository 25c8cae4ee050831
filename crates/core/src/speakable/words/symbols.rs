//! One word as it is written, spoken: abbreviations, addresses, quantities, and symbols as words.

use super::address;
use super::quantity::{self, Money, Quantity};
use super::range::{say_fraction, vulgar};
use super::units::{counted, per};

/// What a word was, as far as the next word must know.
#[derive(Debug)]
pub(super) enum Said {
    Plain,
    /// Its full stop may have ended the sentence, too.
    Abbreviation,
    /// A number with this value.
    Number(f64),
    /// Not spoken yet.
    Money(Money),
}

/// As written without the last full stop, and as spoken.
const ABBREVIATIONS: &[(&str, &str)] =
    &[("e.g", "for example"), ("i.e", "that is"), ("etc", "et cetera"), ("vs", "versus"), ("approx", "approximately")];
/// Faces that no voice should read out.
const FACES: &[&str] = &[":)", ":-)", ":(", ":-(", ":D", ":-D", ";)", ";-)", ":P", ":-P", ":/", "<3", "</3", "^^"];
/// Marks in front of a word that are not a part of it.
const FRONT: &[char] = &['(', '[', '{', '"', '\'', '*', '_', '`', '|'];
/// Marks behind a word that are not a part of it.
const BACK: &[char] =
    &['.', ',', '!', '?', ';', ':', '\u{2026}', ')', ']', '}', '"', '\'', '*', '_', '`', '|', '>', '\\'];

/// Speaks a word; `before` is the number that the word before it was.
pub(super) fn say(token: &str, before: Option<f64>, out: &mut String) -> Said {
    if FACES.contains(&token) {
        return Said::Plain;
    }
    if let Some(word) = alone(token, before) {
        out.push_str(word);
        return Said::Plain;
    }
    let unstruck;
    let token = if token.contains("~~") {
        unstruck = token.replace("~~", "");
        &unstruck
    } else {
        token
    };
    let behind_front = token.trim_start_matches(FRONT);
    let core = behind_front.trim_end_matches(BACK);
    let (front, back) = (&token[..token.len() - behind_front.len()], &behind_front[core.len()..]);
    say_marks(front, out);
    if let Some(short) = say_abbreviation(core, back, out) {
        // The full stop belongs to the abbreviation, an ellipsis does not.
        let behind = if back.starts_with("..") { back } else { back.strip_prefix('.').unwrap_or(back) };
        say_marks(behind, out);
        return if short == "etc" && back == "." { Said::Abbreviation } else { Said::Plain };
    }
    if before.is_none() && core.chars().all(|c| c.is_ascii_alphabetic() || c == '\'') {
        // Most words: nothing to find out.
        out.push_str(core);
        say_marks(back, out);
        return Said::Plain;
    }
    let goes_on = back.chars().all(|c| matches!(c, '*' | '_' | '`'));
    let said = say_core(core, before, goes_on, out);
    if !back.is_empty() {
        // "x²," ends with a space behind "squared".
        out.truncate(out.trim_end().len());
    }
    say_marks(back, out);
    if goes_on { said } else { Said::Plain }
}

fn say_core(core: &str, before: Option<f64>, last: bool, out: &mut String) -> Said {
    if address::say(core, out) {
        return Said::Plain;
    }
    if let Some(unit) = before.and_then(|value| counted(core, value == 1.0)) {
        out.push_str(unit);
        return Said::Plain;
    }
    if before.is_some()
        && let Some((unit, every)) = say_rate(core)
    {
        out.push_str(&format!("{unit} per {every}"));
        return Said::Plain;
    }
    match quantity::say(core, last, out) {
        Some(Quantity::Number(value)) => return Said::Number(value),
        Some(Quantity::Money(money)) => return Said::Money(money),
        None => {}
    }
    if say_fraction(core, before, out) {
        return Said::Number(f64::NAN);
    }
    super::letters::say(core, out);
    Said::Plain
}

/// "kg/m²" behind a number.
fn say_rate(core: &str) -> Option<(&'static str, &str)> {
    let (above, below) = core.split_once('/')?;
    Some((counted(above, false)?, per(below)?))
}

/// A word that is only a symbol.
fn alone(token: &str, before: Option<f64>) -> Option<&'static str> {
    Some(match token {
        "*" | "\u{d7}" | "x" if before.is_some() => "times",
        "--" | "---" => "\u{2014}",
        "->" | "-->" | "=>" | "==>" => "to",
        "<" => "less than",
        ">" => "greater than",
        "~" => "about",
        "\u{2030}" => "per mille",
        "w/" => "with",
        "w/o" => "without",
        _ => return None,
    })
}

/// Speaks an abbreviation; returns which one it was.
fn say_abbreviation(core: &str, back: &str, out: &mut String) -> Option<&'static str> {
    let (short, spoken) = ABBREVIATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(core))?;
    if *short == "approx" && !back.starts_with('.') {
        return None;
    }
    let (first, rest) = spoken.split_at(1);
    if core.starts_with(char::is_uppercase) {
        out.push_str(&first.to_ascii_uppercase());
    } else {
        out.push_str(first);
    }
    out.push_str(rest);
    Some(short)
}

/// Speaks the marks in front of a word or behind it: what a voice pauses at stays, once.
pub(super) fn say_marks(marks: &str, out: &mut String) {
    let from = out.len();
    let mut dots = 0;
    for c in marks.chars() {
        dots = if c == '.' { dots + 1 } else { 0 };
        let is_new = match c {
            // Two full stops are one, three are a pause.
            '.' => dots == 1 || dots == 3,
            '!' | '?' | ',' | ';' | ':' | '\u{2026}' | '(' | ')' | '"' | '\'' => !out[from..].contains(c),
            _ => false,
        };
        if is_new {
            out.push(c);
            if dots == 3 {
                out.push(c);
            }
        }
    }
}

/// Whether a character is a symbol that is spoken as words or left out, never as itself.
pub(in crate::speakable) fn is_symbol(c: char) -> bool {
    matches!(c,
        '\u{a1}'..='\u{a9}' | '\u{ac}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bf}' | '\u{d7}' | '\u{f7}'
        | '\u{2016}'..='\u{2017}' | '\u{2022}'..='\u{2024}' | '\u{2027}' | '\u{2030}'..='\u{205e}'
        | '\u{2070}'..='\u{2071}' | '\u{2074}'..='\u{209f}' | '\u{20a0}'..='\u{20cf}' | '\u{2103}' | '\u{2109}'
        | '\u{2116}' | '\u{2190}'..='\u{22ff}' | '\u{27c0}'..='\u{27ff}' | '\u{2980}'..='\u{2aff}')
        || vulgar(c).is_some()
}
