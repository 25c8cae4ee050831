use std::collections::BTreeMap;
use std::io::Cursor;

use proptest::prelude::*;

use super::*;

const TOKENIZER: &str = r#"{"model": {"vocab": {"a": 0, "Ġb": 1, "<|endoftext|>": 2}}}"#;

/// A whisper of one layer and a state of two, written the way CTranslate2 does, without aliases.
struct Toy {
    variables: BTreeMap<String, (Vec<u32>, u8, Vec<u8>)>,
}

impl Toy {
    fn new() -> Self {
        let mut toy = Self { variables: BTreeMap::new() };
        toy.floats("decoder/embeddings/weight", &[3, 2]);
        toy.floats("encoder/conv1/weight", &[2, 80, 3]);
        toy.floats("encoder/conv1/bias", &[2]);
        toy.floats("encoder/conv2/weight", &[2, 2, 3]);
        toy.floats("encoder/conv2/bias", &[2]);
        for side in ["encoder", "decoder"] {
            toy.put(&format!("{side}/num_heads"), &[], 2, vec![1, 0]);
            toy.floats(&format!("{side}/position_encodings/encodings"), &[4, 2]);
            toy.norm(&format!("{side}/layer_norm"));
            let layer = format!("{side}/layer_0");
            toy.linear(&format!("{layer}/self_attention/linear_0"), 6, 2, 2..4);
            toy.linear(&format!("{layer}/self_attention/linear_1"), 2, 2, 0..0);
            toy.norm(&format!("{layer}/self_attention/layer_norm"));
            toy.linear(&format!("{layer}/ffn/linear_0"), 8, 2, 0..0);
            toy.linear(&format!("{layer}/ffn/linear_1"), 2, 8, 0..0);
            toy.norm(&format!("{layer}/ffn/layer_norm"));
        }
        toy.linear("decoder/layer_0/attention/linear_0", 2, 2, 0..0);
        toy.linear("decoder/layer_0/attention/linear_1", 4, 2, 0..2);
        toy.linear("decoder/layer_0/attention/linear_2", 2, 2, 0..0);
        toy.norm("decoder/layer_0/attention/layer_norm");
        toy
    }

    fn put(&mut self, name: &str, shape: &[u32], kind: u8, bytes: Vec<u8>) {
        self.variables.insert(name.to_string(), (shape.to_vec(), kind, bytes));
    }

    /// Numbers 1, 2, 3 and so on as 16-bit floats.
    fn floats(&mut self, name: &str, shape: &[u32]) {
        let n: u32 = shape.iter().product();
        let bytes = (1..=n).flat_map(|i| f16::from_f32(i as f32).to_le_bytes()).collect();
        self.put(name, shape, 4, bytes);
    }

    fn norm(&mut self, name: &str) {
        self.floats(&format!("{name}/gamma"), &[2]);
        self.floats(&format!("{name}/beta"), &[2]);
    }

    fn linear(&mut self, name: &str, n_out: u32, n_in: u32, zeros: std::ops::Range<usize>) {
        self.floats(&format!("{name}/weight"), &[n_out, n_in]);
        let bias = format!("{name}/bias");
        self.floats(&bias, &[n_out]);
        let bytes = &mut self.variables.get_mut(&bias).unwrap().2;
        bytes[zeros.start * 2..zeros.end * 2].fill(0);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = 6_u32.to_le_bytes().to_vec();
        let name = |out: &mut Vec<u8>, name: &str| {
            out.extend((name.len() as u16 + 1).to_le_bytes());
            out.extend(name.bytes().chain([0]));
        };
        name(&mut out, "WhisperSpec");
        out.extend(3_u32.to_le_bytes());
        out.extend((self.variables.len() as u32).to_le_bytes());
        for (variable, (shape, kind, bytes)) in &self.variables {
            name(&mut out, variable);
            out.push(shape.len() as u8);
            out.extend(shape.iter().flat_map(|n| n.to_le_bytes()));
            out.push(*kind);
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend(bytes);
        }
        out
    }
}

fn convert_bytes(model: &[u8], tokenizer: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    convert(Cursor::new(model), tokenizer.as_bytes(), &mut out)?;
    Ok(out)
}

fn refusal(toy: &Toy) -> String {
    convert_bytes(&toy.bytes(), TOKENIZER).unwrap_err().to_string()
}

/// Reads a ggml file back: name, dimensions from the innermost out, numbers.
fn tensors(ggml: &[u8]) -> Vec<(String, Vec<u32>, Vec<f32>)> {
    let mut at = 4 + 11 * 4;
    let u32_at = |at: usize| u32::from_le_bytes(ggml[at..at + 4].try_into().unwrap());
    at += 8 + 4 * (u32_at(at) * u32_at(at + 4)) as usize;
    let n_tokens = u32_at(at);
    at += 4;
    for _ in 0..n_tokens {
        at += 4 + u32_at(at) as usize;
    }
    let mut list = Vec::new();
    while at < ggml.len() {
        let (rank, name_len, kind) = (u32_at(at) as usize, u32_at(at + 4) as usize, u32_at(at + 8));
        at += 12;
        let dimensions: Vec<u32> = (0..rank).map(|i| u32_at(at + 4 * i)).collect();
        at += 4 * rank;
        let name = String::from_utf8(ggml[at..at + name_len].to_vec()).unwrap();
        at += name_len;
        let n = dimensions.iter().product::<u32>() as usize;
        let width = if kind == 0 { 4 } else { 2 };
        let numbers = ggml[at..at + n * width].chunks_exact(width).map(|bytes| match bytes {
            &[a, b] => f16::from_le_bytes([a, b]).to_f32(),
            _ => f32::from_le_bytes(bytes.try_into().unwrap()),
        });
        list.push((name, dimensions, numbers.collect()));
        at += n * width;
    }
    list
}

