//! A storm: turn after turn against a cloud whose every reply is drawn by lot, good, bad, late or broken, and a judge
//! for each. From a seed, so that what was found can be found again.

use std::sync::Arc;
use std::time::Duration;

use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_runtime::port::Continuator;

use crate::cloud::{Fault, Piece, Reply, Script, ScriptedCloud};
use crate::stage::{Stage, Turn, faults};

/// What users ask, what openers were written, and two endings that a cloud may give: the rest, and a repair's sentence.
const TALK: &[(&str, &str, &str, &str)] = &[
    (
        "What's the capital of Mongolia?",
        "The capital of Mongolia is",
        "Ulaanbaatar, on a cold river.",
        "Mongolia has one big city.",
    ),
    (
        "How do I descale my kettle?",
        "To descale your kettle, start by",
        "filling it with vinegar. Then rinse it twice.",
        "Kettles need no descaling there.",
    ),
    (
        "When does the museum open?",
        "The museum opens at",
        "nine, and closes late on Fridays.",
        "Museums are closed today.",
    ),
    ("Is bleach dangerous?", "When it comes to bleach,", "never mix it with anything.", "Bleach needs great care."),
    ("I feel sad today", "I'm sorry to hear that.", "Maybe take a long walk, and call somebody.", "Tell me more."),
    ("How long do eggs boil?", "Eggs are usually boiled for", "seven minutes when large.", "Egg sizes differ a lot."),
];

/// How the storm blows.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Turns.
    pub turns: usize,
    /// Where the lots begin.
    pub seed: u64,
    /// How many clouds there are, in order.
    pub clouds: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Turns that the user let end.
    pub whole: usize,
    /// Turns that the user interrupted.
    pub interrupted: usize,
    /// What was wrong, with the turn's number and script.
    pub faults: Vec<String>,
    /// Resident memory in KiB, each time as many turns were over.
    pub memory: Vec<(usize, u64)>,
    /// Longest silence while a reply was owed, in ms.
    pub silence_ms: f64,
    /// Turns by verdict and by what ended them, for a look at whether everything was met.
    pub seen: std::collections::BTreeMap<String, usize>,
}

/// Plays a storm. `cloud` makes a client for a server's base address. Call it on a paused clock.
///
/// # Errors
/// When no port can be had.
pub async fn storm(weather: Weather, cloud: impl Fn(&str) -> Arc<dyn Continuator>) -> std::io::Result<Log> {
    let mut lots = fastrand::Rng::with_seed(weather.seed);
    let mut servers = Vec::new();
    for _ in 0..weather.clouds {
        servers.push(ScriptedCloud::on_this_clock(Script::default())?);
    }
    let clouds = servers.iter().map(|server| cloud(&server.base())).collect();
    let settings = Settings { opener: OpenerPolicy::Always, ..Settings::default() };
    let mut stage = Stage::set(settings, clouds, None);
    let mut log = Log::default();
    for number in 1..=weather.turns {
        let (request, opener, rest, other) = TALK[lots.usize(..TALK.len())];
        let opener = if lots.u8(..10) == 0 { "" } else { opener };
        let mut scripts = Vec::new();
        for server in &servers {
            let replies: Vec<Reply> = (0..2).map(|_| reply(&mut lots, rest, other)).collect();
            scripts.push(replies.clone());
            server.play(Script::of(replies));
            server.forget();
        }
        let turn = if lots.u8(..6) == 0 {
            let after = Duration::from_millis(lots.u64(520..6000));
            stage.ask_and_interrupt(request, opener, after).await
        } else {
            stage.ask(request, opener).await
        };
        judge(&turn, number, &scripts, &mut log);
        tokio::time::sleep(Duration::from_millis(lots.u64(..4000))).await;
        if number % 100 == 0 {
            log.memory.push((number, resident_kib()));
        }
    }
    stage.leave().await;
    Ok(log)
}

