//! What `segue talk` shows: the words as they are heard, the opener, the rest, and the gap of each turn.

use std::io::IsTerminal;

use segue_core::moment::ClipId;
use segue_core::report::Report;
use segue_runtime::session::Notice;

use crate::terminal;

/// Clears the line of a terminal that something unfinished stands on.
const AGAIN: &str = "\r\u{1b}[2K";

pub(super) struct Screen {
    json: bool,
    /// Whether words that may change can be shown and taken away.
    live: bool,
    /// The opener was written word by word.
    opened: bool,
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        Self { json, live: std::io::stdout().is_terminal() && !json, opened: false }
    }

    /// What the program says about itself.
    pub(super) fn tell(&self, text: &str) {
        terminal::note(text);
    }

    /// Shows what happened.
    pub(super) fn note(&mut self, notice: &Notice) {
        if let (true, Notice::Finished(_, report)) = (self.json, notice) {
            let _ = terminal::json(report);
        }
        if !self.json {
            terminal::say(&self.shown(notice));
        }
    }

    fn shown(&mut self, notice: &Notice) -> String {
        match notice {
            Notice::SoFar(_, words) if self.live => format!("{AGAIN}\u{2026}      {words}"),
            Notice::SoFar(..) => String::new(),
            Notice::Transcribed(_, words) if words.is_empty() => self.fresh().to_string(),
            Notice::Transcribed(_, words) => {
                self.opened = false;
                format!("{}you    {words}\nsegue ", self.fresh())
            }
            // On trial they are not said yet, and may never be.
            Notice::OpenerWord(..) | Notice::Verdict(..) | Notice::Heard(..) => String::new(),
            Notice::Clause(_, ClipId(0), text) => {
                self.opened = true;
                format!(" {text}")
            }
            Notice::Clause(_, ClipId(1), text) if self.opened => format!(" \u{2502} {text}"),
            Notice::Clause(_, _, text) => format!(" {text}"),
            Notice::Finished(_, report) => gap(report),
            Notice::Listening(_) | Notice::Began(..) | Notice::Opened(..) | Notice::Sounding(_) | Notice::Cloud(_) => {
                String::new()
            }
        }
    }

    fn fresh(&self) -> &'static str {
        if self.live { AGAIN } else { "" }
    }
}

/// The gaps of a turn, when something was said.
fn gap(report: &Report) -> String {
    let Some(response) = report.response_gap_ms.filter(|_| !report.spoken.is_empty()) else { return String::new() };
    let seam = report.seam_gap_ms.map_or(String::new(), |seam| format!(", seam gap {seam:.0} ms"));
    format!("\n       response gap {response:.0} ms{seam}\n")
}
