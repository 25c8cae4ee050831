//! How fast the opener is, in one run beside others that do the same work: the plain f32 Llama of candle, the paper's
//! way in PyTorch, and the time that reading the weights takes at all. One thread, in turns, medians.

mod bandwidth;
mod paper;
mod plain;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use segue_engines::opener::{Draft, Fallback, MicroLm, OpenerFiles};
use segue_runtime::port::{Opener, OpenerAsk, Stop};
use serde::Serialize;

use crate::MODEL;
use crate::ask::question;
use crate::data::Request;
use crate::tally::Times;
use plain::Plain;

/// Requests that are asked in turn.
const REQUESTS: usize = 12;
/// Tokens of a prompt and words of an opener that are looked for.
const PROMPT: usize = 24;
const WORDS: usize = 8;

#[derive(clap::Args)]
pub(crate) struct BenchArgs {
    /// The model's folder.
    #[arg(long, default_value = MODEL)]
    model: PathBuf,
    /// How often each request is asked.
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// The Python that has torch; the paper's way is left out when it has not.
    #[arg(long, env = "SEGUE_PYTHON", default_value = "python3")]
    python: String,
    /// Print the results as JSON.
    #[arg(long)]
    json: bool,
    /// Write the table into the model card.
    #[arg(long)]
    write_card: bool,
}

/// Times of one way.
#[derive(Debug, Default, Serialize)]
struct Way {
    whole: Times,
    first: Times,
}

#[derive(Debug, Serialize)]
struct Bench {
    prompt_tokens: f64,
    opener_tokens: f64,
    opener_words: f64,
    runs: usize,
    ours: Way,
    /// Until the first word is told to others: it will not be taken back.
    told: Times,
    plain: Way,
    paper: Option<Way>,
    /// Bytes of weights that one token reads, and bytes a second from memory and from the caches.
    weight_bytes: usize,
    memory_bandwidth: f64,
    cached_bandwidth: f64,
    /// The least time for the opener at these.
    memory_limit_ms: f64,
    cached_limit_ms: f64,
    /// Resident memory of a process that holds nothing but the opener, above that of one that holds nothing.
    resident_mb: f64,
}

/// Measures.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    // candle's threads are chosen when the program starts.
    if std::env::var_os("RAYON_NUM_THREADS").is_none_or(|n| n != "1") {
        let mut this = Command::new(std::env::current_exe()?);
        this.args(std::env::args_os().skip(1)).env("RAYON_NUM_THREADS", "1").env("OMP_NUM_THREADS", "1");
        if !this.status()?.success() {
            bail!("the measuring process failed");
        }
        return Ok(());
    }
    let bench = measure(args)?;
    if args.write_card {
        crate::card::write(&args.model.join("MODEL_CARD.md"), "bench", "Time and memory", &bench.markdown())?;
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&bench)?);
    } else {
        println!("{}", bench.markdown());
    }
    Ok(())
}

fn measure(args: &BenchArgs) -> anyhow::Result<Bench> {
    let files = OpenerFiles::read(&args.model)?;
    let mut model = MicroLm::new(&files, Fallback::Neutral)?;
    model.warm_up()?;
    let asked = chosen(&mut model)?;
    let mut plain = Plain::load(&files)?;
    let mut paper = paper::Paper::start(&args.python, &args.model);
    let (mut whole_times, mut told_times, mut written_times) = (Vec::new(), Vec::new(), Vec::new());
    let (mut plain_times, mut paper_times) = (Vec::new(), Vec::new());
    for round in 0..=args.rounds {
        for (ask, draft) in &asked {
            let (whole, told) = time_told(&mut model, ask)?;
            let theirs = plain.time(&draft.prompt, &draft.ids)?;
            // A fifth of the runs is enough for the slowest way.
            let paper_time = match &mut paper {
                Some(paper) if round % 5 == 0 => Some(paper.time(&draft.prompt, &draft.ids)?),
                _ => None,
            };
            // The first round warms up.
            if round > 0 {
                whole_times.push(whole);
                told_times.push(told);
                plain_times.push(theirs);
                paper_times.extend(paper_time);
            }
        }
        // Another request lies between, so that no prompt is known already.
        for (ask, _) in &asked {
            let written = time_written(&mut model, ask)?;
            if round > 0 {
                written_times.push(written);
            }
        }
    }
    let mean = |of: &dyn Fn(&Draft) -> usize| asked.iter().map(|(_, d)| of(d) as f64).sum::<f64>() / asked.len() as f64;
    let weight_bytes = model.weight_bytes();
    // The prompt reads the weights once, and each token that is read afterwards reads them again.
    let reads = 1.0 + mean(&|draft| draft.ids.len());
    let memory_bandwidth = bandwidth::of(256 << 20);
    let cached_bandwidth = bandwidth::of(weight_bytes);
    let limit = |bandwidth: f64| reads * weight_bytes as f64 / bandwidth * 1e3;
    Ok(Bench {
        prompt_tokens: mean(&|draft| draft.prompt.len()),
        opener_tokens: mean(&|draft| draft.ids.len() + 1),
        opener_words: mean(&|draft| draft.text.split_whitespace().count()),
        runs: whole_times.len(),
        ours: Way { whole: times(&whole_times), first: times(&written_times) },
        told: times(&told_times),
        plain: way(&plain_times),
        paper: (!paper_times.is_empty()).then(|| way(&paper_times)),
        weight_bytes,
        memory_bandwidth,
        cached_bandwidth,
        memory_limit_ms: limit(memory_bandwidth),
        cached_limit_ms: limit(cached_bandwidth),
        resident_mb: resident(&args.model)?,
    })
}

