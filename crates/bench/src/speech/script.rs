//! The requests as written: `domain: words`, with `~` and `^` where the speaker pauses.

use anyhow::{Result, bail};

use super::Dice;

/// What stands at a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// `~`: the words so far are no complete request.
    Incomplete,
    /// `^`: they could be one.
    Complete,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) domain: String,
    pub(crate) parts: Vec<Part>,
}

/// Words that are said in one go, and the pause behind them, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) words: Vec<String>,
    pub(crate) pause: Option<Pause>,
}

impl Request {
    /// All its words.
    pub(crate) fn words(&self) -> String {
        self.parts.iter().flat_map(|part| &part.words).cloned().collect::<Vec<_>>().join(" ")
    }

    /// Its parts as they are said: every second pause of the incomplete kind is announced by an "um", every fourth of
    /// the other kind is followed by one.
    pub(crate) fn spoken(&self, dice: &mut Dice) -> Vec<Part> {
        let mut parts = self.parts.clone();
        for index in 0..parts.len() {
            match parts[index].pause {
                Some(Pause::Incomplete) if dice.between(1, 2) == 1 => parts[index].words.push("um".into()),
                Some(Pause::Complete) if dice.between(1, 4) == 1 => parts[index + 1].words.insert(0, "um".into()),
                _ => {}
            }
        }
        parts
    }
}

/// Reads the file; says which line is wrong.
pub(crate) fn read(text: &str) -> Result<Vec<Request>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(index, line)| read_line(line).map_err(|error| error.context(format!("line {}", index + 1)))).collect()
}

fn read_line(line: &str) -> Result<Request> {
    let Some((domain, words)) = line.split_once(": ") else { bail!("no domain") };
    let mut parts = vec![Part { words: Vec::new(), pause: None }];
    for word in words.split_whitespace() {
        let pause = match word {
            "~" => Pause::Incomplete,
            "^" => Pause::Complete,
            _ => {
                parts.last_mut().into_iter().for_each(|part| part.words.push(word.into()));
                continue;
            }
        };
        parts.last_mut().into_iter().for_each(|part| part.pause = Some(pause));
        parts.push(Part { words: Vec::new(), pause: None });
    }
    if parts.iter().any(|part| part.words.is_empty()) {
        bail!("a pause without words on both sides");
    }
    Ok(Request { domain: domain.trim().into(), parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_requests_can_be_read_and_half_of_them_hesitate() {
        let requests = read(super::super::REQUESTS).unwrap();
        assert_eq!(requests.len(), 200);
        assert_eq!(requests.iter().filter(|request| request.parts.len() > 1).count(), 100);
        let pauses: Vec<_> = requests.iter().flat_map(|request| &request.parts).filter_map(|part| part.pause).collect();
        assert!(pauses.iter().filter(|pause| **pause == Pause::Incomplete).count() >= 50);
        assert!(pauses.iter().filter(|pause| **pause == Pause::Complete).count() >= 30);
    }

    #[test]
    fn a_line_is_its_parts() {
        let request = read_line("timer: set a timer for ~ one hour ^ and five minutes").unwrap();
        assert_eq!(request.words(), "set a timer for one hour and five minutes");
        let pauses: Vec<_> = request.parts.iter().map(|part| part.pause).collect();
        assert_eq!(pauses, [Some(Pause::Incomplete), Some(Pause::Complete), None]);
        assert!(read_line("set a timer").is_err());
        assert!(read_line("timer: ~ ten minutes").is_err());
        assert!(read_line("timer: ten minutes ^").is_err());
    }

    #[test]
    fn hesitations_change_what_is_said_and_not_what_is_asked() {
        let request = read_line("timer: set a timer for ~ ten minutes").unwrap();
        let spoken: Vec<_> = (0..20).map(|seed| request.spoken(&mut Dice::new(seed))[0].words.join(" ")).collect();
        assert!(spoken.iter().any(|words| words == "set a timer for um"));
        assert!(spoken.iter().any(|words| words == "set a timer for"));
        assert_eq!(request.words(), "set a timer for ten minutes");
    }
}
