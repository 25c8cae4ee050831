//! Reads CTranslate2's `model.bin`: names, shapes and where the numbers lie.
//!
//! Layout of version 6, all little-endian: u32 version; the name of the specification; u32 its
//! revision; u32 number of variables; for each its name, u8 rank, u32 for each dimension, u8 kind
//! of number, u32 length in bytes, the numbers. A name is a u16 length and that many bytes, the last
//! of them zero. Aliases, second names for variables, follow; no converter needs them.
//!
//! It does not know what the variables mean (`whisper` does).

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::input::{Input, n_elements};
use super::{Result, invalid};

/// The one version of the layout that is known here.
const VERSION: u32 = 6;

/// How a variable's numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    F32,
    I8,
    I16,
    I32,
    F16,
}

impl Kind {
    fn from_id(id: u8) -> Option<Self> {
        [Self::F32, Self::I8, Self::I16, Self::I32, Self::F16].get(usize::from(id)).copied()
    }

    /// Bytes a number.
    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::I8 => 1,
            Self::I16 | Self::F16 => 2,
            Self::F32 | Self::I32 => 4,
        }
    }
}

/// Where a variable lies.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) shape: Vec<u64>,
    pub(super) kind: Kind,
    /// The position of its first number in the file.
    pub(super) start: u64,
}

/// An open `model.bin`.
pub(super) struct Archive<R> {
    pub(super) input: Input<R>,
    /// Such as `WhisperSpec`.
    pub(super) specification: String,
    variables: HashMap<String, Variable>,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads everything but the numbers.
    pub(super) fn open(reader: R) -> Result<Self> {
        let mut input = Input::new(reader)?;
        let version = input.u32()?;
        if version != VERSION {
            return invalid(format!("CTranslate2 version {version} is not known; {VERSION} is"));
        }
        let specification = name(&mut input)?;
        let _revision = input.u32()?;
        let n_variables = input.u32()?;
        let mut variables = HashMap::new();
        for _ in 0..n_variables {
            let name = name(&mut input)?;
            let variable = variable(&mut input, &name)?;
            variables.insert(name, variable);
        }
        Ok(Self { input, specification, variables })
    }

    /// Whether there is a variable of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The variable of that name.
    pub(super) fn variable(&self, name: &str) -> Result<Variable> {
        match self.variables.get(name) {
            Some(variable) => Ok(variable.clone()),
            None => invalid(format!("the model has no `{name}`")),
        }
    }

    /// A variable that is one whole number.
    pub(super) fn integer(&mut self, name: &str) -> Result<i64> {
        let variable = self.variable(name)?;
        if !variable.shape.is_empty() {
            return invalid(format!("`{name}` is not a single number"));
        }
        self.input.go_to(variable.start)?;
        match variable.kind {
            Kind::I8 => Ok(i64::from(self.input.u8()?.cast_signed())),
            Kind::I16 => Ok(i64::from(self.input.u16()?.cast_signed())),
            Kind::I32 => Ok(i64::from(self.input.u32()?.cast_signed())),
            Kind::F32 | Kind::F16 => invalid(format!("`{name}` is not a whole number")),
        }
    }
}

fn name<R: Read + Seek>(input: &mut Input<R>) -> Result<String> {
    let len = u64::from(input.u16()?);
    let mut bytes = input.bytes(len, u64::from(u16::MAX))?;
    if bytes.pop() != Some(0) {
        return invalid(format!("a name before byte {} does not end in zero", input.position()));
    }
    match String::from_utf8(bytes) {
        Ok(name) => Ok(name),
        Err(_) => invalid(format!("a name before byte {} is not UTF-8", input.position())),
    }
}

fn variable<R: Read + Seek>(input: &mut Input<R>, name: &str) -> Result<Variable> {
    let rank = input.u8()?;
    let mut shape = Vec::new();
    for _ in 0..rank {
        shape.push(u64::from(input.u32()?));
    }
    let id = input.u8()?;
    let Some(kind) = Kind::from_id(id) else {
        return invalid(format!("`{name}` holds numbers of the unknown kind {id}"));
    };
    let len = u64::from(input.u32()?);
    let expected = n_elements(&shape).and_then(|n| n.checked_mul(kind.bytes()));
    if expected != Some(len) {
        return invalid(format!("`{name}` of shape {shape:?} has {len} bytes"));
    }
    let start = input.position();
    input.skip(len)?;
    Ok(Variable { shape, kind, start })
}
