//! The connection: one WebSocket that is kept for ever, on which one request at a time is asked. Whoever is on the
//! other side may be away, slow, hostile or refuse the token; that costs answers, never the service.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, interval, sleep, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::answer::Answer;
use crate::names;
use crate::progress::Progress;
use crate::wire::{self, LARGEST, Told};

/// How long connecting, a write or a small command may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a request may take, and an answer between two pieces: within the patience of a turn.
const ANSWER: Duration = Duration::from_secs(7);
/// Waits between attempts; who refuses the token is not asked more often than the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
const REFUSED_WAIT: Duration = Duration::from_secs(60);
/// How often a quiet connection is tried, and changed names are read.
const LOOK: Duration = Duration::from_secs(10);

/// A request, and where its answer is awaited.
pub(crate) struct Request {
    pub(crate) text: String,
    pub(crate) conversation: Option<String>,
    /// Where an answer goes that comes piece by piece.
    pub(crate) said: mpsc::Sender<String>,
    pub(crate) answer: oneshot::Sender<Result<Acted, Gone>>,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Acted {
    pub(crate) answer: Answer,
    /// Names of things that were acted on and are not there.
    pub(crate) away: Vec<String>,
    /// The answer was told piece by piece.
    pub(crate) told: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Gone {
    #[error("Home Assistant cannot be reached")]
    Away,
    #[error("Home Assistant refuses the token")]
    Refused,
    #[error("Home Assistant left before it answered")]
    Left,
    #[error("Home Assistant left in the middle of an answer")]
    Midway,
    #[error("Home Assistant does not answer")]
    Silent,
    #[error("Home Assistant talks rubbish")]
    Rubbish,
}

/// Where it is and who asks. There is no `Debug`, because of the token.
pub(crate) struct Place {
    pub(crate) address: String,
    pub(crate) token: String,
    pub(crate) pipeline: Option<String>,
    pub(crate) tls: Option<Arc<rustls::ClientConfig>>,
}

/// Keeps the connection until nobody asks any more. Names of the home go to `told` whenever they are read.
pub(crate) async fn keep(place: Place, mut requests: mpsc::Receiver<Request>, told: mpsc::Sender<Vec<String>>) {
    let (mut wait, mut logged, mut last) = (FIRST_WAIT, false, Gone::Away);
    loop {
        let up = std::pin::pin!(connect(&place));
        let why = match meanwhile(up, &mut requests, last).await {
            None => return,
            Some(Ok(mut socket)) => {
                tracing::info!("Home Assistant: connected");
                (wait, logged) = (FIRST_WAIT, false);
                match socket.serve(&place, &mut requests, &told).await {
                    Ok(()) => return,
                    Err(why) => why,
                }
            }
            Some(Err(why)) => why,
        };
        if !std::mem::replace(&mut logged, true) {
            tracing::warn!(%why, "Home Assistant: no connection, trying on");
        }
        // Who asks now was not asked for: only a refused token is their answer, too.
        last = if why == Gone::Refused { why } else { Gone::Away };
        let pause = std::pin::pin!(sleep(if why == Gone::Refused { REFUSED_WAIT } else { wait }));
        if meanwhile(pause, &mut requests, last).await.is_none() {
            return;
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Waits for `what`; who asks meanwhile is told at once `why` nobody is there. `None` when nobody will ask any more.
async fn meanwhile<T>(
    mut what: std::pin::Pin<&mut impl Future<Output = T>>,
    requests: &mut mpsc::Receiver<Request>,
    why: Gone,
) -> Option<T> {
    loop {
        tokio::select! {
            done = &mut what => return Some(done),
            request = requests.recv() => drop(request?.answer.send(Err(why))),
        }
    }
}

struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The number of the last command.
    id: u64,
    /// The subscription to changes of names has told something.
    changed: bool,
    watching: u64,
}

async fn connect(place: &Place) -> Result<Socket, Gone> {
    let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
    let connector = place.tls.clone().map(Connector::Rustls);
    let open = connect_async_tls_with_config(&place.address, Some(config), true, connector);
    let (stream, _) = timeout(PATIENCE, open).await.map_err(|_| Gone::Silent)?.map_err(|_| Gone::Away)?;
    let mut socket = Socket { stream, id: 0, changed: true, watching: 0 };
    let greet = async {
        let mut asked = false;
        loop {
            match socket.next().await? {
                Told::AuthRequired if !asked => {
                    asked = true;
                    socket.write(wire::auth(&place.token)).await?;
                }
                Told::AuthOk if asked => return Ok(()),
                Told::AuthInvalid => return Err(Gone::Refused),
                _ => return Err(Gone::Rubbish),
            }
        }
    };
    timeout(PATIENCE, greet).await.map_err(|_| Gone::Silent)??;
    Ok(socket)
}

impl Socket {
    /// Serves until the connection breaks; `Ok` when nobody will ask any more.
    async fn serve(
        &mut self,
        place: &Place,
        requests: &mut mpsc::Receiver<Request>,
        told: &mpsc::Sender<Vec<String>>,
    ) -> Result<(), Gone> {
        for kind in ["entity_registry_updated", "area_registry_updated"] {
            // Who may not watch keeps the names of the start.
            let watch = json!({"type": "subscribe_events", "event_type": kind});
            if self.command(watch).await?.is_some() {
                self.watching = self.id;
            }
        }
        self.read_names(told).await?;
        let (mut look, mut heard) = (interval(LOOK), true);
        look.reset();
        loop {
            tokio::select! {
                request = requests.recv() => {
                    let Some(request) = request else { return Ok(()) };
                    self.ask(place, request).await?;
                    heard = true;
                }
                message = self.next() => {
                    let message = message?;
                    heard = true;
                    self.note(&message);
                }
                _ = look.tick() => {
                    if !std::mem::take(&mut heard) {
                        return Err(Gone::Silent);
                    }
                    self.id += 1;
                    self.write(wire::command(self.id, json!({"type": "ping"}))).await?;
                    if self.changed {
                        self.read_names(told).await?;
                    }
                }
            }
        }
    }

    /// Asks one request and tells what came of it.
    async fn ask(&mut self, place: &Place, request: Request) -> Result<(), Gone> {
        let Request { text, conversation, said, mut answer } = request;
        let run = wire::run(&text, conversation.as_deref(), place.pipeline.as_deref());
        let acted = {
            let mut progress = Progress::default();
            tokio::select! {
                acted = self.act(run, &mut progress, &said) => match acted {
                    // The request was sent: it may have been done, so it is not sent again.
                    Err(_) if progress.has_told() => Err(Gone::Midway),
                    Err(Gone::Away) => Err(Gone::Left),
                    acted => acted,
                },
                // The user has heard enough; what still comes of it is passed over.
                () = answer.closed() => return Ok(()),
            }
        };
        let broken = match &acted {
            // One who is slow may still be alive: the next look at the connection will tell.
            Err(Gone::Silent | Gone::Midway) | Ok(_) => Ok(()),
            Err(why) => Err(*why),
        };
        let _ = answer.send(acted);
        broken
    }

    async fn act(&mut self, run: Value, progress: &mut Progress, said: &mpsc::Sender<String>) -> Result<Acted, Gone> {
        self.id += 1;
        let id = self.id;
        self.write(wire::command(id, run)).await?;
        let (mut answer, mut until) = (None, Instant::now() + ANSWER);
        while answer.is_none() {
            match timeout_at(until, self.next()).await.map_err(|_| Gone::Silent)?? {
                Told::Event { id: of, event } if of == id => match event.get("type").and_then(Value::as_str) {
                    Some("intent-progress") => {
                        if let Some(piece) = event.get("data").and_then(|data| progress.piece(data)) {
                            until = Instant::now() + ANSWER;
                            // Nobody listens any more: `ask` sees that, too.
                            let _ = said.send(piece).await;
                        }
                    }
                    Some("intent-end") => answer = event.get("data").and_then(Answer::read),
                    Some("error" | "run-end") => break,
                    _ => {}
                },
                Told::Result { id: of, result: None } if of == id => break,
                other => self.note(&other),
            }
        }
        // A pipeline that cannot run knows nothing about the request.
        let answer = answer.unwrap_or_default();
        let away = if answer.done.is_empty() {
            Vec::new()
        } else {
            timeout(PATIENCE, self.away(&answer)).await.map_err(|_| Gone::Silent)??
        };
        Ok(Acted { answer, away, told: progress.has_told() })
    }

    /// Names of what was acted on and is not there: Home Assistant says "done" for those, too.
    async fn away(&mut self, answer: &Answer) -> Result<Vec<String>, Gone> {
        let ids: Vec<&str> = answer.done.iter().map(|(id, _)| id.as_str()).collect();
        self.id += 1;
        let id = self.id;
        self.write(wire::command(id, json!({"type": "subscribe_entities", "entity_ids": ids}))).await?;
        let away = loop {
            match self.next().await? {
                Told::Event { id: of, event } if of == id => break wire::away(&event),
                Told::Result { id: of, result: None } if of == id => return Ok(Vec::new()),
                other => self.note(&other),
            }
        };
        self.id += 1;
        self.write(wire::command(self.id, json!({"type": "unsubscribe_events", "subscription": id}))).await?;
        let named = answer.done.iter().filter(|(id, _)| away.contains(id));
        Ok(named.map(|(_, name)| name.clone()).collect())
    }

    async fn read_names(&mut self, told: &mpsc::Sender<Vec<String>>) -> Result<(), Gone> {
        self.changed = false;
        let states = self.command(json!({"type": "get_states"})).await?;
        let areas = self.command(json!({"type": "config/area_registry/list"})).await?;
        let exposed = self.command(json!({"type": "homeassistant/expose_entity/list"})).await?;
        let names = names::names(&states.unwrap_or_default(), &areas.unwrap_or_default(), exposed.as_ref());
        tracing::info!(names = names.len(), "Home Assistant: rooms and devices");
        let _ = told.try_send(names);
        Ok(())
    }

    /// A small command; `None` when Home Assistant does not want to.
    async fn command(&mut self, what: Value) -> Result<Option<Value>, Gone> {
        self.id += 1;
        let id = self.id;
        self.write(wire::command(id, what)).await?;
        let answer = async {
            loop {
                match self.next().await? {
                    Told::Result { id: of, result } if of == id => return Ok(result),
                    other => self.note(&other),
                }
            }
        };
        timeout(PATIENCE, answer).await.map_err(|_| Gone::Silent)?
    }

    /// A message that nobody waits for.
    fn note(&mut self, message: &Told) {
        if let Told::Event { id, .. } = message {
            self.changed |= *id <= self.watching;
        }
    }

    async fn write(&mut self, text: String) -> Result<(), Gone> {
        let sent = self.stream.send(Message::text(text));
        timeout(PATIENCE, sent).await.map_err(|_| Gone::Silent)?.map_err(|_| Gone::Away)
    }

    async fn next(&mut self) -> Result<Told, Gone> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return wire::read(&text).ok_or(Gone::Rubbish),
                Some(Ok(Message::Binary(_) | Message::Frame(_))) => return Err(Gone::Rubbish),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Gone::Away),
            }
        }
    }
}
