//! What these tests share: short limits, one request, and what came of it.

use std::time::Duration;

use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::{Provider, ProviderConfig, Timing};
use segue_integration::cloud::{Reply, Script, ScriptedCloud};
use segue_runtime::port::{CloudError, Continuator, Continue};
use tokio::sync::mpsc;

pub(crate) const BOTH: [Dialect; 2] = [Dialect::OpenAi, Dialect::Anthropic];

pub(crate) fn ask() -> Continue {
    let request = "What is the capital of Australia?".into();
    Continue { request, opener: "The capital of Australia is".into(), ..Continue::default() }
}

/// Limits that keep tests short.
pub(crate) fn config(dialect: Dialect, base: &str) -> ProviderConfig {
    let ms = Duration::from_millis;
    let timing = Timing { connect: ms(500), first_byte: ms(600), stall: ms(300), whole: ms(4_000), fresh: ms(60_000) };
    ProviderConfig { timing, ..ProviderConfig::at(dialect, base) }
}

pub(crate) fn base(cloud: &ScriptedCloud, dialect: Dialect) -> String {
    match dialect {
        Dialect::OpenAi => cloud.base(),
        Dialect::Anthropic => cloud.anthropic_base(),
    }
}

pub(crate) fn provider(cloud: &ScriptedCloud, dialect: Dialect) -> Provider {
    Provider::new(config(dialect, &base(cloud, dialect))).unwrap()
}

pub(crate) fn plays(script: Script) -> ScriptedCloud {
    ScriptedCloud::start(script).unwrap()
}

/// Asks for a continuation; gives its text and its end.
pub(crate) async fn go_on(provider: &Provider) -> (String, Result<(), CloudError>) {
    asked(provider, ask()).await
}

pub(crate) async fn asked(provider: &Provider, ask: Continue) -> (String, Result<(), CloudError>) {
    let (deltas, mut pieces) = mpsc::channel::<String>(4);
    let listen = async {
        let mut text = String::new();
        while let Some(piece) = pieces.recv().await {
            text += &piece;
        }
        text
    };
    let (outcome, text) = tokio::join!(provider.go_on(ask, deltas), listen);
    (text, outcome)
}

/// Plays one reply in both dialects and compares what comes of it.
pub(crate) async fn check(reply: Reply, text: &str, outcome: Result<(), CloudError>) {
    for dialect in BOTH {
        let cloud = plays(Script::of([reply.clone()]));
        assert_eq!(
            go_on(&provider(&cloud, dialect)).await,
            (text.to_owned(), outcome.clone()),
            "{dialect:?} {reply:?}"
        );
    }
}

pub(crate) fn broken(why: &str) -> Result<(), CloudError> {
    Err(CloudError::Broken(why.into()))
}
