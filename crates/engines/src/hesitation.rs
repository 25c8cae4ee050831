//! Did whoever spoke say "um" last? A small whisper hardly ever writes one: it leaves it out, or writes a word that
//! sounds like it ("set a timer for them", "lock me up", "how old is un"). The sound tells: an "um" ends in a long hum.
//!
//! Neither sign is enough alone: "room" and "seven" hum too, and a mumbled end is doubted too. So a hum counts when the
//! last word is one that stands for "um", or one that the decoder doubts.
//!
//! And the decoder hears how a sentence is said: of the mark that closes it, it is the surer the more the voice falls.

use segue_core::words::normal_words;

/// Samples a second of all sound here.
const RATE: usize = 16_000;
/// Samples from one look to the next, and in one look.
const STEP: usize = RATE / 100;
const WINDOW: usize = RATE / 40;
/// The longest hum that is measured, in steps: a longer one says no more.
const MOST_STEPS: usize = 30;
/// So many steps at the end may be anything: a voice fades, and the end is known to some 10 ms.
const FADING: usize = 5;
/// A hum shorter than this is the end of any word, in ms. All 33 "um"s of seven synthetic voices hum as long, 29 of them
/// 110 ms and more.
const HUM_MS: u32 = 30;
/// ... and under a word that does not end like "um" it must be longer: other voiced sounds look a little like it.
const HUM_ALONE_MS: u32 = 100;
/// What is softer than the loudest look by so much is no voice any more, as a ratio of powers (30 dB).
const UNDER_PEAK: f32 = 0.001;
/// ... and whatever is softer than this: -45 dBFS.
const SOFTEST: f32 = 3.2e-5;

/// A hum has most of its power below 450 Hz, little between 600 and 1,600 Hz, where vowels have theirs, and nearly none
/// above.
const LEAST_LOW: f32 = 0.7;
const MOST_MIDDLE: f32 = 0.12;
const MOST_HIGH: f32 = 0.02;
/// How alike two periods of a voice are at least; 1 is equal.
const LEAST_PERIODIC: f32 = 0.4;
/// Periods of voices, in samples: 400 to 62 Hz.
const PERIODS: std::ops::Range<usize> = 40..260;
/// Distance of the frequencies that are measured, in Hz, and how many of them are below 450, 600 and 1,600 Hz.
const SPACING: usize = 40;
const LOW: std::ops::Range<usize> = 2..12;
const MIDDLE: std::ops::Range<usize> = 15..40;

/// A last word whose least sure token is less probable than this is doubted: 30 of the 33 words that whisper wrote for
/// an "um" (median 0.32), and 8 of the last words of 60 recorded requests (median 0.97).
const DOUBTED: f32 = 0.5;

/// A mark behind the last word that is less probable than this closes nothing. Of the ends of 60 recorded requests 33
/// reach it, of their 18 inner pauses of 0.2 s and more behind whole requests 7, of the longest 9 only 3.
pub const CLOSED: f32 = 0.8;

/// What whisper tiny writes where somebody said "um", normal and sorted.
const LIKE_UM: &[&str] = &["an", "arm", "dum", "em", "him", "hum", "i'm", "m", "ohm", "on", "them", "uhm", "um", "un"];

/// Whether the speaker stopped at an "um": `text` is what was heard of `speech` (16 kHz, mono), `last` the probability of
/// its last word.
#[must_use]
pub fn trails_off(text: &str, last: f32, speech: &[f32]) -> bool {
    let words = normal_words(text);
    let Some(word) = words.last() else { return false };
    let stands_for_um = LIKE_UM.binary_search(&word.as_str()).is_ok();
    let least = match () {
        () if stands_for_um => HUM_MS,
        // "Cappuccino", "sweetener": these sounds look like a hum however long they are.
        () if word.ends_with(['o', 'u', 'w', 'l', 'r']) => return false,
        () if is_nasal(word) => HUM_MS,
        () => HUM_ALONE_MS,
    };
    (stands_for_um || last < DOUBTED) && hum_ms(speech) >= least
}

