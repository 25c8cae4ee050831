//! A number with what stands around it in the same word: sign, currency, second number, unit.

use super::range::{digits, range_end, say_fraction, vulgar, worth};
use super::units::{Coin, coin, per, scale, unit};

/// What a quantity leaves for the next word.
#[derive(Debug)]
pub(super) enum Quantity {
    /// It was spoken; its value.
    Number(f64),
    /// It is still to be spoken: "million" may follow.
    Money(Money),
}

/// An amount whose currency is spoken behind it.
#[derive(Clone, Debug)]
pub(super) struct Money {
    number: String,
    coin: &'static Coin,
}

impl Money {
    /// Speaks the amount, with "million" or the like in `scale`, else with its hundredths.
    pub(super) fn say(&self, scale: &str, out: &mut String) {
        let (whole, parts) = self.number.split_once('.').unwrap_or((&self.number, ""));
        let has_parts = parts.len() == 2 && scale.is_empty() && !self.coin.parts.0.is_empty();
        if !has_parts {
            let name = if self.number == "1" && scale.is_empty() { self.coin.one } else { self.coin.many };
            let space = if scale.is_empty() { "" } else { " " };
            out.push_str(&format!("{}{space}{scale} {name}", self.number));
            return;
        }
        let count = parts.trim_start_matches('0');
        let cents = if count == "1" { self.coin.parts.0 } else { self.coin.parts.1 };
        let name = if whole == "1" { self.coin.one } else { self.coin.many };
        match (whole, count) {
            (_, "") => out.push_str(&format!("{whole} {name}")),
            ("0", _) => out.push_str(&format!("{count} {cents}")),
            _ => out.push_str(&format!("{whole} {name} and {count} {cents}")),
        }
    }

    pub(super) fn value(&self) -> f64 {
        worth(&self.number)
    }

    pub(super) fn held(&self) -> usize {
        self.number.len()
    }
}

/// The value of the quantity that a word begins with, when it begins with one.
pub(super) fn value(token: &str) -> Option<f64> {
    let rest = token.trim_start_matches(['(', '*', '_', '~']);
    let rest = rest.strip_prefix(|c| coin(c).is_some()).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches(['.', ',']);
    number.starts_with(|c: char| c.is_ascii_digit()).then(|| worth(number))
}

/// A word that counts what money is counted in, and the marks behind it.
pub(super) fn scale_word(token: &str) -> Option<(&'static str, &str)> {
    ["hundred", "thousand", "million", "billion", "trillion"].into_iter().find_map(|word| {
        let tail = token.strip_prefix(word)?;
        (!tail.contains(char::is_alphanumeric)).then_some((word, tail))
    })
}

/// Speaks `core` if it is a quantity. `last` says that nothing is written behind it in the same word.
pub(super) fn say(core: &str, last: bool, out: &mut String) -> Option<Quantity> {
    let from = out.len();
    let said = amount(core, last, out);
    if said.is_none() {
        out.truncate(from);
    }
    said
}

fn amount(core: &str, last: bool, out: &mut String) -> Option<Quantity> {
    let rest = sign(core, out);
    let mut money = rest.chars().next().and_then(coin);
    let (mut number, mut rest) = digits(rest.strip_prefix(|c| coin(c).is_some()).unwrap_or(rest))?;
    if let Some(tail) = rest.strip_prefix(['-', '\u{2013}']) {
        let tail = money.and_then(|money| tail.strip_prefix(money.sign)).unwrap_or(tail);
        let (second, behind) = range_end(number, tail)?;
        out.push_str(number);
        out.push_str(" to ");
        (number, rest) = (second, behind);
    }
    let mut letters = rest.chars();
    let first = letters.next();
    if money.is_none() && letters.as_str().is_empty() {
        money = first.and_then(coin);
        rest = if money.is_some() { "" } else { rest };
    }
    let (rest, slash) = rest.split_once('/').filter(|_| unit(rest, true).is_none()).unwrap_or((rest, ""));
    let every = if slash.is_empty() { None } else { Some(per(slash)?) };
    let value = worth(number);
    if let Some(coin) = money {
        let amount = Money { number: number.to_string(), coin };
        if rest.is_empty() && every.is_none() && last {
            return Some(Quantity::Money(amount));
        }
        amount.say(if rest.is_empty() { "" } else { scale(rest)? }, out);
    } else {
        out.push_str(number);
        if let Some((above, below)) = first.and_then(vulgar).filter(|_| letters.as_str().is_empty()) {
            out.push(' ');
            say_fraction(&format!("{above}/{below}"), Some(value), out);
        } else if rest == "+" {
            out.push_str(" plus");
        } else if !rest.is_empty() {
            out.push(' ');
            out.push_str(unit(rest, value == 1.0)?);
        }
    }
    if let Some(every) = every {
        out.push_str(" per ");
        out.push_str(every);
    }
    Some(Quantity::Number(value))
}

/// Speaks the signs in front of a quantity; returns what is behind them.
fn sign<'a>(core: &'a str, out: &mut String) -> &'a str {
    const SIGNS: &[(&str, &str)] = &[
        ("<=", "at most "),
        (">=", "at least "),
        ("<", "less than "),
        (">", "more than "),
        ("\u{2264}", "at most "),
        ("\u{2265}", "at least "),
        ("~", "about "),
        ("\u{2248}", "about "),
        ("\u{b1}", "plus or minus "),
        ("+", "plus "),
        ("-", "minus "),
        ("\u{2212}", "minus "),
        ("#", "number "),
        ("\u{2116}", "number "),
        ("\u{a7}", "section "),
    ];
    let mut rest = core;
    // "~-5" has two; more are no quantity.
    for _ in 0..2 {
        if let Some((sign, word)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            out.push_str(word);
            rest = &rest[sign.len()..];
        }
    }
    rest
}
