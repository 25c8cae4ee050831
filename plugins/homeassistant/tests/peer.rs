//! The plugin with a scripted Home Assistant over a real WebSocket on loopback: what is acted, what is said, and what
//! a hostile or absent one may do.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use segue_homeassistant::{Asked, Home, HomeConfig};
use segue_runtime::plugin::{Link, News, Plugin, Status, Wish};
use segue_runtime::port::{ActionResult, Executor};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// Longer than anything here takes on a slow machine: a limit, not a measurement.
const LIMIT: Duration = Duration::from_secs(60);

/// The plugin as it runs.
struct Segue {
    executor: Arc<dyn Executor>,
    wishes: mpsc::Receiver<Wish>,
    news: broadcast::Sender<News>,
    _status: watch::Sender<Status>,
    task: tokio::task::JoinHandle<()>,
}

fn segue(port: u16, asked: Asked) -> Segue {
    let url = format!("http://127.0.0.1:{port}");
    let home = Home::new(HomeConfig { url, token: "secret".into(), pipeline: None, asked, names: true }).unwrap();
    let executor = home.executor();
    let (asks, wishes) = mpsc::channel(8);
    let (news, told) = broadcast::channel(8);
    let (status, held) = watch::channel(Status::default());
    let task = tokio::spawn(Box::new(home).run(Link { wishes: asks, news: told, status: held }));
    Segue { executor, wishes, news, _status: status, task }
}

impl Segue {
    async fn does(&self, request: &str, opener: &str) -> ActionResult {
        timeout(LIMIT, self.executor.act(request.into(), opener.into())).await.expect("no answer in time")
    }

    /// Asks until somebody is there: the connection is made in the background.
    async fn does_when_up(&self, request: &str, opener: &str) -> ActionResult {
        loop {
            match self.does(request, opener).await {
                ActionResult::Failed(why) if why.contains("can't be reached") => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                result => return result,
            }
        }
    }
}

/// A Home Assistant at the end of one connection.
struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    async fn says(&mut self, what: Value) {
        let _ = self.0.send(Message::text(what.to_string())).await;
    }

    /// The next message; `None` when the other side is gone.
    async fn hears(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some(serde_json::from_str(&text).expect("JSON")),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Lets the plugin in.
    async fn greets(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().await.unwrap();
        let mut peer = Self(accept_async(stream).await.unwrap());
        peer.says(json!({"type": "auth_required", "ha_version": "2026.11.0"})).await;
        assert_eq!(peer.hears().await.unwrap(), json!({"type": "auth", "access_token": "secret"}));
        peer.says(json!({"type": "auth_ok", "ha_version": "2026.11.0"})).await;
        peer
    }

    /// Answers what is asked besides requests; gives the next request, as its number and the command.
    async fn request(&mut self) -> Option<(u64, Value)> {
        loop {
            let message = self.hears().await?;
            let id = message["id"].as_u64().unwrap();
            let result = match message["type"].as_str().unwrap() {
                "assist_pipeline/run" => return Some((id, message)),
                "get_states" => json!([
                    {"entity_id": "light.bed", "state": "on", "attributes": {"friendly_name": "Reading Lamp"}},
                    {"entity_id": "light.attic", "state": "on", "attributes": {"friendly_name": "Attic"}}]),
                "config/area_registry/list" => json!([{"name": "Kitchen", "aliases": []}]),
                "homeassistant/expose_entity/list" => {
                    json!({"exposed_entities": {"light.bed": {"conversation": true}}})
                }
                "subscribe_entities" => {
                    let state = if message["entity_ids"] == json!(["light.gone"]) { "unavailable" } else { "on" };
                    let entity = message["entity_ids"][0].as_str().unwrap().to_string();
                    self.says(json!({"id": id, "type": "result", "success": true, "result": null})).await;
                    self.says(json!({"id": id, "type": "event", "event": {"a": {entity: {"s": state}}}})).await;
                    continue;
                }
                "ping" => {
                    self.says(json!({"id": id, "type": "pong"})).await;
                    continue;
                }
                _ => Value::Null,
            };
            self.says(json!({"id": id, "type": "result", "success": true, "result": result})).await;
        }
    }

    async fn ends(&mut self, id: u64, kind: &str, speech: &str, data: Value) {
        self.says(json!({"id": id, "type": "result", "success": true, "result": null})).await;
        self.says(json!({"id": id, "type": "event", "event": {"type": "run-start", "data": {}}})).await;
        let response = json!({"speech": {"plain": {"speech": speech}}, "response_type": kind, "data": data});
        let output = json!({"response": response, "conversation_id": "c1",
                            "continue_conversation": speech.ends_with('?')});
        let data = json!({"processed_locally": true, "intent_output": output});
        self.says(json!({"id": id, "type": "event", "event": {"type": "intent-end", "data": data}})).await;
        self.says(json!({"id": id, "type": "event", "event": {"type": "run-end", "data": null}})).await;
    }
}

async fn home() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn light(id: &str) -> Value {
    json!({"success": [{"name": "Bed Light", "type": "entity", "id": id}], "failed": []})
}

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
    };
    assert!(Home::new(config("http://ha:8123", "abc\n")).is_ok());
    for (url, token) in [("ha:8123", "abc"), ("http://ha", ""), ("http://ha", "two words"), ("http://ha", "\u{fc}")] {
        assert!(Home::new(config(url, token)).is_err(), "{url} {token}");
    }
}
