//! Protobuf on the wire: enough to walk a message field by field and to write one.
//!
//! It knows no message types, copies nothing and never panics: whatever cannot be read is [`Malformed`]. What a
//! caller does not understand it can hand on byte for byte through [`Field::raw`].

/// The bytes are not a protobuf message, or one that uses groups, which no ONNX file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a well-formed protobuf message")]
pub struct Malformed;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// An integer, a truth value or an enumeration.
    Varint(u64),
    /// Eight bytes, little-endian.
    Fixed64([u8; 8]),
    /// Text, bytes, packed numbers or a message within this one.
    Bytes(&'a [u8]),
    /// Four bytes, little-endian.
    Fixed32([u8; 4]),
}

/// One field of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its number in the message's definition.
    pub number: u32,
    /// What it holds.
    pub value: Value<'a>,
    /// The whole field as it stands, its tag included.
    pub raw: &'a [u8],
}

impl<'a> Field<'a> {
    /// The bytes of a length-delimited field.
    pub fn bytes(&self) -> Result<&'a [u8], Malformed> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(Malformed),
        }
    }

    /// The text of a length-delimited field.
    pub fn text(&self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }

    /// The integers of a repeated integer field, of which this is one part: a single one, or many packed.
    pub fn integers(&self, into: &mut Vec<i64>) -> Result<(), Malformed> {
        match self.value {
            Value::Varint(value) => into.push(value.cast_signed()),
            Value::Bytes(mut packed) => {
                while !packed.is_empty() {
                    into.push(take_varint(&mut packed)?.cast_signed());
                }
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }
}

/// The fields of `message` in the order in which they stand. Ends after the first error.
#[must_use]
pub fn fields(message: &[u8]) -> Fields<'_> {
    Fields { rest: message }
}

/// See [`fields`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = take_field(&mut self.rest);
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

fn take_field<'a>(rest: &mut &'a [u8]) -> Result<Field<'a>, Malformed> {
    let start = *rest;
    let tag = take_varint(rest)?;
    let number = u32::try_from(tag >> 3).ok().filter(|number| (1..1 << 29).contains(number)).ok_or(Malformed)?;
    let value = match tag & 7 {
        0 => Value::Varint(take_varint(rest)?),
        1 => Value::Fixed64(take_array(rest)?),
        2 => {
            let length = usize::try_from(take_varint(rest)?).map_err(|_| Malformed)?;
            let (bytes, after) = rest.split_at_checked(length).ok_or(Malformed)?;
            *rest = after;
            Value::Bytes(bytes)
        }
        5 => Value::Fixed32(take_array(rest)?),
        _ => return Err(Malformed),
    };
    Ok(Field { number, value, raw: &start[..start.len() - rest.len()] })
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Malformed> {
    let (bytes, after) = rest.split_first_chunk().ok_or(Malformed)?;
    *rest = after;
    Ok(*bytes)
}

fn take_varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    // Ten groups of seven bits hold 64; of the tenth only one bit counts.
    for place in 0..10 {
        let (&byte, after) = rest.split_first().ok_or(Malformed)?;
        *rest = after;
        if place == 9 && byte > 1 {
            return Err(Malformed);
        }
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

/// Appends an integer field to a message that is being written.
pub fn put_varint(message: &mut Vec<u8>, number: u32, value: u64) {
    push_varint(message, u64::from(number) << 3);
    push_varint(message, value);
}

/// Appends a length-delimited field (text, bytes, a message) to a message that is being written.
pub fn put_bytes(message: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    push_varint(message, u64::from(number) << 3 | 2);
    push_varint(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

fn push_varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_copied_byte_for_byte() {
        let mut message = Vec::new();
        put_varint(&mut message, 1, u64::MAX);
        put_bytes(&mut message, 7, b"graph");
        put_bytes(&mut message, (1 << 29) - 1, &[7; 300]);
        message.extend_from_slice(&[0x3d, 1, 2, 3, 4, 0x41, 1, 2, 3, 4, 5, 6, 7, 8]);

        let read: Vec<_> = fields(&message).collect::<Result<_, _>>().unwrap();
        let numbers: Vec<_> = read.iter().map(|field| field.number).collect();
        assert_eq!(numbers, [1, 7, (1 << 29) - 1, 7, 8]);
        assert_eq!(read[0].value, Value::Varint(u64::MAX));
        assert_eq!(read[1].text(), Ok("graph"));
        assert_eq!(read[3].value, Value::Fixed32([1, 2, 3, 4]));
        let copied: Vec<u8> = read.iter().flat_map(|field| field.raw).copied().collect();
        assert_eq!(copied, message);
    }

    #[test]
    fn integers_come_alone_or_packed() {
        let mut into = Vec::new();
        let mut message = Vec::new();
        put_varint(&mut message, 8, 5);
        put_bytes(&mut message, 8, &[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
        for field in fields(&message) {
            field.unwrap().integers(&mut into).unwrap();
        }
        assert_eq!(into, [5, 1, -1]);
    }

    #[test]
    fn broken_bytes_end_the_walk() {
        for broken in [&[0x08][..], &[0x0a, 5, 1], &[0x0b], &[0x00, 0], &[0xff; 11], &[0x0d, 1, 2]] {
            let mut walk = fields(broken);
            assert_eq!(walk.next(), Some(Err(Malformed)), "{broken:?}");
            assert_eq!(walk.next(), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut total = 0;
            for field in fields(&bytes).flatten() {
                total += field.raw.len();
                let _ = field.integers(&mut Vec::new());
            }
            prop_assert!(total <= bytes.len());
        }
    }
}
