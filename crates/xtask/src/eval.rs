//! `cargo xtask eval opener`: how good the opener is. Builds the program that judges it, `segue-eval`, and runs it.

use std::process::Command;

use crate::commands::build_crate;
use crate::places;
use crate::step::{BENCH, Failure, USAGE, run};

/// `segue` is built beside it, so that both share their dependencies' features and nothing is compiled twice.
pub(crate) const BUILD: &[&str] = &["--package", "segue", "--package", "segue-eval"];

/// Judges what the first argument names; only the opener so far.
pub(crate) fn eval(arguments: &[String]) -> Result<(), Failure> {
    let rest = named(arguments)?;
    build_crate(BUILD)?;
    let mut eval = Command::new(places::release()?.join("segue-eval"));
    eval.arg("opener").args(rest);
    run(&mut eval, BENCH, "the evaluation failed; its own message stands above").map(drop)
}

fn named(arguments: &[String]) -> Result<&[String], Failure> {
    match arguments.split_first() {
        Some((what, rest)) if what == "opener" => Ok(rest),
        _ => Err(Failure::new(USAGE, "say what to judge: `cargo xtask eval opener`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_judged_is_named() {
        let all = ["opener", "--json"].map(String::from);
        assert_eq!(named(&all).unwrap(), ["--json"]);
        assert_eq!(named(&all[1..]).unwrap_err().code, USAGE);
        assert_eq!(named(&[]).unwrap_err().code, USAGE);
    }
}
