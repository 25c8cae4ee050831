//! The OpenAI continuator against the scripted cloud: what is asked, what comes back, and how each fault ends.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use segue_engines::cloud::ask::HandOver;
use segue_engines::cloud::secret::Secret;
use segue_engines::cloud::{OpenAi, OpenAiConfig, Timing};
use segue_integration::cloud::{Fault, Reply, Script, ScriptedCloud};
use segue_runtime::port::{CloudError, Continuator, Continue};
use tokio::sync::mpsc;

fn ask() -> Continue {
    let request = "What is the capital of Australia?".into();
    Continue { request, opener: "The capital of Australia is".into(), history: Vec::new() }
}

/// Limits that keep tests short.
fn config(base: &str) -> OpenAiConfig {
    let ms = Duration::from_millis;
    let timing = Timing { connect: ms(500), first_byte: ms(600), stall: ms(300), whole: ms(2_000) };
    OpenAiConfig { timing, ..OpenAiConfig::at(base) }
}

async fn go_on(provider: &OpenAi) -> (String, Result<(), CloudError>) {
    let (deltas, mut pieces) = mpsc::channel::<String>(4);
    let listen = async {
        let mut text = String::new();
        while let Some(piece) = pieces.recv().await {
            text += &piece;
        }
        text
    };
    let (outcome, text) = tokio::join!(provider.go_on(ask(), deltas), listen);
    (text, outcome)
}

/// Plays one reply and compares what comes of it.
async fn check(reply: Reply, text: &str, outcome: Result<(), CloudError>) {
    let shown = format!("{reply:?}");
    let cloud = ScriptedCloud::start(Script::of([reply])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    assert_eq!(go_on(&provider).await, (text.to_owned(), outcome), "{shown}");
}

fn broken(why: &str) -> Result<(), CloudError> {
    Err(CloudError::Broken(why.into()))
}

#[tokio::test]
async fn a_reply_streams_and_the_request_says_what_was_heard() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says([" Can", "berra", "."])])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    assert_eq!(go_on(&provider).await, (" Canberra.".into(), Ok(())));
    assert!(provider.name().ends_with(" scripted"), "{}", provider.name());
    let chats = cloud.chats();
    assert_eq!(chats.len(), 1);
    assert_eq!(chats[0].body["model"], "scripted");
    assert_eq!(chats[0].body["stream"], true);
    let messages = chats[0].messages();
    assert_eq!(messages.len(), 2);
    assert!(messages[1].1.contains("\"The capital of Australia is\""), "{messages:?}");
}

#[tokio::test]
async fn text_arrives_while_the_reply_is_still_on_its_way() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says([" Canberra,", " a city."]).every(200)])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    provider.warm_up().await;
    let (deltas, mut pieces) = mpsc::channel::<String>(4);
    let started = Instant::now();
    let listen = async {
        let first = pieces.recv().await.map(|piece| (piece, started.elapsed()));
        while pieces.recv().await.is_some() {}
        (first, started.elapsed())
    };
    let (outcome, (first, all)) = tokio::join!(provider.go_on(ask(), deltas), listen);
    assert_eq!(outcome, Ok(()));
    let (piece, at) = first.unwrap();
    assert_eq!(piece, " Canberra,");
    assert!(all >= at + Duration::from_millis(150), "{at:?} {all:?}");
}

#[tokio::test]
async fn prefill_reaches_the_server() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says(["{opener} Canberra."])])).unwrap();
    let provider = OpenAi::new(OpenAiConfig { hand_over: HandOver::PrefixTrue, ..config(&cloud.base()) }).unwrap();
    assert_eq!(go_on(&provider).await.0, "The capital of Australia is Canberra.");
    assert_eq!(cloud.chats()[0].body["messages"][2]["prefix"], true);
}

#[tokio::test]
async fn one_connection_serves_the_warm_up_and_all_turns() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says(["Yes."])])).unwrap();
    let provider = OpenAi::new(OpenAiConfig { model: Some("m".into()), ..config(&cloud.base()) }).unwrap();
    provider.warm_up().await;
    provider.warm_up().await;
    assert_eq!(cloud.asked().len(), 1, "the second warm-up has nothing to do");
    assert_eq!(cloud.asked()[0].method, "HEAD");
    for _ in 0..3 {
        assert_eq!(go_on(&provider).await.1, Ok(()));
        // The end of the stream is read beside the turn.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(cloud.connections(), 1);
}

#[tokio::test]
async fn bytes_may_be_torn_anywhere() {
    for shred in [1, 2, 3, 7] {
        let reply = Reply { shred: Some(shred), ..Reply::says([" Größe", " 😀", " ok."]) };
        check(reply, " Größe 😀 ok.", Ok(())).await;
    }
}

#[tokio::test]
async fn reasoning_is_not_spoken() {
    check(Reply::says([" Canberra."]).after_reasoning(&["hm", "let me see"]), " Canberra.", Ok(())).await;
    check(Reply::says(["<think>hm</thi", "nk>\n", "Canberra."]), "Canberra.", Ok(())).await;
}

#[tokio::test]
async fn other_shapes_of_a_good_reply() {
    check(Reply::says([" Canberra."]).then(Fault::Whole), " Canberra.", Ok(())).await;
    check(Reply::says([" Canberra."]).then(Fault::NoDone), " Canberra.", Ok(())).await;
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    check(Reply::refuses(401), "", Err(CloudError::Unauthorized)).await;
    check(Reply::refuses(404), "", Err(CloudError::NotFound)).await;
    check(Reply::refuses(400), "", Err(CloudError::Status(400))).await;
    check(Reply::refuses(500), "", Err(CloudError::Status(500))).await;
    check(Reply::refuses(302), "", Err(CloudError::Status(302))).await;
    let wait = Fault::Status { code: 429, retry_after: Some("7".into()) };
    check(Reply::default().then(wait), "", Err(CloudError::RateLimited(Some(Duration::from_secs(7))))).await;
    check(Reply::default().then(Fault::Html), "", broken("the reply is no event stream")).await;
}

