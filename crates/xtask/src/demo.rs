//! `cargo xtask demo`: builds, then the program's own demonstration. Two of them need a cloud that does what a script
//! says: the one of the crate `integration`, a program of its own beside `segue`.

use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::commands::{build_crate, build_segue, segue};
use crate::places;
use crate::step::{Failure, SEGUE, run};

type Result<T = ()> = std::result::Result<T, Failure>;

/// From the request to the first token, in ms.
const SPEEDS: [u32; 4] = [200, 600, 1500, 4000];
/// Where the drawings go, from the workspace's root.
const TIMELINES: &str = "crates/segue/TIMELINES.md";
const ENDED: &str = "the scripted cloud ended; its own message stands above";
const SAID: &str = "`segue demo` failed; its own message stands above";

/// What the clouds say.
const REPLY: &[&str] = &[
    " Ulaanbaatar.",
    " It",
    " lies",
    " on",
    " the",
    " river",
    " Tuul,",
    " and",
    " nearly",
    " half",
    " of",
    " all",
    " Mongolians",
    " live",
    " there.",
];
const PREFACE: &str = "\
# What is spoken when

The same spoken question (`assets/1-capital-of-mongolia.wav`, \"What is the capital of Mongolia?\") answered with clouds of
four speeds: a scripted one on loopback, the real ear, opener and voice. Each cloud is drawn twice: in the first turn, when
its speed is not known yet, and in the seventh, when the forecast has learned it. Times count from the user's last voiced
sample; `silence` is the wait that makes sure that the user has finished. `\u{2591}` is work, `\u{2588}` is sound.
The scripted cloud says the same words to every opener, so behind one of four words a verb is missing; a real one goes on
from the sentence that it is given.

Made by `cargo xtask demo --timelines`, on the machine of whoever ran it last; run it to see your own.

";

/// Builds, and shows what `arguments` ask for.
pub(crate) fn demo(arguments: &[String]) -> Result {
    build_segue()?;
    let asks = |option: &str| arguments.iter().any(|argument| argument == option);
    let names_a_cloud = arguments.iter().any(|argument| argument.starts_with("--cloud"));
    if asks("--help") || names_a_cloud || !(asks("--repairs") || asks("--timelines")) {
        return run(&mut segue_demo(arguments)?, SEGUE, SAID).map(drop);
    }
    build_crate(&["--package", "segue-integration", "--example", "scripted_cloud"])?;
    if asks("--repairs") {
        let mut cloud = Cloud::play(&places::workspace().join("integration/scenarios/demo/repairs.toml"))?;
        run(segue_demo(arguments)?.args(["--cloud", &cloud.base]), SEGUE, SAID)?;
        return cloud.check();
    }
    timelines(arguments)
}

fn segue_demo(arguments: &[String]) -> Result<Command> {
    let mut demo = Command::new(segue()?);
    demo.arg("demo").args(arguments);
    Ok(demo)
}

/// The same question to clouds of all speeds; the drawings become a page of the documentation.
fn timelines(arguments: &[String]) -> Result {
    let mut page = PREFACE.to_string();
    for ms in SPEEDS {
        eprintln!("==> a cloud whose first token takes {ms} ms");
        let scenario = std::env::temp_dir().join(format!("segue-speed-{}.toml", std::process::id()));
        let script = format!("owned_by = \"llamacpp\"\n[[reply]]\nfirst_ms = {ms}\nevery_ms = 25\nsay = {REPLY:?}\n");
        let written = fs::write(&scenario, script);
        written.map_err(|error| failed(&format!("{} cannot be written: {error}", scenario.display())))?;
        let cloud = Cloud::play(&scenario);
        let _ = fs::remove_file(&scenario);
        let mut cloud = cloud?;
        let output = segue_demo(arguments)?.args(["--cloud", &cloud.base]).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| failed(&format!("segue cannot be run: {error}")))?;
        if !output.status.success() {
            return Err(failed(SAID));
        }
        cloud.check()?;
        let drawings = String::from_utf8_lossy(&output.stdout);
        print!("{drawings}");
        page.push_str(&format!("## First token after {} s\n\n{drawings}", f64::from(ms) / 1000.0));
    }
    let path = places::workspace().join(TIMELINES);
    fs::write(&path, page.trim_end().to_string() + "\n")
        .map_err(|error| failed(&format!("{} cannot be written: {error}", path.display())))?;
    eprintln!("==> written to {TIMELINES}");
    Ok(())
}

fn failed(sentence: &str) -> Failure {
    Failure::new(SEGUE, sentence)
}

/// The scripted cloud, running until it is dropped.
struct Cloud {
    process: Child,
    /// Held open: who prints into a closed pipe ends.
    printed: BufReader<ChildStdout>,
    base: String,
}

impl Cloud {
    /// Plays a scenario and waits until the cloud says where it is.
    fn play(scenario: &Path) -> Result<Self> {
        let mut program = Command::new(places::release()?.join("examples/scripted_cloud"));
        let process = program.arg(scenario).stdout(Stdio::piped()).spawn();
        let mut process = process.map_err(|error| failed(&format!("the scripted cloud cannot be run: {error}")))?;
        let printed = process.stdout.take().ok_or_else(|| failed("the scripted cloud has no output"))?;
        let mut cloud = Self { process, printed: BufReader::new(printed), base: String::new() };
        let lines = cloud.printed.by_ref().lines();
        let base = lines.map_while(std::io::Result::ok).find_map(|line| base_in(&line));
        cloud.base = base.ok_or_else(|| failed(ENDED))?;
        Ok(cloud)
    }

    /// Whether it played to the end: what was drawn without it says nothing about its speed.
    fn check(&mut self) -> Result {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            _ => Err(failed(ENDED)),
        }
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address of OpenAI's dialect.
fn base_in(line: &str) -> Option<String> {
    let address = line.split_whitespace().next_back()?;
    (line.starts_with("OpenAI") && address.starts_with("http://")).then(|| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_that_ended_is_told_from_one_that_plays() {
        for (program, plays) in [("sleep 9", true), ("exit 1", false)] {
            let mut process = Command::new("sh").args(["-c", program]).stdout(Stdio::piped()).spawn().unwrap();
            let mut printed = BufReader::new(process.stdout.take().unwrap());
            if !plays {
                // Its end closes the pipe; then it is waited for.
                assert_eq!(printed.read_line(&mut String::new()).unwrap(), 0);
                process.wait().unwrap();
            }
            let mut cloud = Cloud { process, printed, base: String::new() };
            assert_eq!(cloud.check().is_ok(), plays, "{program}");
        }
    }

    #[test]
    fn the_cloud_says_where_it_is() {
        let said = "OpenAI's dialect     http://127.0.0.1:4321/v1";
        assert_eq!(base_in(said).as_deref(), Some("http://127.0.0.1:4321/v1"));
        assert_eq!(base_in("Anthropic's dialect  http://127.0.0.1:4321"), None);
    }
}
