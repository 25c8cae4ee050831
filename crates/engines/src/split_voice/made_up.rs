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
