//! Backslashes: LaTeX commands as words, escaped marks as themselves. A formula is spoken as far as words go; its
//! layout is left out.

use super::{Hold, Inline};

impl Inline {
    /// Takes a character behind a backslash.
    pub(super) fn command(&mut self, c: char, out: &mut String) {
        if c.is_ascii_alphabetic() && self.held.len() < 20 {
            self.held.push(c);
            self.hold = Hold::Command;
            return;
        }
        if self.held.is_empty() {
            match c {
                // The ends of a formula, and its small spaces.
                '(' | ')' | '[' | ']' => self.words.gap_inside(),
                ',' | ';' | ':' | '\\' | ' ' => self.words.push(' ', out),
                c => self.words.push(c, out),
            }
            return;
        }
        self.end_command(out);
        if c == '{' && matches!(self.hold, Hold::Group) {
            return;
        }
        self.hold = Hold::Nothing;
        self.text(c, out);
    }

    pub(super) fn end_command(&mut self, out: &mut String) {
        let name = std::mem::take(&mut self.held);
        if is_environment(&name) {
            self.hold = Hold::Group;
        } else if is_fraction(&name) {
            self.groups = 1;
        } else {
            match spoken(&name) {
                Some("") => {}
                words => {
                    self.words.push(' ', out);
                    self.say(words.unwrap_or(&name), out);
                    self.words.push(' ', out);
                }
            }
        }
    }

    pub(super) fn group(&mut self, c: char, out: &mut String) {
        if c == '}' {
            self.held.clear();
        } else if self.held.len() < 20 && (c.is_ascii_alphanumeric() || c == '*') {
            self.held.push(c);
            self.hold = Hold::Group;
        } else {
            self.release("", out);
            self.text(c, out);
        }
    }
}

/// How a command is spoken; `None` speaks its name ("\alpha").
fn spoken(name: &str) -> Option<&'static str> {
    const SPOKEN: &[(&str, &str)] = &[
        ("times", "times"),
        ("cdot", "times"),
        ("div", "divided by"),
        ("pm", "plus or minus"),
        ("mp", "minus or plus"),
        ("le", "is at most"),
        ("leq", "is at most"),
        ("ge", "is at least"),
        ("geq", "is at least"),
        ("lt", "is less than"),
        ("gt", "is greater than"),
        ("ne", "is not"),
        ("neq", "is not"),
        ("approx", "is about"),
        ("sim", "is about"),
        ("equiv", "equals"),
        ("to", "to"),
        ("rightarrow", "to"),
        ("Rightarrow", "to"),
        ("implies", "to"),
        ("infty", "infinity"),
        ("sqrt", "the square root of"),
        ("sum", "the sum of"),
        ("int", "the integral of"),
        ("prod", "the product of"),
        ("partial", "partial"),
        ("circ", "degrees"),
        ("degree", "degrees"),
        ("percent", "percent"),
        ("ldots", "\u{2026}"),
        ("dots", "\u{2026}"),
        ("cdots", "\u{2026}"),
        ("in", "in"),
    ];
    const SILENT: &[&str] = &[
        "frac",
        "dfrac",
        "tfrac",
        "left",
        "right",
        "text",
        "textbf",
        "textit",
        "mathrm",
        "mathbf",
        "mathbb",
        "mathit",
        "mathcal",
        "operatorname",
        "displaystyle",
        "boxed",
        "quad",
        "qquad",
        "big",
        "Big",
        "bigl",
        "bigr",
        "limits",
        "hat",
        "bar",
        "vec",
        "overline",
        "underline",
        "n",
        "r",
        "t",
    ];
    if SILENT.contains(&name) {
        return Some("");
    }
    SPOKEN.iter().find(|(command, _)| *command == name).map(|(_, spoken)| *spoken)
}

/// Whether a command takes two groups, spoken with "over" between them.
fn is_fraction(name: &str) -> bool {
    matches!(name, "frac" | "dfrac" | "tfrac")
}

/// Whether the group behind a command names an environment, which nobody wants to hear.
fn is_environment(name: &str) -> bool {
    matches!(name, "begin" | "end" | "label" | "tag" | "color")
}
