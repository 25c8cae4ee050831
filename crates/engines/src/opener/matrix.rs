//! Weight matrices in 8 bits and their products on one thread: each row has one scale, the left side has 13 bits and one
//! scale a row, so that a whole row is summed in whole numbers and scaled once.
//!
//! candle's 8-bit blocks have a scale for every 32 values; on x86 its kernel waits for one chain of sums and takes three
//! times as long, and its own matrix product wakes a pool of threads, which costs more than a product of this size.

use wide::{i8x16, i16x16, i32x8};

/// Values that are taken at once.
const BLOCK: usize = 32;
/// Values of one vector.
const HALF: usize = BLOCK / 2;
/// Rows of the left side that are taken together, so that a weight block is read once for all of them.
const TILE: usize = 16;
/// Largest value of a weight, and of a left side. The sum of a row of 30,000 such products fits 32 bits.
const MOST_WEIGHT: f32 = 127.0;
const MOST_LEFT: f32 = 4095.0;

/// A `rows x cols` matrix in row order; `cols` is a multiple of 32.
pub(super) struct Matrix {
    rows: usize,
    cols: usize,
    blocks: Vec<[i8; BLOCK]>,
    /// Of each row.
    scales: Vec<f32>,
}

/// Left sides in whole numbers: scratch that is filled anew for each product.
pub(super) struct Quantised {
    blocks: Vec<[i16; BLOCK]>,
    scales: Vec<f32>,
}

impl Quantised {
    /// Room for `values`, of which no row has fewer than 32.
    pub(super) fn with_capacity(values: usize) -> Self {
        Self { blocks: vec![[0; BLOCK]; values / BLOCK], scales: vec![0.0; values / BLOCK] }
    }

    /// Quantises rows of `cols` values.
    pub(super) fn fill(&mut self, values: &[f32], cols: usize) {
        for (n, row) in values.chunks_exact(cols).enumerate() {
            let scale = scale_of(row, MOST_LEFT);
            self.scales[n] = scale;
            let blocks = &mut self.blocks[n * cols / BLOCK..(n + 1) * cols / BLOCK];
            for (block, values) in blocks.iter_mut().zip(row.chunks_exact(BLOCK)) {
                for (out, value) in block.iter_mut().zip(values) {
                    *out = (value / scale).round_ties_even() as i16;
                }
            }
        }
    }
}

/// What a step of one is worth when the largest of these is `most`.
fn scale_of(values: &[f32], most: f32) -> f32 {
    let largest = values.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
    if largest > 0.0 { largest / most } else { 1.0 }
}

impl Matrix {
    /// Quantises `rows * cols` values.
    pub(super) fn new(rows: usize, cols: usize, values: &[f32]) -> Self {
        assert!(values.len() == rows * cols && cols.is_multiple_of(BLOCK), "a matrix of {rows} x {cols}");
        let scales: Vec<f32> = values.chunks_exact(cols).map(|row| scale_of(row, MOST_WEIGHT)).collect();
        let blocks = values.as_chunks::<BLOCK>().0.iter().enumerate();
        let block = |(n, values): (usize, &[f32; BLOCK])| {
            let scale = scales[n * BLOCK / cols];
            values.map(|value| (value / scale).round_ties_even() as i8)
        };
        Self { rows, cols, blocks: blocks.map(block).collect(), scales }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        std::mem::size_of_val(&self.blocks[..]) + std::mem::size_of_val(&self.scales[..])
    }

    /// Writes row `index` into `out` (`cols` values).
    pub(super) fn row(&self, index: usize, out: &mut [f32]) {
        let per_row = self.cols / BLOCK;
        let row = self.blocks[index * per_row..(index + 1) * per_row].as_flattened();
        for (out, value) in out.iter_mut().zip(row) {
            *out = f32::from(*value) * self.scales[index];
        }
    }

