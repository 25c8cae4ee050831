//! The byte-level tokens of GPT-2's kind of `tokenizer.json`, as the bytes that they stand for.

use std::collections::HashMap;
use std::io::Read;

use serde::Deserialize;

use super::{Failure, Result, invalid};

/// A larger `tokenizer.json` than any model has; above it a file is not read.
const MAX_BYTES: u64 = 64 << 20;

/// The token that ends a text. The tokens below it are words; it and those above are signs.
const END: &str = "<|endoftext|>";

#[derive(Deserialize)]
struct Tokenizer {
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct Added {
    id: usize,
    content: String,
}

/// The bytes of every token below `<|endoftext|>`, in the order of their numbers.
pub(super) fn tokens(json: impl Read) -> Result<Vec<Vec<u8>>> {
    let mut text = Vec::new();
    json.take(MAX_BYTES + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return invalid("tokenizer.json is longer than any");
    }
    let tokenizer: Tokenizer =
        serde_json::from_slice(&text).map_err(|error| Failure::Invalid(format!("tokenizer.json: {error}")))?;
    let added = tokenizer.added_tokens.iter().find(|token| token.content == END);
    let vocab = tokenizer.model.vocab;
    let Some(n_words) = added.map(|token| token.id).or_else(|| vocab.get(END).copied()) else {
        return invalid(format!("tokenizer.json has no {END}"));
    };
    // A list of that length is made below, so the number is checked against what is there.
    if n_words > vocab.len() {
        return invalid(format!("{END} has the number {n_words} behind {} tokens", vocab.len()));
    }
    let bytes = bytes_of_chars();
    let mut words = vec![None; n_words];
    for (word, id) in &vocab {
        if let Some(place) = words.get_mut(*id) {
            *place = Some(word.chars().map(|c| bytes.get(&c).copied()).collect::<Option<_>>());
        }
    }
    let mut tokens = Vec::with_capacity(n_words);
    for (id, word) in words.into_iter().enumerate() {
        match word {
            Some(Some(bytes)) => tokens.push(bytes),
            Some(None) => return invalid(format!("token {id} is not written in bytes")),
            None => return invalid(format!("tokenizer.json has no token {id}")),
        }
    }
    Ok(tokens)
}

/// GPT-2 writes each byte as a visible character: those that are visible in Latin-1 as themselves,
/// the others, in order, from U+0100 on.
fn bytes_of_chars() -> HashMap<char, u8> {
    let mut others = ('\u{100}'..).take(256);
    (0..=u8::MAX)
        .filter_map(|byte| match byte {
            b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => Some((char::from(byte), byte)),
            _ => others.next().map(|c| (c, byte)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vocab: &str) -> Result<Vec<Vec<u8>>> {
        tokens(format!("{{\"model\": {{\"vocab\": {vocab}}}}}").as_bytes())
    }

    #[test]
    fn characters_become_bytes_in_the_order_of_their_numbers() {
        let tokens = read(r#"{"Ġthe": 1, "!": 0, "Ċ": 2, "Ã©": 3, "<|endoftext|>": 4}"#).unwrap();
        assert_eq!(tokens, [&b"!"[..], b" the", b"\n", "é".as_bytes()]);
    }

    #[test]
    fn every_byte_has_its_character() {
        let chars = bytes_of_chars();
        assert_eq!(chars.len(), 256);
        assert_eq!((chars[&'Ġ'], chars[&'a'], chars[&'ÿ']), (b' ', b'a', 0xff));
    }

    #[test]
    fn the_end_may_be_an_added_token() {
        let json = r#"{"added_tokens": [{"id": 1, "content": "<|endoftext|>"}],
                       "model": {"vocab": {"a": 0, "b": 1}}}"#;
        assert_eq!(tokens(json.as_bytes()).unwrap(), [b"a"]);
    }

    #[test]
    fn gaps_strange_characters_and_wild_numbers_are_refused() {
        for (vocab, expected) in [
            (r#"{"a": 0}"#, "no <|endoftext|>"),
            (r#"{"a": 0, "b": 2, "c": 7, "<|endoftext|>": 3}"#, "no token 1"),
            (r#"{"日": 0, "<|endoftext|>": 1}"#, "token 0 is not written in bytes"),
            (r#"{"<|endoftext|>": 18446744073709551615}"#, "behind 1 tokens"),
            (r#"{"<|endoftext|>": -1}"#, "tokenizer.json"),
            ("7", "tokenizer.json"),
        ] {
            let said = read(vocab).unwrap_err().to_string();
            assert!(said.contains(expected), "{vocab}: {said}");
        }
    }
}
