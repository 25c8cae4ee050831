//! How far one latent frame's sound reaches, read from the decoder's graph.
//!
//! A decoder made of convolutions along time and of operations on single elements can be run in pieces: with
//! [`Reach::context`] frames on every open side, a piece is what it would be in one run over everything. A decoder
//! with anything else in it is refused here, so pieces are never wrong by a little.

use std::collections::HashMap;

use super::onnx::{Node, Weight};
use super::wire::Malformed;

/// What a decoder does to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Samples that one latent frame becomes.
    pub hop: usize,
    /// Frames to either side of a frame that its samples depend on.
    pub context: usize,
}

/// Operators on single elements: time goes through them as it is.
const POINTWISE: &[&str] = &[
    "Abs",
    "Add",
    "Cast",
    "Clip",
    "Cos",
    "Div",
    "Elu",
    "Exp",
    "Identity",
    "LeakyRelu",
    "Mul",
    "Neg",
    "PRelu",
    "Pow",
    "Reciprocal",
    "Relu",
    "Sigmoid",
    "Sin",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Tanh",
    "Unsqueeze",
];

/// Operators that may stand where there is no time: on constants and on the speaker's embedding.
const TIMELESS: &[&str] = &["Concat", "Constant", "Gather", "Gemm", "MatMul", "Reshape", "Slice", "Transpose"];

/// More samples a frame than any voice has (256 or 512 are usual).
const MOST_HOP: i64 = 8192;

/// Beyond this many frames of context, pieces would cost more than they gain.
const MOST_CONTEXT: f64 = 64.0;

/// What is known of a tensor that has a time axis.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Timed {
    /// Elements along time for each latent frame.
    rate: i64,
    /// Latent frames to either side that an element depends on.
    frames: f64,
}

/// Reads what happens between `latent` and `sound`. `nodes` are the decoder's, in an order in which they can run.
pub fn reach<'a>(
    nodes: impl IntoIterator<Item = &'a Node<'a>>,
    weights: &HashMap<&str, &Weight<'_>>,
    latent: &str,
    sound: &str,
) -> Result<Reach, String> {
    // A tensor that is not in here has no time axis: a weight, a constant, the speaker.
    let mut timed = HashMap::from([(latent, Timed { rate: 1, frames: 0.0 })]);
    for node in nodes {
        let after = step(node, weights, &timed).map_err(|Malformed| "an attribute cannot be read".to_owned())??;
        if let Some(after) = after {
            timed.extend(node.outputs.iter().map(|&output| (output, after)));
        }
    }
    let sound = timed.get(sound).ok_or("the sound does not depend on the latent frames")?;
    if sound.frames > MOST_CONTEXT {
        return Err("a frame's sound reaches too far".to_owned());
    }
    Ok(Reach { hop: sound.rate as usize, context: sound.frames.ceil() as usize })
}

/// One node: what its output is along time, `None` when it has none.
fn step(
    node: &Node<'_>,
    weights: &HashMap<&str, &Weight<'_>>,
    timed: &HashMap<&str, Timed>,
) -> Result<Result<Option<Timed>, String>, Malformed> {
    let refuse = |what: &str| Ok(Err(format!("the decoder's {} {what}", node.operator)));
    if node.nested || !node.domain.is_empty() {
        return refuse("is not one of ONNX's plain operators");
    }
    let mut before: Option<Timed> = None;
    for input in node.inputs.iter().filter_map(|input| timed.get(input)) {
        before = match before {
            Some(other) if other.rate != input.rate => return refuse("joins two different rates"),
            Some(other) => Some(Timed { rate: other.rate, frames: other.frames.max(input.frames) }),
            None => Some(*input),
        };
    }
    let convolves = matches!(node.operator, "Conv" | "ConvTranspose");
    let Some(before) = before else {
        let known = convolves || POINTWISE.contains(&node.operator) || TIMELESS.contains(&node.operator);
        return if known { Ok(Ok(None)) } else { refuse("is an operator that is not known to be the same each time") };
    };
    if POINTWISE.contains(&node.operator) {
        return Ok(Ok(Some(before)));
    }
    if !convolves {
        return refuse("may look at any moment of its input");
    }
    if node.inputs.iter().skip(1).any(|input| timed.contains_key(input)) {
        return refuse("has a kernel that depends on the latent frames");
    }
    let Some(window) = Window::read(node, weights)? else { return refuse("does not run along time alone") };
    let after = if node.operator == "Conv" { window.convolve(before) } else { window.spread(before) };
    match after {
        Some(after) => Ok(Ok(Some(after))),
        None => refuse("changes the length of its input in an unusual way"),
    }
}

/// A convolution along one axis. All numbers are between 0 and [`MOST_HOP`].
struct Window {
    kernel: i64,
    stride: i64,
    dilation: i64,
    before: i64,
    after: i64,
    extra: i64,
}

impl Window {
    fn read(node: &Node<'_>, weights: &HashMap<&str, &Weight<'_>>) -> Result<Option<Self>, Malformed> {
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
        let small = [kernel, stride, dilation].iter().all(|&number| (1..=MOST_HOP).contains(&number))
            && [before, after, extra].iter().all(|&number| (0..=MOST_HOP * MOST_HOP).contains(&number));
        Ok(small.then_some(Self { kernel, stride, dilation, before, after, extra }))
    }

    /// A convolution that keeps the length.
    fn convolve(&self, input: Timed) -> Option<Timed> {
        let span = (self.kernel - 1) * self.dilation;
        let keeps = self.stride == 1 && self.before + self.after == span && self.extra == 0;
        let elements = self.before.max(self.after);
        keeps.then(|| Timed { rate: input.rate, frames: input.frames + elements as f64 / input.rate as f64 })
    }

    /// A transposed convolution that makes the input longer by exactly its stride.
    fn spread(&self, input: Timed) -> Option<Timed> {
        let rate = input.rate.checked_mul(self.stride).filter(|&rate| rate <= MOST_HOP)?;
        let exact = self.dilation == 1 && self.kernel - self.before - self.after + self.extra == self.stride;
        // Output j reads the inputs between (j + before - kernel + 1) / stride and (j + before) / stride.
        let elements = self.before.max(self.kernel - 1 - self.before) as f64 / self.stride as f64;
        exact.then(|| Timed { rate, frames: input.frames + elements / input.rate as f64 })
    }
}
