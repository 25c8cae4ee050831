//! Cuts a Piper voice in two at the decoder's input.
//!
//! The encoder turns phonemes into latent frames and says how many frames each phoneme takes; the decoder turns
//! latent frames into samples. Both places are found by what the graph is, not by what its tensors are called:
//! exporters number them as they please. Weights and nodes are copied byte for byte into the half or the halves that
//! need them.

use std::collections::{HashMap, HashSet};

use super::onnx::{Graph, Model, Named, Node};
use super::reach::{Reach, reach};
use super::wire::{Malformed, put_bytes, put_varint};

/// The voice does not have the shape that can be cut. Speak it with the whole graph instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this voice cannot be split: {0}")]
pub struct NotSplittable(pub String);

impl From<Malformed> for NotSplittable {
    fn from(malformed: Malformed) -> Self {
        Self(malformed.to_string())
    }
}

/// The two models, each a whole ONNX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halves {
    /// Inputs as the voice has them (ids `[1, P]`, their count `[1]`, scales `[3]`, and of a voice with many speakers
    /// the speaker `[1]`). Outputs: latent frames `[1, C, T]`, then frames for each of the P ids, as floats.
    pub encoder: Vec<u8>,
    /// Inputs: latent frames `[1, C, T]`, then the speaker `[1]` if the voice has many. Output: samples, T times
    /// [`Reach::hop`] of them.
    pub decoder: Vec<u8>,
}

/// The inputs that every Piper voice has: ids, their count, scales. A fourth is the speaker.
const COMMON_INPUTS: usize = 3;

/// How the decoder's first convolution is called in Piper's training code; the exporter keeps the names of weights.
const FIRST_WEIGHT: &str = "dec.conv_pre.weight";

/// Cuts the voice in `file`, the bytes of a `.onnx`.
pub fn cut(file: &[u8]) -> Result<Halves, NotSplittable> {
    let model = Model::read(file)?;
    let graph = &model.graph;
    let plan = Plan::new(graph)?;
    let latent = float_tensor(plan.latent, &[Dim::Fixed(1), Dim::Fixed(plan.channels), Dim::Free("frames")]);
    // The rank of the durations differs between exporters, so it is left for the runtime to find.
    let durations = float_tensor(plan.durations, &[]);
    let inputs: Vec<_> = graph.inputs.iter().map(|input| input.raw.to_vec()).collect();

    let mut decoder_inputs = vec![field(11, &latent)];
    decoder_inputs.extend(plan.speaker.map(|speaker| speaker.raw.to_vec()));
    let encoder = plan.write(&model, &plan.encoder, &inputs, &[field(12, &latent), field(12, &durations)]);
    let decoder = plan.write(&model, &plan.decoder, &decoder_inputs, &[plan.sound.raw.to_vec()]);
    Ok(Halves { encoder, decoder })
}

/// Reads from a decoder that [`cut`] wrote how it can be run in pieces.
pub fn decoder_reach(decoder: &[u8]) -> Result<Reach, NotSplittable> {
    let model = Model::read(decoder)?;
    let (Some(latent), Some(sound)) = (model.graph.inputs.first(), model.graph.outputs.first()) else {
        return Err(refusal("the decoder has no input or no output"));
    };
    let weights = model.graph.weights.iter().map(|weight| (weight.name, weight)).collect();
    reach(&model.graph.nodes, &weights, latent.name, sound.name).map_err(NotSplittable)
}

/// Where the cut goes and what each half needs.
struct Plan<'a> {
    latent: &'a str,
    channels: u64,
    durations: &'a str,
    speaker: Option<&'a Named<'a>>,
    sound: &'a Named<'a>,
    encoder: Part<'a>,
    decoder: Part<'a>,
}

/// The nodes that some outputs need, and the names that those nodes read.
#[derive(Default)]
struct Part<'a> {
    nodes: HashSet<usize>,
    reads: HashSet<&'a str>,
}

impl<'a> Plan<'a> {
    fn new(graph: &'a Graph<'a>) -> Result<Self, NotSplittable> {
        if graph.sparse || graph.weights.iter().any(|weight| weight.external) {
            return Err(refusal("its weights are sparse or lie in another file"));
        }
        if graph.nodes.iter().any(|node| node.nested) {
            return Err(refusal("it holds graphs within its graph"));
        }
        let makers = makers(graph)?;
        let weights: HashMap<_, _> = graph.weights.iter().map(|weight| (weight.name, weight)).collect();

        let (first, ceil) = (only(graph, "first decoder convolution", is_first)?, only(graph, "Ceil", is_ceil)?);
        let (Some(&latent), Some(&durations)) = (first.inputs.first(), ceil.outputs.first()) else {
            return Err(refusal("the nodes at the cut lack inputs or outputs"));
        };
        let kernel = first.inputs.get(1).and_then(|name| weights.get(name)).map(|weight| weight.dims.as_slice());
        let group = first.integers("group")?.and_then(|group| group.first().copied()).unwrap_or(1);
        let channels = match kernel {
            Some(&[_, channels, _]) if group == 1 && (1..=65_536).contains(&channels) => channels as u64,
            _ => return Err(refusal("the decoder's first convolution has an unusual shape")),
        };
        let Some(sound) = graph.outputs.first() else { return Err(refusal("it has no output")) };

        let encoder = Part::of(graph, &makers, &[latent], None);
        let decoder = Part::of(graph, &makers, &[sound.name], Some(latent));
        if !encoder.reads.contains(durations) {
            return Err(refusal("the latent frames do not depend on the durations"));
        }
        let mut speaker = None;
        for (place, input) in graph.inputs.iter().enumerate().filter(|(_, input)| decoder.reads.contains(input.name)) {
            match place {
                COMMON_INPUTS if !weights.contains_key(input.name) => speaker = Some(input),
                _ if weights.contains_key(input.name) => {} // old exporters list weights as inputs, too
                _ => return Err(refusal("the decoder needs more than latent frames and speaker")),
            }
        }
        let nodes = graph.nodes.iter().enumerate();
        let nodes = nodes.filter(|(place, _)| decoder.nodes.contains(place)).map(|(_, node)| node);
        reach(nodes, &weights, latent, sound.name).map_err(NotSplittable)?;
        Ok(Self { latent, channels, durations, speaker, sound, encoder, decoder })
    }

