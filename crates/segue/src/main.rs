//! `segue`: the command. A table of contents; each row is a module of `command`.

mod args;
mod command;
mod crew;
mod failure;
mod loudspeaker;
mod memory;
mod microphone;
mod silences;
mod speaker;
mod state;
mod terminal;
mod timeline;
mod writing;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    terminal::log(cli.verbose);
    let done = match cli.command {
        Command::Turn(args) => command::turn::run(&args),
        Command::Ask(args) => command::ask::run(&args),
        Command::Chat(args) => command::chat::run(&args),
        Command::Talk(args) => command::talk::run(&args),
        Command::Devices { json } => command::devices::run(json),
        Command::Opener { json } => command::opener::run(json),
        Command::Demo(args) => command::demo::run(&args),
        Command::Check(args) => command::check::run(&args),
        Command::Run(args) => command::run::run(&args),
        Command::Config(args) => command::config::run(&args),
        Command::Models(what) => command::models::run(&what),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("segue: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}
