//! How far one element of a tensor reaches along time, read from the graph.
//!
//! What is made of convolutions along time and of operations on single moments can be run in pieces: with
//! [`Reach::context`] elements on every open side, a piece is what it would be in one run over everything. Anything
//! else is refused here, so pieces are never wrong by a little.

use std::collections::HashMap;

use super::onnx::{Node, Weight};
use super::window::Window;
use super::wire::Malformed;

/// What a part of a graph does to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Elements along time that one of its input becomes.
    pub hop: usize,
    /// Elements of its input to either side of one that what becomes of it depends on.
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

/// Operators on channels, the second of three axes: they see one moment at a time.
const CHANNELWISE: &[&str] = &["Concat", "Slice", "Split"];

/// The channels' axis of a tensor with three, counted from the front and from the back.
const CHANNELS: [i64; 2] = [1, -2];

/// Operators that may stand where there is no time: on constants and on the speaker's embedding.
const TIMELESS: &[&str] = &[
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Gather",
    "Gemm",
    "MatMul",
    "Reshape",
    "Shape",
    "Slice",
    "Split",
    "Transpose",
];

/// More elements for each of the input than any voice has (256 or 512 samples a frame are usual).
pub const MOST_HOP: usize = 8192;

/// Beyond this many elements of context, pieces would cost more than they gain.
const MOST_CONTEXT: f64 = 64.0;

/// What is known of a tensor that has a time axis, its last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// Elements along time for each of the input.
    pub rate: i64,
    /// Elements of the input to either side that one depends on.
    pub context: f64,
    /// Whether it has three axes as the input has: one, channels, time.
    plain: bool,
}

/// What depends on time in some way; a tensor that does neither is a weight, a constant or the speaker.
#[derive(Clone, Copy, Debug)]
enum Known {
    /// It has a time axis.
    Timed(Timed),
    /// The shape of one that has.
    Shape(Timed),
}

/// Follows time through a graph, node by node.
pub struct Reader<'a> {
    weights: &'a HashMap<&'a str, &'a Weight<'a>>,
    constants: HashMap<&'a str, Vec<i64>>,
    known: HashMap<&'a str, Known>,
}

/// Reads what happens between the tensors `given`, which run along time side by side, and `made`. `nodes` are in an
/// order in which they can run.
pub fn reach<'a>(
    nodes: &'a [Node<'a>],
    weights: &'a HashMap<&'a str, &'a Weight<'a>>,
    given: &[&'a str],
    made: &str,
) -> Result<Reach, String> {
    let mut reader = Reader::new(weights, given);
    for node in nodes {
        reader.read(node)?;
    }
    let made = reader.timed(made).ok_or("the sound does not depend on the latent frames")?;
    if made.context > MOST_CONTEXT {
        return Err("a frame's sound reaches too far".to_owned());
    }
    Ok(Reach { hop: made.rate as usize, context: made.context.ceil() as usize })
}

