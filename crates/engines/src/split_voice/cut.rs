//! Cuts a Piper voice into an encoder and the stages that make sound of what it gives.
//!
//! The encoder turns phonemes into frames and says how many of them each phoneme takes; the stages turn frames into
//! samples, one after the other. The places are found by [what the graph is](super::narrow), not by what its tensors are
//! called: exporters name them as they please. Weights and nodes are copied byte for byte into the parts that need them.

use std::collections::{HashMap, HashSet};

use super::narrow::cuts;
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

/// The models, each a whole ONNX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Inputs as the voice has them (ids `[1, P]`, their count `[1]`, scales `[3]`, and of a voice with many speakers
    /// the speaker `[1]`). Outputs: one or two tensors whose last axis is the T frames, then frames for each of the P
    /// ids, as floats.
    pub encoder: Vec<u8>,
    /// At least one. Inputs: tensors that the encoder or the stage before made, by their names, and the speaker where it
    /// is asked for. Output: one tensor, along time [`Reach::hop`] times as long as what goes in; of the last stage,
    /// samples.
    pub stages: Vec<Vec<u8>>,
}

/// The inputs that every Piper voice has: ids, their count, scales. A fourth is the speaker.
pub const COMMON_INPUTS: usize = 3;

/// More stages than any voice has (a Piper voice has 6).
pub const MOST_STAGES: usize = 64;

/// Cuts the voice in `file`, the bytes of a `.onnx`.
pub fn cut(file: &[u8]) -> Result<Parts, NotSplittable> {
    let model = Model::read(file)?;
    let graph = &model.graph;
    if graph.sparse || graph.weights.iter().any(|weight| weight.external) {
        return Err(refusal("its weights are sparse or lie in another file"));
    }
    if graph.nodes.iter().any(|node| node.nested) {
        return Err(refusal("it holds graphs within its graph"));
    }
    let makers = makers(graph)?;
    let durations = *only(graph, "Ceil", is_ceil)?.outputs.first().ok_or_else(|| refusal("its Ceil makes nothing"))?;
    let sound = graph.outputs.first().ok_or_else(|| refusal("it has no output"))?;
    let weights: HashMap<_, _> = graph.weights.iter().map(|weight| (weight.name, weight)).collect();
    // Old exporters list weights as inputs, too.
    let inputs: Vec<_> = graph.inputs.iter().filter(|input| !weights.contains_key(input.name)).collect();
    let asked: Vec<_> = inputs.iter().take(COMMON_INPUTS).map(|input| input.name).collect();
    let needed = Part::of(graph, &makers, &[sound.name], &[]).nodes;
    let across = cuts(graph, &weights, &needed, &asked, sound.name).map_err(NotSplittable)?.across;
    if across.len() > MOST_STAGES {
        return Err(refusal("it has too many stages"));
    }

    let given = across.first().map(Vec::as_slice).unwrap_or_default();
    let part = Part::of(graph, &makers, given, &[]);
    if !part.reads.contains(durations) {
        return Err(refusal("the latent frames do not depend on the durations"));
    }
    let raw: Vec<_> = graph.inputs.iter().map(|input| input.raw.to_vec()).collect();
    let encoder = write(&model, &part, &raw, &[given, &[durations]].concat());
    let ends = across.iter().skip(1).map(|across| across.iter().find(|name| !given.contains(name)).copied());
    let mut stages = Vec::new();
    for (before, made) in across.iter().zip(ends.chain([Some(sound.name)])) {
        let part = Part::of(graph, &makers, made.as_slice(), before);
        let mut inputs: Vec<_> = before
            .iter()
            .filter(|name| part.reads.contains(*name))
            .map(|name| field(11, &described(graph, name)))
            .collect();
        for input in graph.inputs.iter().filter(|input| part.reads.contains(input.name)) {
            if asked.contains(&input.name) {
                return Err(refusal("making sound of frames needs more than frames and speaker"));
            }
            inputs.push(input.raw.to_vec());
        }
        let stage = write(&model, &part, &inputs, made.as_slice());
        stage_reach(&stage, before)?;
        stages.push(stage);
    }
    Ok(Parts { encoder, stages })
}

