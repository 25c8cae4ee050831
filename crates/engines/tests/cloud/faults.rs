//! Everything that a cloud can do wrong has a defined end, in both dialects.

use std::time::{Duration, SystemTime};

use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_integration::cloud::{Fault, Reply, Script};
use segue_runtime::port::{CloudError, Continuator};

use crate::support::{BOTH, base, broken, check, config, go_on, plays, provider};

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    check(Reply::refuses(401), "", Err(CloudError::Unauthorized)).await;
    check(Reply::refuses(403), "", Err(CloudError::Unauthorized)).await;
    check(Reply::refuses(404), "", Err(CloudError::NotFound)).await;
    check(Reply::refuses(400), "", Err(CloudError::Status(400))).await;
    check(Reply::refuses(500), "", Err(CloudError::Status(500))).await;
    check(Reply::refuses(529), "", Err(CloudError::Status(529))).await;
    check(Reply::refuses(302), "", Err(CloudError::Status(302))).await;
    check(Reply::default().then(Fault::Html), "", broken("the reply is no event stream")).await;
}

#[tokio::test]
async fn a_wait_is_named_in_seconds_or_by_a_date() {
    let waits = |header: &str| Reply::default().then(Fault::Status { code: 429, retry_after: Some(header.into()) });
    let rate_limited = |wait| Err(CloudError::RateLimited(wait));
    check(waits("7"), "", rate_limited(Some(Duration::from_secs(7)))).await;
    check(waits("soon"), "", rate_limited(None)).await;
    for dialect in BOTH {
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        let cloud = plays(Script::of([waits(&date)]));
        let outcome = go_on(&provider(&cloud, dialect)).await.1;
        let Err(CloudError::RateLimited(Some(wait))) = outcome else { panic!("{outcome:?}") };
        assert!((60..=90).contains(&wait.as_secs()), "{wait:?}");
    }
}

#[tokio::test]
async fn each_broken_stream_gives_its_text_and_then_an_error() {
    let canb = || Reply::says([" Canb"]);
    check(canb().then(Fault::Cut), " Canb", broken("the connection was cut")).await;
    check(canb().then(Fault::NoFinish), " Canb", broken("the stream ended in the middle")).await;
    check(canb().then(Fault::Malformed), " Canb", broken("an event is not JSON")).await;
    check(canb().then(Fault::Length), " Canb", broken("the server's limit cut the reply")).await;
    check(canb().then(Fault::LongLine), " Canb", broken("a line of the event stream is longer than 65536 bytes")).await;
}

#[tokio::test]
async fn an_error_in_the_stream_has_the_meaning_of_its_status() {
    for (dialect, meaning) in [
        (Dialect::OpenAi, broken("the server reported server_error")),
        (Dialect::Anthropic, Err(CloudError::Status(529))),
    ] {
        let cloud = plays(Script::of([Reply::says([" Canb"]).then(Fault::ErrorEvent)]));
        assert_eq!(go_on(&provider(&cloud, dialect)).await, (" Canb".into(), meaning));
    }
}

#[tokio::test]
async fn a_reply_without_words_is_empty() {
    check(Reply::default(), "", Err(CloudError::Empty)).await;
    check(Reply::default().then(Fault::ToolCalls), "", Err(CloudError::Empty)).await;
    check(Reply::default().after_reasoning(&["hm"]), "", Err(CloudError::Empty)).await;
    check(Reply::says([" ", "\n", "…"]), " \n…", Err(CloudError::Empty)).await;
    check(Reply::says(["<think>hm"]), "", Err(CloudError::Empty)).await;
}

#[tokio::test]
async fn tools_are_skipped_where_there_is_text_too() {
    check(Reply::says([" Canberra."]).then(Fault::ToolCalls), " Canberra.", Ok(())).await;
}

