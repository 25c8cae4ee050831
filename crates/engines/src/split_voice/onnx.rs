//! An ONNX model as borrowed parts: which node makes which tensor, with the bytes of every part kept as they are.
//!
//! It reads names and a few attributes, never weights. Field numbers are those of `onnx.proto3`.

use super::wire::{self, Malformed};

/// More parts of one kind than any voice has (a Piper voice has under 3,000 nodes). A file of a few bytes a part
/// could otherwise grow to many times its size in memory.
const MOST_PARTS: usize = 200_000;

/// `TensorProto.DataLocation.EXTERNAL`.
const EXTERNAL: u64 = 1;

/// `TensorProto.DataType.INT64`.
const INT64: u64 = 7;

/// Most whole numbers that are read of one tensor: those that name axes are at most as many as a tensor has.
const MOST_NUMBERS: usize = 8;

/// A model: the graph taken apart, all else as it stands.
#[derive(Debug)]
pub struct Model<'a> {
    /// The fields of `ModelProto` other than the graph, raw.
    pub other: Vec<&'a [u8]>,
    /// The graph.
    pub graph: Graph<'a>,
}

/// A graph.
#[derive(Debug, Default)]
pub struct Graph<'a> {
    /// In an order in which they can be run.
    pub nodes: Vec<Node<'a>>,
    /// The weights and constants that stand in the graph itself.
    pub weights: Vec<Weight<'a>>,
    /// What a caller gives.
    pub inputs: Vec<Named<'a>>,
    /// What a caller gets.
    pub outputs: Vec<Named<'a>>,
    /// Types and shapes of tensors in between, where the exporter wrote them down.
    pub shapes: Vec<Named<'a>>,
    /// Name, notes and whatever a later ONNX adds, raw.
    pub other: Vec<&'a [u8]>,
    /// Whether it holds sparse weights, which are not taken apart here.
    pub sparse: bool,
}

/// One operation.
#[derive(Debug)]
pub struct Node<'a> {
    /// `Conv`, `Add` and so on.
    pub operator: &'a str,
    /// Empty for ONNX's own operators.
    pub domain: &'a str,
    /// Names of the tensors it reads; an empty name is an input left out.
    pub inputs: Vec<&'a str>,
    /// Names of the tensors it makes.
    pub outputs: Vec<&'a str>,
    /// Whether an attribute holds a graph (`If`, `Loop`), which may read tensors that `inputs` does not name.
    pub nested: bool,
    attributes: Vec<&'a [u8]>,
    /// The node as a field of its graph.
    pub raw: &'a [u8],
}

/// A tensor that stands in the file.
#[derive(Debug)]
pub struct Weight<'a> {
    /// The tensor's name.
    pub name: &'a str,
    /// Its shape.
    pub dims: Vec<i64>,
    /// Whether its numbers lie in another file.
    pub external: bool,
    message: &'a [u8],
    /// The tensor as a field of its graph.
    pub raw: &'a [u8],
}

/// A tensor's name with its type and shape.
#[derive(Debug)]
pub struct Named<'a> {
    /// The tensor's name.
    pub name: &'a str,
    /// The description itself, without the tag that says what it describes.
    pub message: &'a [u8],
    /// The whole description as a field of its graph.
    pub raw: &'a [u8],
}

impl<'a> Model<'a> {
    /// Takes a file apart.
    pub fn read(file: &'a [u8]) -> Result<Self, Malformed> {
        let mut other = Vec::new();
        let mut graph = None;
        for field in wire::fields(file) {
            let field = field?;
            match field.number {
                7 if graph.is_none() => graph = Some(Graph::read(field.bytes()?)?),
                7 => return Err(Malformed),
                _ => push(&mut other, field.raw)?,
            }
        }
        Ok(Self { other, graph: graph.ok_or(Malformed)? })
    }
}

impl<'a> Graph<'a> {
    fn read(message: &'a [u8]) -> Result<Self, Malformed> {
        let mut graph = Self::default();
        for field in wire::fields(message) {
            let field = field?;
            match field.number {
                1 => push(&mut graph.nodes, Node::read(field.bytes()?, field.raw)?)?,
                5 => push(&mut graph.weights, Weight::read(field.bytes()?, field.raw)?)?,
                11 => push(&mut graph.inputs, Named::read(field.bytes()?, field.raw)?)?,
                12 => push(&mut graph.outputs, Named::read(field.bytes()?, field.raw)?)?,
                13 => push(&mut graph.shapes, Named::read(field.bytes()?, field.raw)?)?,
                // Notes on how tensors were quantised name tensors that a part of the graph may lack.
                14 => {}
                15 => graph.sparse = true,
                _ => push(&mut graph.other, field.raw)?,
            }
        }
        Ok(graph)
    }
}