impl<'a> Reader<'a> {
    /// Begins where the tensors `given` are all that has a time axis.
    #[must_use]
    pub fn new(weights: &'a HashMap<&'a str, &'a Weight<'a>>, given: &[&'a str]) -> Self {
        let start = Known::Timed(Timed { rate: 1, context: 0.0, plain: true });
        let known = given.iter().map(|&name| (name, start)).collect();
        Self { weights, constants: HashMap::new(), known }
    }

    /// Follows time through the next node; the error says why that is not possible.
    pub fn read(&mut self, node: &'a Node<'a>) -> Result<(), String> {
        let after = self.step(node).map_err(|Malformed| "an attribute cannot be read".to_owned())??;
        if let Some(after) = after {
            self.known.extend(node.outputs.iter().map(|&output| (output, after)));
        } else if let (Ok(Some(numbers)), Some(&output)) = (node.constant(), node.outputs.first()) {
            self.constants.insert(output, numbers);
        }
        Ok(())
    }

    /// What is known of a tensor, if it has a time axis.
    #[must_use]
    pub fn timed(&self, name: &str) -> Option<Timed> {
        match self.known.get(name) {
            Some(Known::Timed(timed)) => Some(*timed),
            _ => None,
        }
    }

    /// One node: what its output is along time, `None` when it has none.
    fn step(&self, node: &Node<'a>) -> Result<Result<Option<Known>, String>, Malformed> {
        let refuse = |what: &str| Ok(Err(format!("its {} {what}", node.operator)));
        if node.nested || !node.domain.is_empty() {
            return refuse("is not one of ONNX's plain operators");
        }
        let mut before: Option<Timed> = None;
        for input in node.inputs.iter().filter_map(|input| self.known.get(input)) {
            before = match (before, *input) {
                (None, Known::Shape(of)) if node.operator == "ConstantOfShape" => {
                    // The same number everywhere: it depends on no moment.
                    return Ok(Ok(Some(Known::Timed(Timed { context: 0.0, ..of }))));
                }
                (_, Known::Shape(_)) => return refuse("reckons with a length"),
                (Some(other), Known::Timed(input)) if other.rate != input.rate => {
                    return refuse("joins two different rates");
                }
                (Some(other), Known::Timed(input)) => Some(Timed {
                    rate: other.rate,
                    context: other.context.max(input.context),
                    plain: other.plain && input.plain,
                }),
                (None, Known::Timed(input)) => Some(input),
            };
        }
        let convolves = matches!(node.operator, "Conv" | "ConvTranspose");
        let Some(before) = before else {
            let known = convolves || POINTWISE.contains(&node.operator) || TIMELESS.contains(&node.operator);
            return if known {
                Ok(Ok(None))
            } else {
                refuse("is an operator that is not known to be the same each time")
            };
        };
        let timed = |after: Timed| Ok(Ok(Some(Known::Timed(after))));
        match node.operator {
            "Squeeze" | "Unsqueeze" => timed(Timed { plain: false, ..before }),
            "Shape" if before.plain && node.integers("start")?.is_none() && node.integers("end")?.is_none() => {
                Ok(Ok(Some(Known::Shape(before))))
            }
            pointwise if POINTWISE.contains(&pointwise) => timed(before),
            channelwise if CHANNELWISE.contains(&channelwise) => {
                if before.plain && self.keeps_time(node)? {
                    timed(before)
                } else {
                    refuse("may cut along time")
                }
            }
            _ if !convolves => refuse("may look at any moment of its input"),
            _ if node.inputs.iter().skip(1).any(|input| self.known.contains_key(input)) => {
                refuse("has a kernel that depends on the latent frames")
            }
            _ => {
                let Some(window) = Window::read(node, self.weights)? else {
                    return refuse("does not run along time alone");
                };
                let after = if node.operator == "Conv" {
                    window.keeps_length().then(|| (before.rate, window.elements()))
                } else {
                    window.spreads().map(|elements| (before.rate * window.stride, elements))
                };
                match after.filter(|(rate, _)| *rate <= MOST_HOP as i64) {
                    Some((rate, elements)) => {
                        let context = before.context + elements / before.rate as f64;
                        timed(Timed { rate, context, ..before })
                    }
                    None => refuse("changes the length of its input in an unusual way"),
                }
            }
        }
    }

    /// Whether a node of [`CHANNELWISE`], whose timed inputs have three axes, works on the channels alone.
    fn keeps_time(&self, node: &Node<'a>) -> Result<bool, Malformed> {
        let is_timed = |name: &&'a str| self.timed(name).is_some();
        let only_the_first = node.inputs.iter().skip(1).all(|name| !is_timed(name));
        let channels =
            |axes: Option<Vec<i64>>| axes.is_some_and(|axes| matches!(axes[..], [axis] if CHANNELS.contains(&axis)));
        Ok(match node.operator {
            "Concat" => node.inputs.iter().all(is_timed) && channels(node.integers("axis")?),
            "Split" => only_the_first && channels(node.integers("axis")?),
            // Data, starts, ends, axes, steps.
            _ => only_the_first && channels(node.inputs.get(3).map_or(Ok(None), |axes| self.numbers(axes))?),
        })
    }

    /// The few whole numbers of a constant.
    fn numbers(&self, name: &str) -> Result<Option<Vec<i64>>, Malformed> {
        match self.constants.get(name) {
            Some(numbers) => Ok(Some(numbers.clone())),
            None => self.weights.get(name).map_or(Ok(None), |weight| weight.numbers()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{MadeUp, conv, op};
    use super::super::onnx::Model;
    use super::*;

    /// The reach of a made-up flow that a test changed.
    fn of(change: impl FnOnce(&mut MadeUp)) -> Result<Reach, String> {
        let mut flow = MadeUp::coupling();
        change(&mut flow);
        let file = flow.bytes();
        let graph = Model::read(&file).unwrap().graph;
        let weights = graph.weights.iter().map(|weight| (weight.name, weight)).collect();
        reach(&graph.nodes, &weights, &["zp", "mask"], "z")
    }

    fn why(change: impl FnOnce(&mut MadeUp)) -> String {
        of(change).unwrap_err()
    }

    #[test]
    fn a_coupling_layer_reaches_as_far_as_its_convolutions() {
        assert_eq!(of(|_| ()), Ok(Reach { hop: 1, context: 8 }));
        let twice = |flow: &mut MadeUp| {
            flow.nodes.push(conv("Conv", &["z", "enc.in.weight"], "more", &[1], &[1], &[2, 2]));
            flow.nodes.push(op("Identity", &["more"], "unused"));
        };
        assert_eq!(of(twice), Ok(Reach { hop: 1, context: 8 }), "what the output does not need does not count");
    }

    #[test]
    fn axes_may_be_weights_or_constants_and_are_counted_from_either_end() {
        let back = |flow: &mut MadeUp| {
            flow.numbers.iter_mut().for_each(|(name, axes)| {
                if *name == "axes" {
                    *axes = vec![-2];
                }
            })
        };
        assert_eq!(of(back), Ok(Reach { hop: 1, context: 8 }));
        let made = |flow: &mut MadeUp| {
            flow.numbers.retain(|(name, _)| *name != "axes");
            flow.constant("axes", &[1]);
        };
        assert_eq!(of(made), Ok(Reach { hop: 1, context: 8 }));
    }

    #[test]
    fn what_may_mix_moments_is_refused() {
        let cuts = "may cut along time";
        let axis = |axis: i64| {
            move |flow: &mut MadeUp| {
                flow.numbers.iter_mut().for_each(|(name, axes)| {
                    if *name == "axes" {
                        *axes = vec![axis];
                    }
                })
            }
        };
        assert_eq!(why(axis(2)), format!("its Slice {cuts}"));
        assert_eq!(why(axis(-1)), format!("its Slice {cuts}"));
        assert_eq!(why(|flow| flow.numbers.retain(|(name, _)| *name != "axes")), format!("its Slice {cuts}"));
        assert_eq!(why(|flow| flow.node("Slice").inputs.truncate(3)), format!("its Slice {cuts}"));
        assert_eq!(why(|flow| flow.node("Split").attributes = vec![("axis", &[2])]), format!("its Split {cuts}"));
        assert_eq!(why(|flow| flow.node("Split").attributes.clear()), format!("its Split {cuts}"));
        assert_eq!(why(|flow| flow.node("Concat").attributes = vec![("axis", &[-1])]), format!("its Concat {cuts}"));
        assert_eq!(why(|flow| flow.node("Concat").inputs.push("axes")), format!("its Concat {cuts}"));
        let fourth = |flow: &mut MadeUp| {
            flow.nodes.insert(0, op("Unsqueeze", &["zp", "axes"], "zp4"));
            flow.node("Slice").inputs[0] = "zp4";
        };
        assert_eq!(why(fourth), format!("its Slice {cuts}"), "its axes are other ones now");
    }

    #[test]
    fn lengths_serve_only_to_make_constants() {
        let scaled = |flow: &mut MadeUp| {
            flow.nodes.insert(0, op("Shape", &["mask"], "length"));
            flow.nodes.insert(1, op("Mul", &["zp", "length"], "scaled"));
            flow.node("Slice").inputs[0] = "scaled";
        };
        assert_eq!(why(scaled), "its Mul reckons with a length");
    }
}
