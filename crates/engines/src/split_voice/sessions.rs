//! The parts of a voice as ONNX Runtime sessions.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;

use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::{DynValue, Tensor};

use super::cache::Paths;
use super::chain::Chain;
use super::config::Scales;
use super::cut::{COMMON_INPUTS, stage_reach};
use super::reach::{MOST_HOP, Reach};

/// Frames and how long each phoneme lasts, from one and the same run of the encoder.
#[derive(Clone, Debug)]
pub struct Latent {
    /// What the encoder gives the stages, one or two tensors that run along time side by side.
    given: Vec<Timed>,
    frames: usize,
    /// Frames that each id lasts; together they are all frames.
    pub durations: Vec<usize>,
}

/// A tensor whose last axis is time.
#[derive(Clone, Debug)]
struct Timed {
    name: String,
    /// Its axes but the last.
    dims: Vec<usize>,
    /// Channel by channel.
    data: Vec<f32>,
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
}

impl Timed {
    /// The elements in `range`, of `length` along time.
    fn part(&self, length: usize, range: Range<usize>) -> Vec<f32> {
        self.data.chunks_exact(length).flat_map(|channel| &channel[range.clone()]).copied().collect()
    }
}

/// Encoder and stages, loaded.
pub struct Sessions {
    encoder: Session,
    stages: Vec<Stage>,
    /// Samples a frame.
    hop: usize,
    /// The input that asks for the speaker, of a voice that has many, and who speaks.
    speaker: Option<(String, i64)>,
}

struct Stage {
    session: Session,
    reach: Reach,
    inputs: Vec<String>,
    /// The axes but the last of what it makes, once it has run.
    dims: Vec<usize>,
}

/// More frames than any sentence has (about 6 minutes): a voice that asks for more is broken.
const MOST_FRAMES: usize = 30_000;

impl Sessions {
    /// Loads all parts and lets them make a moment of sound, so that one that does not fit shows now. `speaker` is left
    /// out by a voice that has only one.
    pub fn load(paths: &Paths, threads: NonZeroUsize, speaker: i64) -> Result<Self, String> {
        let encoder = session(&paths.encoder, threads).map_err(|error| error.to_string())?;
        let mut made: Vec<String> = encoder.outputs().iter().map(|output| output.name().to_owned()).collect();
        let speaker = encoder.inputs().get(COMMON_INPUTS).map(|input| (input.name().to_owned(), speaker));
        let mut stages = Vec::new();
        for path in &paths.stages {
            let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
            let timed: Vec<&str> = made.iter().map(String::as_str).collect();
            let reach = stage_reach(&bytes, &timed).map_err(|error| error.to_string())?;
            let session = session(path, threads).map_err(|error| error.to_string())?;
            made.extend(session.outputs().iter().map(|output| output.name().to_owned()));
            let inputs = session.inputs().iter().map(|input| input.name().to_owned()).collect();
            stages.push(Stage { session, reach, inputs, dims: Vec::new() });
        }
        let hop = stages.iter().try_fold(1, |hop: usize, stage| hop.checked_mul(stage.reach.hop));
        let hop = hop.filter(|hop| *hop <= MOST_HOP).ok_or("a frame becomes too many samples")?;
        let mut sessions = Self { encoder, stages, hop, speaker };
        sessions.try_out()?;
        Ok(sessions)
    }

    fn try_out(&mut self) -> Result<(), String> {
        let latent = self.encode(&[0; 3], Scales { noise: 0.0, length: 1.0, rhythm: 0.0 })?;
        let mut chain = self.chain(&latent, 0);
        let samples = self.sound(&latent, &mut chain, latent.frames())?;
        let fits = samples.len() == latent.frames() * self.hop;
        if fits { Ok(()) } else { Err("the voice's samples do not fit its frames".to_owned()) }
    }

    /// Samples a frame.
    #[must_use]
    pub fn hop(&self) -> usize {
        self.hop
    }