impl<'a> Node<'a> {
    fn read(message: &'a [u8], raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut node = Node {
            operator: "",
            domain: "",
            inputs: Vec::new(),
            outputs: Vec::new(),
            nested: false,
            attributes: Vec::new(),
            raw,
        };
        for field in wire::fields(message) {
            let field = field?;
            match field.number {
                1 => push(&mut node.inputs, field.text()?)?,
                2 => push(&mut node.outputs, field.text()?)?,
                4 => node.operator = field.text()?,
                5 => {
                    let attribute = field.bytes()?;
                    for part in wire::fields(attribute) {
                        node.nested |= matches!(part?.number, 6 | 11);
                    }
                    push(&mut node.attributes, attribute)?;
                }
                7 => node.domain = field.text()?,
                _ => {}
            }
        }
        Ok(node)
    }

    /// The integers of an attribute (a single one counts as a list of one); `None` when the node does not have it.
    pub fn integers(&self, name: &str) -> Result<Option<Vec<i64>>, Malformed> {
        let Some(attribute) = self.attribute(name)? else { return Ok(None) };
        let mut found = Vec::new();
        for field in wire::fields(attribute) {
            let field = field?;
            if matches!(field.number, 3 | 8) {
                field.integers(&mut found)?;
            }
        }
        Ok(Some(found))
    }

    /// The text of an attribute; `None` when the node does not have it.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Malformed> {
        let Some(attribute) = self.attribute(name)? else { return Ok(None) };
        for field in wire::fields(attribute) {
            let field = field?;
            if field.number == 4 {
                return field.text().map(Some);
            }
        }
        Ok(Some(""))
    }

    /// The few whole numbers that a `Constant` makes; `None` when it is none, or makes something else.
    pub fn constant(&self) -> Result<Option<Vec<i64>>, Malformed> {
        if self.operator != "Constant" || !self.domain.is_empty() {
            return Ok(None);
        }
        let Some(attribute) = self.attribute("value")? else { return Ok(None) };
        for field in wire::fields(attribute) {
            let field = field?;
            if field.number == 5 {
                return numbers(field.bytes()?);
            }
        }
        Ok(None)
    }

    fn attribute(&self, name: &str) -> Result<Option<&'a [u8]>, Malformed> {
        for attribute in &self.attributes {
            for field in wire::fields(attribute) {
                let field = field?;
                if field.number == 1 && field.text()? == name {
                    return Ok(Some(attribute));
                }
            }
        }
        Ok(None)
    }
}

impl<'a> Weight<'a> {
    fn read(message: &'a [u8], raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut weight = Weight { name: "", dims: Vec::new(), external: false, message, raw };
        for field in wire::fields(message) {
            let field = field?;
            match field.number {
                1 => field.integers(&mut weight.dims)?,
                8 => weight.name = field.text()?,
                13 => weight.external = true,
                14 => weight.external |= field.value == wire::Value::Varint(EXTERNAL),
                _ => {}
            }
        }
        Ok(weight)
    }

    /// Its numbers, if they are few and whole, as those that name axes are.
    pub fn numbers(&self) -> Result<Option<Vec<i64>>, Malformed> {
        if self.external { Ok(None) } else { numbers(self.message) }
    }
}

/// The few whole numbers of a `TensorProto`; `None` for any other.
fn numbers(tensor: &[u8]) -> Result<Option<Vec<i64>>, Malformed> {
    let (mut whole, mut found) = (false, Vec::new());
    for field in wire::fields(tensor) {
        let field = field?;
        match field.number {
            2 => whole = field.value == wire::Value::Varint(INT64),
            7 | 9 if field.bytes().is_ok_and(|bytes| bytes.len() > MOST_NUMBERS * 10) => return Ok(None),
            7 => field.integers(&mut found)?,
            9 => {
                let (numbers, rest) = field.bytes()?.as_chunks();
                if !rest.is_empty() {
                    return Ok(None);
                }
                found.extend(numbers.iter().map(|number| i64::from_le_bytes(*number)));
            }
            _ => {}
        }
        if found.len() > MOST_NUMBERS {
            return Ok(None);
        }
    }
    Ok(whole.then_some(found))
}

impl<'a> Named<'a> {
    fn read(message: &'a [u8], raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut name = "";
        for field in wire::fields(message) {
            let field = field?;
            if field.number == 1 {
                name = field.text()?;
            }
        }
        Ok(Named { name, message, raw })
    }
}

fn push<T>(parts: &mut Vec<T>, part: T) -> Result<(), Malformed> {
    if parts.len() == MOST_PARTS {
        return Err(Malformed);
    }
    parts.push(part);
    Ok(())
}
