//! Server-sent events from bytes, however they are cut. Pure; the standard's rules, with limits.
//!
//! Lines end with LF, CR LF or CR; a blank line sends an event; comments and unknown fields are skipped. A line or an
//! event that is longer than [`LONGEST`] ends the stream with an error, so that a hostile server cannot fill the memory.

/// The most bytes of one line, and of one event's data.
pub const LONGEST: usize = 64 * 1024;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The `event` field; empty when the server named none.
    pub name: String,
    /// The `data` fields, joined by line feeds.
    pub data: String,
}

/// A line or an event was too long. The parser gives nothing after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line of the event stream is longer than {LONGEST} bytes")]
pub struct TooLong;

/// Takes bytes, gives events.
#[derive(Debug, Default)]
pub struct SseParser {
    /// The line that has no end yet.
    line: Vec<u8>,
    /// The event that has no blank line yet; `None` before its first `data`.
    data: Option<String>,
    name: String,
    /// The last byte was CR, so an LF that follows belongs to it.
    after_cr: bool,
    /// The first line was read; before it a byte order mark may stand.
    begun: bool,
    failed: bool,
}

impl SseParser {
    /// Takes what arrived; appends the events that are complete. After an error, every further call gives it again.
    pub fn push(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) -> Result<(), TooLong> {
        while !bytes.is_empty() {
            self.alive()?;
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if self.line.len() + part.len() > LONGEST {
                self.failed = true;
                continue;
            }
            self.line.extend_from_slice(part);
            let Some(end) = end else { break };
            self.after_cr = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            self.end_line(events);
        }
        self.alive()
    }

    /// The stream is over. An event that lacks only its blank line is given all the same: some servers forget it.
    pub fn finish(&mut self, events: &mut Vec<Event>) -> Result<(), TooLong> {
        self.alive()?;
        if !self.line.is_empty() {
            self.end_line(events);
        }
        self.send(events);
        self.alive()
    }

    fn alive(&self) -> Result<(), TooLong> {
        if self.failed { Err(TooLong) } else { Ok(()) }
    }

    fn end_line(&mut self, events: &mut Vec<Event>) {
        let line = std::mem::take(&mut self.line);
        let marked = !std::mem::replace(&mut self.begun, true) && line.starts_with(b"\xEF\xBB\xBF");
        // A whole line is at hand, so no character is torn; what is not UTF-8 becomes replacement characters.
        let line = String::from_utf8_lossy(if marked { &line[3..] } else { &line });
        if line.is_empty() {
            return self.send(events);
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.add(value),
            "event" => value.clone_into(&mut self.name),
            _ => {}
        }
    }

    fn add(&mut self, value: &str) {
        let data = match self.data.take() {
            None => value.to_owned(),
            Some(data) => data + "\n" + value,
        };
        if data.len() > LONGEST {
            self.failed = true;
            return;
        }
        self.data = Some(data);
    }

    fn send(&mut self, events: &mut Vec<Event>) {
        let name = std::mem::take(&mut self.name);
        if let Some(data) = self.data.take() {
            events.push(Event { name, data });
        }
    }
}

/// For fuzzing: the same bytes in three different cuts give the same events, and nothing panics or outgrows its limit.
pub fn check_sse(data: &[u8]) {
    let whole = parsed([data]);
    assert_eq!(whole, parsed(data.chunks(1)), "a byte at a time");
    let step = data.first().map_or(1, |byte| usize::from(*byte) % 37 + 2);
    assert_eq!(whole, parsed(data.chunks(step)), "{step} bytes at a time");
    assert!(whole.0.iter().all(|event| event.data.len() <= LONGEST));
}

fn parsed<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Event>, Result<(), TooLong>) {
    let mut parser = SseParser::default();
    let mut events = Vec::new();
    let outcome = chunks.into_iter().try_for_each(|chunk| parser.push(chunk, &mut events));
    let outcome = outcome.and_then(|()| parser.finish(&mut events));
    (events, outcome)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(stream: &str, expected: &[&str]) {
        check_sse(stream.as_bytes());
        let (events, outcome) = parsed([stream.as_bytes()]);
        assert_eq!(outcome, Ok(()));
        let shown: Vec<String> = events.iter().map(|event| format!("{}|{}", event.name, event.data)).collect();
        assert_eq!(shown, expected, "{stream:?}");
    }

    #[test]
    fn events_end_with_a_blank_line() {
        check("data: a\n\ndata: b\n\n", &["|a", "|b"]);
        check("data: a\r\n\r\ndata: b\r\n\r\n", &["|a", "|b"]);
        check("data: a\r\rdata: b\r\r", &["|a", "|b"]);
        check("data:a\n\n", &["|a"]);
        check("data:  a\n\n", &["| a"]);
        check("data: one\ndata: two\n\n", &["|one\ntwo"]);
        check("data\n\n", &["|"]);
    }

    #[test]
    fn what_is_no_data_is_skipped() {
        check(": ping\n\n: ping\ndata: a\nid: 7\nretry: 3\nnonsense\n\n", &["|a"]);
        check("event: error\ndata: a\n\ndata: b\n\n", &["error|a", "|b"]);
        check("event: lost\n\ndata: b\n\n", &["|b"]);
        check("\u{FEFF}data: a\n\n", &["|a"]);
        check("", &[]);
    }

    #[test]
    fn the_last_blank_line_may_lack() {
        check("data: a\n\ndata: [DONE]", &["|a", "|[DONE]"]);
        check("data: [DONE]\n", &["|[DONE]"]);
    }

    #[test]
    fn characters_may_be_torn_and_bytes_may_be_wrong() {
        check("data: Größe 😀\n\n", &["|Größe 😀"]);
        let (events, _) = parsed([&b"data: a\xFFb\n\n"[..]]);
        assert_eq!(events[0].data, "a\u{FFFD}b");
    }

    #[test]
    fn lengths_are_bounded() {
        let line = [b"data: ".as_slice(), &[b'a'; LONGEST], b"\n\n"].concat();
        check_sse(&line);
        assert_eq!(parsed([line.as_slice()]), (vec![], Err(TooLong)));
        let many = b"data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n".repeat(2000);
        assert_eq!(parsed([many.as_slice()]).1, Err(TooLong));
        let mut parser = SseParser::default();
        let mut events = Vec::new();
        for _ in 0..2 * LONGEST {
            if parser.push(b"x", &mut events).is_err() {
                break;
            }
        }
        assert!(parser.line.len() <= LONGEST && parser.push(b"data: a\n\n", &mut events).is_err());
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_events(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            check_sse(&bytes);
        }

        #[test]
        fn any_cut_of_something_like_a_stream(text in "(data|event|id|:)?(: ?)?[a-z é😀\\[\\]{}\"]{0,12}(\n|\r|\r\n|\n\n)", times in 1..9_usize) {
            check_sse(text.repeat(times).as_bytes());
        }

        #[test]
        fn what_was_written_is_read(texts in proptest::collection::vec("[^\r\n\0]{0,20}", 0..8), step in 1..50_usize) {
            let stream: String = texts.iter().map(|text| format!("data: {text}\r\n\r\n")).collect();
            let (events, outcome) = parsed(stream.as_bytes().chunks(step));
            prop_assert_eq!(outcome, Ok(()));
            prop_assert_eq!(events.into_iter().map(|event| event.data).collect::<Vec<_>>(), texts);
        }
    }
}
