//! `segue-bench`: measures whole turns from their recordings.

mod meter;
mod pitch;
mod sound;
mod speech;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "segue-bench", about = "Measures whole turns from their recordings")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure two-channel recordings of one turn each (`segue turn --record`): left the user, right Segue. One JSON
    /// object a line.
    Meter {
        /// The recordings.
        recordings: Vec<PathBuf>,
        /// When the seam is, in ms from the user's last voiced sample (`marks_ms.opener_end`); it is looked for there.
        #[arg(long)]
        seam: Option<f64>,
    },
    /// Make the test speech: 200 requests by synthetic voices, half of them with hesitations, and `truth.json`.
    Speech {
        /// Where the clips go.
        #[arg(long)]
        out: PathBuf,
        /// Another number makes other pauses.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Meter { recordings, seam } => recordings.iter().try_for_each(|path| measure(path, seam)),
        Command::Speech { out, seed } => speech::make(&out, seed),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("segue-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(path: &Path, seam: Option<f64>) -> Result<()> {
    let channels = sound::read(path)?;
    ensure!(channels.len() == 2, "{} has not two channels", path.display());
    let (user, segue) = (&channels[0], &channels[1]);
    let spoke = user.first_audible(0).zip(user.last_audible(usize::MAX));
    let (from, to) = spoke.with_context(|| format!("nobody speaks in {}", path.display()))?;
    let measured = meter::turn(segue, user.time(from)..user.time(to), segue.seconds(), seam);
    println!("{}", serde_json::json!({ "recording": path, "turn": measured }));
    Ok(())
}