/// The requests whose prompts and openers come nearest to the size that is measured.
fn chosen(model: &mut MicroLm) -> anyhow::Result<Vec<(OpenerAsk, Draft)>> {
    let mut all = Vec::new();
    for line in include_str!("bench/requests.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let ask = question(&Request::of(line, "bench"));
        let draft = model.draft(&ask)?;
        let words = draft.text.split_whitespace().count();
        all.push((draft.prompt.len().abs_diff(PROMPT) + 4 * WORDS.abs_diff(words), ask, draft));
    }
    all.sort_by_key(|(distance, ..)| *distance);
    Ok(all.into_iter().take(REQUESTS).map(|(_, ask, draft)| (ask, draft)).collect())
}

/// Until the whole opener is told, and until its first word is told: that is when it will not be taken back.
fn time_told(model: &mut MicroLm, ask: &OpenerAsk) -> anyhow::Result<(Duration, Duration)> {
    let mut first = None;
    let since = Instant::now();
    model.open(ask, &Stop::default(), &mut |_| {
        first.get_or_insert_with(|| since.elapsed());
    })?;
    let whole = since.elapsed();
    Ok((whole, first.unwrap_or(whole)))
}

/// Until the first word is written, whether or not it is sure enough to be told.
fn time_written(model: &mut MicroLm, ask: &OpenerAsk) -> anyhow::Result<Duration> {
    let mut first = None;
    let since = Instant::now();
    model.draft_watched(ask, &mut |_| {
        first.get_or_insert_with(|| since.elapsed());
    })?;
    Ok(first.unwrap_or_else(|| since.elapsed()))
}

fn times(times: &[Duration]) -> Times {
    Times::of(times.iter().copied())
}

fn way(times: &[(Duration, Duration)]) -> Way {
    Way { whole: Times::of(times.iter().map(|t| t.0)), first: Times::of(times.iter().map(|t| t.1)) }
}

/// What this program takes when it holds the opener and nothing else, in megabytes (`segue-eval memory` as a child).
fn resident(model: &Path) -> anyhow::Result<f64> {
    let output = Command::new(std::env::current_exe()?).args(["memory", "--model"]).arg(model).output()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("the memory could not be measured")
}

/// Loads the opener, lets it write once, and prints how much resident memory that added, in megabytes.
pub(crate) fn memory(model: &Path) -> anyhow::Result<()> {
    let before = resident_kb()?;
    let mut model = MicroLm::new(&OpenerFiles::read(model)?, Fallback::Neutral)?;
    model.warm_up()?;
    model.open(&question(&Request::of("What's the capital of Mongolia?", "bench")), &Stop::default(), &mut |_| {})?;
    println!("{:.1}", (resident_kb()? - before) / 1000.0);
    Ok(())
}

fn resident_kb() -> anyhow::Result<f64> {
    let status = fs::read_to_string("/proc/self/status").context("this system does not tell resident memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    line.split_whitespace().next().context("no VmRSS")?.parse().context("VmRSS is no number")
}

impl Bench {
    fn markdown(&self) -> String {
        let mut out = format!(
            "One thread, {} runs in turns, medians: prompts of {:.0} tokens, openers of {:.1} words ({:.1} tokens with the end).\n\n",
            self.runs, self.prompt_tokens, self.opener_words, self.opener_tokens
        );
        out += "| way | whole opener | first word | against ours |\n| --- | ---: | ---: | ---: |\n";
        let ours = self.ours.whole.median_ms;
        let mut row = |what: &str, way: &Way| {
            let (whole, first) = (way.whole.median_ms, way.first.median_ms);
            let _ = writeln!(out, "| {what} | {whole:.1} ms | {first:.1} ms | {:.2} |", whole / ours);
        };
        row("**opener** (8-bit, constrained, from text to words)", &self.ours);
        row("candle's f32 Llama of the same shape (tokens only)", &self.plain);
        if let Some(paper) = &self.paper {
            row("the paper's way: PyTorch, the whole sequence again for each token", paper);
        }
        let _ = writeln!(
            out,
            "| reading the weights from memory ({:.1} MB a token at {:.1} GB/s) | {:.1} ms | | {:.2} |",
            self.weight_bytes as f64 / 1e6,
            self.memory_bandwidth / 1e9,
            self.memory_limit_ms,
            self.memory_limit_ms / ours
        );
        let _ = writeln!(
            out,
            "| reading the weights from the caches ({:.1} GB/s) | {:.1} ms | | {:.2} |",
            self.cached_bandwidth / 1e9,
            self.cached_limit_ms,
            self.cached_limit_ms / ours
        );
        let _ = writeln!(
            out,
            "\nThe first word is the first that is written; the opener tells it to others when it will not be taken back, \
             after {:.1} ms. The first word of the other ways is their first token. 95% of our openers are whole within \
             {:.1} ms, their first word within {:.1} ms. Resident memory of the opener alone: {:.1} MB.",
            self.told.median_ms, self.ours.whole.p95_ms, self.ours.first.p95_ms, self.resident_mb
        );
        out
    }
}