/// Whether a word may end in a hum itself: "done", "sound", "1".
fn is_nasal(word: &str) -> bool {
    let end = word.char_indices().rev().nth(2).map_or(word, |(index, _)| &word[index..]);
    end.contains(['m', 'n']) || end.ends_with(|c: char| c.is_ascii_digit())
}

/// The text written as one that trails off.
#[must_use]
pub fn trailing(text: &str) -> String {
    let mut text = text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_string();
    text.push_str("...");
    text
}

/// The text without a mark that closes it; one that says that it goes on stays.
#[must_use]
pub fn open(text: &str) -> &str {
    let open = text.trim_end_matches(['.', '?', '!']);
    if text.ends_with("...") || open.is_empty() { text } else { open }
}

/// How long the sound hums at its end, in ms; 0 when it ends otherwise.
#[must_use]
pub fn hum_ms(speech: &[f32]) -> u32 {
    let Some(end) = voice_end(speech) else { return 0 };
    let mut hum = 0;
    for step in 0..MOST_STEPS {
        let Some(upto) = end.checked_sub(step * STEP).filter(|upto| *upto >= WINDOW) else { break };
        match (hums(&speech[..upto]), hum) {
            (true, _) => hum += 1,
            (false, 0) if step < FADING => {}
            (false, _) => break,
        }
    }
    hum * 10
}

/// One past the last look that is loud enough.
fn voice_end(speech: &[f32]) -> Option<usize> {
    let powers: Vec<f32> = speech.chunks_exact(STEP).map(power).collect();
    let peak = powers.iter().copied().fold(0.0, f32::max);
    let last = powers.iter().rposition(|&power| power >= (peak * UNDER_PEAK).max(SOFTEST))?;
    Some((last + 1) * STEP)
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32
}

/// Whether the last look of a sound is one of a voice behind closed lips.
fn hums(sound: &[f32]) -> bool {
    let look = &sound[sound.len() - WINDOW..];
    if power(look) < SOFTEST {
        return false;
    }
    // Hann's window, so that a loud low tone does not show everywhere.
    let shaped: Vec<f32> = look
        .iter()
        .enumerate()
        .map(|(i, sample)| sample * (std::f32::consts::PI * i as f32 / (WINDOW - 1) as f32).sin().powi(2))
        .collect();
    // By Parseval the powers of all frequencies add up to this.
    let all = shaped.iter().map(|sample| sample * sample).sum::<f32>() * RATE as f32 / SPACING as f32 / 2.0;
    let of = |band: std::ops::Range<usize>| band.map(|index| power_of(&shaped, index * SPACING)).sum::<f32>() / all;
    let (low, middle) = (of(LOW), of(MIDDLE));
    let high = 1.0 - of(0..MIDDLE.end);
    low >= LEAST_LOW && middle <= MOST_MIDDLE && high <= MOST_HIGH && is_periodic(sound)
}

/// Power of one frequency in Hz (Goertzel's recurrence).
fn power_of(samples: &[f32], frequency: usize) -> f32 {
    let turn = 2.0 * (std::f32::consts::TAU * frequency as f32 / RATE as f32).cos();
    let (mut one, mut two) = (0.0_f32, 0.0_f32);
    for sample in samples {
        (one, two) = (sample + turn * one - two, one);
    }
    one * one + two * two - turn * one * two
}

