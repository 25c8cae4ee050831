//! Which words of a clip sound when, and so which were heard. A clip that was cut is heard up to a word's end.

use std::time::Duration;

/// A word of a clip and the time at which it sounds, from the clip's first sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordAt {
    /// The word as written, punctuation included.
    pub word: String,
    /// Its first sample.
    pub start: Duration,
    /// One past its last.
    pub end: Duration,
}

/// Less of a word than this is not heard as the word.
const HEARD_SHARE: f64 = 0.6;
/// A cut needs this long to reach the loudspeaker, so a word that ends sooner cannot be the last.
pub const CUT_LEAD: Duration = Duration::from_millis(40);

/// Puts the words of `text` on a clip's time. `times` are the voice's (start, end) in order; when they are not as
/// many as the words (or the voice gives none) the words share `voiced` by their length in letters.
#[must_use]
pub fn place(text: &str, times: &[(Duration, Duration)], voiced: Duration) -> Vec<WordAt> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() == times.len() {
        let at = |(word, (start, end)): (&&str, &(Duration, Duration))| WordAt {
            word: (*word).to_string(),
            start: *start,
            end: *end,
        };
        return words.iter().zip(times).map(at).collect();
    }
    let weight = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).count() as f64 + 1.0;
    let total: f64 = words.iter().map(|word| weight(word)).sum();
    let mut passed = 0.0;
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        let start = voiced.mul_f64(passed / total);
        passed += weight(word);
        out.push(WordAt { word: word.to_string(), start, end: voiced.mul_f64((passed / total).min(1.0)) });
    }
    out
}

/// How many words were heard when the clip was played up to `played`.
#[must_use]
pub fn heard(words: &[WordAt], played: Duration) -> usize {
    let is_heard = |word: &&WordAt| {
        let length = word.end.saturating_sub(word.start);
        played >= word.start + length.mul_f64(HEARD_SHARE) && played > word.start
    };
    words.iter().take_while(is_heard).count()
}

/// Where a clip that has been played up to `played` can be cut: behind the word that sounds then, or at once where
/// none does. `None` when that is the last word, so there is nothing to cut.
#[must_use]
pub fn cut_after(words: &[WordAt], played: Duration) -> Option<Duration> {
    let soonest = played + CUT_LEAD;
    let next = words.iter().find(|word| word.end >= soonest)?;
    let boundary = if next.start >= soonest { soonest } else { next.end };
    words.last().filter(|last| boundary < last.end).map(|_| boundary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_voice_knows_best_and_letters_are_second_best() {
        let words = place("The capital, is", &[(ms(0), ms(100)), (ms(120), ms(600)), (ms(600), ms(700))], ms(700));
        assert_eq!(words[1], WordAt { word: "capital,".into(), start: ms(120), end: ms(600) });
        let words = place("a bc", &[], ms(500));
        assert_eq!((words[0].end, words[1].end), (ms(200), ms(500)));
        assert!(place("", &[], ms(500)).is_empty());
    }

    #[test]
    fn a_cut_clip_is_heard_up_to_a_word() {
        let words = place("one two three", &[(ms(0), ms(100)), (ms(100), ms(200)), (ms(200), ms(300))], ms(300));
        assert_eq!(heard(&words, ms(0)), 0);
        assert_eq!(heard(&words, ms(99)), 1);
        assert_eq!(heard(&words, ms(120)), 1);
        assert_eq!(heard(&words, ms(170)), 2);
        assert_eq!(heard(&words, ms(300)), 3);
    }

    #[test]
    fn cuts_fall_behind_words() {
        let words = place("one two three", &[(ms(0), ms(100)), (ms(100), ms(200)), (ms(200), ms(300))], ms(300));
        assert_eq!(cut_after(&words, ms(0)), Some(ms(100)));
        assert_eq!(cut_after(&words, ms(80)), Some(ms(200)), "too late for the first");
        assert_eq!(cut_after(&words, ms(190)), None, "the last word is played to its end");
        let words = place("room, let me", &[(ms(0), ms(300)), (ms(600), ms(700)), (ms(700), ms(800))], ms(800));
        assert_eq!(cut_after(&words, ms(320)), Some(ms(360)), "inside a pause it stops at once");
        assert_eq!(cut_after(&words, ms(580)), Some(ms(700)), "too late for the pause");
    }
}
