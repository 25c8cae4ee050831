//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_core::endpoint::PauseSettings;

use crate::failure::EXIT_CODES;

/// A voice assistant that answers at once.
///
/// The first words of the answer come from a micro language model on this machine, the rest from a large model that
/// is asked to continue that very sentence.
#[derive(Debug, Parser)]
#[command(name = "segue", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say more on stderr (-v: what happens, -vv: every step). Never prints speech or keys.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer a spoken question: a WAV in, a WAV out.
    #[command(after_help = EXIT_CODES)]
    Turn(TurnArgs),
    /// Answer a written question on the terminal: the opener at once, then the continuation.
    #[command(after_help = EXIT_CODES)]
    Ask(AskArgs),
    /// Converse in writing, as you would in speech: openers, repairs, control words, interruptions.
    #[command(after_help = EXIT_CODES)]
    Chat(ChatArgs),
    /// Converse aloud: microphone to loudspeaker.
    #[command(after_help = EXIT_CODES)]
    Talk(TalkLiveArgs),
    /// The microphones and loudspeakers of this machine.
    Devices {
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Write openers: one request a line on stdin, one opener a line on stdout.
    Opener {
        /// One JSON object a line: text, words, confidence, source.
        #[arg(long)]
        json: bool,
    },
    /// Answer the questions in assets/, draw each turn to scale, write answer.wav.
    Demo(DemoArgs),
    /// Ask each cloud: does it answer, how is a begun sentence handed over to it, how soon does its first word come?
    #[command(after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// Serve a home: answers what is asked over MQTT, until it is told to end.
    ///
    /// Starts with no file and no sound card, and says what is open. SIGTERM and Ctrl-C end it cleanly.
    #[command(after_help = EXIT_CODES)]
    Run(RunArgs),
    /// The configuration of `segue run`.
    #[command(after_help = EXIT_CODES)]
    Config(ConfigArgs),
    /// The models on this machine.
    #[command(subcommand)]
    Models(ModelsCommand),
}

/// How a turn is made.
#[derive(Debug, Args)]
pub(crate) struct TalkArgs {
    /// Whether a turn begins with an opener.
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) opener: OpenerChoice,
    /// Silences that take the turn, in ms: behind a whole request, behind what may be one, and behind words that trail
    /// off ("and", "set a timer for"); the last is the deadline. They adapt to the speaker's own pauses. Default:
    /// 220,500,1200.
    #[arg(long, env = "SEGUE_SILENCES", value_name = "MS,MS,MS", value_parser = crate::silences::read)]
    pub(crate) silences: Option<PauseSettings>,
    #[command(flatten)]
    pub(crate) clouds: CloudArgs,
    /// End each turn on stdout with one compact JSON object that tells it.
    #[arg(long)]
    pub(crate) json: bool,
    /// What only a configuration file can say about the conversation.
    #[arg(skip)]
    pub(crate) settings: Settings,
}

