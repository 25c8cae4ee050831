//! `segue opener`: one request a line in, one opener a line out, in order; the model is loaded once.

use std::io::{BufRead, Read};

use segue_core::report::OpenerReport;
use segue_runtime::port::{Opener, OpenerAsk, Stop};

use crate::failure::Failure;
use crate::{crew, terminal};

/// Longest request in bytes: more is not a request, and the rest of its line is skipped.
const LONGEST: u64 = 16 * 1024;

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    let mut opener = crew::load_opener()?;
    let settings = segue_core::dialogue::Settings::default();
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(Failure::input)?;
        if read == 0 {
            return Ok(());
        }
        if read as u64 == LONGEST && !line.ends_with(b"\n") {
            input.skip_until(b'\n').map_err(Failure::input)?;
        }
        let ask = OpenerAsk {
            request: String::from_utf8_lossy(&line).trim().to_string(),
            min_words: settings.min_words,
            max_words: settings.max_words,
            ..OpenerAsk::default()
        };
        let opening = if ask.request.is_empty() {
            Default::default()
        } else {
            opener.open(&ask, &Stop::default(), &mut |_| {}).map_err(Failure::other)?
        };
        if json {
            let line = serde_json::to_string(&OpenerReport::from(&opening)).map_err(Failure::other)?;
            terminal::say(&format!("{line}\n"));
        } else {
            terminal::say(&format!("{}\n", opening.text));
        }
    }
}
