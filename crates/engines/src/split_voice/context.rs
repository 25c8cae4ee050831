//! What a clip is said between, so that it sounds as the middle of its sentence: the last words of the clip before it,
//! and, when the sentence goes on behind it, a word that nobody will hear. Both are made and thrown away.
//!
//! Without a word behind it a voice lets its tune fall and draws out the last syllable, whatever the text's mark says.

use super::clauses::clauses;
use super::sentences::Sentence;

/// How many words of the clip before are said again, unheard. Three or four bring the tune to where it was; more cost
/// time.
const WORDS_BEFORE: usize = 4;

/// What stands for the rest of the sentence. It begins with a stop, whose closure is a good place to cut.
pub const BEHIND: &str = "to go";

/// The last words of `before`, a clause that is not over, and the mark at its end.
#[must_use]
pub fn last_words(before: &str) -> Option<(String, Option<char>)> {
    let clause = clauses(before).pop().filter(|clause| !clause.ends_sentence())?;
    let words: Vec<&str> = clause.text.split_whitespace().collect();
    let last = words[words.len().saturating_sub(WORDS_BEFORE)..].join(" ");
    Some((last, clause.mark))
}

/// Phonemes said before a clip: `words` are those of [`last_words`]. The last one is the space before the clip's own.
#[must_use]
pub fn lead(mut words: Vec<char>, mark: Option<char>) -> Vec<char> {
    if !words.is_empty() {
        words.extend(mark);
        words.push(' ');
    }
    words
}

/// Whether the sentence of a clip goes on behind it: nothing ends it, and it has a sound of its own.
#[must_use]
pub fn goes_on(text: &str, sentences: &[Sentence<'_>]) -> bool {
    let open = clauses(text).pop().is_some_and(|clause| !clause.ends_sentence());
    open && sentences.last().is_some_and(|last| !last.phonemes.is_empty())
}

/// Whether a clip stops between two words of a clause, where a speaker leaves no pause.
#[must_use]
pub fn stops_in_a_clause(text: &str) -> bool {
    clauses(text).pop().is_some_and(|clause| clause.mark.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(before: &str) -> Option<(String, Option<char>)> {
        last_words(before)
    }

    #[test]
    fn the_last_clause_gives_the_words_before() {
        let words = |text: &str, mark| Some((text.to_string(), mark));
        assert_eq!(last("The capital of Mongolia is"), words("capital of Mongolia is", None));
        assert_eq!(last("Sure. The answer is"), words("The answer is", None));
        assert_eq!(last("Well, when it comes to bleach,"), words("it comes to bleach,", Some(',')));
        assert_eq!(last("That is all."), None);
        assert_eq!(last(" "), None);
    }

    #[test]
    fn phonemes_before_end_with_a_space() {
        assert_eq!(lead(vec!['a', 'b'], Some(',')), ['a', 'b', ',', ' ']);
        assert_eq!(lead(vec!['a'], None), ['a', ' ']);
        assert!(lead(Vec::new(), Some(',')).is_empty(), "what has no sound leads to nothing");
    }

    #[test]
    fn only_an_open_sentence_goes_on() {
        let of = |text: &'static str| {
            let read = super::super::sentences::sentences(text, |text| {
                Ok::<_, ()>(text.chars().filter(char::is_ascii_alphabetic).collect())
            });
            (goes_on(text, &read.unwrap()), stops_in_a_clause(text))
        };
        assert_eq!(of("The capital of Mongolia is"), (true, true));
        assert_eq!(of("Well, when it comes to bleach,"), (true, false));
        assert_eq!(of("It is done."), (false, false));
        assert_eq!(of("Is it? Yes"), (true, true));
        assert_eq!(of("..."), (false, false));
        assert_eq!(of(""), (false, false));
    }
}
