//! A text's sentences in phonemes, with the marks that Piper's voices were taught with.

use std::ops::Range;

use super::clauses::clauses;

/// What is said between two full stops, in one breath of the voice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// Its phonemes, with a mark and a space between clauses.
    pub phonemes: Vec<char>,
    /// The text of each clause, with its range of the phonemes, the mark not included.
    pub clauses: Vec<(&'a str, Range<usize>)>,
}

/// The sentences of `text`. `phonemes` gives those of a clause, without its mark.
pub fn sentences<'a, E>(
    text: &'a str,
    mut phonemes: impl FnMut(&str) -> Result<Vec<char>, E>,
) -> Result<Vec<Sentence<'a>>, E> {
    let mut done = Vec::new();
    let mut sentence = Sentence::default();
    for clause in clauses(text) {
        let own = phonemes(clause.text)?;
        if !sentence.phonemes.is_empty() && !own.is_empty() {
            sentence.phonemes.push(' ');
        }
        let start = sentence.phonemes.len();
        sentence.clauses.push((clause.text, start..start + own.len()));
        sentence.phonemes.extend(&own);
        if let Some(mark) = clause.mark.filter(|_| !own.is_empty()) {
            sentence.phonemes.push(mark);
        }
        if clause.ends_sentence() {
            done.push(std::mem::take(&mut sentence));
        }
    }
    if !sentence.clauses.is_empty() {
        done.push(sentence);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters stand for their phonemes. `expected`: sentences, each with its clauses.
    fn check(text: &str, expected: &[(&str, &[&str])]) {
        let letters = |text: &str| Ok::<_, ()>(text.chars().filter(|c| c.is_alphabetic() || *c == ' ').collect());
        let sentences = sentences(text, |text| letters(text.trim_matches(|c: char| !c.is_alphabetic()))).unwrap();
        let shown: Vec<(String, Vec<String>)> = sentences
            .iter()
            .map(|sentence| {
                let own = |range: &Range<usize>| sentence.phonemes[range.clone()].iter().collect();
                (sentence.phonemes.iter().collect(), sentence.clauses.iter().map(|(_, range)| own(range)).collect())
            })
            .collect();
        let expected: Vec<(String, Vec<String>)> =
            expected.iter().map(|(all, own)| ((*all).into(), own.iter().map(|own| (*own).into()).collect())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn marks_come_back_between_clauses() {
        check("Well, so be it. Why", &[("Well, so be it.", &["Well", "so be it"]), ("Why", &["Why"])]);
        check("no mark at the end", &[("no mark at the end", &["no mark at the end"])]);
    }

    #[test]
    fn what_has_no_sound_has_no_mark() {
        check("— one, ..., two", &[("one, two", &["", "one", "", "two"])]);
        check("", &[]);
    }
}
