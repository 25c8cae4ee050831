//! How fast one thread reads memory.

use std::hint::black_box;
use std::time::Instant;

/// Passes over the buffer; the fastest counts, because everything else only makes one slower.
const PASSES: usize = 20;
/// Sums that run beside each other, so that adding is not what takes the time.
const LANES: usize = 32;

/// Bytes a second that one thread reads from a buffer of `bytes`, again and again.
pub(super) fn of(bytes: usize) -> f64 {
    let buffer: Vec<u64> = (0..bytes as u64 / 8).collect();
    let mut best = f64::INFINITY;
    for _ in 0..PASSES {
        let since = Instant::now();
        let mut sums = [0_u64; LANES];
        for lanes in black_box(&buffer[..]).chunks_exact(LANES) {
            for (sum, value) in sums.iter_mut().zip(lanes) {
                *sum = sum.wrapping_add(*value);
            }
        }
        black_box(sums);
        best = best.min(since.elapsed().as_secs_f64());
    }
    (buffer.len() * 8) as f64 / best
}
