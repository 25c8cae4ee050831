//! `segue-eval`: how good the opener is, and how fast. `cargo xtask eval` and `cargo xtask bench` run it.

mod ask;
mod bench;
mod calibrate;
mod card;
mod check;
mod data;
mod fit;
mod gold;
mod openers;
mod rare;
mod rivals;
mod sample;
mod split;
mod tally;
mod unclear;
mod words;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use segue_engines::opener::{Calibration, Fallback, MicroLm, OpenerFiles};
use segue_models::{Locations, Role};
use serde_json::{Map, Value};

use check::{Checkers, Dangers, Lexicon, Names};
use data::Request;
use split::Part;

/// The folder of the data sets, beside the repository.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
/// The folder of the model that this repository carries.
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/opener");

/// Measures the opener. Everything is chosen by hash, so that two runs ask the same requests.
#[derive(Parser)]
#[command(name = "segue-eval", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// How good the opener is, on requests that it was not trained on.
    Opener(OpenerArgs),
    /// How fast it is, beside others, and how much memory it takes.
    Bench(bench::BenchArgs),
    /// How much resident memory the opener adds to this program, in megabytes.
    Memory {
        /// The model's folder.
        #[arg(long, default_value = MODEL)]
        model: PathBuf,
    },
}

#[derive(clap::Args)]
struct OpenerArgs {
    /// The folder of the data sets: queries.jsonl.gz, dialogues.jsonl.gz, home_actions.
    #[arg(long, default_value = DATA)]
    data: PathBuf,
    /// The model's folder, with its training and its card.
    #[arg(long, default_value = MODEL)]
    model: PathBuf,
    /// What is measured; all when nothing is named.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<What>,
    /// Held-back requests of the main measurement.
    #[arg(long, default_value_t = 4000)]
    requests: usize,
    /// Print the results as JSON instead of tables.
    #[arg(long)]
    json: bool,
    /// Fit the confidence anew and write it to calibration.json first.
    #[arg(long)]
    calibrate: bool,
    /// What a reader thinks of the drafts that `--drafts` wrote: the same JSON lines with `good` set to true or false.
    #[arg(long, requires = "calibrate")]
    judged: Option<PathBuf>,
    /// Only write the drafts for the requests that were kept back for calibration to this file, for a reader.
    #[arg(long, conflicts_with = "calibrate")]
    drafts: Option<PathBuf>,
    /// Draft for the requests of this file instead: JSON lines of `request` and `last` (what was asked and heard before).
    #[arg(long, requires = "drafts")]
    asked: Option<PathBuf>,
    /// Write the tables into the model card.
    #[arg(long)]
    write_card: bool,
    /// Also write all broken rules and a random sample of openers to this file, for readers.
    #[arg(long)]
    sample: Option<PathBuf>,
    /// Also write the requests of the comparison with the openers of all three to this file, as JSON lines.
    #[arg(long)]
    triples: Option<PathBuf>,
}

/// The parts of the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Held-back requests of every source.
    Openers,
    /// The same requests for a small chat model and a filler.
    Rivals,
    /// Questions with known answers.
    Gold,
    /// Rare and made-up words.
    Rare,
    /// What the confidence is worth.
    Confidence,
}

impl What {
    fn name(self) -> &'static str {
        ["openers", "rivals", "gold", "rare", "confidence"][self as usize]
    }

    fn title(self) -> &'static str {
        [
            "Openers on held-back requests",
            "Beside a small chat model and a filler",
            "Does the opener hurt the answer?",
            "Rare and made-up words",
            "What the confidence is worth",
        ][self as usize]
    }
}

