//! Into which pieces a clip's frames are cut: a short one first, so that sound leaves early, then longer ones, which
//! waste less on context. None is longer than all before it, so the voice keeps up if it is faster than it is heard.

use std::ops::Range;

/// Frames of the first piece: 0.19 s at 256 samples a frame and 22,050 Hz, of which about half is the silence before the
/// first word, which is cut away.
const FIRST: usize = 16;

/// Frames of the second, which must be there when the first has sounded: it takes a third of that time to make.
const SECOND: usize = 12;

/// Frames of the longest piece; a `Stop` is seen within one.
const LONGEST: usize = 96;

/// The pieces of `frames`, in order and without gaps, each a range of frames.
pub fn pieces(frames: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = frames.start;
    std::iter::from_fn(move || {
        let left = frames.end.saturating_sub(start);
        if left == 0 {
            return None;
        }
        let size = match start - frames.start {
            0 => FIRST,
            FIRST => SECOND,
            before => before.min(LONGEST),
        };
        // A rest of less than half a first piece is not worth a run of its own.
        let take = if left < size + FIRST / 2 { left } else { size };
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
        check(0..23, "0..23");
        check(0..24, "0..16 16..24");
        check(7..100, "7..23 23..35 35..63 63..100");
        check(0..400, "0..16 16..28 28..56 56..112 112..208 208..304 304..400");
    }
}
