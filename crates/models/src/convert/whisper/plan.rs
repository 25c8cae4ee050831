//! Which rows of which variable become which tensor. Nothing is read here but shapes.

use std::io::{Read, Seek};

use super::super::ctranslate2::Archive;
use super::super::{Result, invalid};

/// The hyper-parameters, all read from the shapes of variables.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) n_vocab: u64,
    pub(super) n_mels: u64,
    /// Width of the hidden state; encoder and decoder share it.
    pub(super) n_state: u64,
    pub(super) n_audio_ctx: u64,
    pub(super) n_audio_heads: u64,
    pub(super) n_audio_layers: u64,
    pub(super) n_text_ctx: u64,
    pub(super) n_text_heads: u64,
    pub(super) n_text_layers: u64,
}

/// A tensor of the result.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its name in ggml.
    pub(super) name: String,
    /// Its shape, outermost dimension first.
    pub(super) shape: Vec<u64>,
    /// Stored as 32-bit floats instead of 16-bit ones.
    pub(super) wide: bool,
    /// The variable that it is cut from.
    pub(super) from: String,
    /// The shape that the variable must have.
    pub(super) from_shape: Vec<u64>,
    /// The first row and the number of rows.
    pub(super) rows: (u64, u64),
}

impl Shape {
    /// Reads the hyper-parameters off `archive`.
    pub(super) fn of<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Self> {
        let (n_vocab, n_state) = matrix(archive, "decoder/embeddings/weight")?;
        let (n_text_ctx, _) = matrix(archive, "decoder/position_encodings/encodings")?;
        let (n_audio_ctx, _) = matrix(archive, "encoder/position_encodings/encodings")?;
        let n_mels = match archive.variable("encoder/conv1/weight")?.shape[..] {
            [_, n_mels @ (80 | 128), 3] => n_mels,
            ref shape => return invalid(format!("no whisper has a first layer of {shape:?}")),
        };
        Ok(Self {
            n_vocab,
            n_mels,
            n_state,
            n_audio_ctx,
            n_audio_heads: n_heads(archive, "encoder", n_state)?,
            n_audio_layers: n_layers(archive, "encoder"),
            n_text_ctx,
            n_text_heads: n_heads(archive, "decoder", n_state)?,
            n_text_layers: n_layers(archive, "decoder"),
        })
    }
}

fn matrix<R: Read + Seek>(archive: &Archive<R>, name: &str) -> Result<(u64, u64)> {
    match archive.variable(name)?.shape[..] {
        [rows, columns] if rows > 0 && columns > 0 => Ok((rows, columns)),
        ref shape => invalid(format!("`{name}` is no matrix but has the shape {shape:?}")),
    }
}

fn n_heads<R: Read + Seek>(archive: &mut Archive<R>, side: &str, n_state: u64) -> Result<u64> {
    let n_heads = archive.integer(&format!("{side}/num_heads"))?;
    match u64::try_from(n_heads) {
        Ok(n_heads) if n_heads > 0 && n_state.is_multiple_of(n_heads) => Ok(n_heads),
        _ => invalid(format!("the {side} cannot have {n_heads} heads")),
    }
}

fn n_layers<R: Read + Seek>(archive: &Archive<R>, side: &str) -> u64 {
    let is_there = |layer: &u64| archive.has(&self_attention(side, *layer, "linear_0/weight"));
    (0..).take_while(is_there).count() as u64
}

fn self_attention(side: &str, layer: u64, rest: &str) -> String {
    format!("{side}/layer_{layer}/self_attention/{rest}")
}

/// Every tensor of the result, in the order of whisper's own checkpoints.
pub(super) fn pieces(shape: &Shape) -> Vec<Piece> {
    let n = shape.n_state;
    let mut list = List(Vec::new());
    list.positions("encoder", shape.n_audio_ctx, n);
    for (layer, channels) in [("conv1", shape.n_mels), ("conv2", n)] {
        list.convolution(layer, channels, n);
    }
    for layer in 0..shape.n_audio_layers {
        list.block("encoder", layer, n);
    }
    list.norm("encoder.ln_post", "encoder/layer_norm", n);
    list.positions("decoder", shape.n_text_ctx, n);
    let embeddings = "decoder/embeddings/weight";
    list.whole("decoder.token_embedding.weight", embeddings, &[shape.n_vocab, n]);
    for layer in 0..shape.n_text_layers {
        list.block("decoder", layer, n);
    }
    list.norm("decoder.ln", "decoder/layer_norm", n);
    list.0
}

