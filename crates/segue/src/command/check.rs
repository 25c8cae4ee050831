//! `segue check`: asks each cloud whether it answers, how soon its first word comes, and how a begun sentence is handed
//! over to it; keeps what it found out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use segue_engines::cloud::hand_over::{HandOver, Seen};
use segue_models::Locations;
use segue_runtime::port::{CloudError, Continuator, Continue};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::args::CheckArgs;
use crate::crew::{self, Cloud};
use crate::failure::Failure;
use crate::{state, terminal};

/// How often the first word is waited for.
const TIMES: usize = 3;

/// What is asked; the shortest answer will do.
const REQUEST: &str = "Say hello.";

/// What was seen of one cloud.
#[derive(Debug, Serialize)]
struct Checked {
    /// Server and model.
    cloud: String,
    /// Whether every request was answered.
    answers: bool,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    /// How a begun sentence is handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    hand_over: Option<HandOver>,
    /// What it did with a prefill just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    /// The provider's row in the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_as: Option<&'static str>,
    /// From the request, over an open connection, to the first text, in ms.
    first_token_ms: Vec<u64>,
    /// Their median.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_ms: Option<u64>,
}

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let locations = Locations::from_env().map_err(Failure::models)?;
    let findings = Arc::new(state::findings());
    let clouds = crew::choose(&args.clouds, &locations, &findings)?;
    if clouds.is_empty() && !args.json {
        terminal::say("no cloud is named: every turn ends after its opener\n");
    }
    let mut all = Vec::new();
    let runtime = crew::runtime()?;
    for cloud in &clouds {
        let checked = runtime.block_on(check(cloud));
        if !args.json {
            terminal::say(&told(&checked));
        }
        all.push(checked);
    }
    state::keep_findings(&findings);
    if args.json {
        terminal::say(&format!("{}\n", serde_json::to_string(&all).map_err(Failure::other)?));
    }
    match all.iter().filter(|checked| !checked.answers).count() {
        0 => Ok(()),
        1 if all.len() == 1 => Err(Failure::cloud("the cloud does not answer as it should")),
        bad => Err(Failure::cloud(format!("{bad} of {} clouds do not answer as they should", all.len()))),
    }
}

async fn check(cloud: &Cloud) -> Checked {
    let port = cloud.port();
    let (mut times, mut trouble) = (Vec::new(), None);
    for _ in 0..TIMES {
        port.warm_up().await;
        match first_token(port.as_ref()).await {
            Ok(time) => times.push(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            Err(error) => {
                trouble = Some(error);
                break;
            }
        }
    }
    let mut learned = None;
    if let (Cloud::Provider(provider), None) = (cloud, &trouble) {
        match provider.learn_now().await {
            Ok(found) => learned = Some(found),
            Err(error) => trouble = Some(error),
        }
    }
    let local = matches!(cloud, Cloud::Local(_)).then_some(HandOver::TrailingAssistant);
    Checked {
        cloud: port.name().to_owned(),
        answers: trouble.is_none(),
        trouble: trouble.map(|error| words(&error)),
        hand_over: learned.map(|found| found.hand_over).or(local),
        seen: learned.and_then(|found| found.seen),
        known_as: learned.and_then(|found| found.who),
        median_ms: median(&times),
        first_token_ms: times,
    }
}

/// From the request to the first text of the answer; the rest is not waited for.
async fn first_token(cloud: &dyn Continuator) -> Result<Duration, CloudError> {
    let (deltas, mut pieces) = mpsc::channel::<String>(16);
    let asked = Instant::now();
    let listen = async {
        let mut first = None;
        while let Some(piece) = pieces.recv().await {
            if piece.contains(char::is_alphanumeric) {
                first = Some(asked.elapsed());
                break;
            }
        }
        drop(pieces);
        first
    };
    let ask = Continue { request: REQUEST.into(), ..Continue::default() };
    let (outcome, first) = tokio::join!(cloud.go_on(ask, deltas), listen);
    first.ok_or_else(|| outcome.err().unwrap_or(CloudError::Empty))
}

fn median(times: &[u64]) -> Option<u64> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

/// What is wrong, and what can be done about it.
fn words(error: &CloudError) -> String {
    let advice = match error {
        CloudError::Unreachable(_) => "is the address right, and does the server run?",
        CloudError::Unauthorized => "is the key in SEGUE_CLOUD_KEY right?",
        CloudError::NotFound => "is the model's name right, and does the address end as the provider says (/v1)?",
        CloudError::RateLimited(_) => "try again later, or look at your plan with the provider",
        CloudError::Status(400 | 422) => "is the model's name right? The server did not understand the request",
        CloudError::Status(status) if *status >= 500 => "the server has trouble of its own: try again later",
        CloudError::Stalled => "is the model still being loaded, or too large for its machine?",
        CloudError::Empty => "does this model answer in words? One that only reasons or calls tools cannot be spoken",
        CloudError::Status(_) | CloudError::Broken(_) => "is this the base address of a chat endpoint?",
    };
    format!("{error}; {advice}")
}

/// For people.
fn told(checked: &Checked) -> String {
    let mut told = format!("{}\n", checked.cloud);
    match &checked.trouble {
        None => told += "  answers      yes\n",
        Some(trouble) => told += &format!("  answers      no: {trouble}\n"),
    }
    if let Some(way) = checked.hand_over {
        told += &format!("  hand-over    {}", way.words());
        match (checked.seen, checked.known_as) {
            (Some(seen), _) => told += &format!(": it {}", seen.words()),
            (None, Some(who)) => told += &format!(": known of {who}"),
            (None, None) => {}
        }
        told.push('\n');
    }
    if let Some(median) = checked.median_ms {
        let times: Vec<String> = checked.first_token_ms.iter().map(u64::to_string).collect();
        told += &format!("  first token  {median} ms (median of {})\n", times.join(", "));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(&[300, 100, 200]), Some(200));
        assert_eq!(median(&[5]), Some(5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn each_trouble_comes_with_advice() {
        for error in [
            CloudError::Unreachable("refused".into()),
            CloudError::Unauthorized,
            CloudError::NotFound,
            CloudError::RateLimited(None),
            CloudError::Status(400),
            CloudError::Status(503),
            CloudError::Status(302),
            CloudError::Stalled,
            CloudError::Broken("x".into()),
            CloudError::Empty,
        ] {
            let words = words(&error);
            assert!(words.starts_with(&error.to_string()) && words.contains("; "), "{words}");
        }
    }
}