#[tokio::test]
async fn a_provider_that_declines_is_heard_or_counts_as_empty() {
    let declines = || Reply::default().then(Fault::Refusal);
    for (dialect, text, outcome) in [
        (Dialect::OpenAi, "[restart] I can't help with that.", Ok(())),
        (Dialect::Anthropic, "", Err(CloudError::Empty)),
    ] {
        let cloud = plays(Script::of([declines()]));
        assert_eq!(go_on(&provider(&cloud, dialect)).await, (text.into(), outcome), "{dialect:?}");
    }
    let cloud = plays(Script::of([Reply::says([" first,"]).then(Fault::Refusal)]));
    let withheld = (" first,".into(), broken("the server withheld the rest"));
    assert_eq!(go_on(&provider(&cloud, Dialect::Anthropic)).await, withheld);
}

#[tokio::test]
async fn an_endless_reply_ends() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says([" on and on"]).then(Fault::Endless)]));
        let (text, outcome) = go_on(&provider(&cloud, dialect)).await;
        assert_eq!(outcome, broken("the reply does not end"));
        assert!(text.len() <= 16 * 1024);
    }
}

#[tokio::test]
async fn endless_reasoning_ends_after_four_megabytes() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::default().then(Fault::EndlessThought)]));
        assert_eq!(go_on(&provider(&cloud, dialect)).await, (String::new(), broken("the stream does not end")));
    }
}

#[tokio::test]
async fn megabytes_in_one_piece_are_not_taken() {
    let reply = Reply::says(["a".repeat(3_000_000)]);
    check(reply.clone(), "", broken("a line of the event stream is longer than 65536 bytes")).await;
    check(reply.then(Fault::Whole), "", broken("the reply is too long")).await;
}

#[tokio::test]
async fn silence_is_a_stall() {
    check(Reply { head_ms: 5_000, ..Reply::says(["late"]) }, "", Err(CloudError::Stalled)).await;
    check(Reply::says(["late"]).first_after(5_000), "", Err(CloudError::Stalled)).await;
    check(Reply::says([" Canb"]).then(Fault::Stall), " Canb", Err(CloudError::Stalled)).await;
}

#[tokio::test]
async fn signs_of_life_without_a_word_end_too() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::default().then(Fault::Ping)]));
        assert_eq!(go_on(&provider(&cloud, dialect)).await, (String::new(), Err(CloudError::Stalled)));
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let gone = plays(Script::default()).base();
    for base in [gone.as_str(), "http://no-such-host.invalid/v1"] {
        for dialect in BOTH {
            let provider = Provider::new(ProviderConfig { model: Some("m".into()), ..config(dialect, base) }).unwrap();
            let outcome = go_on(&provider).await.1;
            assert!(matches!(outcome, Err(CloudError::Unreachable(_))), "{base}: {outcome:?}");
            assert!(!provider.probe().await);
        }
    }
}

#[tokio::test]
async fn a_connection_that_closes_is_tried_once_more() {
    for dialect in BOTH {
        let closes = Reply::default().then(Fault::Close);
        let cloud = plays(Script::of([closes.clone(), Reply::says(["Yes."])]));
        let provider = provider(&cloud, dialect);
        assert_eq!(go_on(&provider).await, ("Yes.".into(), Ok(())));
        cloud.play(Script::of([closes]));
        assert_eq!(go_on(&provider).await, (String::new(), broken("the connection was cut")));
        assert_eq!(cloud.chats().len(), 4);
    }
}

#[tokio::test]
async fn a_probe_tells_whether_the_server_is_back() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says(["Yes."])]));
        let provider = provider(&cloud, dialect);
        assert!(provider.probe().await);
        cloud.play(Script { key: Some("sk-other".into()), ..Script::default() });
        assert!(!provider.probe().await, "it still does not let us in");
        let elsewhere = config(dialect, &format!("{}/nowhere", base(&cloud, dialect)));
        cloud.play(Script::default());
        assert!(Provider::new(elsewhere).unwrap().probe().await, "a server without a list of models answers too");
    }
}