#[test]
fn a_toy_becomes_the_file_that_whisper_cpp_expects() {
    let ggml = convert_bytes(&Toy::new().bytes(), TOKENIZER).unwrap();
    let head: Vec<u32> = ggml[..56].chunks_exact(4).map(|b| u32::from_le_bytes(b.try_into().unwrap())).collect();
    assert_eq!(head, [MAGIC, 3, 4, 2, 1, 1, 4, 2, 1, 1, 80, 1, 80, 201]);

    let tensors = tensors(&ggml);
    // whisper.cpp refuses a file without exactly these: 11 outside the layers, 15 in each of the
    // encoder's and 24 in each of the decoder's.
    assert_eq!(tensors.len(), 11 + 15 + 24);
    let find = |name: &str| {
        let (_, dimensions, numbers) = tensors.iter().find(|t| t.0 == name).unwrap();
        (dimensions.as_slice(), numbers.as_slice())
    };
    assert_eq!(find("encoder.conv1.bias"), (&[1, 2][..], &[1.0, 2.0][..]));
    assert_eq!(find("encoder.conv1.weight").0, [3, 80, 2]);
    let value = find("decoder.blocks.0.attn.value.weight");
    assert_eq!(value, (&[2, 2][..], &[9.0, 10.0, 11.0, 12.0][..]));
    assert_eq!(find("decoder.blocks.0.attn.value.bias").1, [5.0, 6.0]);
    assert_eq!(find("decoder.blocks.0.cross_attn.value.bias").1, [3.0, 4.0]);
    assert!(!tensors.iter().any(|t| t.0.ends_with("key.bias")));
}

#[test]
fn thirty_two_bit_floats_are_as_good() {
    let mut toy = Toy::new();
    let numbers: Vec<u8> = (1..=6).flat_map(|i| (i as f32).to_le_bytes()).collect();
    toy.put("decoder/embeddings/weight", &[3, 2], 0, numbers);
    let narrow = convert_bytes(&Toy::new().bytes(), TOKENIZER).unwrap();
    assert_eq!(convert_bytes(&toy.bytes(), TOKENIZER).unwrap(), narrow);
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let mut toy = Toy::new();
    toy.floats("decoder/layer_0/self_attention/linear_0/bias", &[6]);
    assert!(refusal(&toy).contains("gives the key a bias"));

    let mut toy = Toy::new();
    toy.floats("encoder/layer_0/ffn/linear_0/weight", &[6, 2]);
    assert!(refusal(&toy).contains("linear_0/weight` has the shape [6, 2] where [8, 2] belongs"));

    let mut toy = Toy::new();
    toy.floats("decoder/layer_0/self_attention/linear_0/bias", &[1]);
    assert!(refusal(&toy).contains("has only 1 rows"));

    let mut toy = Toy::new();
    toy.put("encoder/conv2/weight", &[2, 2, 3], 1, vec![0; 12]);
    assert!(refusal(&toy).contains("is quantised"));

    let mut toy = Toy::new();
    toy.put("encoder/num_heads", &[], 2, vec![0, 0]);
    assert!(refusal(&toy).contains("cannot have 0 heads"));

    let mut toy = Toy::new();
    toy.variables.remove("encoder/layer_norm/beta");
    assert!(refusal(&toy).contains("has no `encoder/layer_norm/beta`"));

    let long = r#"{"model": {"vocab": {"a":0,"b":1,"c":2,"d":3,"<|endoftext|>":4}}}"#;
    let said = convert_bytes(&Toy::new().bytes(), long).unwrap_err().to_string();
    assert!(said.contains("4 tokens for a vocabulary of 3"), "{said}");
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let whole = Toy::new().bytes();
    for len in 0..whole.len() {
        assert!(convert_bytes(&whole[..len], TOKENIZER).is_err(), "{len} bytes");
    }
}

proptest! {
    /// A few wrong bytes anywhere end in a file or in a sentence, quickly and without much memory.
    #[test]
    fn wrong_bytes_never_panic(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = Toy::new().bytes();
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = convert_bytes(&bytes, TOKENIZER);
    }

    #[test]
    fn noise_never_panics(mut noise in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = convert_bytes(&noise, TOKENIZER);
        noise.splice(0..0, 6_u32.to_le_bytes());
        let _ = convert_bytes(&noise, TOKENIZER);
    }
}
