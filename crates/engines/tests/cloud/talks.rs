//! The good cases: what is asked, how text arrives, and which connection serves.

use std::time::{Duration, Instant};

use segue_core::talk::Exchange;
use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_integration::cloud::{Fault, Reply, Script};
use segue_runtime::port::{Continuator, Continue};
use tokio::sync::mpsc;

use crate::support::{BOTH, ask, asked, base, check, config, go_on, plays, provider};

#[tokio::test]
async fn a_reply_streams_and_the_request_says_what_was_heard() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says([" Can", "berra", "."])]));
        let provider = provider(&cloud, dialect);
        assert_eq!(go_on(&provider).await, (" Canberra.".into(), Ok(())));
        assert!(provider.name().ends_with(" scripted"), "{}", provider.name());
        let chats = cloud.chats();
        assert_eq!(chats.len(), 1);
        assert_eq!(chats[0].body["model"], "scripted");
        assert_eq!(chats[0].body["stream"], true);
        assert_eq!(chats[0].hand_over(), "instruction", "nothing is known about this server");
        let messages = chats[0].messages();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert_eq!(messages[0].0, "system");
        assert_eq!(chats[0].opener(), "The capital of Australia is");
        let version = (dialect == Dialect::Anthropic).then_some("2023-06-01");
        assert_eq!(chats[0].version.as_deref(), version);
    }
}

#[tokio::test]
async fn text_arrives_while_the_reply_is_still_on_its_way() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says([" Canberra,", " a city."]).every(200)]));
        let provider = provider(&cloud, dialect);
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
}

#[tokio::test]
async fn one_connection_serves_the_warm_up_and_all_turns() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says(["Yes."])]));
        let config =
            ProviderConfig { model: Some("claude-opus-4-6".into()), ..config(dialect, &base(&cloud, dialect)) };
        let provider = Provider::new(config).unwrap();
        provider.warm_up().await;
        assert_eq!(cloud.connections(), 1, "the connection is there before the request");
        let asked = cloud.asked().len();
        provider.warm_up().await;
        assert_eq!(cloud.asked().len(), asked, "the second warm-up has nothing to do");
        assert!(cloud.chats().is_empty());
        for _ in 0..3 {
            assert_eq!(go_on(&provider).await.1, Ok(()));
            // The end of the stream is read beside the turn.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(cloud.connections(), 1, "{dialect:?}");
    }
}

#[tokio::test]
async fn a_warm_up_asks_for_the_list_of_models_once_and_for_a_head_later() {
    let cloud = plays(Script { owned_by: "llamacpp".into(), ..Script::of([Reply::says(["Yes."])]) });
    let mut config = config(Dialect::OpenAi, &cloud.base());
    config.model = Some("scripted".into());
    config.timing.fresh = Duration::ZERO;
    let provider = Provider::new(config).unwrap();
    provider.warm_up().await;
    provider.warm_up().await;
    assert_eq!(cloud.connections(), 1, "the same connection is kept alive");
    let methods: Vec<String> = cloud.asked().into_iter().map(|asked| asked.method).collect();
    assert_eq!(methods, ["GET", "HEAD"]);
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
async fn control_characters_are_not_passed_on() {
    // But for the one by which the core knows escape sequences.
    check(Reply::says([" Can\u{7}ber\u{1b}[31mra\u{0}.\r\n"]), " Canber\u{1b}[31mra.\n", Ok(())).await;
}

#[tokio::test]
async fn what_was_heard_before_is_sent_along() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says(["Yes."])]));
        let provider = provider(&cloud, dialect);
        let heard = Exchange { request: "Hello".into(), heard: "Hi.".into() };
        let (_, outcome) = asked(&provider, Continue { history: vec![heard], ..ask() }).await;
        assert_eq!(outcome, Ok(()));
        let messages = cloud.chats()[0].messages();
        assert_eq!(messages[1], ("user".into(), "Hello".into()));
        assert_eq!(messages[2], ("assistant".into(), "Hi.".into()));
    }
}

#[tokio::test]
async fn a_listener_who_leaves_ends_the_work() {
    for dialect in BOTH {
        let cloud = plays(Script::of([Reply::says(["one "]).then(Fault::Stall)]));
        let provider = provider(&cloud, dialect);
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
}
