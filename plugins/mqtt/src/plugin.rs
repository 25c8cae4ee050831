//! The loop that joins the line and Segue.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use segue_runtime::plugin::{Link, News, Plugin, Refusal, Wish};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use crate::config::MqttConfig;
use crate::discovery;
use crate::hear::{Incoming, Listener, Meaning};
use crate::hermes::{self, Hermes};
use crate::line::{self, Care, LineEvent, Pen};
use crate::outbox::Outbox;
use crate::tell::{self, Teller};
use crate::topics::{Asked, Topics};

/// Home Assistant's components wake up one after the other; all nodes of a home do not answer in the same moment.
const AFTER_BIRTH: Duration = Duration::from_millis(300);
const AFTER_BIRTH_SPREAD_MS: u64 = 700;
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is nobody to trust.
    #[error("MQTT with TLS needs certificates: neither the system nor the configured file has one that can be used")]
    NoCertificate,
    /// TLS refuses.
    #[error("MQTT with TLS cannot be set up: {0}")]
    Tls(String),
}

/// The plugin.
pub struct Mqtt {
    config: MqttConfig,
    pen: Pen,
    keep: BoxFuture<'static, ()>,
    events: mpsc::Receiver<LineEvent>,
}

impl Mqtt {
    /// Prepares everything; connects in [`Plugin::run`].
    pub fn new(config: MqttConfig) -> Result<Self, SetupError> {
        let (pen, keep, events) = line::open(&config)?;
        Ok(Self { config, pen, keep: keep.boxed(), events })
    }
}

impl Plugin for Mqtt {
    fn name(&self) -> &'static str {
        "mqtt"
    }

    fn told_at_start(&self) -> String {
        let tls = if self.config.tls { ", encrypted" } else { "" };
        format!("MQTT: connects to {}:{}{tls} as segue/{}", self.config.host, self.config.port, self.config.node)
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, ()> {
        let Self { config, pen, keep, events } = *self;
        let line = tokio::spawn(keep);
        let topics = Topics::new(&config.node, &config.discovery);
        let face = Face {
            listener: Listener::new(topics.clone(), config.hermes.is_some()),
            teller: Teller::new(&config),
            hermes: config.hermes.as_deref().map(Hermes::new),
            outbox: Outbox::default(),
            topics,
            config,
            pen,
            up: false,
            told_down: false,
            told_full: false,
        };
        async move {
            face.serve(link, events).await;
            line.abort();
        }
        .boxed()
    }
}

struct Face {
    config: MqttConfig,
    topics: Topics,
    pen: Pen,
    listener: Listener,
    teller: Teller,
    hermes: Option<Hermes>,
    outbox: Outbox,
    up: bool,
    /// That the broker is away was logged; it has not been there since.
    told_down: bool,
    /// That too much is asked was logged; nothing was taken since.
    told_full: bool,
}

