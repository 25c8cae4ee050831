//! Made-up voices for the tests: the least that has the shape of a Piper voice.

use super::wire::{put_bytes, put_varint};

/// An attribute of integers.
pub(super) type Ints<'a> = (&'a str, &'a [i64]);

/// One operation: operator, inputs, outputs, attributes.
#[derive(Clone, Debug)]
pub(super) struct Op {
    pub(super) operator: &'static str,
    pub(super) inputs: Vec<&'static str>,
    pub(super) outputs: Vec<&'static str>,
    pub(super) attributes: Vec<Ints<'static>>,
    /// A field of the node that nothing here knows.
    pub(super) extra: Vec<u8>,
}

/// A voice that a test may change before it is written.
#[derive(Clone, Debug)]
pub(super) struct MadeUp {
    pub(super) inputs: Vec<&'static str>,
    pub(super) weights: Vec<(&'static str, Vec<i64>)>,
    /// Constants of whole numbers, such as axes.
    pub(super) numbers: Vec<(&'static str, Vec<i64>)>,
    pub(super) nodes: Vec<Op>,
    pub(super) outputs: Vec<&'static str>,
    pub(super) external: bool,
}

pub(super) fn op(operator: &'static str, inputs: &[&'static str], output: &'static str) -> Op {
    Op { operator, inputs: inputs.to_vec(), outputs: vec![output], attributes: Vec::new(), extra: Vec::new() }
}

/// A convolution with the attributes that exporters write.
pub(super) fn conv(
    operator: &'static str,
    inputs: &[&'static str],
    output: &'static str,
    strides: &'static [i64],
    dilations: &'static [i64],
    pads: &'static [i64],
) -> Op {
    let attributes = vec![("strides", strides), ("dilations", dilations), ("pads", pads)];
    Op { attributes, ..op(operator, inputs, output) }
}

impl MadeUp {
    /// One speaker; a frame becomes 4 * 2 = 8 samples. Its tensors bear names that say nothing.
    pub(super) fn voice() -> Self {
        Self {
            inputs: vec!["input", "input_lengths", "scales"],
            weights: vec![
                ("emb", vec![9, 4]),
                ("model.dec.conv_pre.weight", vec![8, 4, 7]),
                ("dec.ups.0.weight", vec![8, 4, 8]),
                ("dec.ups.1.weight", vec![4, 4, 4]),
                ("dec.res.weight", vec![4, 4, 3]),
                ("dec.post.weight", vec![1, 4, 7]),
            ],
            numbers: Vec::new(),
            nodes: vec![
                op("Gather", &["emb", "input"], "1"),
                op("Mul", &["1", "scales"], "2"),
                op("Ceil", &["2"], "3"),
                op("CumSum", &["3", "input_lengths"], "4"),
                op("MatMul", &["1", "4"], "5"),
                conv("Conv", &["5", "model.dec.conv_pre.weight"], "6", &[1], &[1], &[3, 3]),
                op("LeakyRelu", &["6"], "7"),
                conv("ConvTranspose", &["7", "dec.ups.0.weight"], "8", &[4], &[1], &[2, 2]),
                conv("ConvTranspose", &["8", "dec.ups.1.weight"], "9", &[2], &[1], &[1, 1]),
                conv("Conv", &["9", "dec.res.weight"], "10", &[1], &[5], &[5, 5]),
                op("Add", &["10", "9"], "11"),
                conv("Conv", &["11", "dec.post.weight"], "12", &[1], &[1], &[3, 3]),
                op("Tanh", &["12"], "sound"),
            ],
            outputs: vec!["sound"],
            external: false,
        }
    }

    /// The same with many speakers, whose embedding enters encoder and decoder.
    pub(super) fn speakers() -> Self {
        let mut voice = Self::voice();
        voice.inputs.push("sid");
        voice.weights.extend([("emb_g", vec![5, 6]), ("dec.cond.weight", vec![8, 6, 1])]);
        voice.node("MatMul").inputs.push("g");
        voice.node("LeakyRelu").inputs[0] = "6g";
        voice.nodes.insert(0, op("Gather", &["emb_g", "sid"], "g"));
        let conv_pre = voice.nodes.iter().position(|node| node.operator == "Conv").unwrap();
        voice.nodes.insert(conv_pre + 1, op("Conv", &["g", "dec.cond.weight"], "gc"));
        voice.nodes.insert(conv_pre + 2, op("Add", &["6", "gc"], "6g"));
        voice
    }

    /// One layer of a flow, a convolution of 5 with a dilation of 4 within it; it makes `z` of `zp`.
    pub(super) fn coupling() -> Self {
        let split =
            Op { outputs: vec!["a", "b"], attributes: vec![("axis", &[1])], ..op("Split", &["flipped", "halves"], "") };
        let concat = Op { attributes: vec![("axis", &[1])], ..op("Concat", &["a", "b2"], "z0") };
        Self {
            inputs: vec!["zp", "mask"],
            weights: vec![
                ("enc.pre.weight", vec![4, 2, 1]),
                ("enc.in.weight", vec![4, 4, 5]),
                ("enc.post.weight", vec![2, 4, 1]),
            ],
            numbers: vec![
                ("starts", vec![-1]),
                ("ends", vec![i64::MIN]),
                ("axes", vec![1]),
                ("steps", vec![-1]),
                ("halves", vec![2, 2]),
            ],
            nodes: vec![
                op("Slice", &["zp", "starts", "ends", "axes", "steps"], "flipped"),
                split,
                op("Conv", &["a", "enc.pre.weight"], "pre"),
                op("Mul", &["pre", "mask"], "pre_masked"),
                op("Shape", &["pre_masked"], "length"),
                op("ConstantOfShape", &["length"], "zeros"),
                conv("Conv", &["pre_masked", "enc.in.weight"], "in", &[1], &[4], &[8, 8]),
                op("Add", &["in", "zeros"], "act"),
                op("Tanh", &["act"], "t"),
                op("Conv", &["t", "enc.post.weight"], "post"),
                op("Mul", &["post", "mask"], "m"),
                op("Sub", &["b", "m"], "b2"),
                concat,
                op("Mul", &["z0", "mask"], "z"),
            ],
            outputs: vec!["z"],
            external: false,
        }
    }

    /// [`MadeUp::voice`] with noise and a flow in front of its decoder.
    pub(super) fn flow() -> Self {
        let (mut voice, coupling) = (Self::voice(), Self::coupling());
        voice.weights.extend(coupling.weights);
        voice.numbers = coupling.numbers;
        let at = voice.nodes.iter().position(|node| node.operator == "Conv").unwrap();
        voice.nodes[at].inputs[0] = "z";
        let noise = [
            op("Cast", &["4"], "mask"),
            op("RandomNormalLike", &["5"], "noise"),
            op("Mul", &["noise", "scales"], "loud"),
            op("Add", &["5", "loud"], "zp"),
        ];
        voice.nodes.splice(at..at, noise.into_iter().chain(coupling.nodes));
        voice
    }

    /// The same with many speakers, whose embedding enters every part.
    pub(super) fn flow_of_speakers() -> Self {
        let mut voice = Self::flow();
        voice.inputs.push("sid");
        voice.weights.extend([
            ("emb_g", vec![5, 6]),
            ("enc.cond.weight", vec![4, 6, 1]),
            ("dec.cond.weight", vec![8, 6, 1]),
        ]);
        voice.node("MatMul").inputs.push("g");
        voice.node("LeakyRelu").inputs[0] = "6g";
        voice.nodes.iter_mut().find(|node| node.outputs == ["t"]).unwrap().inputs[0] = "actg";
        for (before, condition, weight, from, to) in
            [("t", "gf", "enc.cond.weight", "act", "actg"), ("7", "gd", "dec.cond.weight", "6", "6g")]
        {
            let at = voice.nodes.iter().position(|node| node.outputs == [before]).unwrap();
            let nodes = [op("Conv", &["g", weight], condition), op("Add", &[from, condition], to)];
            voice.nodes.splice(at..at, nodes);
        }
        voice.nodes.insert(0, op("Gather", &["emb_g", "sid"], "g"));
        voice
    }

    /// Puts a node in front that makes whole numbers.
    pub(super) fn constant(&mut self, name: &'static str, numbers: &[i64]) {
        let mut attribute = Vec::new();
        put_bytes(&mut attribute, 1, b"value");
        put_bytes(&mut attribute, 5, &tensor("", numbers));
        let mut extra = Vec::new();
        put_bytes(&mut extra, 5, &attribute);
        self.nodes.insert(0, Op { extra, ..op("Constant", &[], name) });
    }

    /// Puts a suffix to the names of all tensors and weights, but for those in `keep`.
    pub(super) fn rename(&mut self, suffix: &str, keep: &[&str]) {
        let rename = |name: &mut &'static str| {
            if !keep.contains(name) {
                *name = format!("{name}{suffix}").leak();
            }
        };
        self.weights.iter_mut().for_each(|(name, _)| rename(name));
        self.nodes.iter_mut().flat_map(|node| node.inputs.iter_mut().chain(&mut node.outputs)).for_each(rename);
    }

    /// The first node with this operator.
    pub(super) fn node(&mut self, operator: &str) -> &mut Op {
        self.nodes.iter_mut().find(|node| node.operator == operator).unwrap()
    }

    /// The file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut graph = Vec::new();
        for node in &self.nodes {
            put_bytes(&mut graph, 1, &node.bytes());
        }
        put_bytes(&mut graph, 2, b"made up");
        for (name, dims) in &self.weights {
            let mut tensor = Vec::new();
            dims.iter().for_each(|dim| put_varint(&mut tensor, 1, dim.cast_unsigned()));
            put_varint(&mut tensor, 2, 1);
            put_bytes(&mut tensor, 8, name.as_bytes());
            put_bytes(&mut tensor, 9, &[1, 2, 3, 4]);
            if self.external {
                put_varint(&mut tensor, 14, 1);
            }
            put_bytes(&mut graph, 5, &tensor);
        }
        for (name, numbers) in &self.numbers {
            put_bytes(&mut graph, 5, &tensor(name, numbers));
        }
        for (number, names) in [(11, &self.inputs), (12, &self.outputs), (13, &vec!["3", "6"])] {
            for name in names {
                let mut info = Vec::new();
                put_bytes(&mut info, 1, name.as_bytes());
                put_bytes(&mut graph, number, &info);
            }
        }
        let mut file = Vec::new();
        put_varint(&mut file, 1, 8);
        put_bytes(&mut file, 7, &graph);
        put_bytes(&mut file, 8, &[0x10, 15]);
        file
    }
}

/// A tensor of whole numbers, as exporters write them: raw.
fn tensor(name: &str, numbers: &[i64]) -> Vec<u8> {
    let mut tensor = Vec::new();
    put_varint(&mut tensor, 1, numbers.len() as u64);
    put_varint(&mut tensor, 2, 7);
    put_bytes(&mut tensor, 8, name.as_bytes());
    put_bytes(&mut tensor, 9, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>());
    tensor
}

impl Op {
    fn bytes(&self) -> Vec<u8> {
        let mut node = Vec::new();
        self.inputs.iter().for_each(|input| put_bytes(&mut node, 1, input.as_bytes()));
        self.outputs.iter().for_each(|output| put_bytes(&mut node, 2, output.as_bytes()));
        put_bytes(&mut node, 4, self.operator.as_bytes());
        for (name, numbers) in &self.attributes {
            let mut attribute = Vec::new();
            put_bytes(&mut attribute, 1, name.as_bytes());
            numbers.iter().for_each(|number| put_varint(&mut attribute, 8, number.cast_unsigned()));
            put_bytes(&mut node, 5, &attribute);
        }
        node.extend_from_slice(&self.extra);
        node
    }
}
