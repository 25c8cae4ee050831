//! The paper's way, as its demonstration does it: PyTorch, no cache, the whole sequence again for each token. A child
//! process that answers one line with one line; left out when Python has no torch.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::Context;

pub(super) struct Paper {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Paper {
    /// Starts the script; `None`, and a sentence on stderr, when it does not say that it is ready.
    pub(super) fn start(python: &str, model: &Path) -> Option<Self> {
        let mut command = Command::new(python);
        command.args(["-c", include_str!("paper.py")]).arg(model).stdin(Stdio::piped()).stdout(Stdio::piped());
        let started = command.spawn().ok().and_then(|mut child| {
            let (input, output) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
            let mut this = Self { child, input, output };
            (this.line().ok()?.trim() == "ready").then_some(this)
        });
        if started.is_none() {
            eprintln!("segue-eval: {python} has no torch and safetensors, the paper's way is left out");
        }
        started
    }

    /// Times of all tokens and of the first.
    pub(super) fn time(&mut self, prompt: &[u32], ids: &[u32]) -> anyhow::Result<(Duration, Duration)> {
        writeln!(self.input, "{}", serde_json::to_string(&(prompt, ids))?)?;
        let line = self.line()?;
        let (whole, first): (f64, f64) = serde_json::from_str(&line).context("the script does not answer")?;
        Ok((Duration::from_secs_f64(whole), Duration::from_secs_f64(first)))
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
