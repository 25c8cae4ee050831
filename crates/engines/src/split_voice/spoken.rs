//! Which phonemes belong to which written word.
//!
//! A sentence is phonemised as a whole, because words change beside each other: "of the" becomes one run of sounds,
//! "1996" becomes three. Here each written word's own phonemes are laid along those of the sentence where they fit
//! best. Nothing is spoken word by word; the words' own phonemes serve to find them again.

use std::ops::Range;

/// Sounds of vowels in IPA as espeak-ng writes it; two vowels are more alike than a vowel and a consonant.
const VOWELS: &str = "aeiouyæɑɒɐɔəɚɛɜɝɪʊʌɨʉøœɵɤɯʏɞɘɶᵻᵿ";

/// Signs that belong to the sound before or after them and are none themselves: stress, length, syllable, nasality.
const MARKS: &str = "ˈˌːˑʲʰˤ\u{303}\u{329}\u{32a}\u{32f}\u{361}";

/// Above this many pairs to compare, words are spread evenly instead: such a text is no clause.
const MOST_PAIRS: usize = 4_000_000;

/// The written words of `text`, in order: whatever stands between white space, with its punctuation.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// Finds the words in a clause's phonemes. `alone` holds, for each written word, the phonemes it has by itself (none
/// for a dash); `heard` are the phonemes of the clause, without its mark. Gives for each word its range of `heard`, empty
/// for a word that has no sound.
///
/// The ranges touch. Nobody pauses between two words of a clause: the space that Piper sees there lasts some 40 ms in
/// which the next word is already heard (found by aligning 180 such boundaries with pocketsphinx, and by where the hiss
/// of an "s" begins), so it belongs to the next word.
#[must_use]
pub fn find(alone: &[Vec<char>], heard: &[char]) -> Vec<Range<usize>> {
    let expected = Expected::new(alone);
    let sounds: Vec<_> = Sound::read(heard);
    let ends = if expected.sounds.is_empty() || expected.sounds.len() * sounds.len() > MOST_PAIRS {
        spread(alone.len(), &sounds)
    } else {
        lay(&expected, &sounds, alone.len())
    };
    widen(ends, heard)
}

/// Whether a word's range begins with a space and then a vowel. What is heard in such a space is half the word before
/// and half the vowel: by alignments that were not made here, of 96 sentences, 249 of these words begin 17 ms behind the
/// space's begin (median), while those that begin with a consonant begin with it.
#[must_use]
pub fn opens_softly(word: &[char]) -> bool {
    let mut phonemes = word.iter().skip_while(|phoneme| !is_sound(**phoneme) && !phoneme.is_whitespace());
    phonemes.next().is_some_and(|first| first.is_whitespace())
        && phonemes.find(|phoneme| is_sound(**phoneme)).is_some_and(|first| VOWELS.contains(*first))
}

/// Cuts phonemes into pieces of at most `most` where it hurts least: after punctuation, else at a space, else anywhere.
#[must_use]
pub fn shorten(phonemes: &[char], most: usize) -> Vec<&[char]> {
    let most = most.max(1);
    let mut pieces = Vec::new();
    let mut rest = phonemes;
    while rest.len() > most {
        let after = |fits: fn(char) -> bool| rest[..most].iter().rposition(|&phoneme| fits(phoneme)).map(|at| at + 1);
        let cut = after(|phoneme| ",;:".contains(phoneme)).or_else(|| after(char::is_whitespace)).unwrap_or(most);
        let (piece, left) = rest.split_at(cut);
        pieces.push(piece);
        rest = left;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// One step of what was heard.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sound {
    /// A sound and its place among the phonemes.
    Is(char, usize),
    /// One or more spaces.
    Space,
}

/// One step of what is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expect {
    /// A sound of a word.
    Is(char, usize),
    /// Between two words.
    Between,
}

struct Expected {
    sounds: Vec<Expect>,
}

impl Sound {
    fn read(heard: &[char]) -> Vec<Self> {
        let mut sounds = Vec::new();
        for (place, &phoneme) in heard.iter().enumerate() {
            if is_sound(phoneme) {
                sounds.push(Sound::Is(phoneme, place));
            } else if phoneme.is_whitespace() && !matches!(sounds.last(), None | Some(Sound::Space)) {
                sounds.push(Sound::Space);
            }
        }
        sounds
    }
}

