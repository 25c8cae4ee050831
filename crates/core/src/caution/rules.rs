//! A text file of patterns in sections, indexed by the word that a match begins with: a request is looked at once,
//! and most of its words begin nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::pattern::{Classes, Pattern, class};

static CLASSES: LazyLock<Classes> = LazyLock::new(|| classes(include_str!("classes.txt")).0);

/// The classes of a text, `name = a | b c` a line, and what is wrong with it.
fn classes(text: &str) -> (Classes, Vec<String>) {
    let mut all = Classes::new();
    let mut wrong = Vec::new();
    for line in lines(text) {
        match line.split_once('=').ok_or_else(|| format!("no = in: {line}")).and_then(|(n, t)| Ok((n, class(t, &all)?)))
        {
            Ok((name, item)) => drop(all.insert(name.trim().to_string(), item)),
            Err(why) => wrong.push(why),
        }
    }
    (all, wrong)
}

pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Patterns, each with the section it stands in.
#[derive(Debug, Default)]
pub(super) struct Rules {
    sections: Vec<&'static str>,
    patterns: Vec<(usize, Pattern)>,
    begins: HashMap<String, Vec<usize>>,
    stems: Vec<(String, usize)>,
    /// Lines that are no pattern. A test sees to it that the built-in files have none.
    wrong: Vec<String>,
}

impl Rules {
    /// Reads a file: `[section]` lines, then one pattern a line.
    pub(super) fn read(text: &'static str) -> Self {
        let mut rules = Self::default();
        for line in lines(text) {
            match line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
                Some(name) => rules.sections.push(name),
                None => rules.add(line).unwrap_or_else(|why| rules.wrong.push(format!("{line}: {why}"))),
            }
        }
        rules
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let pattern = Pattern::parse(line, &CLASSES)?;
        let section = self.sections.len().checked_sub(1).ok_or("a pattern before the first section")?;
        let number = self.patterns.len();
        for (word, stem) in pattern.firsts().ok_or("begins with anything")? {
            if stem {
                self.stems.push((word.to_string(), number));
            } else {
                let numbers = self.begins.entry(word.to_string()).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
        self.patterns.push((section, pattern));
        Ok(())
    }

    /// Calls `found` with the section and the words of every match, in the order of the words.
    pub(super) fn scan(&self, words: &[&str], mut found: impl FnMut(&'static str, std::ops::Range<usize>)) {
        for (from, word) in words.iter().enumerate() {
            let begun = self.begins.get(*word).into_iter().flatten();
            let stems = self.stems.iter().filter(|(stem, _)| word.starts_with(stem.as_str())).map(|(_, number)| number);
            for number in begun.chain(stems) {
                let (section, pattern) = &self.patterns[*number];
                if let Some(end) = pattern.longest(words, from) {
                    found(self.sections[*section], from..end);
                }
            }
        }
    }
}

#[cfg(test)]
impl Rules {
    pub(super) fn wrong(&self) -> &[String] {
        &self.wrong
    }

    pub(super) fn sections(&self) -> &[&'static str] {
        &self.sections
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_can_be_read() {
        assert_eq!(classes(include_str!("classes.txt")).1, Vec::<String>::new());
    }

    #[test]
    fn a_line_that_is_no_pattern_is_named_and_the_others_stand() {
        let rules = Rules::read("lost\n[one]\n# note\nsmell gas\n* gas\n( a\n[two]\nfire-");
        assert_eq!(rules.wrong().len(), 3, "{:?}", rules.wrong());
        let mut seen = Vec::new();
        rules.scan(&["i", "smell", "gas", "fires"], |section, range| seen.push((section, range)));
        assert_eq!(seen, [("one", 1..3), ("two", 3..4)]);
    }
}