/// The rows of biases that belong to keys: all must be zero.
pub(super) fn key_biases(shape: &Shape) -> Vec<(String, (u64, u64))> {
    let n = shape.n_state;
    let mut biases = Vec::new();
    for (side, n_layers) in [("encoder", shape.n_audio_layers), ("decoder", shape.n_text_layers)] {
        for layer in 0..n_layers {
            biases.push((self_attention(side, layer, "linear_0/bias"), (n, n)));
        }
    }
    for layer in 0..shape.n_text_layers {
        biases.push((format!("decoder/layer_{layer}/attention/linear_1/bias"), (0, n)));
    }
    biases
}

struct List(Vec<Piece>);

impl List {
    /// A variable that becomes one tensor. Vectors are stored wide, matrices narrow.
    fn whole(&mut self, name: &str, from: &str, shape: &[u64]) {
        self.0.push(Piece {
            name: name.to_string(),
            shape: shape.to_vec(),
            wide: shape.len() == 1,
            from: from.to_string(),
            from_shape: shape.to_vec(),
            rows: (0, shape[0]),
        });
    }

    fn positions(&mut self, side: &str, n_ctx: u64, n: u64) {
        let from = format!("{side}/position_encodings/encodings");
        self.whole(&format!("{side}.positional_embedding"), &from, &[n_ctx, n]);
        self.last().wide = true;
    }

    fn convolution(&mut self, layer: &str, channels: u64, n: u64) {
        let from = |what: &str| format!("encoder/{layer}/{what}");
        self.whole(&format!("encoder.{layer}.weight"), &from("weight"), &[n, channels, 3]);
        self.whole(&format!("encoder.{layer}.bias"), &from("bias"), &[n]);
        // whisper.cpp adds this bias along time, so it is a column there.
        self.last().shape = vec![n, 1];
    }

    fn norm(&mut self, name: &str, from: &str, n: u64) {
        self.whole(&format!("{name}.weight"), &format!("{from}/gamma"), &[n]);
        self.whole(&format!("{name}.bias"), &format!("{from}/beta"), &[n]);
    }

    fn linear(&mut self, name: &str, from: &str, n_out: u64, n_in: u64) {
        self.whole(&format!("{name}.weight"), &format!("{from}/weight"), &[n_out, n_in]);
        self.whole(&format!("{name}.bias"), &format!("{from}/bias"), &[n_out]);
    }

    /// The `part`th of `parts` square matrices, and of as many biases, that lie in one variable.
    fn cut(&mut self, name: &str, from: &str, part: u64, parts: u64, n: u64) {
        self.whole(&format!("{name}.weight"), &format!("{from}/weight"), &[n, n]);
        self.cut_last(&[parts * n, n], part * n);
        if !name.ends_with(".key") {
            self.whole(&format!("{name}.bias"), &format!("{from}/bias"), &[n]);
            self.cut_last(&[parts * n], part * n);
        }
    }

    fn cut_last(&mut self, from_shape: &[u64], first_row: u64) {
        let piece = self.last();
        piece.from_shape = from_shape.to_vec();
        piece.rows.0 = first_row;
    }

    fn block(&mut self, side: &str, layer: u64, n: u64) {
        let to = format!("{side}.blocks.{layer}");
        let from = self_attention(side, layer, "");
        for (part, name) in (0..).zip(["query", "key", "value"]) {
            self.cut(&format!("{to}.attn.{name}"), &format!("{from}linear_0"), part, 3, n);
        }
        self.linear(&format!("{to}.attn.out"), &format!("{from}linear_1"), n, n);
        self.norm(&format!("{to}.attn_ln"), &format!("{from}layer_norm"), n);
        let layer = format!("{side}/layer_{layer}");
        if side == "decoder" {
            let (to, from) = (format!("{to}.cross_attn"), format!("{layer}/attention"));
            self.linear(&format!("{to}.query"), &format!("{from}/linear_0"), n, n);
            for (part, name) in (0..).zip(["key", "value"]) {
                self.cut(&format!("{to}.{name}"), &format!("{from}/linear_1"), part, 2, n);
            }
            self.linear(&format!("{to}.out"), &format!("{from}/linear_2"), n, n);
            self.norm(&format!("{to}_ln"), &format!("{from}/layer_norm"), n);
        }
        // The feed-forward layer of a whisper is four times as wide as its state.
        self.linear(&format!("{to}.mlp.0"), &format!("{layer}/ffn/linear_0"), 4 * n, n);
        self.linear(&format!("{to}.mlp.2"), &format!("{layer}/ffn/linear_1"), n, 4 * n);
        self.norm(&format!("{to}.mlp_ln"), &format!("{layer}/ffn/layer_norm"), n);
    }

    fn last(&mut self) -> &mut Piece {
        self.0.last_mut().expect("a piece was pushed just before")
    }
}
