//! A plugin in the hands of a test.

use std::time::Duration;

use segue_mqtt::{Mqtt, MqttConfig, Version};
use segue_runtime::plugin::{Link, News, Plugin, Status, Wish};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;

/// Longer than anything here takes on a slow machine: a limit, not a measurement.
const LIMIT: Duration = Duration::from_secs(60);

/// A plugin that runs, and the runtime's end of its link.
pub(crate) struct Node {
    pub(crate) wishes: mpsc::Receiver<Wish>,
    pub(crate) news: Option<broadcast::Sender<News>>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) task: JoinHandle<()>,
}

impl Node {
    pub(crate) fn start(config: MqttConfig) -> Self {
        let (asked, wishes) = mpsc::channel(64);
        let (news, told) = broadcast::channel(256);
        let (status, held) = watch::channel(Status::default());
        let link = Link { wishes: asked, news: told, status: held };
        let task = tokio::spawn(Box::new(Mqtt::new(config).expect("it works")).run(link));
        Self { wishes, news: Some(news), status, task }
    }

    pub(crate) fn tell(&self, news: News) {
        self.news.as_ref().expect("it works").send(news).expect("it works");
    }

    pub(crate) async fn wish(&mut self) -> Wish {
        tokio::time::timeout(LIMIT, self.wishes.recv()).await.expect("no request in time").expect("the plugin is there")
    }

    /// As Segue does at its end.
    pub(crate) async fn end(mut self) {
        self.news = None;
        tokio::time::timeout(LIMIT, self.task).await.expect("no goodbye in time").expect("it works");
    }
}

pub(crate) fn config(port: u16, version: Version) -> MqttConfig {
    MqttConfig {
        node: "kitchen".into(),
        name: "Segue Kitchen".into(),
        area: None,
        software: "0.0.0".into(),
        run: "r1".into(),
        host: "127.0.0.1".into(),
        port,
        tls: false,
        ca: None,
        login: None,
        version,
        discovery: "homeassistant".into(),
        words: false,
        microphone: true,
        hermes: None,
    }
}