/// Who continues the sentence.
#[derive(Debug, Args)]
pub(crate) struct CloudArgs {
    /// Who continues the sentence. Named several times, or with commas between: the next is asked when one fails.
    ///
    /// `none`: nobody. `local`: a small model in this process that stands in for a cloud and invents facts.
    /// URL: the base address of an OpenAI-compatible server, /v1 included; `openai` for OpenAI itself.
    /// `anthropic`: Anthropic's Messages; `anthropic+URL` for another server that speaks them.
    /// A model may follow after `#`: https://api.mistral.ai/v1#mistral-small-latest.
    #[arg(long, env = "SEGUE_CLOUD", default_value = "local", value_delimiter = ',', value_name = "CLOUD")]
    pub(crate) cloud: Vec<String>,
    /// The model of clouds that are named without one. Without it the server's first one is taken.
    #[arg(long, env = "SEGUE_CLOUD_MODEL")]
    pub(crate) model: Option<String>,
    /// Where a configuration file says that the first cloud's key lies; the environment stands above it.
    #[arg(skip)]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) clouds: CloudArgs,
    /// One JSON array in place of words.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TurnArgs {
    /// The spoken question: 8-48 kHz, 8 to 32 bits or float, any number of channels, at most 30 minutes.
    pub(crate) input: PathBuf,
    /// Write the answer here.
    #[arg(short, long, value_name = "OUT.wav")]
    pub(crate) output: Option<PathBuf>,
    /// Write the whole talk here: left what the user said, right what Segue played, on one clock.
    #[arg(long, value_name = "TALK.wav")]
    pub(crate) record: Option<PathBuf>,
    /// Feed the file at the speed of speech, through the path that a microphone uses, or at once.
    #[arg(long, value_enum, default_value = "fast")]
    pub(crate) pace: Pace,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TalkLiveArgs {
    /// The microphone, by a name that `segue devices` lists; else the default one.
    #[arg(long, value_name = "NAME")]
    pub(crate) microphone: Option<String>,
    /// The loudspeaker, likewise.
    #[arg(long, value_name = "NAME")]
    pub(crate) loudspeaker: Option<String>,
    /// Listen only from one press of the space bar to the next.
    #[arg(long)]
    pub(crate) push_to_talk: bool,
    /// How much of the first sound after a silence the loudspeaker swallows, in ms (Bluetooth and earbuds: 300 to 600).
    /// It is woken while you speak, and nothing is said before it is awake.
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=2000))]
    pub(crate) lead_in: u64,
    /// The microphone cannot hear the loudspeaker: stop at the first sound of somebody who speaks over the answer. Else
    /// their words are awaited, because the voice that is heard may be Segue's own.
    #[arg(long)]
    pub(crate) headset: bool,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    /// The question.
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ChatArgs {
    /// Write words as soon as they are known, not when they would be heard. Then nothing can be taken back: it was
    /// read already.
    #[arg(long, conflicts_with = "speak")]
    pub(crate) fast: bool,
    /// Speak the answers on the default loudspeaker, too.
    #[arg(long)]
    pub(crate) speak: bool,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Where the spoken questions lie.
    #[arg(long, default_value = "assets")]
    pub(crate) assets: PathBuf,
    /// Write all answers here, one after the other; with --repairs a folder, `repairs` by default.
    #[arg(short, long, default_value = "answer.wav", default_value_if("repairs", "true", "repairs"))]
    pub(crate) output: PathBuf,
    /// Ask what a cloud disagrees with: the questions in assets/repairs, a WAV and a two-channel recording for each.
    /// `cargo xtask demo --repairs` starts a cloud that does disagree.
    #[arg(long, conflicts_with = "timelines")]
    pub(crate) repairs: bool,
    /// Ask one question again and again, and draw the first turn and the one after the cloud's speed was learned.
    /// `cargo xtask demo --timelines` does so with clouds of four speeds.
    #[arg(long)]
    pub(crate) timelines: bool,
    /// Do not play the answers, even where there is a loudspeaker.
    #[arg(long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The configuration; without it everything has its default. Environment variables stand above it.
    #[arg(long, env = "SEGUE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ConfigArgs {
    /// Print a file with every key, what it is for, what it may be, and its default.
    #[arg(long)]
    pub(crate) example: bool,
    /// Say what is wrong in this file and in the environment; nothing is started.
    #[arg(long, value_name = "FILE")]
    pub(crate) check: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// What there is, what it is for, where it comes from, under which licence.
    List {
        /// One JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Fetch what is missing; safe to run again.
    Fetch,
    /// Hash every file again and compare.
    Verify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OpenerChoice {
    /// Segue decides.
    Auto,
    /// In every turn.
    Always,
    /// Never: wait for the cloud.
    Never,
}

impl From<OpenerChoice> for OpenerPolicy {
    fn from(choice: OpenerChoice) -> Self {
        match choice {
            OpenerChoice::Auto => Self::Auto,
            OpenerChoice::Always => Self::Always,
            OpenerChoice::Never => Self::Never,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pace {
    /// At the speed of speech.
    Realtime,
    /// As fast as this machine can.
    Fast,
}