impl Face {
    async fn serve(mut self, mut link: Link, mut events: mpsc::Receiver<LineEvent>) {
        let random = RandomState::new();
        let mut again: Option<Instant> = None;
        loop {
            tokio::select! {
                news = link.news.recv() => match news {
                    Ok(news) => self.news(&news),
                    Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "MQTT missed news"),
                    Err(RecvError::Closed) => break,
                },
                changed = link.status.changed() => if changed.is_ok() { self.state(&mut link) } else { break },
                event = events.recv() => match event {
                    Some(LineEvent::Up) => self.announce(&mut link),
                    Some(LineEvent::Taken) => self.outbox.taken(),
                    Some(LineEvent::Down(why)) => self.down(&why),
                    Some(LineEvent::Message { topic, payload, retained, again: dup, packet }) => {
                        let message = Incoming { topic: &topic, payload: &payload, retained, again: dup, packet };
                        if self.message(&message, &link) {
                            let spread = random.hash_one(Instant::now()) % AFTER_BIRTH_SPREAD_MS;
                            again = Some(Instant::now() + AFTER_BIRTH + Duration::from_millis(spread));
                        }
                    }
                    None => break,
                },
                () = sleep_until(again.unwrap_or_else(Instant::now)), if again.is_some() => {
                    again = None;
                    if self.up {
                        self.announce(&mut link);
                    }
                }
            }
            self.send();
        }
        // What was told last, while Segue was ending.
        while let Ok(news) = link.news.try_recv() {
            self.news(&news);
        }
        if self.up && timeout(GOODBYE, self.goodbye(&mut events)).await.is_err() {
            tracing::warn!("MQTT: no goodbye, the broker will publish the last will");
        }
    }

    /// Everything that a broker and Home Assistant must know, when the connection is new or Home Assistant is.
    fn announce(&mut self, link: &mut Link) {
        if !self.up {
            tracing::info!(node = self.config.node, "MQTT: connected");
            (self.up, self.told_down) = (true, false);
            self.outbox.broke();
            let mut topics: Vec<String> = Asked::ALL.into_iter().map(|asked| self.topics.asked(asked)).collect();
            topics.push(self.topics.birth());
            topics.extend(self.hermes.as_ref().map(|_| hermes::NOT_RECOGNIZED.to_string()));
            self.pen.subscribe(topics);
        }
        let device = discovery::device(&self.config).to_string();
        self.pen.publish(&self.topics.config(), device.as_bytes(), true, Care::Once);
        self.pen.publish(&self.topics.availability(), b"online", true, Care::Once);
        self.state(link);
    }

    fn state(&self, link: &mut Link) {
        let state = tell::state(&link.status.borrow_and_update()).to_string();
        if self.up {
            self.pen.publish(&self.topics.state(), state.as_bytes(), true, Care::Once);
        }
    }

    fn down(&mut self, why: &str) {
        self.up = false;
        self.outbox.broke();
        if !std::mem::replace(&mut self.told_down, true) {
            tracing::warn!(why, "MQTT: the broker is away, trying on");
        }
    }

    fn news(&mut self, news: &News) {
        for message in self.teller.news(news) {
            self.outbox.push(message);
        }
        for message in self.hermes.as_mut().map(|hermes| hermes.news(news)).unwrap_or_default() {
            self.outbox.push(message);
        }
    }

    /// Sends the next message that must arrive, if it is time.
    fn send(&mut self) {
        if !self.up {
            return;
        }
        let Some(message) = self.outbox.due() else { return };
        let payload = message.payload.to_string();
        if !self.pen.publish(&message.topic, payload.as_bytes(), false, Care::Taken) {
            self.outbox.broke();
        }
    }

    /// Does what a message asks for. True when Home Assistant has started.
    fn message(&mut self, message: &Incoming<'_>, link: &Link) -> bool {
        let request = match self.listener.read(message) {
            Meaning::HomeAssistantIsThere => return true,
            Meaning::Wish(request) => Some(request),
            Meaning::Hermes(value) => self.hermes.as_ref().and_then(|hermes| hermes.asked(&value)),
            Meaning::Nothing(why) => {
                tracing::debug!(why, "MQTT: a message without meaning");
                None
            }
        };
        let Some(request) = request else { return false };
        match link.wishes.try_send(request) {
            Ok(()) => self.told_full = false,
            Err(refused) => {
                if !std::mem::replace(&mut self.told_full, true) {
                    tracing::warn!("MQTT: more is asked than anybody could answer, wishes are dropped");
                }
                if let Wish::Ask { tag, .. } = refused.into_inner() {
                    self.news(&News::Refused { tag, why: Refusal::Busy });
                }
            }
        }
        false
    }

    /// Sends what is left, takes the node off, and leaves.
    async fn goodbye(&mut self, events: &mut mpsc::Receiver<LineEvent>) {
        self.send();
        while !self.outbox.is_empty() {
            if !self.heard_of(events).await {
                return;
            }
            self.send();
        }
        self.pen.publish(&self.topics.availability(), b"offline", true, Care::Taken);
        loop {
            match events.recv().await {
                Some(LineEvent::Taken) => break,
                Some(LineEvent::Down(_)) | None => return,
                Some(_) => {}
            }
        }
        let _ = self.pen.disconnect();
        while !matches!(events.recv().await, Some(LineEvent::Down(_)) | None) {}
    }

    async fn heard_of(&mut self, events: &mut mpsc::Receiver<LineEvent>) -> bool {
        match events.recv().await {
            Some(LineEvent::Taken) => self.outbox.taken(),
            Some(LineEvent::Down(_)) | None => return false,
            Some(_) => {}
        }
        true
    }
}
