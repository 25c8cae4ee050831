//! The plain way: candle's own Llama in f32 with a cache of keys and values, greedy, no constraint.

use std::time::{Duration, Instant};

use anyhow::Context;
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::llama::{Cache, Config, Llama, LlamaConfig};
use segue_engines::opener::OpenerFiles;

pub(super) struct Plain {
    llama: Llama,
    config: Config,
}

impl Plain {
    pub(super) fn load(files: &OpenerFiles) -> anyhow::Result<Self> {
        let config: LlamaConfig = serde_json::from_slice(&files.config).context("config.json")?;
        let config = config.into_config(false);
        let tensors = candle_core::safetensors::load_buffer(&files.weights, &Device::Cpu)?;
        let tensors = tensors
            .into_iter()
            .map(|(name, tensor)| Ok((name, tensor.to_dtype(DType::F32)?)))
            .collect::<candle_core::Result<_>>()?;
        let llama = Llama::load(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu), &config)?;
        Ok(Self { llama, config })
    }

    /// Reads the prompt and writes as many tokens as `ids` has and the end; the times of all and of the first token.
    pub(super) fn time(&mut self, prompt: &[u32], ids: &[u32]) -> anyhow::Result<(Duration, Duration)> {
        let since = Instant::now();
        let mut cache = Cache::new(true, DType::F32, &self.config, &Device::Cpu)?;
        let mut at = 0;
        let mut read = |tokens: &[u32]| -> candle_core::Result<u32> {
            let input = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
            let logits = self.llama.forward(&input, at, &mut cache)?;
            at += tokens.len();
            logits.squeeze(0)?.argmax(0)?.to_scalar::<u32>()
        };
        read(prompt)?;
        let first = since.elapsed();
        for id in ids {
            read(&[*id])?;
        }
        Ok((since.elapsed(), first))
    }
}
