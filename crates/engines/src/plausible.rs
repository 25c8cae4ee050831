//! Is what a transcriber wrote something that a person said? Pure functions from guesses to words, or to no words.
//!
//! Whisper was trained on subtitles. For noise it writes what subtitles say of noise, "(blender whirring)", "♪"; for
//! silence it writes what often stood where nothing was said, "you", "Thanks for watching!"; and now and then it
//! repeats a phrase until its budget is spent. The limits below were measured with tiny.en on 60 spoken requests (the
//! no-speech probability at most 0.06; 0.41 when turned down by 40 dB; 0.37 at 3 dB below kitchen noise) and on 26
//! noises, tunes and silences (at least 0.57).

/// What a transcriber wrote for one stretch of sound, and how sure it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// The text as written.
    pub text: String,
    /// Probability that nobody spoke, 0 to 1.
    pub no_speech: f32,
    /// Mean natural logarithm of the tokens' probabilities; 0 is certain.
    pub mean_log_prob: f32,
    /// Probability of the last word: of its least sure token, 0 to 1; 1 without a word.
    pub last_word: f32,
    /// Probability of the mark behind the last word, 0 to 1; 0 without one.
    pub mark: f32,
}

/// Above this the model rather believes that nobody spoke.
const NO_SPEECH: f32 = 0.5;

/// Below this the model does not believe its own words. Only looked at where `NO_SPEECH` is passed too: hard words
/// in clear speech are as unlikely.
const UNSURE: f32 = -0.7;

/// No voice that is meant for a microphone is softer, in dBFS of its loudest 20 ms.
const SOFTEST: f32 = -55.0;

/// A phrase is a loop when it follows itself this often; people say "no, no, no".
const LOOP: usize = 4;

/// ... and fills at least this many words.
const LOOP_WORDS: usize = 12;

/// What whisper writes for silence, in small letters without punctuation. People say most of these too, so they are
/// dropped only when the measures say that nobody spoke.
const INVENTIONS: &[&str] = &[
    "bye",
    "bye bye",
    "hello",
    "hmm",
    "huh",
    "i dont know",
    "im sorry",
    "mm",
    "oh",
    "ok",
    "okay",
    "please subscribe",
    "right",
    "silence",
    "so",
    "subtitles by the amaraorg community",
    "thank you",
    "thank you bye",
    "thank you for listening",
    "thank you for watching",
    "thank you so much",
    "thank you so much for watching",
    "thank you very much",
    "thanks",
    "thanks for listening",
    "thanks for watching",
    "the",
    "the end",
    "uh",
    "um",
    "well be right back",
    "yeah",
    "yes",
    "you",
];

/// The words that were said in `speech`, from all guesses about it; empty when nothing was. `rate` in Hz.
#[must_use]
pub fn words(guesses: &[Guess], speech: &[f32], rate: usize) -> String {
    let silent = loudest(speech, rate) < SOFTEST;
    let mut said = Vec::new();
    for guess in guesses {
        let text = without_loop(&without_sounds(&guess.text), guess.no_speech);
        let doubtful = silent || guess.no_speech > NO_SPEECH;
        let invented = doubtful && (guess.mean_log_prob < UNSURE || is_invention(&text));
        if !invented && text.contains(char::is_alphanumeric) {
            said.push(text);
        }
    }
    said.join(" ")
}

/// Whether the whole text is one that whisper writes for silence.
#[must_use]
pub fn is_invention(text: &str) -> bool {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace());
    let plain: String = kept.flat_map(char::to_lowercase).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    INVENTIONS.binary_search(&plain.as_str()).is_ok()
}

/// Takes out named sounds, `[BLANK_AUDIO]`, `(music)`, `*sighs*`, `♪ la la ♪`, and the dash or `>>` that subtitles put
/// before a new speaker. White space becomes single spaces.
#[must_use]
pub fn without_sounds(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut closing: Option<char> = None;
    for c in text.chars() {
        match (closing, c) {
            (Some(end), c) if c == end => closing = None,
            (Some(_), _) => {}
            (None, '[') => closing = Some(']'),
            (None, '(') => closing = Some(')'),
            (None, '*' | '♪') => closing = Some(c),
            (None, '♫' | '>') => {}
            (None, c) => kept.push(c),
        }
    }
    let words: Vec<&str> = kept.split_whitespace().filter(|word| !matches!(*word, "-" | "--")).collect();
    words.join(" ").trim_start_matches('-').to_owned()
}

/// Cuts a text where it begins to repeat itself: one copy of the phrase stays if somebody spoke, else none.
#[must_use]
pub fn without_loop(text: &str, no_speech: f32) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    for start in 0..words.len() {
        for length in 1..=(words.len() - start) / LOOP {
            let tail = &words[start..];
            let repeated = tail.iter().zip(&tail[length..]).take_while(|(a, b)| same(a, b)).count();
            let copies = repeated / length + 1;
            if copies >= LOOP && copies * length >= LOOP_WORDS {
                let keep = if no_speech > NO_SPEECH { start } else { start + length };
                return words[..keep].join(" ");
            }
        }
    }
    text.to_owned()
}

