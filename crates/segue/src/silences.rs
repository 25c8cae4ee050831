//! `--silences`: how long a silence must last before the turn is taken, as three numbers of milliseconds.

use std::time::Duration;

use segue_core::endpoint::PauseSettings;

/// Shortest silence that can be told from the closure of a consonant, and the longest that the ear waits for.
const BOUNDS_MS: std::ops::RangeInclusive<u64> = 100..=1200;

/// Reads `COMPLETE,UNSURE,INCOMPLETE`.
pub(crate) fn read(text: &str) -> Result<PauseSettings, String> {
    let numbers: Vec<u64> = text.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let &[complete, unsure, incomplete] = numbers.as_slice() else {
        return Err("three numbers of milliseconds with commas between, such as 220,500,1200".into());
    };
    if ![complete, unsure, incomplete].iter().all(|number| BOUNDS_MS.contains(number)) {
        return Err(format!("each must be from {} to {} ms", BOUNDS_MS.start(), BOUNDS_MS.end()));
    }
    if complete > unsure || unsure > incomplete {
        return Err("none may be shorter than the one before it".into());
    }
    let ms = Duration::from_millis;
    Ok(PauseSettings {
        complete: ms(complete),
        unsure: ms(unsure),
        incomplete: ms(incomplete),
        ..PauseSettings::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_that_grow_are_silences() {
        let read = read("300, 500,1000").unwrap();
        let ms = Duration::from_millis;
        assert_eq!((read.complete, read.unsure, read.incomplete), (ms(300), ms(500), ms(1000)));
    }

    #[test]
    fn anything_else_is_told_in_a_sentence() {
        for wrong in ["", "220", "220,500", "220,500,1200,9", "a,b,c", "500,220,1200", "20,500,1200", "220,500,99999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
