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
    // The rank of the durations differs between exporters. If this one did not write it down, the runtime finds it.
    let known = graph.shapes.iter().find(|shape| shape.name == plan.durations);
    let durations = known.map_or_else(|| float_tensor(plan.durations, &[]), |known| known.message.to_vec());
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
    fn of(graph: &'a Graph<'a>, makers: &HashMap<&'a str, usize>, wanted: &[&'a str], given: Option<&'a str>) -> Self {
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
    let ordered = graph
        .nodes
        .iter()
        .enumerate()
        .all(|(place, node)| node.inputs.iter().filter_map(|input| makers.get(input)).all(|&maker| maker < place));
    if ordered { Ok(makers) } else { Err(refusal("its nodes are out of order")) }
}

fn is_first(node: &Node<'_>) -> bool {
    node.operator == "Conv" && node.inputs.get(1).is_some_and(|weight| weight.ends_with(FIRST_WEIGHT))
}

fn is_ceil(node: &Node<'_>) -> bool {
    node.operator == "Ceil"
}

fn only<'a>(graph: &'a Graph<'a>, what: &str, fits: impl Fn(&Node<'_>) -> bool) -> Result<&'a Node<'a>, NotSplittable> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made_up::{MadeUp, conv, op};
    use super::*;

    /// Names of what a half holds: inputs, weights, operators, outputs.
    fn shown(half: &[u8]) -> String {
        let graph = Model::read(half).unwrap().graph;
        let names = |named: &[Named<'_>]| named.iter().map(|named| named.name).collect::<Vec<_>>().join(" ");
        let weights: Vec<_> = graph.weights.iter().map(|weight| weight.name).collect();
        let operators: Vec<_> = graph.nodes.iter().map(|node| node.operator).collect();
        let (inputs, outputs) = (names(&graph.inputs), names(&graph.outputs));
        format!("{inputs} | {} | {} | {outputs}", weights.join(" "), operators.join(" "))
    }

    fn refused(change: impl FnOnce(&mut MadeUp)) -> String {
        let mut voice = MadeUp::voice();
        change(&mut voice);
        cut(&voice.bytes()).unwrap_err().0
    }

    #[test]
    fn each_half_holds_what_it_needs() {
        let halves = cut(&MadeUp::voice().bytes()).unwrap();
        assert_eq!(shown(&halves.encoder), "input input_lengths scales | emb | Gather Mul Ceil CumSum MatMul | 5 3");
        assert_eq!(
            shown(&halves.decoder),
            "5 | model.dec.conv_pre.weight dec.ups.0.weight dec.ups.1.weight dec.res.weight dec.post.weight | Conv \
             LeakyRelu ConvTranspose ConvTranspose Conv Add Conv Tanh | sound"
        );
    }

    #[test]
    fn the_speaker_enters_both_halves() {
        let halves = cut(&MadeUp::speakers().bytes()).unwrap();
        assert!(shown(&halves.encoder).starts_with("input input_lengths scales sid | emb emb_g | Gather Gather"));
        assert!(shown(&halves.decoder).starts_with("5 sid | "));
        assert!(shown(&halves.decoder).contains(" emb_g dec.cond.weight | Gather Conv Conv Add LeakyRelu"));
    }

    #[test]
    fn parts_are_copied_byte_for_byte() {
        let mut voice = MadeUp::voice();
        voice.node("Ceil").extra = vec![0xf2, 0x07, 3, b'n', b'e', b'w'];
        let file = voice.bytes();
        let whole = Model::read(&file).unwrap();
        let halves = cut(&file).unwrap();
        for half in [&halves.encoder, &halves.decoder] {
            let half = Model::read(half).unwrap();
            assert_eq!(half.other, whole.other);
            assert_eq!(half.graph.other, whole.graph.other);
            let nodes: Vec<_> = whole.graph.nodes.iter().map(|node| node.raw).collect();
            assert!(half.graph.nodes.iter().all(|node| nodes.contains(&node.raw)));
        }
        assert!(halves.encoder.windows(3).any(|bytes| bytes == b"new"));
        // The description that the exporter wrote of the durations serves as the encoder's second output.
        assert_eq!(Model::read(&halves.encoder).unwrap().graph.outputs[1].message, [&[0x0a, 1][..], b"3"].concat());
    }

    #[test]
    fn the_decoder_says_how_it_runs_in_pieces() {
        let halves = cut(&MadeUp::voice().bytes()).unwrap();
        // 3 frames, then (8 - 1 - 2) / 4 of a frame, (4 - 1 - 1) / 2 of a quarter, (5 + 3) eighths: 5.5 frames.
        assert_eq!(decoder_reach(&halves.decoder), Ok(Reach { hop: 8, context: 6 }));
        let halves = cut(&MadeUp::speakers().bytes()).unwrap();
        assert_eq!(decoder_reach(&halves.decoder), Ok(Reach { hop: 8, context: 6 }));
    }

    #[test]
    fn a_voice_of_another_shape_is_refused() {
        let ceil = |voice: &mut MadeUp| voice.nodes.push(op("Ceil", &["2"], "99"));
        assert_eq!(refused(ceil), "it has more than one Ceil");
        assert_eq!(refused(|voice| voice.node("Ceil").operator = "Floor"), "it has no Ceil");
        assert_eq!(refused(|voice| voice.nodes[5].inputs[1] = "other"), "it has no first decoder convolution");
        assert_eq!(refused(|voice| voice.external = true), "its weights are sparse or lie in another file");
        assert_eq!(refused(|voice| voice.nodes.swap(0, 3)), "its nodes are out of order");
        assert_eq!(refused(|voice| voice.nodes.push(op("Relu", &["1"], "5"))), "a tensor is made twice");
        assert_eq!(refused(|voice| voice.outputs.clear()), "it has no output");
        assert_eq!(refused(|voice| voice.outputs[0] = "emb"), "the sound does not depend on the latent frames");
        let scaled = |voice: &mut MadeUp| voice.node("Tanh").inputs.push("scales");
        assert_eq!(refused(scaled), "the decoder needs more than latent frames and speaker");
        let loose = |voice: &mut MadeUp| voice.node("MatMul").inputs[1] = "1";
        assert_eq!(refused(loose), "the latent frames do not depend on the durations");
        let graph_within = |voice: &mut MadeUp| voice.node("Mul").extra = vec![0x2a, 2, 0x32, 0];
        assert_eq!(refused(graph_within), "it holds graphs within its graph");
    }

    #[test]
    fn a_decoder_that_cannot_run_in_pieces_is_refused() {
        let softmax = |voice: &mut MadeUp| voice.node("Tanh").operator = "Softmax";
        assert_eq!(refused(softmax), "the decoder's Softmax may look at any moment of its input");
        let valid = |voice: &mut MadeUp| {
            voice.nodes[5] = conv("Conv", &["5", "model.dec.conv_pre.weight"], "6", &[1], &[1], &[0, 0]);
        };
        assert_eq!(refused(valid), "the decoder's Conv changes the length of its input in an unusual way");
        let random = |voice: &mut MadeUp| {
            voice.nodes.insert(0, op("RandomNormalLike", &["emb"], "r"));
            voice.node("Tanh").inputs.push("r");
        };
        let why = "the decoder's RandomNormalLike is an operator that is not known to be the same each time";
        assert_eq!(refused(random), why);
        let rates = |voice: &mut MadeUp| voice.node("Add").inputs[1] = "7";
        assert_eq!(refused(rates), "the decoder's Add joins two different rates");
        let wide = |voice: &mut MadeUp| voice.weights[1].1 = vec![8, 4, 7, 7];
        assert_eq!(refused(wide), "the decoder's first convolution has an unusual shape");
    }

    #[test]
    fn what_is_no_model_is_refused() {
        for broken in [&b""[..], b"hello", &[0x3a, 0], &[0x3a, 2, 0x0a, 9]] {
            assert!(cut(broken).is_err());
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(
            speakers: bool, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            length: prop::sample::Index,
        ) {
            let mut file = if speakers { MadeUp::speakers() } else { MadeUp::voice() }.bytes();
            for (place, byte) in changes {
                let place = place.index(file.len());
                file[place] = byte;
            }
            if let Ok(halves) = cut(&file) {
                prop_assert!(decoder_reach(&halves.decoder).is_ok());
            }
            let _ = cut(&file[..length.index(file.len())]);
            let _ = decoder_reach(&file);
        }
    }
}
