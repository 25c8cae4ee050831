//! How many elements a convolution along time looks at.

use std::collections::HashMap;

use super::onnx::{Node, Weight};
use super::reach::MOST_HOP;
use super::wire::Malformed;

/// A convolution along one axis. All numbers are between 0 and the square of [`MOST_HOP`].
pub(super) struct Window {
    kernel: i64,
    /// For each element of a transposed convolution's input, the elements of its output.
    pub(super) stride: i64,
    dilation: i64,
    before: i64,
    after: i64,
    extra: i64,
}

impl Window {
    /// Reads a `Conv` or `ConvTranspose`; `None` when it does not run along one axis with a kernel of known size.
    pub(super) fn read(node: &Node<'_>, weights: &HashMap<&str, &Weight<'_>>) -> Result<Option<Self>, Malformed> {
        if !matches!(node.text("auto_pad")?, None | Some("NOTSET")) {
            return Ok(None);
        }
        let weight = node.inputs.get(1).and_then(|name| weights.get(name));
        let Some(&[_, _, kernel]) = weight.map(|weight| weight.dims.as_slice()) else { return Ok(None) };
        let list = |name: &str, default: &[i64]| Ok(node.integers(name)?.unwrap_or_else(|| default.to_vec()));
        let (Ok([stride]), Ok([dilation]), Ok([before, after]), Ok([extra])) = (
            <[i64; 1]>::try_from(list("strides", &[1])?),
            <[i64; 1]>::try_from(list("dilations", &[1])?),
            <[i64; 2]>::try_from(list("pads", &[0, 0])?),
            <[i64; 1]>::try_from(list("output_padding", &[0])?),
        ) else {
            return Ok(None);
        };
        let most = MOST_HOP as i64;
        let small = [kernel, stride, dilation].iter().all(|number| (1..=most).contains(number))
            && [before, after, extra].iter().all(|number| (0..=most * most).contains(number));
        Ok(small.then_some(Self { kernel, stride, dilation, before, after, extra }))
    }

    /// Whether a convolution makes as many elements as it is given.
    pub(super) fn keeps_length(&self) -> bool {
        let span = (self.kernel - 1) * self.dilation;
        self.stride == 1 && self.before + self.after == span && self.extra == 0
    }

    /// Elements of its input to either side that a convolution's output depends on.
    pub(super) fn elements(&self) -> f64 {
        self.before.max(self.after) as f64
    }

    /// The same of a transposed convolution that makes its input longer by exactly its stride.
    pub(super) fn spreads(&self) -> Option<f64> {
        let exact = self.dilation == 1 && self.kernel - self.before - self.after + self.extra == self.stride;
        // Output j reads the inputs between (j + before - kernel + 1) / stride and (j + before) / stride.
        exact.then(|| self.before.max(self.kernel - 1 - self.before) as f64 / self.stride as f64)
    }
}
