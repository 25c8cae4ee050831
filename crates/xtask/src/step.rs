//! One step of a command: what it is called, how long it took, how it fails.

use std::process::Command;
use std::time::Instant;

/// A system package or tool is missing.
pub(crate) const MISSING: u8 = 2;
/// Something does not build.
pub(crate) const BUILD: u8 = 3;
/// The models could not be fetched.
pub(crate) const MODELS: u8 = 4;
/// A check or a test failed.
pub(crate) const CHECK: u8 = 5;
/// `segue` itself failed.
pub(crate) const SEGUE: u8 = 6;
/// A bench failed.
pub(crate) const BENCH: u8 = 7;
/// The command is not known.
pub(crate) const USAGE: u8 = 64;

/// How a command ends when it does not succeed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code; `cargo xtask help` lists them.
    pub(crate) code: u8,
    /// What is wrong and what to do, in one sentence.
    pub(crate) sentence: String,
}

impl Failure {
    pub(crate) fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into() }
    }
}

/// What a step did, as a short phrase: "nothing to do", "copied".
pub(crate) type Outcome = Result<String, Failure>;

/// Says what is being done, does it, and says how it went and how long it took.
pub(crate) fn step(what: &str, act: impl FnOnce() -> Outcome) -> Result<(), Failure> {
    eprintln!("==> {what}");
    let since = Instant::now();
    let outcome = act()?;
    eprintln!("    {outcome} ({:.1} s)", since.elapsed().as_secs_f32());
    Ok(())
}

/// Runs a program in sight of the user. Fails with `code` and `sentence` when it does.
pub(crate) fn run(command: &mut Command, code: u8, sentence: &str) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok("done".to_string()),
        Ok(_) => Err(Failure::new(code, sentence)),
        Err(error) => {
            let program = command.get_program().to_string_lossy().into_owned();
            Err(Failure::new(code, format!("{program} cannot be run: {error}")))
        }
    }
}

/// Whether a program runs and succeeds; what it says is not shown.
pub(crate) fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}