    /// Phonemes to frames. Noise is drawn anew in each run.
    pub fn encode(&mut self, ids: &[i64], scales: Scales) -> Result<Latent, String> {
        self.try_encode(ids, scales).map_err(|error| error.to_string()).and_then(|latent| {
            let total = latent.durations.iter().try_fold(0_usize, |sum, &frames| sum.checked_add(frames));
            let whole = latent.durations.len() == ids.len() && total.is_some_and(|total| total.max(1) == latent.frames);
            let fits = |timed: &Timed| timed.data.len() == timed.dims.iter().product::<usize>() * latent.frames;
            if !whole || latent.frames > MOST_FRAMES || !latent.given.iter().all(fits) {
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
        if let Some((_, speaker)) = self.speaker {
            inputs.push(Tensor::from_array(([1], vec![speaker]))?.into_dyn());
        }
        let names: Vec<String> = self.encoder.inputs().iter().map(|input| input.name().to_owned()).collect();
        let outputs = self.encoder.run(names.into_iter().zip(inputs).collect::<Vec<_>>())?;
        let mut given = Vec::new();
        let mut last = None;
        for (name, output) in outputs.iter() {
            let (dims, data) = output.try_extract_tensor::<f32>()?;
            let dims = dims.iter().map(|&dim| dim.max(0) as usize).collect();
            given.extend(last.replace(Timed { name: name.to_owned(), dims, data: data.to_vec() }));
        }
        // The last output tells the durations. They are whole numbers already; a NaN becomes 0 and shows as a sum that
        // does not fit.
        let durations = last.map(|last| last.data.iter().map(|&frames| frames as usize).collect()).unwrap_or_default();
        let lengths = given.iter_mut().filter_map(|timed| timed.dims.pop());
        let frames = lengths.min().unwrap_or(0);
        Ok(Latent { given, frames, durations })
    }

    /// Begins to make sound of frames, from the frame `first` on.
    #[must_use]
    pub fn chain(&self, latent: &Latent, first: usize) -> Chain {
        let reaches: Vec<_> = self.stages.iter().map(|stage| stage.reach).collect();
        Chain::new(&reaches, latent.frames, first)
    }

    /// The samples up to the frame `end`, from where the last call for this chain ended: the same as if all were made at
    /// once.
    pub fn sound(&mut self, latent: &Latent, chain: &mut Chain, end: usize) -> Result<Vec<f32>, String> {
        chain.sound(end, &mut |place, range, input| {
            self.run(latent, place, range, input).map_err(|error| error.to_string())
        })
    }

    fn run(&mut self, latent: &Latent, place: usize, range: Range<usize>, input: Vec<f32>) -> ort::Result<Vec<f32>> {
        let before = place.checked_sub(1).map(|before| self.stages[before].dims.clone());
        let stage = &mut self.stages[place];
        let mut input = before.map(|dims| (dims, input));
        let mut inputs: Vec<(&str, DynValue)> = Vec::new();
        for name in &stage.inputs {
            let tensor = match (latent.given.iter().find(|timed| timed.name == *name), &self.speaker) {
                (Some(timed), _) => tensor(&timed.dims, range.len(), timed.part(latent.frames, range.clone()))?,
                (None, Some((asked, speaker))) if asked == name => {
                    Tensor::from_array(([1], vec![*speaker]))?.into_dyn()
                }
                _ => {
                    let (dims, data) = input.take().unwrap_or_default();
                    tensor(&dims, range.len(), data)?
                }
            };
            inputs.push((name, tensor));
        }
        let outputs = stage.session.run(inputs)?;
        let (dims, data) = outputs[0].try_extract_tensor::<f32>()?;
        stage.dims = dims.iter().map(|&dim| dim.max(0) as usize).collect();
        stage.dims.pop();
        Ok(data.to_vec())
    }
}

fn tensor(dims: &[usize], length: usize, data: Vec<f32>) -> ort::Result<DynValue> {
    let shape: Vec<usize> = dims.iter().copied().chain([length]).collect();
    Ok(Tensor::from_array((shape, data))?.into_dyn())
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
