//! `cargo xtask bench NAME`: the measurements, a row each. A bench is a program of the workspace; this builds it with
//! what it needs and runs it. What it measures, and how, is told by the program's own `--help`.

use std::process::Command;

use crate::commands::{build_crate, build_segue, build_with_segue};
use crate::places;
use crate::step::{BENCH, Failure, USAGE, run};

/// One measurement.
struct Bench {
    /// As on the command line.
    name: &'static str,
    /// What it measures, one line.
    about: &'static str,
    /// What `cargo build --release` builds for it.
    build: &'static [&'static str],
    /// The program, from the folder of release builds: `NAME`, or `examples/NAME`.
    program: &'static str,
    /// What the program gets before the user's own arguments.
    arguments: &'static [&'static str],
    /// Whether `segue` itself, with all its models, must be there.
    needs_segue: bool,
}

/// Built together, because cargo would build shared dependencies once more for each other choice of packages.
const TURNS: &[&str] = &[
    "--package",
    "segue",
    "--package",
    "segue-eval",
    "--package",
    "segue-bench",
    "--bins",
    "--example",
    "cascade",
    "--example",
    "one_voice",
    "--example",
    "echo",
];

const BENCHES: &[Bench] = &[
    Bench {
        name: "opener",
        about: "the opener's time and memory, beside candle's f32 Llama, the paper's way and the memory's bandwidth",
        build: crate::eval::BUILD,
        program: "segue-eval",
        arguments: &["bench"],
        needs_segue: false,
    },
    Bench {
        name: "turn",
        about: "whole spoken turns at the pace of speech, and the usual cascade beside them: gaps, cut-offs, seams, CPU",
        build: TURNS,
        program: "segue-bench",
        arguments: &["turn"],
        needs_segue: true,
    },
    Bench {
        name: "joints",
        about: "speaks sentences as one clip, as opener and continuation in one voice, and as two clips alone; for `seams`",
        build: TURNS,
        program: "examples/one_voice",
        arguments: &[],
        needs_segue: true,
    },
    Bench {
        name: "echo",
        about: "Segue's own answers in the microphone: how often are they taken for somebody who interrupts?",
        build: TURNS,
        program: "examples/echo",
        arguments: &[],
        needs_segue: true,
    },
    Bench {
        name: "seams",
        about: "gap, pitch, loudness and sample step of what `bench joints` spoke",
        build: &["--package", "segue-bench"],
        program: "segue-bench",
        arguments: &["seams"],
        needs_segue: false,
    },
    Bench {
        name: "live",
        about: "`segue talk` on PulseAudio's null devices: is the answer heard from its first word on?",
        build: &["--package", "segue-bench"],
        program: "segue-bench",
        arguments: &["live"],
        needs_segue: true,
    },
    Bench {
        name: "hear",
        about: "whisper with its cut window and with the full one: both texts of recordings, one JSON object a line",
        build: &["--package", "segue-engines", "--features", "whisper", "--example", "audio_context"],
        program: "examples/audio_context",
        arguments: &[],
        needs_segue: true,
    },
    Bench {
        name: "errors",
        about: "word errors and loops of what `bench hear` printed",
        build: &["--package", "segue-bench"],
        program: "segue-bench",
        arguments: &["words"],
        needs_segue: false,
    },
    Bench {
        name: "pauses",
        about: "what is heard at each pause of recordings, one JSON object a line",
        build: &["--package", "segue-engines", "--features", "whisper", "--example", "pauses"],
        program: "examples/pauses",
        arguments: &[],
        needs_segue: true,
    },
    Bench {
        name: "curve",
        about: "response gap against cut-offs for many silences, from what `bench pauses` printed",
        build: &["--package", "segue-bench"],
        program: "segue-bench",
        arguments: &["curve"],
        needs_segue: false,
    },
    Bench {
        name: "voice",
        about: "first sound of an opener of eight words: the split voice against the whole graph",
        build: &["--workspace", "--example", "first_sound"],
        program: "examples/first_sound",
        arguments: &[],
        needs_segue: true,
    },
    Bench {
        name: "words",
        about: "the voice's word times, written to a folder for examples/word_times/align.py of crates/engines",
        build: &["--workspace", "--example", "word_times"],
        program: "examples/word_times",
        arguments: &[],
        needs_segue: true,
    },
    Bench {
        name: "meter",
        about: "gaps, cut-offs and seams of two-channel recordings (`segue turn --record`)",
        build: &["--package", "segue-bench"],
        program: "segue-bench",
        arguments: &["meter"],
        needs_segue: false,
    },
    Bench {
        name: "speech",
        about: "makes the test speech: 200 requests by voices of Debian, with the truth about their pauses",
        build: &["--package", "segue-bench"],
        program: "segue-bench",
        arguments: &["speech"],
        needs_segue: false,
    },
];

/// Builds the bench that the first argument names and runs it with the others; lists all when there is none.
pub(crate) fn bench(arguments: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", list());
        return Ok(());
    };
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        let sentence = format!("`{name}` is no bench; `cargo xtask bench` lists them");
        return Err(Failure::new(USAGE, sentence));
    };
    match bench.needs_segue {
        true if bench.build.contains(&"segue") => build_with_segue(bench.build)?,
        true => {
            build_segue()?;
            build_crate(bench.build)?;
        }
        false => build_crate(bench.build)?,
    }
    let mut program = Command::new(places::release()?.join(bench.program));
    program.args(bench.arguments).args(rest);
    run(&mut program, BENCH, "the bench failed; its own message stands above").map(drop)
}

fn list() -> String {
    let rows = BENCHES.iter().map(|bench| format!("  {:8} {}\n", bench.name, bench.about));
    format!("Usage: cargo xtask bench NAME [ARGUMENTS]\n\n{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_bench_once() {
        let list = list();
        for bench in BENCHES {
            assert_eq!(list.matches(&format!("  {} ", bench.name)).count(), 1, "{list}");
        }
    }

    #[test]
    fn an_unknown_bench_is_a_mistake_of_usage() {
        assert_eq!(bench(&["no-such-bench".to_string()]).unwrap_err().code, USAGE);
    }
}
