//! One word at a time: a word is held until white space ends it, then spoken. Knows the number in front of a unit,
//! the amount in front of "million" and the dash between two numbers.

mod address;
mod letters;
mod quantity;
mod range;
mod symbols;
mod units;

use super::joint::{Joint, Pause};
use super::scrub::is_combining;
use quantity::Money;
use symbols::Said;
pub(super) use symbols::is_symbol;

/// Longest word that is spoken, in characters; the longest place name in use has 58. Longer ones are data.
const LONGEST: usize = 60;
/// Marks on one letter that are kept; written languages use up to three.
const MOST_COMBINING: usize = 3;

/// The words of a reply.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    joint: Joint,
    token: String,
    chars: usize,
    combining: usize,
    /// The last character of a word that is too long and is being left out.
    overlong: Option<char>,
    /// The number that the last word was; not a number where its value does not matter.
    before: Option<f64>,
    /// An amount of money that waits for "million".
    money: Option<Money>,
    /// A dash that stands behind a number.
    dash: Option<char>,
    spoken: String,
}

impl Words {
    /// Takes a character of text; `' '` ends a word.
    pub(super) fn push(&mut self, c: char, out: &mut String) {
        if c == ' ' {
            return self.space(out);
        }
        self.combining = if is_combining(c) { self.combining + 1 } else { 0 };
        if self.combining > MOST_COMBINING || (self.combining > 0 && self.token.is_empty()) {
            return;
        }
        if self.overlong.is_some() {
            self.overlong = Some(c);
            return;
        }
        if c == '\u{2014}' {
            self.settle(out);
            self.joint.word("\u{2014}", out);
            self.before = None;
            return;
        }
        self.token.push(c);
        self.chars += 1;
        if matches!(c, '\u{3001}' | '\u{3002}' | '\u{ff01}' | '\u{ff0c}' | '\u{ff1f}') {
            self.end_word(out);
        } else if self.chars > LONGEST {
            self.leave_out(c, out);
        }
    }

    /// A picture or a link was left out: words on its two sides stay apart.
    pub(super) fn gap(&mut self, out: &mut String) {
        self.space(out);
        self.joint.gap();
    }

    /// Something without width was left out.
    pub(super) fn gap_inside(&mut self) {
        self.joint.gap();
    }

    /// Ends the word, and asks for a pause behind it.
    pub(super) fn pause(&mut self, pause: Pause, out: &mut String) {
        if pause <= Pause::Space {
            return self.space(out);
        }
        self.settle(out);
        self.joint.pause(pause, out);
        self.before = None;
    }

    /// Speaks everything that waits for more.
    pub(super) fn settle(&mut self, out: &mut String) {
        self.end_word(out);
        if let Some(money) = self.money.take() {
            let mut spoken = std::mem::take(&mut self.spoken);
            money.say("", &mut spoken);
            self.utter(spoken, out);
        }
        if let Some(dash) = self.dash.take() {
            self.joint.word(dash.encode_utf8(&mut [0; 4]), out);
        }
    }

    pub(super) fn stop(&mut self, pause: Pause, out: &mut String) {
        self.joint.stop(pause, out);
    }

    pub(super) fn held(&self) -> usize {
        self.token.len() + self.money.as_ref().map_or(0, Money::held)
    }

    /// The word is too long. A language that is written without spaces is cut, an address says where it leads.
    fn leave_out(&mut self, c: char, out: &mut String) {
        if c >= '\u{e00}' {
            self.end_word(out);
            return;
        }
        self.overlong = Some(c);
        if address::begins(&self.token) {
            self.end_token(out);
        }
        self.token.clear();
    }

    fn space(&mut self, out: &mut String) {
        self.end_word(out);
        if self.money.is_none() {
            self.joint.pause(Pause::Space, out);
        }
    }

    fn end_word(&mut self, out: &mut String) {
        if let Some(last) = self.overlong.take() {
            self.chars = 0;
            self.before = None;
            self.joint.gap();
            if matches!(last, '.' | '!' | '?' | ',') {
                self.joint.word(last.encode_utf8(&mut [0; 4]), out);
            }
            return;
        }
        self.end_token(out);
        self.chars = 0;
    }

    fn end_token(&mut self, out: &mut String) {
        if self.token.is_empty() {
            return;
        }
        let token = std::mem::take(&mut self.token);
        self.speak(&token, out);
        self.token = token;
        self.token.clear();
    }

    fn speak(&mut self, token: &str, out: &mut String) {
        let mut spoken = std::mem::take(&mut self.spoken);
        if let Some(money) = self.money.take() {
            if let Some((scale, tail)) = quantity::scale_word(token) {
                money.say(scale, &mut spoken);
                symbols::say_marks(tail, &mut spoken);
                self.before = None;
                return self.utter(spoken, out);
            }
            money.say("", &mut spoken);
            self.utter(spoken, out);
            self.joint.pause(Pause::Space, out);
            spoken = std::mem::take(&mut self.spoken);
        }
        if let Some(dash) = self.dash.take() {
            let mut buffer = [0; 4];
            let word = match (self.before, quantity::value(token)) {
                (Some(from), Some(to)) if from > to => "minus",
                (Some(_), Some(_)) => "to",
                _ => dash.encode_utf8(&mut buffer),
            };
            self.joint.word(word, out);
            self.joint.pause(Pause::Space, out);
        } else if let ("-" | "\u{2013}", Some(_)) = (token, self.before) {
            self.dash = token.chars().next();
            self.spoken = spoken;
            return;
        }
        let said = symbols::say(token, self.before.take(), &mut spoken);
        let abbreviated = matches!(said, Said::Abbreviation);
        match said {
            Said::Number(value) => self.before = Some(value),
            Said::Money(money) => {
                self.before = Some(money.value());
                self.money = Some(money);
            }
            Said::Plain | Said::Abbreviation => {}
        }
        if spoken.is_empty() && self.money.is_none() {
            self.joint.gap();
        }
        self.utter(spoken, out);
        if abbreviated {
            self.joint.pause(Pause::Maybe, out);
        }
    }

    /// Speaks the words of `spoken` and keeps its memory for the next ones.
    fn utter(&mut self, mut spoken: String, out: &mut String) {
        let mut first = true;
        for word in spoken.split(' ') {
            if !first {
                self.joint.pause(Pause::Space, out);
            }
            first = false;
            self.joint.word(word, out);
        }
        spoken.clear();
        self.spoken = spoken;
    }
}