impl Expected {
    fn new(alone: &[Vec<char>]) -> Self {
        let mut sounds = Vec::new();
        for (word, phonemes) in alone.iter().enumerate() {
            let mut own = phonemes.iter().filter(|&&phoneme| is_sound(phoneme)).peekable();
            if own.peek().is_some() && !sounds.is_empty() {
                sounds.push(Expect::Between);
            }
            sounds.extend(own.map(|&phoneme| Expect::Is(phoneme, word)));
        }
        Self { sounds }
    }
}

/// Costs of the laying. A sound left out or put in costs 2, so two vowels (2) or two consonants (3) are rather taken
/// for each other than apart, and a vowel is never taken for a consonant.
mod cost {
    pub(super) const NEVER: u32 = 1 << 20;
    pub(super) const SKIP_SOUND: u32 = 2;
    /// Two written words run together, or one is spoken as two.
    pub(super) const SKIP_SPACE: u32 = 1;
    pub(super) const OTHER_VOWEL: u32 = 2;
    pub(super) const OTHER_CONSONANT: u32 = 3;
}

fn match_cost(expect: Expect, sound: Sound) -> u32 {
    match (expect, sound) {
        (Expect::Between, Sound::Space) => 0,
        (Expect::Is(a, _), Sound::Is(b, _)) if a == b => 0,
        (Expect::Is(a, _), Sound::Is(b, _)) => match (VOWELS.contains(a), VOWELS.contains(b)) {
            (true, true) => cost::OTHER_VOWEL,
            (false, false) => cost::OTHER_CONSONANT,
            _ => cost::NEVER,
        },
        _ => cost::NEVER,
    }
}

/// The cheapest way to lay what is expected along what was heard; gives each word's first and last sound.
fn lay(expected: &Expected, sounds: &[Sound], words: usize) -> Vec<Option<(usize, usize)>> {
    let expected = &expected.sounds;
    let skip_expected = |expect| if matches!(expect, Expect::Between) { cost::SKIP_SPACE } else { cost::SKIP_SOUND };
    let skip_heard = |sound| if matches!(sound, Sound::Space) { cost::SKIP_SPACE } else { cost::SKIP_SOUND };
    let width = sounds.len() + 1;
    let mut costs = vec![0_u32; (expected.len() + 1) * width];
    for column in 1..width {
        costs[column] = costs[column - 1] + skip_heard(sounds[column - 1]);
    }
    for row in 1..=expected.len() {
        costs[row * width] = costs[(row - 1) * width] + skip_expected(expected[row - 1]);
        for column in 1..width {
            let (expect, sound) = (expected[row - 1], sounds[column - 1]);
            let above = (row - 1) * width + column;
            costs[row * width + column] = (costs[above - 1] + match_cost(expect, sound))
                .min(costs[above] + skip_expected(expect))
                .min(costs[row * width + column - 1] + skip_heard(sound));
        }
    }

    let mut found: Vec<Option<(usize, usize)>> = vec![None; words];
    let (mut row, mut column) = (expected.len(), sounds.len());
    while column > 0 {
        let here = costs[row * width + column];
        let sound = sounds[column - 1];
        let matched = row > 0 && here == costs[(row - 1) * width + column - 1] + match_cost(expected[row - 1], sound);
        if !matched && row > 0 && here == costs[(row - 1) * width + column] + skip_expected(expected[row - 1]) {
            row -= 1;
            continue;
        }
        if let Sound::Is(_, place) = sound {
            // A sound that was put in belongs to the word that it stands in, or to the one it comes before.
            let owner = if matched { expected.get(row - 1) } else { inside(expected, row) };
            if let Some(&Expect::Is(_, word)) = owner {
                let last = found[word].map_or(place, |(_, last)| last);
                found[word] = Some((place, last));
            }
        }
        row -= usize::from(matched);
        column -= 1;
    }
    found
}

/// The sound before which, or else after which, something stands at `row`.
fn inside(expected: &[Expect], row: usize) -> Option<&Expect> {
    match row.checked_sub(1).and_then(|before| expected.get(before)) {
        Some(Expect::Between) | None => expected.get(row),
        before => before,
    }
}

/// Gives every word an equal share of the sounds.
fn spread(words: usize, sounds: &[Sound]) -> Vec<Option<(usize, usize)>> {
    let places: Vec<_> = sounds
        .iter()
        .filter_map(|sound| match sound {
            Sound::Is(_, place) => Some(*place),
            Sound::Space => None,
        })
        .collect();
    let share = |word: usize| {
        let own = places.get(word * places.len() / words..(word + 1) * places.len() / words)?;
        Some((*own.first()?, *own.last()?))
    };
    (0..words).map(share).collect()
}

