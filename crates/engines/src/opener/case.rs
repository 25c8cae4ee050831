//! Capitals. The model reads and writes small letters; here names get their capitals back: as the request writes them
//! where it writes capitals at all, else from a list of names.

use std::collections::HashMap;
use std::sync::Arc;

use segue_core::words::is_function_word;

/// Longest name of the list in words.
const LONGEST: usize = 4;

/// Names as they are written: words and short phrases, one a line.
#[derive(Clone, Debug)]
pub(super) struct Names(Arc<HashMap<Box<str>, Box<str>>>);

impl Names {
    pub(super) fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(Arc::new(lines.map(|line| (line.to_lowercase().into(), line.into())).collect()))
    }

    fn find(&self, words: &[&str]) -> Option<&str> {
        self.0.get(words.join(" ").as_str()).map(Box::as_ref)
    }
}

/// How the sources of an opener write their words.
#[derive(Clone, Debug, Default)]
pub(super) struct Written(HashMap<String, String>);

impl Written {
    /// Takes the words that a request, its context or the home's names write with capitals. A capital that only
    /// begins a sentence says nothing, nor does one that every word has.
    pub(super) fn of(sources: &[&str]) -> Self {
        let mut forms = HashMap::new();
        for source in sources {
            let mut begins = true;
            for token in source.split(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '(' | ')' | '"')) {
                let word = core(token);
                let tells = !begins || word.chars().skip(1).any(char::is_uppercase);
                if tells && word.chars().any(char::is_uppercase) {
                    let low = word.to_lowercase();
                    if !is_function_word(&low) {
                        forms.insert(base(&low).to_string(), base(word).to_string());
                    }
                }
                if !token.is_empty() {
                    begins = token.ends_with(['.', '?', '!', ':']);
                }
            }
        }
        Self(forms)
    }
}

/// `text` in small letters with the capitals of a sentence and of its names.
pub(super) fn restore(text: &str, written: &Written, names: &Names) -> String {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let cores: Vec<&str> = tokens.iter().map(|token| core(token)).collect();
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    while out.len() < tokens.len() {
        let at = out.len();
        let phrase = (1..=LONGEST.min(tokens.len() - at)).rev().find_map(|size| {
            // A comma inside ends a name.
            let whole = tokens[at..at + size - 1].iter().zip(&cores[at..]).all(|(token, core)| token == core);
            let name = whole.then(|| names.find(&cores[at..at + size])).flatten()?;
            Some(name.split(' ').map(str::to_string).collect::<Vec<_>>())
        });
        match phrase {
            Some(name) if name.len() > 1 => {
                for (word, token) in name.iter().zip(&tokens[at..]) {
                    out.push(token.replacen(core(token), word, 1));
                }
            }
            found => {
                let core = cores[at];
                let form = written.0.get(base(core)).cloned().or_else(|| found.and_then(|mut name| name.pop()));
                let form = form.or_else(|| names.find(&[base(core)]).map(str::to_string));
                let form =
                    form.map(|form| if form.to_lowercase() == core { form } else { form + &core[base(core).len()..] });
                let form = form.unwrap_or_else(|| parts(core, written, names));
                out.push(tokens[at].replacen(core, &form, 1));
            }
        }
    }
    let text = out.join(" ");
    let brand = text.chars().nth(1).is_some_and(char::is_uppercase);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !brand => first.to_uppercase().chain(chars).collect(),
        _ => text,
    }
}

/// A word that is no name as a whole: its parts may be.
fn parts(word: &str, written: &Written, names: &Names) -> String {
    if !word.contains('-') {
        return person(word);
    }
    let part = |part: &str| {
        written
            .0
            .get(part)
            .cloned()
            .or_else(|| names.find(&[part]).map(str::to_string))
            .unwrap_or_else(|| part.to_string())
    };
    word.split('-').map(part).collect::<Vec<_>>().join("-")
}

/// The first person is written large.
fn person(word: &str) -> String {
    match word.strip_prefix('i') {
        Some(rest) if rest.is_empty() || rest.starts_with('\'') => format!("I{rest}"),
        _ => word.to_string(),
    }
}

/// A token without the marks around its word.
fn core(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

/// A word without a possessive ending.
fn base(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(text: &str, request: &str) -> String {
        let names = Names::parse("Mongolia\nNew York\nTaylor Swift\niPhone\nWednesday\nTV\n");
        restore(text, &Written::of(&[request]), &names)
    }

    #[test]
    fn names_are_written_as_the_request_writes_them() {
        assert_eq!(restored("playing judas tree", "Play Judas Tree"), "Playing Judas Tree");
        assert_eq!(restored("anna's alarm, is", "Set Anna's alarm."), "Anna's alarm, is");
        assert_eq!(restored("mcdonald is", "Who is McDonald?"), "McDonald is");
        assert_eq!(restored("the wall-mounted tv is", "Is the Wall-Mounted TV on?"), "The Wall-Mounted TV is");
        assert_eq!(restored("the hunger games is", "Who wrote The Hunger Games?"), "The Hunger Games is");
    }

    #[test]
    fn names_of_the_list_regain_their_capitals() {
        assert_eq!(restored("the capital of mongolia is", "capital of mongolia"), "The capital of Mongolia is");
        assert_eq!(restored("in new york, it's", "weather new york"), "In New York, it's");
        assert_eq!(restored("new, york", ""), "New, york");
        assert_eq!(restored("mongolia's flag", ""), "Mongolia's flag");
        assert_eq!(restored("iphone cases are", ""), "iPhone cases are");
        assert_eq!(restored("turning on the tv on wednesday", ""), "Turning on the TV on Wednesday");
    }

    #[test]
    fn a_capital_that_begins_a_sentence_says_nothing() {
        assert_eq!(restored("for the lights, turning", "Lights off. Turning is"), "For the lights, turning");
        assert_eq!(restored("i'm sorry, i think", ""), "I'm sorry, I think");
        assert_eq!(restored("", ""), "");
        assert_eq!(restored("5 miles", ""), "5 miles");
    }
}
