//! The micro language model's forward pass: a small Llama (RMSNorm, rotary positions, grouped-query attention,
//! SwiGLU, tied embeddings), one sequence, one thread, every buffer allocated at load.

use candle_core::{DType, Device};
use serde::Deserialize;

use super::matrix::{Matrix, Quantised};

/// Shape of the model, in the field names of Hugging Face's `LlamaConfig`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Config {
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: usize,
    rms_norm_eps: f32,
    rope_theta: f32,
    max_position_embeddings: usize,
}

impl Config {
    fn head(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    fn kv(&self) -> usize {
        self.head() * self.num_key_value_heads
    }
}

struct Layer {
    attention_norm: Vec<f32>,
    q: Matrix,
    k: Matrix,
    v: Matrix,
    o: Matrix,
    ffn_norm: Vec<f32>,
    gate: Matrix,
    up: Matrix,
    down: Matrix,
}

/// Weights and the state of the one sequence that is being written.
pub(super) struct Llama {
    config: Config,
    embed: Matrix,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    /// cos and sin for each position and half head: `[position][head / 2]`.
    rope: Vec<(f32, f32)>,
    /// Keys and values by layer, `[position][kv]`.
    keys: Vec<Vec<f32>>,
    values: Vec<Vec<f32>>,
    scratch: Scratch,
    /// Positions already in the cache.
    len: usize,
}

struct Scratch {
    x: Vec<f32>,
    normed: Vec<f32>,
    q: Vec<f32>,
    k: Vec<f32>,
    v: Vec<f32>,
    mixed: Vec<f32>,
    gate: Vec<f32>,
    up: Vec<f32>,
    scores: Vec<f32>,
    quantised: Quantised,
    logits: Vec<f32>,
}

impl Llama {
    /// Reads `config.json` and `safetensors` weights. Errors name what is missing or misshapen.
    pub(super) fn load(config: &[u8], weights: &[u8]) -> Result<Self, String> {
        let config: Config = serde_json::from_slice(config).map_err(|e| format!("config.json: {e}"))?;
        let tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu).map_err(|e| e.to_string())?;
        let values = |name: &str, rows: usize, cols: usize| -> Result<Vec<f32>, String> {
            let tensor = tensors.get(name).ok_or_else(|| format!("the weights lack {name}"))?;
            let found = tensor.elem_count();
            if found != rows * cols {
                return Err(format!("{name} has {found} values, {rows} x {cols} are due"));
            }
            let flat = tensor.to_dtype(DType::F32).and_then(|t| t.flatten_all()).and_then(|t| t.to_vec1::<f32>());
            flat.map_err(|e| format!("{name}: {e}"))
        };
        let matrix = |name: &str, rows, cols| Ok::<_, String>(Matrix::new(rows, cols, &values(name, rows, cols)?));
        let (hidden, kv, ffn) = (config.hidden_size, config.kv(), config.intermediate_size);
        if !hidden.is_multiple_of(32) || !ffn.is_multiple_of(32) || !config.head().is_multiple_of(2) {
            return Err(format!("a width of {hidden} or {ffn} does not fit blocks of 32"));
        }
        let layers = (0..config.num_hidden_layers)
            .map(|n| {
                let part = |name: &str| format!("model.layers.{n}.{name}.weight");
                Ok(Layer {
                    attention_norm: values(&part("input_layernorm"), 1, hidden)?,
                    q: matrix(&part("self_attn.q_proj"), hidden, hidden)?,
                    k: matrix(&part("self_attn.k_proj"), kv, hidden)?,
                    v: matrix(&part("self_attn.v_proj"), kv, hidden)?,
                    o: matrix(&part("self_attn.o_proj"), hidden, hidden)?,
                    ffn_norm: values(&part("post_attention_layernorm"), 1, hidden)?,
                    gate: matrix(&part("mlp.gate_proj"), ffn, hidden)?,
                    up: matrix(&part("mlp.up_proj"), ffn, hidden)?,
                    down: matrix(&part("mlp.down_proj"), hidden, ffn)?,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        let positions = config.max_position_embeddings;
        let half = config.head() / 2;
        let rope = (0..positions * half)
            .map(|i| {
                let (position, pair) = (i / half, i % half);
                let angle = position as f32 * config.rope_theta.powf(-(2.0 * pair as f32) / config.head() as f32);
                (angle.cos(), angle.sin())
            })
            .collect();
        Ok(Self {
            embed: matrix("model.embed_tokens.weight", config.vocab_size, hidden)?,
            norm: values("model.norm.weight", 1, hidden)?,
            rope,
            keys: vec![vec![0.0; positions * kv]; layers.len()],
            values: vec![vec![0.0; positions * kv]; layers.len()],
            scratch: Scratch {
                x: vec![0.0; positions * hidden],
                normed: vec![0.0; positions * hidden],
                q: vec![0.0; positions * hidden],
                k: vec![0.0; positions * kv],
                v: vec![0.0; positions * kv],
                mixed: vec![0.0; positions * hidden],
                gate: vec![0.0; positions * ffn],
                up: vec![0.0; positions * ffn],
                scores: vec![0.0; positions],
                quantised: Quantised::with_capacity(positions * hidden.max(ffn)),
                logits: vec![0.0; config.vocab_size],
            },
            layers,
            len: 0,
            config,
        })
    }

    /// Number of tokens that the model knows.
    pub(super) fn vocabulary(&self) -> usize {
        self.embed.rows()
    }

    /// Bytes of weights that are read for one token.
    pub(super) fn weight_bytes(&self) -> usize {
        let of_layer =
            |l: &Layer| [&l.q, &l.k, &l.v, &l.o, &l.gate, &l.up, &l.down].map(Matrix::bytes).iter().sum::<usize>();
        self.embed.bytes() + self.layers.iter().map(of_layer).sum::<usize>()
    }

    /// Tokens of the sequence so far.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Forgets everything behind the first `len` tokens of the sequence.
    pub(super) fn rewind(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Appends `tokens` (at least one; as many as positions are left) and returns the logits behind the last.
    pub(super) fn forward(&mut self, tokens: &[u32]) -> &mut [f32] {
        let (n, first) = (tokens.len(), self.len);
        let config = &self.config;
        let (hidden, kv, ffn) = (config.hidden_size, config.kv(), config.intermediate_size);
        let s = &mut self.scratch;
        for (row, &token) in tokens.iter().enumerate() {
            self.embed.row(token as usize, &mut s.x[row * hidden..(row + 1) * hidden]);
        }
        let last_layer = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            norm(&s.x[..n * hidden], &layer.attention_norm, config.rms_norm_eps, &mut s.normed);
            s.quantised.fill(&s.normed[..n * hidden], hidden);
            layer.q.mul(n, &s.quantised, &mut s.q);
            layer.k.mul(n, &s.quantised, &mut s.k);
            layer.v.mul(n, &s.quantised, &mut s.v);
            for row in 0..n {
                let angles = &self.rope[(first + row) * config.head() / 2..(first + row + 1) * config.head() / 2];
                rotate(&mut s.q[row * hidden..(row + 1) * hidden], angles);
                rotate(&mut s.k[row * kv..(row + 1) * kv], angles);
            }
            self.keys[index][first * kv..(first + n) * kv].copy_from_slice(&s.k[..n * kv]);
            self.values[index][first * kv..(first + n) * kv].copy_from_slice(&s.v[..n * kv]);
            // Behind the last layer only the last position is looked at.
            let from = if index == last_layer { n - 1 } else { 0 };
            let m = n - from;
            for row in from..n {
                let range = row * hidden..(row + 1) * hidden;
                let cache = (&self.keys[index][..], &self.values[index][..]);
                attend(config, &s.q[range.clone()], cache, first + row + 1, &mut s.scores, &mut s.mixed[range]);
            }
            s.quantised.fill(&s.mixed[from * hidden..n * hidden], hidden);
            layer.o.mul(m, &s.quantised, &mut s.normed);
            add(&mut s.x[from * hidden..n * hidden], &s.normed);

            norm(&s.x[from * hidden..n * hidden], &layer.ffn_norm, config.rms_norm_eps, &mut s.normed);
            s.quantised.fill(&s.normed[..m * hidden], hidden);
            layer.gate.mul(m, &s.quantised, &mut s.gate);
            layer.up.mul(m, &s.quantised, &mut s.up);
            for (gate, up) in s.gate[..m * ffn].iter_mut().zip(&s.up) {
                *gate = *gate / (1.0 + (-*gate).exp()) * up;
            }
            s.quantised.fill(&s.gate[..m * ffn], ffn);
            layer.down.mul(m, &s.quantised, &mut s.normed);
            add(&mut s.x[from * hidden..n * hidden], &s.normed);
        }
        self.len += n;
        norm(&s.x[(n - 1) * hidden..n * hidden], &self.norm, config.rms_norm_eps, &mut s.normed);
        s.quantised.fill(&s.normed[..hidden], hidden);
        self.embed.mul(1, &s.quantised, &mut s.logits);
        &mut s.logits
    }
}

/// Root-mean-square normalisation of each row.
fn norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    for (row, out) in x.chunks_exact(weight.len()).zip(out.chunks_exact_mut(weight.len())) {
        let mean = dot(row, row) / weight.len() as f32;
        let scale = (mean + eps).sqrt().recip();
        for ((out, v), w) in out.iter_mut().zip(row).zip(weight) {
            *out = v * scale * w;
        }
    }
}

/// Rotary positions, halves rotated (as Hugging Face's Llama does).
fn rotate(heads: &mut [f32], angles: &[(f32, f32)]) {
    let half = angles.len();
    for head in heads.chunks_exact_mut(2 * half) {
        let (low, high) = head.split_at_mut(half);
        for ((low, high), (cos, sin)) in low.iter_mut().zip(high).zip(angles) {
            (*low, *high) = (*low * cos - *high * sin, *high * cos + *low * sin);
        }
    }
}

/// Attention of one position over the first `len` cached ones.
fn attend(
    config: &Config,
    q: &[f32],
    (keys, values): (&[f32], &[f32]),
    len: usize,
    scores: &mut [f32],
    out: &mut [f32],
) {
    let (size, kv) = (config.head(), config.kv());
    let group = config.num_attention_heads / config.num_key_value_heads;
    let scale = (size as f32).sqrt().recip();
    let scores = &mut scores[..len];
    for (head, (q, out)) in q.chunks_exact(size).zip(out.chunks_exact_mut(size)).enumerate() {
        let offset = head / group * size;
        let mut most = f32::NEG_INFINITY;
        for (score, key) in scores.iter_mut().zip(keys.chunks_exact(kv)) {
            *score = dot(q, &key[offset..offset + size]) * scale;
            most = most.max(*score);
        }
        let mut total = 0.0;
        for score in scores.iter_mut() {
            *score = (*score - most).exp();
            total += *score;
        }
        out.fill(0.0);
        for (score, value) in scores.iter().zip(values.chunks_exact(kv)) {
            let weight = score / total;
            for (out, v) in out.iter_mut().zip(&value[offset..offset + size]) {
                *out += weight * v;
            }
        }
    }
}

/// The product of two rows, in eight sums: one alone would wait for each addition.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

fn add(x: &mut [f32], y: &[f32]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += y;
    }
}
