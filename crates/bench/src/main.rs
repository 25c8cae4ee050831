//! `segue-bench`: measures whole turns from their recordings.

mod curve;
mod layout;
mod live;
mod meter;
mod pitch;
mod process;
mod seams;
mod sound;
mod speech;
mod statistics;
mod turns;
mod waterfall;
mod whole;
mod words;

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
    /// Have `segue turn` answer recordings at the pace of speech and measure what it played: clean, in noise, and beside
    /// them the usual cascade.
    Turn(whole::Whole),
    /// Have `segue talk` converse on PulseAudio's null devices, and listen to its loudspeaker.
    Live {
        /// The folder of requests.
        #[arg(long, default_value = "assets")]
        clips: PathBuf,
        /// Take only so many of them.
        #[arg(long)]
        first: Option<usize>,
        /// The sound server puts devices to sleep that nobody uses.
        #[arg(long)]
        suspend: bool,
        /// How long to wait before the first request, in seconds; what waiting costs is measured.
        #[arg(long, default_value_t = 10)]
        idle: u64,
        /// Where recordings and JSON go.
        #[arg(long, default_value = "target/bench-live")]
        out: PathBuf,
        /// The program; else `segue` beside this one.
        #[arg(long)]
        program: Option<PathBuf>,
    },
    /// Measure the joints that `one_voice` (an example of the command's crate) has spoken into a folder.
    Seams {
        /// The folder.
        folder: PathBuf,
    },
    /// Count the word errors of whisper's windows, from what `audio_context` of segue-engines printed.
    Words {
        /// The output of `audio_context`.
        #[arg(long)]
        heard: PathBuf,
        /// `truth.json` of the test speech, `labels.json` of the recordings.
        truth: Vec<PathBuf>,
    },
    /// Gap against cut-offs, for many silences: what endpointing would have done at the pauses that `pauses` of
    /// segue-engines has told.
    Curve {
        /// The output of `pauses`.
        #[arg(long)]
        pauses: PathBuf,
        /// From the noticed pause until the first sound could be played, in ms.
        #[arg(long, default_value_t = 150.0)]
        work: f64,
        /// `truth.json` of the test speech, or `truth.csv` of mixtures (name, first and last voiced sample at 16 kHz).
        truth: PathBuf,
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
        Command::Turn(whole) => whole::run(&whole),
        Command::Live { clips, first, suspend, idle, out, program } => live(&clips, first, suspend, idle, out, program),
        Command::Seams { folder } => seams::measure(&folder),
        Command::Words { heard, truth } => words::count(&truth, &heard),
        Command::Curve { pauses, work, truth } => curve::draw(&pauses, &truth, work),
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

/// The program named, or `segue` beside this one.
fn segue(program: Option<PathBuf>) -> Result<PathBuf> {
    let beside = || anyhow::Ok(std::env::current_exe()?.with_file_name("segue"));
    program.map_or_else(beside, Ok)
}

fn live(
    clips: &Path,
    first: Option<usize>,
    suspend: bool,
    idle: u64,
    out: PathBuf,
    program: Option<PathBuf>,
) -> Result<()> {
    let mut clips = turns::clips(clips)?;
    clips.truncate(first.unwrap_or(usize::MAX));
    let idle = std::time::Duration::from_secs(idle);
    let run = live::run(&live::Plan { program: segue(program)?, clips, out, suspend, idle })?;
    print!("{}", live::told(&run));
    let whole = run.answers.iter().all(|answer| answer.first_word_whole);
    ensure!(whole, "an answer was not heard, or not from its first word on");
    Ok(())
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
