//! From the tokens of a byte-level vocabulary to text, as far as the bytes are whole characters. Pure.

/// Collects bytes and gives out the text that is complete.
#[derive(Clone, Debug, Default)]
pub struct Utf8Stream {
    /// The beginning of a character whose other bytes have not come.
    pending: Vec<u8>,
}

impl Utf8Stream {
    /// Adds bytes; returns what is whole now. Bytes that can never be UTF-8 become the replacement character.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut text = String::new();
        let mut rest = self.pending.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(whole) => {
                    text.push_str(whole);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (whole, broken) = rest.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(whole));
                    let Some(bad) = error.error_len() else {
                        rest = broken;
                        break;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    rest = &broken[bad..];
                }
            }
        }
        self.pending = rest.to_vec();
        text
    }
}

/// The bytes that a token of a GPT-2 style vocabulary stands for. Such a vocabulary writes each byte as one printable
/// character; a token with any other character (a special one) stands for no text.
#[must_use]
pub fn token_bytes(token: &str) -> Vec<u8> {
    token.chars().map(byte_of).collect::<Option<_>>().unwrap_or_default()
}

/// GPT-2's alphabet: bytes that print stand for themselves, the 68 others for U+0100 and up, in order.
fn byte_of(c: char) -> Option<u8> {
    let prints = |byte: u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    match u32::from(c) {
        code @ 0..=0xFF => u8::try_from(code).ok().filter(|byte| prints(*byte)),
        code => (0..=u8::MAX).filter(|byte| !prints(*byte)).nth(usize::try_from(code - 0x100).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_wait_for_their_last_byte() {
        let mut stream = Utf8Stream::default();
        assert_eq!(stream.push(b" caf\xC3"), " caf");
        assert_eq!(stream.push(b"\xA9 \xF0\x9F"), "é ");
        assert_eq!(stream.push(b"\x98\x80!"), "😀!");
        assert_eq!(stream.push(b"\xFFa\xC3"), "\u{FFFD}a");
        assert_eq!(stream.push(b"b"), "\u{FFFD}b");
    }

    #[test]
    fn tokens_are_bytes_in_disguise() {
        assert_eq!(token_bytes("ĠCanberra"), b" Canberra");
        assert_eq!(token_bytes("ĊĊ"), b"\n\n");
        assert_eq!(token_bytes("Ã©"), "é".as_bytes());
        assert_eq!(token_bytes("a€"), b"");
        let alphabet: std::collections::HashSet<u8> = ('\0'..='\u{143}').filter_map(byte_of).collect();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(byte_of('\u{144}'), None);
    }
}