/// Turns first and last sounds into ranges that touch and take the marks after them along.
fn widen(ends: Vec<Option<(usize, usize)>>, heard: &[char]) -> Vec<Range<usize>> {
    let mut free = 0;
    ends.into_iter()
        .map(|ends| {
            let start = free;
            if let Some((_, last)) = ends {
                let after = &heard[last + 1..];
                let marks = after.iter().take_while(|&&mark| is_mark(mark) && !matches!(mark, 'ˈ' | 'ˌ'));
                free = last + 1 + marks.count();
            }
            start..free
        })
        .collect()
}

fn is_sound(phoneme: char) -> bool {
    phoneme.is_alphabetic() && !is_mark(phoneme)
}

fn is_mark(phoneme: char) -> bool {
    MARKS.contains(phoneme)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `alone` and `expected` are parted by `|`.
    fn check(alone: &str, heard: &str, expected: &str) {
        let alone: Vec<Vec<char>> = alone.split('|').map(|word| word.trim().chars().collect()).collect();
        let heard: Vec<char> = heard.chars().collect();
        let found = find(&alone, &heard);
        let found: Vec<String> = found.into_iter().map(|range| heard[range].iter().collect()).collect();
        assert_eq!(found.join("|"), expected);
    }

    #[test]
    fn words_are_found_where_they_stand() {
        check("ðˈiː|kˈæpɪɾəl|ˈɪz", "ðə kˈæpɪɾəl ɪz", "ðə| kˈæpɪɾəl| ɪz");
    }

    #[test]
    fn words_that_run_together_are_parted() {
        check("wˈʌn|ʌv|ðˈə|tˈuː", "wˈʌn ʌvðə tˈuː", "wˈʌn| ʌv|ðə| tˈuː");
    }

    #[test]
    fn a_number_may_be_many_words() {
        check("ɪn|nˈaɪntiːn nˈaɪndi sˈɪks|wiː", "ɪn nˈaɪntiːn nˈaɪndi sˈɪks wiː", "ɪn| nˈaɪntiːn nˈaɪndi sˈɪks| wiː");
    }

    #[test]
    fn a_dash_has_no_sound_and_keeps_its_place() {
        check("ˈeɪ|| bˈiː", "ˈeɪ bˈiː", "ˈeɪ|| bˈiː");
        check("", "", "");
    }

    #[test]
    fn sounds_nobody_expects_go_to_the_word_they_stand_in() {
        check("fˈɔːɹ|ɔːɹ", "fɚɹ ɔːɹ", "fɚɹ| ɔːɹ");
        check("|", "ˈeɪ bˈiː", "ˈeɪ| bˈiː");
    }

    #[test]
    fn a_vowel_behind_a_space_opens_softly() {
        let soft = |word: &str| opens_softly(&word.chars().collect::<Vec<_>>());
        assert!(soft(" ˈɪz") && soft(" ʌv"));
        assert!(!soft("ʌv") && !soft(" kˈæt") && !soft("") && !soft(" "));
    }

    #[test]
    fn long_phonemes_are_cut_at_punctuation_or_space() {
        let text: Vec<char> = "ab cd, ef ghijkl".chars().collect();
        let pieces: Vec<String> = shorten(&text, 7).into_iter().map(|piece| piece.iter().collect()).collect();
        assert_eq!(pieces, ["ab cd,", " ef ", "ghijkl"]);
        assert_eq!(shorten(&text, 3).concat(), text);
        assert!(shorten(&[], 3).is_empty());
    }

    proptest! {
        #[test]
        fn ranges_touch_whatever_comes(
            alone in proptest::collection::vec("[aəsˈː ]{0,5}", 0..6), heard in "[aəstˈː ,.]{0,30}",
        ) {
            let alone: Vec<Vec<char>> = alone.iter().map(|word| word.chars().collect()).collect();
            let heard: Vec<char> = heard.chars().collect();
            let found = find(&alone, &heard);
            prop_assert_eq!(found.len(), alone.len());
            let mut free = 0;
            for range in found {
                prop_assert!(free == range.start && range.start <= range.end && range.end <= heard.len());
                free = range.end;
            }
        }
    }
}