    /// A model with the nodes and weights of `part`; `inputs` and `outputs` are raw fields of its graph.
    fn write(&self, model: &Model<'_>, part: &Part<'_>, inputs: &[Vec<u8>], outputs: &[Vec<u8>]) -> Vec<u8> {
        let graph = &model.graph;
        let nodes = graph.nodes.iter().enumerate();
        let nodes = nodes.filter(|(place, _)| part.nodes.contains(place)).map(|(_, node)| node.raw);
        let weights = graph.weights.iter().filter(|weight| part.reads.contains(weight.name)).map(|weight| weight.raw);
        // Inputs and outputs carry their own shapes; a second one for the same tensor is not allowed.
        let ends = [self.latent, self.durations];
        let shapes = graph.shapes.iter().filter(|shape| part.reads.contains(shape.name) && !ends.contains(&shape.name));
        let fields = nodes
            .chain(weights)
            .chain(graph.other.iter().copied())
            .chain(inputs.iter().chain(outputs).map(Vec::as_slice))
            .chain(shapes.map(|shape| shape.raw));
        let mut body = Vec::new();
        fields.for_each(|field| body.extend_from_slice(field));

        let mut file = model.other.concat();
        put_bytes(&mut file, 7, &body);
        file
    }
}

impl<'a> Part<'a> {
    /// Everything that the tensors `wanted` need, not going beyond the tensor `given`.
    fn of(
        graph: &'a Graph<'a>,
        makers: &HashMap<&'a str, usize>,
        wanted: &[&'a str],
        given: Option<&'a str>,
    ) -> Self {
        let mut part = Self::default();
        let mut open: Vec<_> = wanted.to_vec();
        while let Some(tensor) = open.pop() {
            if !part.reads.insert(tensor) || Some(tensor) == given {
                continue;
            }
            if let Some(&maker) = makers.get(tensor)
                && part.nodes.insert(maker)
            {
                open.extend(graph.nodes[maker].inputs.iter().filter(|input| !input.is_empty()));
            }
        }
        part
    }
}

/// Which node makes which tensor. Each has one maker, and nodes stand after those they depend on.
fn makers<'a>(graph: &'a Graph<'a>) -> Result<HashMap<&'a str, usize>, NotSplittable> {
    let mut makers = HashMap::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        for output in node.outputs.iter().filter(|output| !output.is_empty()) {
            if makers.insert(*output, place).is_some() {
                return Err(refusal("a tensor is made twice"));
            }
        }
    }
    let ordered = graph.nodes.iter().enumerate().all(|(place, node)| {
        node.inputs.iter().filter_map(|input| makers.get(input)).all(|&maker| maker < place)
    });
    if ordered { Ok(makers) } else { Err(refusal("its nodes are out of order")) }
}

fn is_first(node: &Node<'_>) -> bool {
    node.operator == "Conv" && node.inputs.get(1).is_some_and(|weight| weight.ends_with(FIRST_WEIGHT))
}

fn is_ceil(node: &Node<'_>) -> bool {
    node.operator == "Ceil"
}

fn only<'a>(
    graph: &'a Graph<'a>,
    what: &str,
    fits: impl Fn(&Node<'_>) -> bool,
) -> Result<&'a Node<'a>, NotSplittable> {
    let mut found = graph.nodes.iter().filter(|node| fits(node));
    match (found.next(), found.next()) {
        (Some(node), None) => Ok(node),
        (None, _) => Err(refusal(&format!("it has no {what}"))),
        (Some(_), Some(_)) => Err(refusal(&format!("it has more than one {what}"))),
    }
}

fn refusal(why: &str) -> NotSplittable {
    NotSplittable(why.to_owned())
}

enum Dim {
    Fixed(u64),
    Free(&'static str),
}

/// A `ValueInfoProto` for a tensor of 32-bit floats; no dimensions means that its rank is not known.
fn float_tensor(name: &str, dims: &[Dim]) -> Vec<u8> {
    let mut shape = Vec::new();
    for dim in dims {
        let mut message = Vec::new();
        match dim {
            Dim::Fixed(size) => put_varint(&mut message, 1, *size),
            Dim::Free(name) => put_bytes(&mut message, 2, name.as_bytes()),
        }
        put_bytes(&mut shape, 1, &message);
    }
    let mut tensor = Vec::new();
    put_varint(&mut tensor, 1, 1); // TensorProto.DataType.FLOAT
    if !dims.is_empty() {
        put_bytes(&mut tensor, 2, &shape);
    }
    let mut info = Vec::new();
    put_bytes(&mut info, 1, name.as_bytes());
    put_bytes(&mut info, 2, &field(1, &tensor));
    info
}

fn field(number: u32, bytes: &[u8]) -> Vec<u8> {
    let mut field = Vec::new();
    put_bytes(&mut field, number, bytes);
    field
}