fn judge(turn: &Turn, number: usize, scripts: &[Vec<Reply>], log: &mut Log) {
    if turn.interrupted_ms.is_some() {
        log.interrupted += 1;
    } else {
        log.whole += 1;
    }
    let mut end = turn.asked_ms;
    for word in &turn.heard {
        log.silence_ms = log.silence_ms.max(word.from_ms - end);
        end = word.to_ms;
    }
    *log.seen.entry(format!("verdict {:?}", turn.report.verdict)).or_default() += 1;
    for (mark, name) in
        [("sorry, I", "closed"), ("Sorry, ", "closed"), ("cloud had no words", "useless"), ("settings", "refused")]
    {
        if turn.report.spoken.contains(mark) {
            *log.seen.entry(name.into()).or_default() += 1;
        }
    }
    for fault in faults(turn) {
        log.faults.push(format!("turn {number}: {fault}\n  {:?}\n  {scripts:?}", turn.lines()));
    }
}

/// Draws a reply.
fn reply(lots: &mut fastrand::Rng, rest: &str, other: &str) -> Reply {
    let text = match lots.u8(..16) {
        0 => format!("{{opener}} {rest}"),
        1 => format!("Sure! {{opener}} {rest}"),
        2 => format!("**{{opener}}** {rest}"),
        3 => format!("[steer] {rest}"),
        4 => format!("[bridge] well, not quite: {other}"),
        5 => format!("[restart] Sorry, let me start over. {other}"),
        6 => format!("<think>{other} Hm.</think>{rest}"),
        7 => String::new(),
        8 => {
            "[bridge] Sorry, I was wrong there, I said that too soon and I am sorry for that mistake. ".to_owned()
                + other
        }
        9 => "I'm sorry, but I can't help with that.".to_owned(),
        _ => rest.to_owned(),
    };
    let fault = match lots.u8(..32) {
        0 => Some(Fault::Status {
            code: *lots.choice(&[400, 401, 403, 404, 500, 502, 503]).unwrap_or(&500),
            retry_after: None,
        }),
        1 => Some(Fault::Status { code: 429, retry_after: lots.choice(["0", "1", "60", "soon"]).map(str::to_owned) }),
        2 => Some(Fault::Close),
        3 => Some(Fault::Html),
        4 => Some(Fault::Whole),
        5 => Some(Fault::Cut),
        6 => Some(Fault::Stall),
        7 => Some(Fault::Malformed),
        8 => Some(Fault::ErrorEvent),
        9 => Some(Fault::ToolCalls),
        10 => Some(Fault::Length),
        11 => Some(Fault::NoDone),
        12 => Some(Fault::NoFinish),
        13 if lots.u8(..4) == 0 => Some(Fault::Endless),
        14 => Some(Fault::LongLine),
        15 => Some(Fault::Ping),
        16 => Some(Fault::Refusal),
        17 => Some(Fault::EndlessThought),
        _ => None,
    };
    let pieces = if lots.bool() {
        text.split_inclusive(' ').map(|piece| Piece::Text(piece.to_owned())).collect()
    } else {
        let characters: Vec<char> = text.chars().collect();
        characters.chunks(lots.usize(1..9)).map(|piece| Piece::Text(piece.iter().collect())).collect()
    };
    Reply {
        head_ms: if lots.u8(..8) == 0 { lots.u64(..9000) } else { 0 },
        first_ms: *lots.choice(&[0, 20, 200, 600, 1500, 4000]).unwrap_or(&0),
        every_ms: *lots.choice(&[0, 0, 5, 40, 300]).unwrap_or(&0),
        reasoning: if lots.u8(..6) == 0 { vec!["hm".into(); lots.usize(1..20)] } else { Vec::new() },
        say: pieces,
        shred: (lots.u8(..5) == 0).then(|| lots.usize(1..40)),
        fault,
        ..Reply::default()
    }
}

/// Memory of this process that lies in RAM, in KiB; 0 where that is not known.
#[must_use]
pub fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
