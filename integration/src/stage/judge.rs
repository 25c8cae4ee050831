//! What no turn may do, whatever the cloud did.

use segue_core::words::normal_words;

use super::Turn;

/// Longest silence while a reply is owed, in ms.
const SILENCE_MS: f64 = 2000.0;
/// How long a turn may still be heard after the user began to speak, in ms: two ticks and a fade.
const STOPS_MS: f64 = 25.0;

/// What is wrong with a turn, one sentence each; nothing when all is well.
#[must_use]
pub fn faults(turn: &Turn) -> Vec<String> {
    let mut faults = Vec::new();
    let text = turn.text();
    if let Some(stale) = turn.heard.iter().find(|word| word.turn != turn.id) {
        faults.push(format!("stale: {:?} of turn {} in turn {}", stale.word, stale.turn.0, turn.id.0));
    }
    let mut end = turn.asked_ms;
    for word in &turn.heard {
        if word.from_ms - end > SILENCE_MS {
            faults.push(format!("silent for {:.0} ms before {:?}", word.from_ms - end, word.word));
        }
        end = word.to_ms;
    }
    let (heard, reported) = (normal_words(&text), normal_words(&turn.report.spoken));
    // The word in which the user cut in may be heard or not.
    let cut_in = turn.interrupted_ms.is_some()
        && heard.len().abs_diff(reported.len()) <= 1
        && heard.iter().zip(&reported).all(|(heard, reported)| heard == reported);
    if heard != reported && !cut_in {
        faults.push(format!("heard {text:?}, reported {:?}", turn.report.spoken));
    }
    if ["[steer", "[bridge", "[restart", "<think", "**", "]"].iter().any(|mark| text.contains(mark)) {
        faults.push(format!("marks are spoken: {text:?}"));
    }
    if let Some(said) = twice_at_the_seam(&turn.opener, &text) {
        faults.push(format!("said twice at the seam: {said:?} in {text:?}"));
    }
    match turn.interrupted_ms {
        Some(at) => {
            let late = turn.heard.iter().find(|word| word.to_ms > at + STOPS_MS);
            faults.extend(late.map(|word| format!("{:?} is heard after the user began to speak", word.word)));
        }
        None => {
            let whole = text.trim_end_matches(['"', ')', '\u{201d}']).ends_with(['.', '!', '?']);
            if !whole {
                faults.push(format!("half a sentence: {text:?}"));
            }
            let silent = turn.report.marks_ms.done.unwrap_or(0.0) - (end - turn.asked_ms);
            if silent > SILENCE_MS {
                faults.push(format!("silent for {silent:.0} ms at the end"));
            }
        }
    }
    faults
}

/// The words at the end of the opener that are said again behind it.
fn twice_at_the_seam(opener: &str, text: &str) -> Option<String> {
    let (opener, text) = (normal_words(opener), normal_words(text));
    let rest = text.strip_prefix(opener.as_slice())?;
    let said = (1..=opener.len()).rev().map(|count| &opener[opener.len() - count..]);
    said.filter(|said| rest.starts_with(said)).map(|said| said.join(" ")).next()
}
