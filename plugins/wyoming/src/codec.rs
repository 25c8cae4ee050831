//! Events to bytes and back. Every length is bounded before anything is kept, and bytes may come in any pieces.
//!
//! On the wire an event is one line of JSON, then `data_length` bytes of a JSON object that is merged over the line's
//! own `data`, then `payload_length` bytes.

use serde_json::{Map, Value, json};

/// Longest header line, in bytes, its end included: Python's peers take no longer one either.
pub const LONGEST_HEADER: usize = 64 * 1024;
/// Most bytes of data: a service with hundreds of voices describes itself in fewer.
pub const MOST_DATA: usize = 512 * 1024;
/// Most bytes of payload: 10 s of sound at 48 kHz, 16 bits, one channel.
pub const MOST_PAYLOAD: usize = 1024 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Its type, as `detection`.
    pub kind: String,
    /// Its fields.
    pub data: Map<String, Value>,
    /// What is no JSON: sound.
    pub payload: Vec<u8>,
}

/// Why nothing more can be read from a peer: its bytes are no Wyoming, and where its next event begins is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A line without an end.
    #[error("a header is longer than {LONGEST_HEADER} bytes")]
    LongHeader,
    /// A line that is no JSON object with a type.
    #[error("a header is no JSON object with a type")]
    BadHeader,
    /// Lengths above the bounds, or that are no whole numbers.
    #[error("an event is longer than allowed")]
    TooLong,
    /// Data that is no JSON object.
    #[error("the data of an event is no JSON object")]
    BadData,
}

impl Event {
    /// An event without payload; `data` is a JSON object, anything else is taken as none.
    #[must_use]
    pub fn new(kind: &str, data: Value) -> Self {
        let data = if let Value::Object(data) = data { data } else { Map::new() };
        Self { kind: kind.to_string(), data, payload: Vec::new() }
    }

    /// A piece of sound: 16 bits, one channel, `rate` Hz.
    #[must_use]
    pub fn audio(samples: &[i16], rate: u32) -> Self {
        let payload = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        Self { payload, ..Self::new("audio-chunk", json!({"rate": rate, "width": 2, "channels": 1})) }
    }

    /// A text field; `null` and what is no text are none.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.data.get(field).and_then(Value::as_str)
    }

    /// As it goes over the wire. Data stands behind the line, so that the line stays short.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut header = json!({"type": self.kind});
        let data =
            if self.data.is_empty() { Vec::new() } else { Value::Object(self.data.clone()).to_string().into_bytes() };
        if !data.is_empty() {
            header["data_length"] = json!(data.len());
        }
        if !self.payload.is_empty() {
            header["payload_length"] = json!(self.payload.len());
        }
        let mut bytes = header.to_string().into_bytes();
        bytes.push(b'\n');
        bytes.extend(data);
        bytes.extend(&self.payload);
        bytes
    }
}

/// What has come and is not a whole event yet.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// How far was searched for the header's end.
    searched: usize,
    header: Option<Header>,
}

#[derive(Debug)]
struct Header {
    event: Event,
    data: usize,
    payload: usize,
}

impl Decoder {
    /// Takes bytes as they come. Call [`Decoder::event`] until it has none before the next ones: then no more is kept
    /// than one event may have.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next event, if all of it has come. After an error the peer cannot be understood any more.
    pub fn event(&mut self) -> Result<Option<Event>, Broken> {
        if self.header.is_none() {
            let Some(line) = self.line()? else { return Ok(None) };
            self.header = Some(header(&line)?);
        }
        let Some(Header { data, payload, .. }) = self.header else { return Ok(None) };
        if self.bytes.len() < data + payload {
            return Ok(None);
        }
        let Some(Header { mut event, .. }) = self.header.take() else { return Ok(None) };
        let mut rest = self.bytes.split_off(data);
        if data > 0 {
            match serde_json::from_slice(&self.bytes) {
                Ok(Value::Object(more)) => event.data.extend(more),
                _ => return Err(Broken::BadData),
            }
        }
        self.bytes = rest.split_off(payload);
        event.payload = rest;
        Ok(Some(event))
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        match self.bytes[self.searched..].iter().position(|byte| *byte == b'\n') {
            Some(end) if self.searched + end < LONGEST_HEADER => {
                let rest = self.bytes.split_off(self.searched + end + 1);
                self.searched = 0;
                Ok(Some(std::mem::replace(&mut self.bytes, rest)))
            }
            Some(_) => Err(Broken::LongHeader),
            None if self.bytes.len() >= LONGEST_HEADER => Err(Broken::LongHeader),
            None => {
                self.searched = self.bytes.len();
                Ok(None)
            }
        }
    }
}

fn header(line: &[u8]) -> Result<Header, Broken> {
    let Ok(Value::Object(mut header)) = serde_json::from_slice(line) else { return Err(Broken::BadHeader) };
    let kind = header.get("type").and_then(Value::as_str).ok_or(Broken::BadHeader)?.to_string();
    let length = |name: &str, most: usize| match header.get(name) {
        None | Some(Value::Null) => Ok(0),
        Some(length) => {
            let length = length.as_u64().and_then(|length| usize::try_from(length).ok());
            length.filter(|length| *length <= most).ok_or(Broken::TooLong)
        }
    };
    let (data, payload) = (length("data_length", MOST_DATA)?, length("payload_length", MOST_PAYLOAD)?);
    let inline = match header.remove("data") {
        Some(Value::Object(inline)) => inline,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(Broken::BadData),
    };
    Ok(Header { event: Event { kind, data: inline, payload: Vec::new() }, data, payload })
}

/// Checks what must hold for any bytes, for fuzzing: the first byte says into which pieces the rest is cut. What was
/// understood is written and understood again, and how bytes are cut changes nothing.
///
/// # Panics
/// When something does not hold.
#[doc(hidden)]
pub fn check_codec(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else { return };
    let read = |size: usize| {
        let (mut decoder, mut events) = (Decoder::default(), Vec::new());
        for piece in bytes.chunks(size) {
            decoder.push(piece);
            loop {
                match decoder.event() {
                    Ok(Some(event)) => events.push(event),
                    Ok(None) => break,
                    Err(why) => return (events, Some(why)),
                }
            }
            assert!(decoder.bytes.len() <= LONGEST_HEADER + MOST_DATA + MOST_PAYLOAD + piece.len());
        }
        (events, None)
    };
    let (events, why) = read(usize::from(*cut).max(1));
    let whole = read(bytes.len().max(1));
    assert_eq!((&events, &why), (&whole.0, &whole.1), "pieces change what is read");
    for event in events {
        let written = event.bytes();
        // What came in one line may be too long for the parts of an event that is written.
        if written.len() > MOST_DATA {
            continue;
        }
        let mut decoder = Decoder::default();
        decoder.push(&written);
        assert_eq!(decoder.event(), Ok(Some(event)), "what was read is not what is written");
    }
}

#[cfg(test)]
mod tests;
