//! What a request asks to be done and what an opener says is being done, as far as they may contradict each other.

/// A pair of opposites and the words that stand for each side; English, as the opener is.
const OPPOSITES: [(&[&str], &[&str]); 4] = [
    (
        &["on", "start", "starting", "activate", "activating"],
        &["off", "stop", "stopping", "deactivate", "deactivating"],
    ),
    (&["open", "opening"], &["close", "closing", "shut", "shutting"]),
    (&["lock", "locking"], &["unlock", "unlocking"]),
    (&["raise", "raising", "up", "increase", "increasing"], &["lower", "lowering", "down", "decrease", "decreasing"]),
];

/// Whether the opener names an action that the request does not ask for: its opposite, or one of another kind.
#[must_use]
pub fn contradict(request: &str, opener: &str) -> bool {
    let (asked, told) = (named(request), named(opener));
    !asked.is_empty() && !told.is_empty() && !asked.iter().any(|action| told.contains(action))
}

/// The actions that a text names: which pair, and which side of it.
fn named(text: &str) -> Vec<(usize, bool)> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let pairs = OPPOSITES.iter().enumerate();
    pairs
        .flat_map(|(pair, (one, other))| [(pair, true, has(one)), (pair, false, has(other))])
        .filter_map(|(pair, side, there)| there.then_some((pair, side)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposites_contradict_and_other_words_do_not() {
        for (request, opener) in [
            ("Turn on the ceiling fan.", "Stopping the ceiling fan,"),
            ("Turn on the ceiling fan.", "Turning off the ceiling fan"),
            ("Open the kitchen window.", "The kitchen window, going off,"),
            ("Unlock the front door", "Locking the front door"),
        ] {
            assert!(contradict(request, opener), "{request} {opener}");
        }
        for (request, opener) in [
            ("Turn on the ceiling fan.", "Turning on the ceiling fan"),
            ("Turn on the ceiling fan.", "Starting the ceiling fan"),
            ("Set the lamp to 30 percent", "Setting the lamp to"),
            ("Turn on the fan", "Okay, one moment,"),
            ("Close the hall window.", "Closing the hall window, so"),
            ("Turn on the light and open the door", "Opening the door"),
            ("", ""),
        ] {
            assert!(!contradict(request, opener), "{request} {opener}");
        }
    }
}
