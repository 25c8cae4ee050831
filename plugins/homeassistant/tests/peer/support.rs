//! The plugin as it runs, and a scripted Home Assistant at the other end of its connection.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use segue_homeassistant::{Asked, Home, HomeConfig};
use segue_runtime::plugin::{Link, News, Plugin, Status, Wish};
use segue_runtime::port::{ActionResult, Executor};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// Longer than anything here takes on a slow machine: a limit, not a measurement.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// The plugin as it runs.
pub(crate) struct Segue {
    pub(crate) executor: Arc<dyn Executor>,
    pub(crate) wishes: mpsc::Receiver<Wish>,
    pub(crate) news: broadcast::Sender<News>,
    _status: watch::Sender<Status>,
    pub(crate) task: tokio::task::JoinHandle<()>,
}

pub(crate) fn segue(port: u16, asked: Asked) -> Segue {
    segue_at(format!("http://127.0.0.1:{port}"), asked, None)
}

pub(crate) fn segue_at(url: String, asked: Asked, ca: Option<Vec<u8>>) -> Segue {
    let config = HomeConfig { url, token: "secret".into(), pipeline: None, asked, names: true, ca };
    let home = Home::new(config).unwrap();
    let executor = home.executor();
    let (asks, wishes) = mpsc::channel(8);
    let (news, told) = broadcast::channel(8);
    let (status, held) = watch::channel(Status::default());
    let task = tokio::spawn(Box::new(home).run(Link { wishes: asks, news: told, status: held }));
    Segue { executor, wishes, news, _status: status, task }
}

impl Segue {
    pub(crate) async fn does(&self, request: &str, opener: &str) -> ActionResult {
        self.tells(request, opener).await.1
    }

    /// The pieces of an answer, and how it ends.
    pub(crate) async fn tells(&self, request: &str, opener: &str) -> (Vec<String>, ActionResult) {
        let (said, mut pieces) = mpsc::channel(8);
        let mut told = Vec::new();
        let pass_on = async {
            while let Some(piece) = pieces.recv().await {
                told.push(piece);
            }
        };
        let act = self.executor.act(request.into(), opener.into(), said);
        let (result, ()) = timeout(LIMIT, async { tokio::join!(act, pass_on) }).await.expect("no answer in time");
        (told, result)
    }

    /// Asks until somebody is there: the connection is made in the background.
    pub(crate) async fn does_when_up(&self, request: &str, opener: &str) -> ActionResult {
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
pub(crate) struct Peer<S = TcpStream>(pub(crate) WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(crate) async fn says(&mut self, what: Value) {
        let _ = self.0.send(Message::text(what.to_string())).await;
    }

    /// The next message; `None` when the other side is gone.
    pub(crate) async fn hears(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some(serde_json::from_str(&text).expect("JSON")),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Lets the plugin in over `stream`.
    pub(crate) async fn lets_in(stream: S) -> Self {
        let mut peer = Self(accept_async(stream).await.unwrap());
        peer.says(json!({"type": "auth_required", "ha_version": "2026.11.0"})).await;
        assert_eq!(peer.hears().await.unwrap(), json!({"type": "auth", "access_token": "secret"}));
        peer.says(json!({"type": "auth_ok", "ha_version": "2026.11.0"})).await;
        peer
    }

    /// Answers what is asked besides requests; gives the next request, as its number and the command.
    pub(crate) async fn request(&mut self) -> Option<(u64, Value)> {
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

    pub(crate) async fn ends(&mut self, id: u64, kind: &str, speech: &str, data: Value) {
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

impl Peer {
    /// Lets the plugin in that connects next.
    pub(crate) async fn greets(listener: &TcpListener) -> Self {
        Self::lets_in(listener.accept().await.unwrap().0).await
    }
}

pub(crate) async fn home() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

pub(crate) fn light(id: &str) -> Value {
    json!({"success": [{"name": "Bed Light", "type": "entity", "id": id}], "failed": []})
}
