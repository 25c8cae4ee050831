//! What comes from the one who types: lines, Ctrl-C, the end. Lines are bounded; what is not UTF-8 is replaced.

use std::io::{BufRead, IsTerminal, Read};
use std::thread;

use tokio::sync::mpsc;

use crate::failure::Failure;

/// Longest line in bytes: more is not a request, and the rest of it is skipped.
const LONGEST: u64 = 16 * 1024;
/// Lines that may wait.
const WAITING: usize = 16;

/// Something from the one who types.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line.
    Typed(String),
    /// Ctrl-C.
    Interrupt,
    /// Nothing more comes.
    End,
}

/// Lines as they are typed.
pub(super) struct Lines {
    typed: mpsc::Receiver<String>,
    interrupts: mpsc::Receiver<()>,
    /// Somebody sits there and sees what they type.
    person: bool,
}

impl Lines {
    /// Reads stdin on a thread of its own.
    pub(super) fn of_stdin() -> Result<Self, Failure> {
        let (sender, typed) = mpsc::channel(WAITING);
        let read = move || {
            let _ = read_lines(std::io::stdin().lock(), |line| sender.blocking_send(line).is_ok());
        };
        thread::Builder::new().name("segue-stdin".into()).spawn(read).map_err(Failure::other)?;
        let (sender, interrupts) = mpsc::channel(1);
        tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).await.is_ok() {} });
        Ok(Self { typed, interrupts, person: std::io::stdin().is_terminal() && std::io::stdout().is_terminal() })
    }

    /// Whether a person sees what they type, and may type while Segue speaks. A script's next line waits.
    pub(super) fn of_a_person(&self) -> bool {
        self.person
    }

    /// What comes next.
    pub(super) async fn next(&mut self) -> Line {
        tokio::select! {
            Some(()) = self.interrupts.recv() => Line::Interrupt,
            line = self.typed.recv() => line.map_or(Line::End, Line::Typed),
        }
    }

    /// What comes while Segue speaks.
    pub(super) async fn interruption(&mut self) -> Line {
        if self.person {
            return self.next().await;
        }
        match self.interrupts.recv().await {
            Some(()) => Line::Interrupt,
            None => std::future::pending().await,
        }
    }
}

/// Gives each line to `take` until it wants no more.
fn read_lines(mut input: impl BufRead, mut take: impl FnMut(String) -> bool) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if read as u64 == LONGEST && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
        }
        if read == 0 || !take(String::from_utf8_lossy(&line).trim().to_string()) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_never_break_the_reader() {
        let long = "x".repeat(3 * LONGEST as usize);
        let input = format!("  hello \n{long}\n\nlast").into_bytes();
        let bytes = [&input[..], b"\xff\n"].concat();
        let mut lines = Vec::new();
        read_lines(&bytes[..], |line| {
            lines.push(line);
            true
        })
        .expect("read");
        assert_eq!(lines.len(), 4);
        assert_eq!((lines[0].as_str(), lines[1].len(), lines[2].as_str()), ("hello", LONGEST as usize, ""));
        assert_eq!(lines[3], "last\u{fffd}");
    }
}