/// Whether a phrase of three words or more follows itself at once. People do that too, so it is a reason to listen
/// again, not to doubt: the decoder of a cut window now and then writes a whole sentence twice.
#[must_use]
pub fn says_twice(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let twice = |pair: &[&str]| {
        let (first, second) = pair.split_at(pair.len() / 2);
        first.iter().zip(second).all(|(a, b)| same(a, b))
    };
    (3..=words.len() / 2).any(|length| words.windows(2 * length).any(twice))
}

/// Whether two words are the same but for capitals and punctuation.
fn same(a: &str, b: &str) -> bool {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    plain(a) == plain(b)
}

/// Level of the loudest 20 ms, in dBFS (full scale: a constant 1); minus infinity for nothing.
fn loudest(speech: &[f32], rate: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a frame has few samples")]
    let power = |frame: &[f32]| frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32;
    10.0 * speech.chunks((rate / 50).max(1)).map(power).fold(0.0, f32::max).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of sound at -20 dBFS.
    static LOUD: [f32; 16_000] = [0.1; 16_000];

    fn check(text: &str, no_speech: f32, mean_log_prob: f32, expected: &str) {
        let guess = Guess { text: text.into(), no_speech, mean_log_prob, last_word: 1.0, mark: 1.0 };
        assert_eq!(words(&[guess], &LOUD, 16_000), expected, "{text}");
    }

    #[test]
    fn speech_stays_as_it_is() {
        check(" Turn on the kitchen light.", 0.05, -0.2, "Turn on the kitchen light.");
        check(" Give me a 12-ounce MLCOW SWE milk.", 0.06, -0.94, "Give me a 12-ounce MLCOW SWE milk.");
        check(" Can I get a double shot?", 0.41, -0.10, "Can I get a double shot?");
        check(" Thank you.", 0.03, -0.2, "Thank you.");
        check(" Stop, stop, stop!", 0.03, -0.2, "Stop, stop, stop!");
    }

    #[test]
    fn named_sounds_are_not_words() {
        for text in [
            " [BLANK_AUDIO]",
            " (upbeat music)",
            "*sighs*",
            " ♪",
            " ♪♪♪",
            "♪ la la la ♪",
            " (unclosed",
            ">> [Music]",
            " .",
            "",
        ] {
            check(text, 0.0, 0.0, "");
        }
        check(" (door slams) - Turn it off. [BLANK_AUDIO]", 0.1, -0.3, "Turn it off.");
        check(" -Yes, do it.", 0.1, -0.3, "Yes, do it.");
    }

    #[test]
    fn inventions_go_only_when_the_measures_say_so() {
        check(" you", 0.95, -0.38, "");
        check(" Thanks for watching!", 0.8, -0.1, "");
        check(" I'm sorry.", 0.6, -0.3, "");
        check(" Thanks for watching!", 0.1, -0.1, "Thanks for watching!");
        let quiet = [0.0005; 16_000];
        let guess =
            Guess { text: " Thank you.".into(), no_speech: 0.1, mean_log_prob: -0.2, last_word: 1.0, mark: 1.0 };
        assert_eq!(words(&[guess], &quiet, 16_000), "");
    }

    #[test]
    fn doubted_words_go_when_nobody_spoke() {
        check(" Beeping", 0.66, -1.75, "");
        check(" Turn on the light.", 0.66, -0.2, "Turn on the light.");
    }

    #[test]
    fn loops_leave_one_copy_or_none() {
        let phrase = "turn on the light ".repeat(9);
        check(&phrase, 0.05, -0.01, "turn on the light");
        check(&phrase, 0.9, -0.01, "");
        check(&format!("Please {phrase}"), 0.05, -0.01, "Please turn on the light");
        check(&"you ".repeat(40), 0.05, -0.01, "you");
        check("no no no no", 0.05, -0.01, "no no no no");
        check("again and again and again and again", 0.05, -0.1, "again and again and again and again");
    }

    #[test]
    fn a_sentence_said_twice_is_noticed() {
        assert!(says_twice(" Why is the sky blue? Why is the sky blue?"));
        assert!(says_twice("Well, turn it on, turn it on."));
        for text in [" Why is the sky blue?", "No, no, no.", "Bye bye. Bye bye.", ""] {
            assert!(!says_twice(text), "{text}");
        }
    }

    #[test]
    fn stretches_are_judged_one_by_one() {
        let guess = |text: &str, no_speech| Guess {
            text: text.into(),
            no_speech,
            mean_log_prob: -0.4,
            last_word: 1.0,
            mark: 1.0,
        };
        let guesses = [guess(" What is", 0.1), guess(" you", 0.9), guess(" the time?", 0.1)];
        assert_eq!(words(&guesses, &LOUD, 16_000), "What is the time?");
        assert_eq!(words(&[], &LOUD, 16_000), "");
        assert_eq!(words(&guesses[1..2], &[], 16_000), "");
    }

    #[test]
    fn the_list_is_sorted_for_searching() {
        assert!(INVENTIONS.is_sorted());
    }
}
