//! The two halves as ONNX Runtime sessions.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;

use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::Tensor;

use super::cache::Paths;
use super::config::Scales;
use super::cut::decoder_reach;
use super::reach::Reach;

/// Latent frames and how long each phoneme lasts, from one and the same run of the encoder.
#[derive(Clone, Debug)]
pub struct Latent {
    /// Channel by channel: `channels` times `frames` numbers.
    data: Vec<f32>,
    frames: usize,
    /// Frames that each id lasts; together they are all frames.
    pub durations: Vec<usize>,
}

impl Latent {
    /// How many frames it has.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// How many frames pass before the first of some ids.
    #[must_use]
    pub fn frames_before(&self, ids: Option<&Range<usize>>) -> usize {
        let first = ids.map_or(0, |ids| ids.start);
        self.durations.iter().take(first).sum()
    }

    /// The frames in `range`, channel by channel.
    fn slice(&self, range: Range<usize>) -> Vec<f32> {
        self.data.chunks_exact(self.frames).flat_map(|channel| &channel[range.clone()]).copied().collect()
    }
}

/// Encoder and decoder, loaded.
pub struct Sessions {
    encoder: Session,
    decoder: Session,
    reach: Reach,
    /// Whether the voice has many speakers, and whether the decoder asks which.
    speakers: Option<Speakers>,
}

#[derive(Clone, Copy)]
struct Speakers {
    chosen: i64,
    decoder_asks: bool,
}

/// More frames than any sentence has (about 6 minutes): a voice that asks for more is broken.
const MOST_FRAMES: usize = 30_000;

impl Sessions {
    /// Loads both halves. `speaker` is left out by a voice that has only one.
    pub fn load(paths: &Paths, threads: NonZeroUsize, speaker: i64) -> Result<Self, String> {
        let bytes = std::fs::read(&paths.decoder).map_err(|error| error.to_string())?;
        let reach = decoder_reach(&bytes).map_err(|error| error.to_string())?;
        let encoder = session(&paths.encoder, threads).map_err(|error| error.to_string())?;
        let decoder = session(&paths.decoder, threads).map_err(|error| error.to_string())?;
        let speakers = (encoder.inputs().len() > 3)
            .then(|| Speakers { chosen: speaker, decoder_asks: decoder.inputs().len() > 1 });
        Ok(Self { encoder, decoder, reach, speakers })
    }

    /// Samples a frame, and the context that pieces need.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Phonemes to frames. Noise is drawn anew in each run.
    pub fn encode(&mut self, ids: &[i64], scales: Scales) -> Result<Latent, String> {
        self.try_encode(ids, scales).map_err(|error| error.to_string()).and_then(|latent| {
            let total = latent.durations.iter().try_fold(0_usize, |sum, &frames| sum.checked_add(frames));
            let whole = latent.durations.len() == ids.len() && total.is_some_and(|total| total.max(1) == latent.frames);
            if !whole || latent.frames > MOST_FRAMES {
                return Err("the voice's durations do not fit its frames".to_owned());
            }
            Ok(latent)
        })
    }

    fn try_encode(&mut self, ids: &[i64], scales: Scales) -> ort::Result<Latent> {
        let mut inputs = vec![
            Tensor::from_array(([1, ids.len()], ids.to_vec()))?.into_dyn(),
            Tensor::from_array(([1], vec![ids.len() as i64]))?.into_dyn(),
            Tensor::from_array(([3], vec![scales.noise, scales.length, scales.rhythm]))?.into_dyn(),
        ];
        if let Some(speakers) = self.speakers {
            inputs.push(Tensor::from_array(([1], vec![speakers.chosen]))?.into_dyn());
        }
        let names: Vec<String> = self.encoder.inputs().iter().map(|input| input.name().to_owned()).collect();
        let named: Vec<_> = names.into_iter().zip(inputs).collect();
        let outputs = self.encoder.run(named)?;
        let (shape, data) = outputs[0].try_extract_tensor::<f32>()?;
        let frames = shape.last().map_or(0, |&frames| frames.max(0) as usize);
        let (_, durations) = outputs[1].try_extract_tensor::<f32>()?;
        // They are whole numbers already; a NaN becomes 0 and shows as a sum that does not fit.
        let durations = durations.iter().map(|&frames| frames as usize).collect();
        Ok(Latent { data: data.to_vec(), frames, durations })
    }

    /// The samples of the frames in `range`, the same as if all frames were decoded at once.
    pub fn decode(&mut self, latent: &Latent, range: Range<usize>) -> Result<Vec<f32>, String> {
        let start = range.start.saturating_sub(self.reach.context);
        let end = (range.end + self.reach.context).min(latent.frames);
        let samples = self.try_decode(latent, start..end).map_err(|error| error.to_string())?;
        let hop = self.reach.hop;
        if samples.len() != (end - start) * hop {
            return Err("the decoder gives another number of samples than its graph says".to_owned());
        }
        Ok(samples[(range.start - start) * hop..(range.end - start) * hop].to_vec())
    }

    fn try_decode(&mut self, latent: &Latent, range: Range<usize>) -> ort::Result<Vec<f32>> {
        let frames = range.len();
        let data = latent.slice(range);
        let channels = data.len() / frames.max(1);
        let mut inputs = vec![Tensor::from_array(([1, channels, frames], data))?.into_dyn()];
        if let Some(Speakers { chosen, decoder_asks: true }) = self.speakers {
            inputs.push(Tensor::from_array(([1], vec![chosen]))?.into_dyn());
        }
        let names: Vec<String> = self.decoder.inputs().iter().map(|input| input.name().to_owned()).collect();
        let named: Vec<_> = names.into_iter().zip(inputs).collect();
        let outputs = self.decoder.run(named)?;
        let (_, samples) = outputs[0].try_extract_tensor::<f32>()?;
        Ok(samples.to_vec())
    }
}

fn session(path: &Path, threads: NonZeroUsize) -> ort::Result<Session> {
    Session::builder()?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(threads.get())?
        // Every sentence has another length; patterns kept for each would only fill memory.
        .with_memory_pattern(false)?
        .with_intra_op_spinning(false)?
        .commit_from_file(path)
}
