//! `segue config`: an example with every key, and what is wrong with a file.

use std::path::Path;

use segue_config::{Config, LARGEST_FILE};

use crate::args::ConfigArgs;
use crate::failure::Failure;
use crate::terminal;

pub(crate) fn run(args: &ConfigArgs) -> Result<(), Failure> {
    if args.example {
        terminal::say(&segue_config::example());
    }
    if let Some(file) = &args.check {
        read(Some(file))?;
        terminal::say(&format!("{} can be used\n", file.display()));
    }
    Ok(())
}

/// The configuration of this file and the environment. All problems are told at once.
pub(crate) fn read(file: Option<&Path>) -> Result<Config, Failure> {
    let name = file.map(|file| file.display().to_string()).unwrap_or_default();
    let text = match file {
        Some(file) => text(file).map_err(|error| Failure::usage(format!("{name} cannot be read: {error}")))?,
        None => String::new(),
    };
    Config::read(&name, &text, &|name| std::env::var(name).ok()).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::usage(format!("the configuration cannot be used:\n  {}", lines.join("\n  ")))
    })
}

/// One byte more than is allowed is enough to see that a file is too large.
fn text(file: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(file)?.take(LARGEST_FILE as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}
