//! Into which pieces a clip's frames are cut: a short one first, so that sound leaves early, then longer ones, which
//! waste less on context.

use std::ops::Range;

/// Frames of the first piece: 0.28 s of sound at 256 samples a frame and 22,050 Hz, time enough for the second even on
/// a machine that makes sound no faster than it is heard.
const FIRST: usize = 24;

/// Frames of the longest piece; a `Stop` is seen within one.
const LONGEST: usize = 96;

/// The pieces of `frames`, in order and without gaps, each a range of frames.
pub fn pieces(frames: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut size = FIRST;
    let mut start = frames.start;
    std::iter::from_fn(move || {
        let left = frames.end.saturating_sub(start);
        if left == 0 {
            return None;
        }
        // A rest of less than half a first piece is not worth a run of its own.
        let take = if left < size + FIRST / 2 { left } else { size };
        size = (size * 2).min(LONGEST);
        start += take;
        Some(start - take..start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(frames: Range<usize>, expected: &str) {
        let shown: Vec<String> = pieces(frames).map(|piece| format!("{piece:?}")).collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn pieces_grow_and_leave_nothing_out() {
        check(0..0, "");
        check(5..6, "5..6");
        check(0..35, "0..35");
        check(0..36, "0..24 24..36");
        check(7..100, "7..31 31..79 79..100");
        check(0..400, "0..24 24..72 72..168 168..264 264..360 360..400");
    }
}
