//! The plugin with a scripted Home Assistant over a real WebSocket on loopback: what is acted, what is said, and what
//! a hostile or absent one may do.
#![allow(clippy::unwrap_used)]

mod support;
mod tells;
mod trust;

use futures_util::SinkExt;
use segue_homeassistant::{Asked, Home, HomeConfig};
use segue_runtime::plugin::Wish;
use segue_runtime::port::ActionResult;
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use support::{LIMIT, Peer, home, light, segue};

#[tokio::test]
async fn a_home_acts_answers_fails_and_asks_back() {
    let (listener, port) = home().await;
    let mut segue = segue(port, Asked::All);
    let script = tokio::spawn(async move {
        let mut peer = Peer::greets(&listener).await;
        let (id, run) = peer.request().await.unwrap();
        assert_eq!((&run["start_stage"], &run["end_stage"]), (&json!("intent"), &json!("intent")));
        assert_eq!(run["input"]["text"], "turn on the bed light");
        assert!(run.get("conversation_id").is_none());
        peer.ends(id, "action_done", "Turned on the light", light("light.bed")).await;
        let (id, _) = peer.request().await.unwrap();
        peer.ends(id, "action_done", "Turned on the light", light("light.gone")).await;
        let (id, _) = peer.request().await.unwrap();
        peer.ends(id, "error", "Sorry, I am not aware of any device", json!({"code": "no_valid_targets"})).await;
        let (id, _) = peer.request().await.unwrap();
        peer.ends(id, "action_done", "Which one?", json!({})).await;
        let (id, run) = peer.request().await.unwrap();
        assert_eq!(run["conversation_id"], "c1", "what answers a question belongs to it");
        peer.ends(id, "error", "Sorry, I didn't get that", json!({"code": "no_intent_match"})).await;
    });
    let wish = timeout(LIMIT, segue.wishes.recv()).await.unwrap();
    assert_eq!(wish, Some(Wish::Home(vec!["kitchen".into(), "reading lamp".into()])));
    let opener = "Turning on the bed light";
    assert_eq!(segue.does_when_up("turn on the bed light", opener).await, ActionResult::Done(String::new()));
    assert_eq!(
        segue.does("turn on the bed light", opener).await,
        ActionResult::Failed("Bed Light isn't available.".into())
    );
    assert_eq!(
        segue.does("turn on the flux", "Turning on the flux").await,
        ActionResult::Failed("I am not aware of any device.".into())
    );
    assert_eq!(segue.does("turn it on", "Turning it on").await, ActionResult::Question("Which one?".into()));
    assert_eq!(segue.does("the red one", "").await, ActionResult::NotForMe);
    script.await.unwrap();
    drop(segue.news);
    timeout(LIMIT, segue.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn only_commands_are_asked_where_that_is_configured() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::Commands);
    let script = tokio::spawn(async move {
        let mut peer = Peer::greets(&listener).await;
        let (id, run) = peer.request().await.unwrap();
        assert_eq!(run["input"]["text"], "turn on the light");
        peer.ends(id, "action_done", "Turned on", json!({})).await;
    });
    assert_eq!(segue.does("what is the sky", "The sky is").await, ActionResult::NotForMe);
    assert_eq!(segue.does_when_up("turn on the light", "").await, ActionResult::Done("Turned on.".into()));
    script.await.unwrap();
}

#[tokio::test]
async fn who_is_away_costs_a_command_and_no_question() {
    let (listener, port) = home().await;
    drop(listener);
    let segue = segue(port, Asked::All);
    let gone = ActionResult::Failed("Home Assistant can't be reached.".into());
    assert_eq!(segue.does("turn on the light", "Turning on the light").await, gone);
    assert_eq!(segue.does("what is the capital of Mongolia", "The capital is").await, ActionResult::NotForMe);
}

