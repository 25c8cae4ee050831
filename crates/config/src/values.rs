//! From text and variables to one checked value for each key.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use crate::keys::{KEYS, Key, Kind, SECTIONS};
use crate::problem::{Place, Problem};

/// A value that its key allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Whole(i64),
    Flag(bool),
}

/// One value for each row of [`KEYS`], in its order.
#[derive(Clone, Debug)]
pub(crate) struct Values(Vec<Value>);

impl Values {
    /// Defaults, then the file, then the variables.
    pub(crate) fn read(
        file: &str,
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        // A default that its own key forbids is caught by a test.
        let default = |key: &Key| from_word(key.kind, key.default).unwrap_or(Value::Flag(false));
        let mut values = Self(KEYS.iter().map(default).collect());
        values.file(file, text, problems);
        for (key, value) in KEYS.iter().zip(&mut values.0) {
            let Some(name) = key.variable else { continue };
            let Some(said) = variable(name).filter(|said| !said.is_empty()) else { continue };
            match from_word(key.kind, said.trim()) {
                Some(new) => *value = new,
                None => problems.push(Problem { place: Place::Variable(name), what: wrong(key) }),
            }
        }
        values
    }

    fn file(&mut self, file: &str, text: &str, problems: &mut Vec<Problem>) {
        let at = |offset: usize| {
            let before = text.as_bytes().iter().take(offset);
            Place::Line { file: file.to_string(), line: 1 + before.filter(|byte| **byte == b'\n').count() }
        };
        if text.len() > crate::LARGEST_FILE {
            let what = format!("the file is larger than {} bytes", crate::LARGEST_FILE);
            problems.push(Problem { place: at(0), what });
            return;
        }
        let from = problems.len();
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = at(error.span().map_or(0, |span| span.start));
            problems.push(Problem { place, what: format!("this is no TOML: {}", one_line(error.message())) });
        }
        for (section, table) in root.get_ref() {
            let place = at(section.span().start);
            let name = section.get_ref().as_ref();
            if !SECTIONS.iter().any(|(known, _)| *known == name) {
                let known: Vec<_> = SECTIONS.iter().map(|(known, _)| format!("[{known}]")).collect();
                let what = format!("`{}` is no section; there are {}", shown(name), known.join(", "));
                problems.push(Problem { place, what });
                continue;
            }
            let DeValue::Table(table) = table.get_ref() else {
                problems.push(Problem { place, what: format!("`{name}` is a section: write [{name}]") });
                continue;
            };
            for (key, value) in table {
                if let Err(what) = self.set(name, key.get_ref(), value) {
                    problems.push(Problem { place: at(key.span().start), what });
                }
            }
        }
        problems[from..].sort_by(|a, b| a.place.cmp(&b.place));
    }

    fn set(&mut self, section: &str, name: &str, value: &Spanned<DeValue<'_>>) -> Result<(), String> {
        let Some(index) = KEYS.iter().position(|key| key.section == section && key.name == name) else {
            let known: Vec<_> = KEYS.iter().filter(|key| key.section == section).map(|key| key.name).collect();
            return Err(format!("[{section}] has no `{}`; it has {}", shown(name), known.join(", ")));
        };
        self.0[index] = from_toml(KEYS[index].kind, value.get_ref()).ok_or_else(|| wrong(&KEYS[index]))?;
        Ok(())
    }

    fn of(&self, section: &str, name: &str) -> &Value {
        let index = KEYS.iter().position(|key| key.section == section && key.name == name);
        // A test reads every key of `Config`, so that a row that is not there is found.
        index.map_or(&Value::Flag(false), |index| &self.0[index])
    }

    pub(crate) fn text(&self, section: &str, name: &str) -> String {
        if let Value::Text(text) = self.of(section, name) { text.clone() } else { String::new() }
    }

    pub(crate) fn whole(&self, section: &str, name: &str) -> u64 {
        if let Value::Whole(number) = self.of(section, name) { u64::try_from(*number).unwrap_or(0) } else { 0 }
    }

    pub(crate) fn flag(&self, section: &str, name: &str) -> bool {
        matches!(self.of(section, name), Value::Flag(true))
    }
}

