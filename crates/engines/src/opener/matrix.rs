//! Weight matrices in 8-bit blocks and their products on one thread, with candle's vector kernels.
//!
//! candle's own matrix product hands even a 256 x 256 one to a pool of threads; at this size waking a thread costs
//! more than the product. The kernels are the same, the loop around them is ours, and nothing is allocated.

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::BlockQ8_0;

/// Values a block holds.
const BLOCK: usize = BlockQ8_0::BLCK_SIZE;
/// Rows of the left side that are taken together, so that a weight block is read once for all of them.
const TILE: usize = 16;

/// A `rows x cols` matrix in row order; `cols` is a multiple of the block's 32 values.
pub(super) struct Matrix {
    rows: usize,
    cols: usize,
    blocks: Vec<BlockQ8_0>,
}

/// Left sides in 8-bit blocks: scratch that is filled anew for each product.
pub(super) struct Quantised(Vec<BlockQ8_0>);

impl Quantised {
    pub(super) fn with_capacity(values: usize) -> Self {
        Self(vec![BlockQ8_0::zeros(); values / BLOCK])
    }

    /// Quantises `n` rows of `cols` values.
    pub(super) fn fill(&mut self, values: &[f32]) {
        BlockQ8_0::from_float(values, &mut self.0[..values.len() / BLOCK]);
    }
}

impl Matrix {
    /// Quantises `rows * cols` values.
    pub(super) fn new(rows: usize, cols: usize, values: &[f32]) -> Self {
        assert!(values.len() == rows * cols && cols.is_multiple_of(BLOCK), "a matrix of {rows} x {cols}");
        let mut blocks = vec![BlockQ8_0::zeros(); values.len() / BLOCK];
        BlockQ8_0::from_float(values, &mut blocks);
        Self { rows, cols, blocks }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        std::mem::size_of_val(&self.blocks[..])
    }

    /// Writes row `index` into `out` (`cols` values).
    pub(super) fn row(&self, index: usize, out: &mut [f32]) {
        BlockQ8_0::to_float(self.blocks_of(index), out);
    }

    /// `out[n x rows] = left[n x cols] * self^T`.
    pub(super) fn mul(&self, n: usize, left: &Quantised, out: &mut [f32]) {
        let per_row = self.cols / BLOCK;
        let left = |row: usize| &left.0[row * per_row..(row + 1) * per_row];
        let quads = self.rows / 4 * 4;
        for tile in (0..n).step_by(TILE) {
            let tile_end = n.min(tile + TILE);
            for col in (0..quads).step_by(4) {
                let weights = [0, 1, 2, 3].map(|k| self.blocks_of(col + k));
                for row in tile..tile_end {
                    let [w0, w1, w2, w3] = weights;
                    let dots = BlockQ8_0::vec_dot_4(self.cols, w0, w1, w2, w3, left(row));
                    let at = row * self.rows + col;
                    out[at..at + 4].copy_from_slice(&[dots.0, dots.1, dots.2, dots.3]);
                }
            }
            for col in quads..self.rows {
                for row in tile..tile_end {
                    out[row * self.rows + col] = BlockQ8_0::vec_dot(self.cols, self.blocks_of(col), left(row));
                }
            }
        }
    }

    fn blocks_of(&self, row: usize) -> &[BlockQ8_0] {
        let per_row = self.cols / BLOCK;
        &self.blocks[row * per_row..(row + 1) * per_row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_close_to_exact_ones() {
        let (rows, cols, n) = (7, 64, 3);
        let value = |i: usize| ((i * 37 % 101) as f32 - 50.0) / 50.0;
        let weights: Vec<f32> = (0..rows * cols).map(value).collect();
        let left: Vec<f32> = (0..n * cols).map(|i| value(i * 3 + 1)).collect();
        let matrix = Matrix::new(rows, cols, &weights);
        let mut quantised = Quantised::with_capacity(n * cols);
        quantised.fill(&left);
        let mut out = vec![0.0; n * rows];
        matrix.mul(n, &quantised, &mut out);
        for row in 0..n {
            for col in 0..rows {
                let exact: f32 = (0..cols).map(|k| left[row * cols + k] * weights[col * cols + k]).sum();
                assert!((out[row * rows + col] - exact).abs() < 0.2, "{} {exact}", out[row * rows + col]);
            }
        }
    }
}
