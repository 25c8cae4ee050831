//! The commands, each a list of steps. A step that is done already takes no time.

use std::path::PathBuf;
use std::process::Command;

use crate::step::{BUILD, CHECK, Failure, MODELS, Outcome, SEGUE, USAGE, run, step};
use crate::{espeak, loopback, packages, places};

type Result = std::result::Result<(), Failure>;

/// Up to a program that runs from any folder.
pub(crate) fn build(arguments: &[String]) -> Result {
    no_more("build", arguments)?;
    build_segue()
}

/// `segue` with all that it needs to run.
pub(crate) fn build_segue() -> Result {
    step("System packages", packages::ensure)?;
    step("Building target/release/segue", || cargo_build(&["--package", "segue"]))?;
    data_and_models()
}

/// As [`build_segue`], with other programs built in the same go.
pub(crate) fn build_with_segue(what: &[&str]) -> Result {
    step("System packages", packages::ensure)?;
    build_crate(what)?;
    data_and_models()
}

/// Another program of the workspace.
pub(crate) fn build_crate(what: &[&str]) -> Result {
    step(&format!("cargo build --release {}", what.join(" ")), || cargo_build(what))
}

/// The program, then its `models` command.
pub(crate) fn models(arguments: &[String]) -> Result {
    step("System packages", packages::ensure)?;
    step("Building target/release/segue", || cargo_build(&["--package", "segue"]))?;
    if arguments.is_empty() {
        return step("Models", fetch);
    }
    let mut models = Command::new(segue()?);
    models.arg("models").args(arguments);
    run(&mut models, SEGUE, "`segue models` failed; its own message stands above").map(drop)
}

/// All that CI runs. One profile and one set of features throughout, so that each dependency is
/// built once for running and once for clippy, which needs no code.
pub(crate) fn test(arguments: &[String]) -> Result {
    no_more("test", arguments)?;
    step("System packages", packages::ensure)?;
    step("Cargo's tools", packages::ensure_cargo_tools)?;
    step("cargo fmt", || {
        let sentence = "the source is not formatted: run `cargo fmt --all`";
        run(places::cargo().args(["fmt", "--all", "--check"]), CHECK, sentence)
    })?;
    step("Building everything", || cargo_build(&["--workspace", "--all-targets"]))?;
    step("cargo clippy", || {
        let mut clippy = places::cargo();
        clippy.args(["clippy", "--release", "--workspace", "--all-targets", "--"]);
        run(clippy.args(["-D", "warnings"]), CHECK, "clippy found something; see above")
    })?;
    data_and_models()?;
    step("Loopback", loopback::ensure)?;
    let mut broker = false;
    step("Mosquitto", || {
        let (there, told) = packages::ensure_broker();
        broker = there;
        Ok(told)
    })?;
    step("cargo test", || {
        let mut test = places::cargo();
        if !broker {
            test.env("SEGUE_NO_BROKER", "1");
        }
        test.args(["test", "--release", "--workspace"]);
        run(&mut test, CHECK, "a test failed; see above")
    })
}

fn data_and_models() -> Result {
    step("Data of espeak", || espeak::copy_data(&places::release()?, &places::cache(|name| std::env::var_os(name))?))?;
    step("Models", fetch)
}

fn fetch() -> Outcome {
    let mut fetch = Command::new(segue()?);
    run(fetch.args(["models", "fetch"]), MODELS, "the models could not be fetched; see above")
}

/// Builds. When that fails over a build of espeak that broke off earlier, cleans it and tries again.
fn cargo_build(what: &[&str]) -> Outcome {
    let build = || run(places::cargo().args(["build", "--release"]).args(what), BUILD, "cargo build failed");
    build().or_else(|failure| {
        if !espeak::is_half_built(&places::release()?) {
            return Err(failure);
        }
        eprintln!("    a build of espeak broke off; cleaning it and trying again");
        let mut clean = places::cargo();
        clean.args(["clean", "--release", "--package", espeak::CRATE]);
        run(&mut clean, BUILD, "cargo could not clean the broken build of espeak")?;
        build()
    })
}

/// The program.
pub(crate) fn segue() -> std::result::Result<PathBuf, Failure> {
    Ok(places::release()?.join("segue"))
}

fn no_more(command: &str, arguments: &[String]) -> Result {
    match arguments {
        [] => Ok(()),
        [first, ..] => {
            let sentence = format!("`cargo xtask {command}` takes no `{first}`; see `cargo xtask help`");
            Err(Failure::new(USAGE, sentence))
        }
    }
}
