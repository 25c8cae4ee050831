//! The example: every key with what it is for, what it may be, and its default.

use std::fmt::Write;

use crate::keys::{KEYS, Key, Kind, SECTIONS};
use crate::values::allowed;

/// Longest line of a comment, in characters.
const WIDTH: usize = 110;

/// A complete configuration file that says what holds anyway.
#[must_use]
pub fn example() -> String {
    let mut text = String::from(
        "# Segue's configuration. Every key is shown with its default; a key that is left out keeps it.\n\
         # A variable named below stands above this file. Check with `segue config --check FILE`.\n",
    );
    for (section, about) in SECTIONS {
        let _ = write!(text, "\n{}[{section}]\n", comment(about));
        for key in KEYS.iter().filter(|key| key.section == *section) {
            let variable = key.variable.map(|name| format!(" Variable: {name}.")).unwrap_or_default();
            let about = format!("{} Takes {}.{variable}", key.help, allowed(key.kind));
            let _ = writeln!(text, "{}{} = {}", comment(&about), key.name, written(key));
        }
    }
    text
}

/// The default as it stands in TOML.
fn written(key: &Key) -> String {
    match key.kind {
        Kind::Whole(..) | Kind::Flag => key.default.to_string(),
        _ => toml::Value::from(key.default).to_string(),
    }
}

fn comment(about: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in about.split_whitespace() {
        if lines.last().is_some_and(|line| line.chars().count() + word.chars().count() >= WIDTH) {
            lines.push(String::from("#"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}