    /// `out[n x rows] = left[n x cols] * self^T`.
    pub(super) fn mul(&self, n: usize, left: &Quantised, out: &mut [f32]) {
        let per_row = self.cols / BLOCK;
        for tile in (0..n).step_by(TILE) {
            for col in (0..self.rows).step_by(4) {
                // The last rows may be fewer than four: those before them are computed once more.
                let col = col.min(self.rows.saturating_sub(4));
                let many = self.rows.min(4);
                let weights = &self.blocks[col * per_row..(col + many) * per_row];
                for row in tile..n.min(tile + TILE) {
                    let left_row = &left.blocks[row * per_row..(row + 1) * per_row];
                    let sums = if many == 4 { four(weights, left_row) } else { fewer(weights, left_row) };
                    let out = &mut out[row * self.rows + col..][..many];
                    for ((out, sum), scale) in out.iter_mut().zip(sums).zip(&self.scales[col..]) {
                        *out = sum as f32 * scale * left.scales[row];
                    }
                }
            }
        }
    }
}

/// The products of four rows with one left row. No closures and no iterator adaptors here: a build that does not inline
/// them (an incremental one) takes ten times as long.
#[inline]
fn four(weights: &[[i8; BLOCK]], left: &[[i16; BLOCK]]) -> [i32; 4] {
    let per_row = left.len();
    let mut sums = [i32x8::ZERO; 4];
    for (n, left) in left.iter().enumerate() {
        let (left_low, left_high) = (i16x16::new(half(left, 0)), i16x16::new(half(left, HALF)));
        let mut row = 0;
        while row < 4 {
            let weights = &weights[row * per_row + n];
            let low = i16x16::from_i8x16(i8x16::new(half(weights, 0)));
            let high = i16x16::from_i8x16(i8x16::new(half(weights, HALF)));
            sums[row] += low.dot(left_low) + high.dot(left_high);
            row += 1;
        }
    }
    [sums[0].reduce_add(), sums[1].reduce_add(), sums[2].reduce_add(), sums[3].reduce_add()]
}

/// Half a block, from its first or its middle value on.
#[inline(always)]
fn half<T: Copy + Default>(block: &[T; BLOCK], from: usize) -> [T; HALF] {
    let mut half = [T::default(); HALF];
    half.copy_from_slice(&block[from..from + HALF]);
    half
}

/// The same for fewer than four rows.
fn fewer(weights: &[[i8; BLOCK]], left: &[[i16; BLOCK]]) -> [i32; 4] {
    let mut sums = [0; 4];
    for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(left.len())) {
        let pairs = weights.as_flattened().iter().zip(left.as_flattened());
        *sum = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_close_to_exact_ones() {
        let value = |i: usize| ((i * 37 % 101) as f32 - 50.0) / 50.0;
        for (rows, cols, n) in [(7, 64, 3), (3, 32, 20), (8, 704, 1)] {
            let weights: Vec<f32> = (0..rows * cols).map(value).collect();
            let left: Vec<f32> = (0..n * cols).map(|i| value(i * 3 + 1)).collect();
            let matrix = Matrix::new(rows, cols, &weights);
            let mut quantised = Quantised::with_capacity(n * cols);
            quantised.fill(&left, cols);
            let mut out = vec![0.0; n * rows];
            matrix.mul(n, &quantised, &mut out);
            for row in 0..n {
                for col in 0..rows {
                    let exact: f32 = (0..cols).map(|k| left[row * cols + k] * weights[col * cols + k]).sum();
                    let found = out[row * rows + col];
                    assert!((found - exact).abs() < 0.01 * (cols as f32).sqrt(), "{found} {exact}");
                }
            }
        }
    }

    #[test]
    fn the_largest_values_do_not_overflow() {
        let cols = 4096;
        let matrix = Matrix::new(4, cols, &vec![1.0; 4 * cols]);
        let mut quantised = Quantised::with_capacity(cols);
        quantised.fill(&vec![-2.0; cols], cols);
        let mut out = [0.0; 4];
        matrix.mul(1, &quantised, &mut out);
        assert!(out.iter().all(|sum| (sum + 2.0 * cols as f32).abs() < 1.0), "{out:?}");
    }

    #[test]
    fn nothing_but_zeros_stays_zero() {
        let matrix = Matrix::new(4, 32, &[0.0; 128]);
        let mut quantised = Quantised::with_capacity(32);
        quantised.fill(&[0.0; 32], 32);
        let mut out = [1.0; 4];
        matrix.mul(1, &quantised, &mut out);
        assert_eq!(out, [0.0; 4]);
    }
}
