//! Word errors of transcripts: against what was said, or, where only its slots are known, against those.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::speech::Truth;

/// A line of `audio_context`.
#[derive(Deserialize)]
struct Heard {
    clip: String,
    full: String,
    cut: String,
}

/// Labels of recorded commands: what each slot of the command was filled with.
#[derive(Deserialize)]
struct Label {
    slots: BTreeMap<String, String>,
}

/// What is known about a clip.
enum Known {
    /// The whole request.
    Words(Vec<String>),
    /// Words that must be in it.
    Slots(Vec<String>),
}

/// Errors of one way to transcribe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Errors {
    /// Words that were said, or are in slots.
    pub(crate) words: usize,
    /// Words wrong, missing or made up; of slots, words missing.
    pub(crate) wrong: usize,
    /// Transcripts in which three words or more follow themselves twice.
    pub(crate) loops: usize,
}

impl Errors {
    fn percent(&self) -> f64 {
        100.0 * self.wrong as f64 / self.words.max(1) as f64
    }
}

/// Counts and prints. `truth` is a `truth.json` of the test speech or a `labels.json` of recordings.
pub(crate) fn count(truth: &[std::path::PathBuf], heard: &Path) -> Result<()> {
    let mut known = BTreeMap::new();
    for path in truth {
        known.extend(read(path)?);
    }
    let text = std::fs::read_to_string(heard).with_context(|| format!("{}", heard.display()))?;
    let (mut slots, mut words) = ([Errors::default(); 2], [Errors::default(); 2]);
    let (mut same, mut lines, mut loops) = (0, 0, [0; 2]);
    for line in text.lines() {
        let Heard { clip, full, cut } = serde_json::from_str(line).context("a line of audio_context")?;
        let both = [normal(&full), normal(&cut)];
        lines += 1;
        same += usize::from(both[0] == both[1]);
        let name = Path::new(&clip).file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (index, said) in both.iter().enumerate() {
            loops[index] += usize::from(repeats(said));
            match known.get(&name) {
                Some(Known::Words(truth)) => add(&mut words[index], truth.len(), distance(truth, said)),
                Some(Known::Slots(truth)) => {
                    let missing = truth.iter().filter(|word| !said.contains(word)).count();
                    add(&mut slots[index], truth.len(), missing);
                }
                None => {}
            }
        }
    }
    println!("{lines} clips, {same} transcripts the same with both windows");
    for (index, name) in ["full window", "cut window"].iter().enumerate() {
        let (slots, words) = (slots[index], words[index]);
        println!(
            "{name}: slot words missing {:.1}% of {}, words wrong {:.1}% of {}, loops {}",
            slots.percent(),
            slots.words,
            words.percent(),
            words.words,
            loops[index]
        );
    }
    Ok(())
}

fn add(errors: &mut Errors, words: usize, wrong: usize) {
    errors.words += words;
    errors.wrong += wrong;
}

fn read(path: &Path) -> Result<Vec<(String, Known)>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    if let Ok(truths) = serde_json::from_str::<Vec<Truth>>(&text) {
        let said = |truth: Truth| (truth.clip, Known::Words(normal(&truth.request)));
        return Ok(truths.into_iter().map(said).collect());
    }
    let labels: BTreeMap<String, Label> = serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let slots = |label: Label| Known::Slots(label.slots.values().flat_map(|slot| normal(slot)).collect());
    Ok(labels.into_iter().map(|(clip, label)| (clip, slots(label))).collect())
}

/// Words as they are compared: small letters, numbers as words up to twenty and by tens, without "um".
pub(crate) fn normal(text: &str) -> Vec<String> {
    let spaced: String =
        text.chars().map(|c| if c.is_alphanumeric() || c == '\'' { c.to_ascii_lowercase() } else { ' ' }).collect();
    let words = spaced.split_whitespace().filter(|word| !["um", "uh", "umm"].contains(word));
    words.flat_map(|word| number(word).unwrap_or_else(|| vec![word.to_string()])).collect()
}

/// A number of at most three digits as words; `None` for anything else.
fn number(word: &str) -> Option<Vec<String>> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let value: usize = word.parse().ok().filter(|value| *value < 1000 && word.len() < 4)?;
    let mut words = Vec::new();
    if value >= 100 {
        words.extend([SMALL[value / 100].to_string(), "hundred".to_string()]);
    }
    match value % 100 {
        0 if value >= 100 => {}
        rest @ 0..20 => words.push(SMALL[rest].to_string()),
        rest => {
            words.push(TENS[rest / 10].to_string());
            words.extend((rest % 10 > 0).then(|| SMALL[rest % 10].to_string()));
        }
    }
    Some(words)
}

/// Fewest words to change, put in or take out (Levenshtein).
pub(crate) fn distance(truth: &[String], said: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=said.len()).collect();
    for (index, word) in truth.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (other, cell) in said.iter().enumerate() {
            let change = diagonal + usize::from(word != cell);
            diagonal = row[other + 1];
            row[other + 1] = change.min(row[other] + 1).min(diagonal + 1);
        }
    }
    row[said.len()]
}

/// Whether three words or more follow themselves at once: a decoder in a loop.
fn repeats(words: &[String]) -> bool {
    (3..=words.len() / 2).any(|n| words.windows(2 * n).any(|window| window[..n] == window[n..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        normal(text)
    }

    #[test]
    fn numbers_and_hesitations_are_the_same_words() {
        assert_eq!(words("Set a timer for, um, 25 minutes."), words("set a timer for twenty five minutes"));
        assert_eq!(words("144"), words("one hundred forty-four"));
        assert_eq!(words("100"), words("one hundred"));
    }

    #[test]
    fn errors_are_counted_as_changes() {
        assert_eq!(distance(&words("turn on the light"), &words("turn on the light")), 0);
        assert_eq!(distance(&words("turn on the light"), &words("turn the lights now")), 3);
        assert_eq!(distance(&words("turn"), &[]), 1);
    }

    #[test]
    fn a_loop_is_seen() {
        assert!(repeats(&words("set a timer set a timer for ten")));
        assert!(!repeats(&words("no no no thanks")));
    }

    #[test]
    fn truths_and_labels_are_both_read() {
        let folder = tempfile::tempdir().unwrap();
        let labels = folder.path().join("labels.json");
        std::fs::write(&labels, r#"{"a.wav":{"intent":"x","slots":{"size":"twelve ounce"}}}"#).unwrap();
        let heard = folder.path().join("heard.jsonl");
        std::fs::write(&heard, "{\"clip\":\"/x/a.wav\",\"full\":\"A 12 ounce mocha\",\"cut\":\"Mocha\"}\n").unwrap();
        let known = read(&labels).unwrap();
        let Known::Slots(slots) = &known[0].1 else { panic!("labels") };
        assert_eq!(*slots, ["twelve", "ounce"]);
        count(&[labels], &heard).unwrap();
    }
}