/// A value as it stands in a variable or in [`KEYS`].
fn from_word(kind: Kind, word: &str) -> Option<Value> {
    match kind {
        Kind::Whole(..) => from_toml(kind, DeValue::parse(word).ok()?.get_ref()),
        Kind::Flag => word.parse().ok().map(Value::Flag),
        _ => text_allowed(kind, word).then(|| Value::Text(word.to_string())),
    }
}

fn from_toml(kind: Kind, value: &DeValue<'_>) -> Option<Value> {
    match (kind, value) {
        (Kind::Whole(least, most), DeValue::Integer(number)) => {
            let number = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
            (least..=most).contains(&number).then_some(Value::Whole(number))
        }
        (Kind::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
        (Kind::Whole(..) | Kind::Flag, _) => None,
        (_, DeValue::String(text)) => text_allowed(kind, text).then(|| Value::Text(text.to_string())),
        _ => None,
    }
}

fn text_allowed(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Text(most) => text.chars().count() <= most && !text.chars().any(char::is_control),
        Kind::Name => {
            let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
            (1..=32).contains(&text.len()) && text.chars().all(letter)
        }
        Kind::Choice(words) => words.contains(&text),
        Kind::Clouds => {
            let mut clouds = text.split(',').map(str::trim);
            text.len() <= 4000 && (text == "none" || clouds.all(is_cloud))
        }
        Kind::Url { words, schemes } => {
            let is_url = |url: Url| schemes.contains(&url.scheme()) && url.host().is_some();
            words.contains(&text)
                || (text.len() <= 2000 && !text.chars().any(char::is_control) && Url::parse(text).is_ok_and(is_url))
        }
        Kind::Whole(..) | Kind::Flag => false,
    }
}

/// One who continues: a name, or a web address; a dialect may stand before the address, a model behind it.
fn is_cloud(text: &str) -> bool {
    let address = text.split_once('#').map_or(text, |(address, _)| address);
    let url = ["openai+", "anthropic+"].iter().find_map(|dialect| address.strip_prefix(dialect)).unwrap_or(address);
    let is_web = |url: Url| matches!(url.scheme(), "http" | "https") && url.host().is_some();
    text == "local"
        || matches!(address, "openai" | "anthropic")
        || (!text.chars().any(char::is_control) && Url::parse(url).is_ok_and(is_web))
}

/// What a key may be, for people.
pub(crate) fn allowed(kind: Kind) -> String {
    let quoted = |words: &[&str]| {
        let words = words.iter().filter(|word| !word.is_empty());
        words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
    };
    match kind {
        Kind::Text(most) => format!("text in quotes, at most {most} characters, on one line"),
        Kind::Name => "1 to 32 of a-z, 0-9, _ and -, in quotes".to_string(),
        Kind::Choice(words) => format!("one of {}", quoted(words)),
        Kind::Whole(least, most) => format!("a whole number from {least} to {most}"),
        Kind::Flag => "true or false".to_string(),
        Kind::Clouds => {
            "\"local\", \"none\", \"openai\", \"anthropic\", or URLs that begin with http:// or https://".into()
        }
        Kind::Url { words, schemes } => {
            let begin = schemes.iter().map(|scheme| format!("{scheme}://")).collect::<Vec<_>>().join(" or ");
            match quoted(words).as_str() {
                "" => format!("a URL in quotes that begins with {begin}, or \"\""),
                words => format!("{words}, or a URL in quotes that begins with {begin}"),
            }
        }
    }
}

fn wrong(key: &Key) -> String {
    format!("{}.{} takes {}", key.section, key.name, allowed(key.kind))
}

/// A name from outside, short and on one line.
fn shown(name: &str) -> String {
    name.chars().take(40).map(|c| if c.is_control() { '?' } else { c }).collect()
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