#[tokio::test]
async fn a_restart_and_every_kind_of_rubbish_end_in_a_new_connection() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::All);
    let script = tokio::spawn(async move {
        // Not even a WebSocket, then one that says nothing sensible, in turn.
        let (stream, _) = listener.accept().await.unwrap();
        drop(stream);
        for rubbish in ["", "[]", "{\"type\":\"auth_ok\"}", "\u{0}\u{1}"] {
            let (stream, _) = listener.accept().await.unwrap();
            let mut peer = Peer(accept_async(stream).await.unwrap());
            let _ = peer.0.send(Message::text(rubbish)).await;
            assert_eq!(peer.hears().await, None, "the plugin hangs up on {rubbish}");
        }
        // Binary in place of an answer.
        let mut peer = Peer::greets(&listener).await;
        let _ = peer.request().await.unwrap();
        let _ = peer.0.send(Message::binary(vec![0xff; 1 << 20])).await;
        drop(peer);
        // And then one as it should be.
        let mut peer = Peer::greets(&listener).await;
        let (id, _) = peer.request().await.unwrap();
        peer.ends(id, "action_done", "Turned on", json!({})).await;
    });
    assert_eq!(segue.does_when_up("turn on the light", "").await, ActionResult::Done("Turned on.".into()));
    script.await.unwrap();
}

#[tokio::test]
async fn a_flood_and_a_megabyte_of_speech_are_borne() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::All);
    let script = tokio::spawn(async move {
        let mut peer = Peer::greets(&listener).await;
        let (id, _) = peer.request().await.unwrap();
        for other in 0..5000 {
            peer.says(json!({"id": id + 1 + other, "type": "event", "event": {"type": "intent-end", "data": 3}})).await;
            peer.says(json!({"id": id, "type": "event", "event": {"type": "intent-progress", "data": []}})).await;
        }
        peer.ends(id, "query_answer", &"so it is. ".repeat(100_000), json!({})).await;
        let _ = peer.request().await;
    });
    let ActionResult::Done(speech) = segue.does_when_up("turn on the light", "").await else { panic!("not done") };
    assert_eq!(speech.chars().count(), 2000);
    drop(segue);
    script.abort();
}

#[tokio::test]
async fn a_pipeline_that_cannot_run_is_not_for_the_home() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::All);
    let script = tokio::spawn(async move {
        let mut peer = Peer::greets(&listener).await;
        let (id, _) = peer.request().await.unwrap();
        let error = json!({"type": "error", "data": {"code": "intent-not-supported", "message": "no"}});
        peer.says(json!({"id": id, "type": "event", "event": error})).await;
        let (id, _) = peer.request().await.unwrap();
        peer.says(json!({"id": id, "type": "result", "success": false, "error": {"code": "pipeline-not-found"}})).await;
        let _ = peer.request().await;
    });
    assert_eq!(segue.does_when_up("turn on the light", "").await, ActionResult::NotForMe);
    assert_eq!(segue.does("turn on the light", "").await, ActionResult::NotForMe);
    script.abort();
}

#[tokio::test]
async fn a_refused_token_is_said() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::All);
    let (stream, _) = listener.accept().await.unwrap();
    let mut peer = Peer(accept_async(stream).await.unwrap());
    peer.says(json!({"type": "auth_required"})).await;
    let _ = peer.hears().await;
    peer.says(json!({"type": "auth_invalid", "message": "Invalid access token or password"})).await;
    assert_eq!(peer.hears().await, None);
    let refused = ActionResult::Failed("Home Assistant doesn't let me in.".into());
    assert_eq!(segue.does_when_up("turn on the light", "").await, refused);
}

#[test]
fn addresses_and_tokens_that_cannot_be_are_refused() {
    let config = |url: &str, token: &str| HomeConfig {
        url: url.into(),
        token: token.into(),
        pipeline: None,
        asked: Asked::All,
        names: false,
        ca: None,
    };
    assert!(Home::new(config("http://ha:8123", "abc\n")).is_ok());
    for (url, token) in [("ha:8123", "abc"), ("http://ha", ""), ("http://ha", "two words"), ("http://ha", "\u{fc}")] {
        assert!(Home::new(config(url, token)).is_err(), "{url} {token}");
    }
}