#[tokio::test]
async fn each_broken_stream_gives_its_text_and_then_an_error() {
    let canb = || Reply::says([" Canb"]);
    check(canb().then(Fault::Cut), " Canb", broken("the connection was cut")).await;
    check(canb().then(Fault::NoFinish), " Canb", broken("the stream ended in the middle")).await;
    check(canb().then(Fault::Malformed), " Canb", broken("an event is not JSON")).await;
    check(canb().then(Fault::ErrorEvent), " Canb", broken("the server reported server_error")).await;
    check(canb().then(Fault::Length), " Canb", broken("the server's limit cut the reply")).await;
    check(canb().then(Fault::LongLine), " Canb", broken("a line of the event stream is longer than 65536 bytes")).await;
}

#[tokio::test]
async fn a_reply_without_words_is_empty() {
    check(Reply::default(), "", Err(CloudError::Empty)).await;
    check(Reply::default().then(Fault::ToolCalls), "", Err(CloudError::Empty)).await;
    check(Reply::default().after_reasoning(&["hm"]), "", Err(CloudError::Empty)).await;
}

#[tokio::test]
async fn an_endless_reply_ends() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says([" on and on"]).then(Fault::Endless)])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    let (text, outcome) = go_on(&provider).await;
    assert_eq!(outcome, broken("the reply does not end"));
    assert!(text.len() <= 16 * 1024);
}

#[tokio::test]
async fn silence_is_a_stall() {
    check(Reply { head_ms: 5_000, ..Reply::says(["late"]) }, "", Err(CloudError::Stalled)).await;
    check(Reply::says(["late"]).first_after(5_000), "", Err(CloudError::Stalled)).await;
    check(Reply::says([" Canb"]).then(Fault::Stall), " Canb", Err(CloudError::Stalled)).await;
    check(Reply::default().then(Fault::Ping), "", Err(CloudError::Stalled)).await;
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let gone = ScriptedCloud::start(Script::default()).unwrap().base();
    for base in [gone.as_str(), "http://no-such-host.invalid/v1"] {
        let provider = OpenAi::new(OpenAiConfig { model: Some("m".into()), ..config(base) }).unwrap();
        let outcome = go_on(&provider).await.1;
        assert!(matches!(outcome, Err(CloudError::Unreachable(_))), "{base}: {outcome:?}");
    }
}

#[tokio::test]
async fn tls_to_a_server_without_it_is_unreachable() {
    let cloud = ScriptedCloud::start(Script::default()).unwrap();
    let base = cloud.base().replace("http:", "https:");
    let provider = OpenAi::new(OpenAiConfig { model: Some("m".into()), ..config(&base) }).unwrap();
    let outcome = go_on(&provider).await.1;
    assert!(matches!(outcome, Err(CloudError::Unreachable(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_connection_that_closes_is_tried_once_more() {
    let closes = Reply::default().then(Fault::Close);
    let cloud = ScriptedCloud::start(Script::of([closes.clone(), Reply::says(["Yes."])])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    assert_eq!(go_on(&provider).await, ("Yes.".into(), Ok(())));
    cloud.play(Script::of([closes]));
    assert_eq!(go_on(&provider).await, (String::new(), broken("the connection was cut")));
    assert_eq!(cloud.chats().len(), 4);
}

#[tokio::test]
async fn keys_are_sent_and_wrong_ones_refused() {
    let script = Script { key: Some("sk-right".into()), ..Script::of([Reply::says(["Yes."])]) };
    let cloud = ScriptedCloud::start(script).unwrap();
    let with = |key: &str| OpenAi::new(OpenAiConfig { key: Secret::new(key), ..config(&cloud.base()) }).unwrap();
    assert_eq!(go_on(&with("sk-right")).await.1, Ok(()));
    assert_eq!(go_on(&with("sk-wrong")).await.1, Err(CloudError::Unauthorized));
    assert_eq!(go_on(&with("")).await.1, Err(CloudError::Unauthorized));
}

#[tokio::test]
async fn a_listener_who_leaves_ends_the_work() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says(["one "]).then(Fault::Stall)])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    let (deltas, mut pieces) = mpsc::channel::<String>(4);
    let leave = async {
        assert_eq!(pieces.recv().await.as_deref(), Some("one "));
        drop(pieces);
        Instant::now()
    };
    let (outcome, left) = tokio::join!(provider.go_on(ask(), deltas), leave);
    assert_eq!(outcome, Ok(()));
    assert!(left.elapsed() < Duration::from_millis(200));
    let waited = Instant::now();
    while cloud.hung_up() == 0 && waited.elapsed() < Duration::from_secs(2) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(cloud.hung_up(), 1, "the server sees the connection go");
}

#[tokio::test]
async fn what_was_heard_before_is_sent_along() {
    let cloud = ScriptedCloud::start(Script::of([Reply::says(["Yes."])])).unwrap();
    let provider = OpenAi::new(config(&cloud.base())).unwrap();
    let heard = segue_core::talk::Exchange { request: "Hello".into(), heard: "Hi.".into() };
    let (deltas, _listener) = mpsc::channel::<String>(4);
    provider.go_on(Continue { history: vec![heard], ..ask() }, deltas).await.unwrap();
    let messages = cloud.chats()[0].messages();
    assert_eq!(messages[1], ("user".into(), "Hello".into()));
    assert_eq!(messages[2], ("assistant".into(), "Hi.".into()));
}
