//! What must hold for any bytes: for fuzz targets and property tests.

/// The text that `data` stands for and a cut of it into pieces: the first byte chooses the cut.
pub(crate) fn pieces(data: &[u8]) -> (String, Vec<String>) {
    let (seed, bytes) = data.split_first().map_or((0, data), |(seed, bytes)| (usize::from(*seed), bytes));
    let text = String::from_utf8_lossy(bytes).into_owned();
    let longest = 1 + seed % 7;
    let mut pieces = vec![String::new()];
    let mut room = longest;
    for (at, c) in text.chars().enumerate() {
        if room == 0 {
            pieces.push(String::new());
            room = 1 + (seed / 7 + at * 5) % longest;
        }
        room -= 1;
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    (text, pieces)
}