fn main() -> ExitCode {
    let result = match Args::parse().command {
        Command::Opener(args) => opener(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Memory { model } => bench::memory(&model),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("segue-eval: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn opener(args: &OpenerArgs) -> anyhow::Result<()> {
    let training = args.model.join("training");
    let files = OpenerFiles::read(&args.model)?;
    if let (Some(asked), Some(drafts)) = (&args.asked, &args.drafts) {
        let calibration = Calibration::parse(&files.calibration).map_err(anyhow::Error::msg)?;
        return calibrate::drafts_for(&mut MicroLm::new(&files, Fallback::Neutral)?, &calibration, asked, drafts);
    }
    let all = data::read(&args.data, &training)?;
    let checkers = checkers(&files, &all)?;
    let held_back = data::part(&all, Part::Test);
    if args.calibrate {
        calibrate(args, &files, &checkers, &data::part(&all, Part::Dev))?;
    }
    if let Some(path) = &args.drafts {
        let mut model = MicroLm::new(&files, Fallback::Neutral)?;
        return calibrate::drafts(&mut model, &checkers, &data::part(&all, Part::Dev), path);
    }
    let files = OpenerFiles::read(&args.model)?;
    let calibration = Calibration::parse(&files.calibration).map_err(anyhow::Error::msg)?;
    let mut model = MicroLm::new(&files, Fallback::Neutral)?;
    let mut results = Map::new();
    for what in What::value_variants() {
        if !args.only.is_empty() && !args.only.contains(what) {
            continue;
        }
        let (value, table) = measure(*what, args, &mut model, &checkers, &held_back, &calibration)?;
        if args.write_card {
            card::write(&args.model.join("MODEL_CARD.md"), what.name(), what.title(), &table)?;
        }
        if !args.json {
            println!("## {}\n{table}", what.title());
        }
        results.insert(what.name().to_string(), value);
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&results)?);
    }
    Ok(())
}

fn measure(
    what: What,
    args: &OpenerArgs,
    model: &mut MicroLm,
    checkers: &Checkers,
    held_back: &[Request],
    calibration: &Calibration,
) -> anyhow::Result<(Value, String)> {
    let small = || Locations::from_env()?.path(Role::Local).context("run `cargo xtask models` first");
    Ok(match what {
        What::Openers => {
            let (openers, said) = openers::measure(model, checkers, held_back, args.requests)?;
            if let Some(path) = &args.sample {
                sample::write(path, checkers, &said)?;
            }
            (serde_json::to_value(&openers)?, openers.markdown())
        }
        What::Rivals => {
            let (rivals, triples) = rivals::measure(model, checkers, held_back, &small()?)?;
            if let Some(path) = &args.triples {
                let lines = triples.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
                fs::write(path, lines.join("\n") + "\n").with_context(|| format!("cannot write {}", path.display()))?;
            }
            (serde_json::to_value(&rivals)?, rivals.markdown())
        }
        What::Gold => {
            let gold = gold::measure(model, checkers, held_back, &small()?)?;
            (serde_json::to_value(&gold)?, gold.markdown())
        }
        What::Rare => {
            let rare = rare::measure(model, checkers, held_back)?;
            (serde_json::to_value(&rare)?, rare.markdown())
        }
        What::Confidence => {
            let reliability = calibrate::measure(model, checkers, held_back, calibration)?;
            (serde_json::to_value(&reliability)?, reliability.markdown())
        }
    })
}

/// Fits the confidence on the part that was kept back for it and writes it beside the weights.
fn calibrate(args: &OpenerArgs, files: &OpenerFiles, checkers: &Checkers, kept_back: &[Request]) -> anyhow::Result<()> {
    let mut model = MicroLm::new(files, Fallback::Neutral)?;
    let judged = args.judged.as_deref().map(calibrate::judgements).transpose()?.unwrap_or_else(HashMap::new);
    let calibration = calibrate::fit(&mut model, checkers, kept_back, &judged)?;
    let path = args.model.join("calibration.json");
    fs::write(&path, serde_json::to_string_pretty(&calibration)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}

fn checkers(files: &OpenerFiles, all: &[Request]) -> anyhow::Result<Checkers> {
    let lexicon = std::str::from_utf8(&files.lexicon).context("the lexicon is not text")?;
    let texts = all.iter().flat_map(check::sources);
    Ok(Checkers { lexicon: Lexicon::parse(lexicon), dangers: Dangers::new()?, names: Names::learn(texts) })
}