/// Whether a sound repeats itself at the pace of a voice.
fn is_periodic(sound: &[f32]) -> bool {
    let look = &sound[sound.len().saturating_sub(RATE / 25)..];
    let energy = |part: &[f32]| part.iter().map(|sample| sample * sample).sum::<f32>();
    PERIODS.filter(|period| *period < look.len()).any(|period| {
        let (earlier, later) = (&look[..look.len() - period], &look[period..]);
        let alike: f32 = earlier.iter().zip(later).map(|(a, b)| a * b).sum();
        alike >= LEAST_PERIODIC * (energy(earlier) * energy(later)).sqrt().max(f32::MIN_POSITIVE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Harmonics of 110 Hz with these strengths, for so many ms.
    fn voice(ms: usize, strengths: &[f32]) -> Vec<f32> {
        let tone = |i: usize, n: usize| (std::f32::consts::TAU * 110.0 * n as f32 * i as f32 / RATE as f32).sin();
        let at = |i| strengths.iter().enumerate().map(|(n, strength)| strength * tone(i, n + 1)).sum::<f32>();
        (0..ms * RATE / 1000).map(at).collect()
    }

    /// Lips closed, and an open vowel with a formant at 700 Hz.
    const HUM: &[f32] = &[0.1, 0.2, 0.05, 0.01];
    const VOWEL: &[f32] = &[0.05, 0.1, 0.1, 0.1, 0.15, 0.3, 0.25, 0.1, 0.1, 0.1, 0.05, 0.05];

    fn said(parts: &[Vec<f32>]) -> Vec<f32> {
        let mut sound = parts.concat();
        sound.extend(vec![0.0; RATE / 20]);
        sound
    }

    fn um() -> Vec<f32> {
        said(&[voice(300, VOWEL), voice(150, HUM)])
    }

    #[test]
    fn a_hum_at_the_end_is_as_long_as_it_is() {
        assert!((130..=190).contains(&hum_ms(&um())), "{}", hum_ms(&um()));
        assert_eq!(hum_ms(&said(&[voice(150, HUM), voice(300, VOWEL)])), 0);
        assert_eq!(hum_ms(&said(&[voice(2000, HUM)])), 300);
    }

    #[test]
    fn noise_silence_and_nothing_do_not_hum() {
        let mut state = 1_u32;
        let noise: Vec<f32> = (0..RATE)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as f32 / 65_536.0 - 0.5
            })
            .collect();
        for sound in [noise, vec![0.0; RATE], vec![0.2; RATE], vec![f32::NAN; RATE], vec![0.1; 10], Vec::new()] {
            assert_eq!(hum_ms(&sound), 0);
        }
    }

    #[test]
    fn a_hum_under_a_word_that_stands_for_um_trails_off() {
        assert!(trails_off("Schedule a meeting with them.", 0.97, &um()));
        assert!(trails_off("how old is un", 0.8, &um()));
        assert!(!trails_off("Schedule a meeting with them.", 0.97, &said(&[voice(300, VOWEL)])));
    }

    #[test]
    fn a_hum_under_a_sure_word_is_that_word() {
        assert!(!trails_off("Turn off the alarm.", 0.95, &um()));
        assert!(trails_off("Is the Sadion.", 0.3, &um()));
        assert!(!trails_off("Play some jazz.", 0.3, &said(&[voice(300, VOWEL)])));
        assert!(!trails_off("", 0.1, &um()));
        // The last sound of "mocha" may look like a short hum.
        let short = said(&[voice(300, VOWEL), voice(70, HUM)]);
        assert!(!trails_off("Make me a cappuccino", 0.3, &um()) && trails_off("Lock me up", 0.3, &um()));
        assert!(trails_off("Why is the sound", 0.3, &short) && !trails_off("Make me a mocha", 0.3, &short));
    }

    #[test]
    fn what_trails_off_is_written_so() {
        assert_eq!(trailing("Set a timer for them."), "Set a timer for them...");
        assert_eq!(trailing("How old is 'un'?"), "How old is 'un...");
        assert_eq!(
            (open("I want a coffee."), open("Is it?"), open("Set a..."), open("?")),
            ("I want a coffee", "Is it", "Set a...", "?")
        );
    }

    #[test]
    fn the_list_is_sorted_for_searching() {
        assert!(LIKE_UM.is_sorted());
    }
}