/// Reads from a stage that [`cut`] wrote how it can be run in pieces. `timed` are the names of what encoder and stages
/// make.
pub fn stage_reach(stage: &[u8], timed: &[&str]) -> Result<Reach, NotSplittable> {
    let model = Model::read(stage)?;
    let graph = &model.graph;
    let made = graph.outputs.first().ok_or_else(|| refusal("a stage has no output"))?;
    let inputs: Vec<_> = graph.inputs.iter().map(|input| input.name).filter(|name| timed.contains(name)).collect();
    let weights = graph.weights.iter().map(|weight| (weight.name, weight)).collect();
    reach(&graph.nodes, &weights, &inputs, made.name).map_err(NotSplittable)
}

/// The nodes that some outputs need, and the names that those nodes read.
#[derive(Default)]
struct Part<'a> {
    nodes: HashSet<usize>,
    reads: HashSet<&'a str>,
}

impl<'a> Part<'a> {
    /// Everything that the tensors `wanted` need, not going beyond the tensors `given`.
    fn of(graph: &'a Graph<'a>, makers: &HashMap<&'a str, usize>, wanted: &[&'a str], given: &[&'a str]) -> Self {
        let mut part = Self::default();
        let mut open: Vec<_> = wanted.to_vec();
        while let Some(tensor) = open.pop() {
            if !part.reads.insert(tensor) || given.contains(&tensor) {
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

/// A model with the nodes and weights of `part`; `inputs` are raw fields of its graph, `outputs` names.
fn write(model: &Model<'_>, part: &Part<'_>, inputs: &[Vec<u8>], outputs: &[&str]) -> Vec<u8> {
    let graph = &model.graph;
    let nodes = graph.nodes.iter().enumerate();
    let nodes = nodes.filter(|(place, _)| part.nodes.contains(place)).map(|(_, node)| node.raw);
    let weights = graph.weights.iter().filter(|weight| part.reads.contains(weight.name)).map(|weight| weight.raw);
    let ends: Vec<_> = outputs.iter().map(|name| field(12, &described(graph, name))).collect();
    let mut body = Vec::new();
    nodes.chain(weights).chain(graph.other.iter().copied()).for_each(|field| body.extend_from_slice(field));
    inputs.iter().chain(&ends).for_each(|field| body.extend_from_slice(field));
    // Inputs and outputs carry their own shapes; a second one for the same tensor is not allowed.
    let made: HashSet<_> = nodes_of(graph, part).flat_map(|node| &node.outputs).copied().collect();
    let inside = |name: &str| made.contains(name) && !outputs.contains(&name);
    graph.shapes.iter().filter(|shape| inside(shape.name)).for_each(|shape| body.extend_from_slice(shape.raw));

    let mut file = model.other.concat();
    put_bytes(&mut file, 7, &body);
    file
}

fn nodes_of<'a>(graph: &'a Graph<'a>, part: &Part<'_>) -> impl Iterator<Item = &'a Node<'a>> {
    graph.nodes.iter().enumerate().filter(|(place, _)| part.nodes.contains(place)).map(|(_, node)| node)
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

/// The `ValueInfoProto` of a tensor: the exporter's own, else one of 32-bit floats whose shape the runtime finds.
fn described(graph: &Graph<'_>, name: &str) -> Vec<u8> {
    let known = graph.outputs.iter().chain(&graph.shapes).find(|shape: &&Named<'_>| shape.name == name);
    known.map_or_else(|| float_tensor(name), |known| known.message.to_vec())
}

/// A `ValueInfoProto` for a tensor of 32-bit floats.
fn float_tensor(name: &str) -> Vec<u8> {
    let mut tensor = Vec::new();
    put_varint(&mut tensor, 1, 1); // TensorProto.DataType.FLOAT
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

    use super::super::made_up::{MadeUp, op};
    use super::*;

    /// Names of what a part holds: inputs, weights, operators, outputs.
    fn shown(part: &[u8]) -> String {
        let graph = Model::read(part).unwrap().graph;
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
    fn each_part_holds_what_it_needs() {
        let parts = cut(&MadeUp::voice().bytes()).unwrap();
        assert_eq!(shown(&parts.encoder), "input input_lengths scales | emb | Gather Mul Ceil CumSum MatMul | 5 3");
        let [decoder] = &parts.stages[..] else { panic!("{} stages", parts.stages.len()) };
        assert_eq!(
            shown(decoder),
            "5 | model.dec.conv_pre.weight dec.ups.0.weight dec.ups.1.weight dec.res.weight dec.post.weight | Conv \
             LeakyRelu ConvTranspose ConvTranspose Conv Add Conv Tanh | sound"
        );
    }

    #[test]
    fn the_flow_is_a_stage_of_its_own() {
        let parts = cut(&MadeUp::flow().bytes()).unwrap();
        let encoder = "input input_lengths scales | emb | Gather Mul Ceil CumSum MatMul Cast RandomNormalLike Mul Add | mask zp 3";
        assert_eq!(shown(&parts.encoder), encoder);
        let [flow, decoder] = &parts.stages[..] else { panic!("{} stages", parts.stages.len()) };
        assert_eq!(
            shown(flow),
            "mask zp | enc.pre.weight enc.in.weight enc.post.weight starts ends axes steps halves | Slice Split Conv Mul Shape \
             ConstantOfShape Conv Add Tanh Conv Mul Sub Concat | z0"
        );
        assert!(shown(decoder).starts_with("mask z0 | model.dec.conv_pre.weight"), "{}", shown(decoder));
        let flow_reach = stage_reach(flow, &["mask", "zp", "3"]);
        assert_eq!(flow_reach, Ok(Reach { hop: 1, context: 8 }));
        assert_eq!(stage_reach(decoder, &["mask", "zp", "3", "z0"]), Ok(Reach { hop: 8, context: 6 }));
    }

    #[test]
    fn the_speaker_enters_the_parts_that_ask_who_speaks() {
        let parts = cut(&MadeUp::speakers().bytes()).unwrap();
        assert!(shown(&parts.encoder).starts_with("input input_lengths scales sid | emb emb_g | Gather Gather"));
        assert!(shown(&parts.stages[0]).starts_with("5 sid | "));
        assert!(shown(&parts.stages[0]).contains(" emb_g dec.cond.weight | Gather Conv Conv Add LeakyRelu"));

        let parts = cut(&MadeUp::flow_of_speakers().bytes()).unwrap();
        let shown: Vec<_> = parts.stages.iter().map(|stage| shown(stage)).collect();
        for (shown, begins, weight) in
            [(&shown[0], "mask zp sid | ", " enc.cond.weight "), (&shown[1], "mask z0 sid | ", " dec.cond.weight ")]
        {
            assert!(shown.starts_with(begins) && shown.contains(weight) && shown.contains(" emb_g "), "{shown}");
        }
    }

    #[test]
    fn parts_are_copied_byte_for_byte() {
        let mut voice = MadeUp::flow();
        voice.node("Ceil").extra = vec![0xf2, 0x07, 3, b'n', b'e', b'w'];
        let file = voice.bytes();
        let whole = Model::read(&file).unwrap();
        let parts = cut(&file).unwrap();
        for part in parts.stages.iter().chain([&parts.encoder]) {
            let part = Model::read(part).unwrap();
            assert_eq!(part.other, whole.other);
            assert_eq!(part.graph.other, whole.graph.other);
            let nodes: Vec<_> = whole.graph.nodes.iter().map(|node| node.raw).collect();
            assert!(part.graph.nodes.iter().all(|node| nodes.contains(&node.raw)));
        }
        assert!(parts.encoder.windows(3).any(|bytes| bytes == b"new"));
        // The description that the exporter wrote of the durations serves as the encoder's last output.
        assert_eq!(Model::read(&parts.encoder).unwrap().graph.outputs[2].message, [&[0x0a, 1][..], b"3"].concat());
    }

    #[test]
    fn a_stage_says_how_it_runs_in_pieces() {
        // 3 frames, then (8 - 1 - 2) / 4 of a frame, (4 - 1 - 1) / 2 of a quarter, (5 + 3) eighths: 5.5 frames.
        for voice in [MadeUp::voice(), MadeUp::speakers()] {
            let parts = cut(&voice.bytes()).unwrap();
            assert_eq!(stage_reach(&parts.stages[0], &["5", "3"]), Ok(Reach { hop: 8, context: 6 }));
        }
    }

    const NOWHERE: &str = "it has no place from which on sound can be made in pieces";

    #[test]
    fn a_voice_of_another_shape_is_refused() {
        let ceil = |voice: &mut MadeUp| voice.nodes.push(op("Ceil", &["2"], "99"));
        assert_eq!(refused(ceil), "it has more than one Ceil");
        assert_eq!(refused(|voice| voice.node("Ceil").operator = "Floor"), "it has no Ceil");
        assert_eq!(refused(|voice| voice.external = true), "its weights are sparse or lie in another file");
        assert_eq!(refused(|voice| voice.nodes.swap(0, 3)), "its nodes are out of order");
        assert_eq!(refused(|voice| voice.nodes.push(op("Relu", &["1"], "5"))), "a tensor is made twice");
        assert_eq!(refused(|voice| voice.outputs.clear()), "it has no output");
        assert_eq!(refused(|voice| voice.outputs[0] = "emb"), NOWHERE);
        let scaled = |voice: &mut MadeUp| voice.node("Tanh").inputs.push("scales");
        assert_eq!(refused(scaled), NOWHERE);
        let loose = |voice: &mut MadeUp| voice.node("MatMul").inputs[1] = "1";
        assert_eq!(refused(loose), "the latent frames do not depend on the durations");
        let graph_within = |voice: &mut MadeUp| voice.node("Mul").extra = vec![0x2a, 2, 0x32, 0];
        assert_eq!(refused(graph_within), "it holds graphs within its graph");
    }

    #[test]
    fn a_decoder_that_cannot_run_in_pieces_is_refused() {
        let softmax = |voice: &mut MadeUp| voice.node("Tanh").operator = "Softmax";
        assert_eq!(refused(softmax), "its Softmax may look at any moment of its input");
        let valid = |voice: &mut MadeUp| {
            let last = voice.nodes.iter_mut().find(|node| node.outputs == ["12"]).unwrap();
            last.attributes = vec![("pads", &[0, 0])];
        };
        assert_eq!(refused(valid), "its Conv changes the length of its input in an unusual way");
        let random = |voice: &mut MadeUp| {
            voice.nodes.insert(0, op("RandomNormalLike", &["emb"], "r"));
            voice.node("Tanh").inputs.push("r");
        };
        let why = "its RandomNormalLike is an operator that is not known to be the same each time";
        assert_eq!(refused(random), why);
        let rates = |voice: &mut MadeUp| voice.node("Add").inputs[1] = "7";
        assert_eq!(refused(rates), "its Add joins two different rates");
    }

    #[test]
    fn what_cannot_run_in_pieces_stays_with_the_encoder() {
        let parts = |change: &dyn Fn(&mut MadeUp)| {
            let mut voice = MadeUp::flow();
            change(&mut voice);
            let parts = cut(&voice.bytes()).unwrap();
            (shown(&parts.encoder), parts.stages.len())
        };
        let (encoder, stages) = parts(&|voice| voice.node("Tanh").operator = "Softmax");
        assert!(encoder.ends_with("Softmax Conv Mul Sub Concat | mask z0 3") && stages == 1, "{encoder}");
        let (encoder, stages) = parts(&|voice| voice.node("LeakyRelu").inputs.push("scales"));
        assert!(encoder.ends_with("Conv LeakyRelu | 7 3") && stages == 1, "{encoder}");
        let (encoder, stages) = parts(&|voice| voice.weights[1].1 = vec![8, 4, 7, 7]);
        assert!(encoder.ends_with("Concat Mul Conv | 6 3") && stages == 1, "{encoder}");
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
            speakers: bool, flow: bool, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            length: prop::sample::Index,
        ) {
            let voices = [MadeUp::voice, MadeUp::speakers, MadeUp::flow, MadeUp::flow_of_speakers];
            let mut file = voices[usize::from(flow) * 2 + usize::from(speakers)]().bytes();
            for (place, byte) in changes {
                let place = place.index(file.len());
                file[place] = byte;
            }
            if let Ok(parts) = cut(&file) {
                prop_assert!(!parts.stages.is_empty());
            }
            let _ = cut(&file[..length.index(file.len())]);
            let _ = stage_reach(&file, &["5", "zp", "mask"]);
        }
    }
}
