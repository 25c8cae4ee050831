//! Somebody else at the broker: sees everything, sends anything.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::{AsyncClient, Event, MqttOptions};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Longer than anything takes on a slow machine: a limit, not a measurement.
const LIMIT: Duration = Duration::from_secs(60);

/// Two of one name would throw each other out.
static PEERS: AtomicU32 = AtomicU32::new(0);

/// Somebody else in the home: sees everything, sends anything.
pub struct Peer {
    client: AsyncClient,
    seen: mpsc::UnboundedReceiver<(String, Vec<u8>, bool)>,
    task: JoinHandle<()>,
}

impl Peer {
    /// Connects and subscribes to everything.
    pub async fn join(port: u16, login: Option<(&str, &str)>) -> Self {
        let number = PEERS.fetch_add(1, Ordering::Relaxed);
        let mut options = MqttOptions::new(format!("peer-{number}"), "127.0.0.1", port);
        options.set_keep_alive(Duration::from_secs(5)).set_max_packet_size(Some(8 << 20));
        if let Some((user, password)) = login {
            options.set_credentials(user, password);
        }
        let (client, mut events) = AsyncClient::new(options, 4096);
        let (sender, seen) = mpsc::unbounded_channel();
        let subscriber = client.clone();
        let (ready, joined) = tokio::sync::oneshot::channel();
        let mut ready = Some(ready);
        let task = tokio::spawn(async move {
            loop {
                match events.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        let _ = subscriber.try_subscribe("#", QoS::AtLeastOnce);
                    }
                    Ok(Event::Incoming(Packet::SubAck(_))) => drop(ready.take().map(|ready| ready.send(()))),
                    Ok(Event::Incoming(Packet::Publish(message))) => {
                        let topic = String::from_utf8_lossy(&message.topic).into_owned();
                        let _ = sender.send((topic, message.payload.to_vec(), message.retain));
                    }
                    Ok(_) => {}
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        });
        tokio::time::timeout(LIMIT, joined).await.expect("the peer does not get in").expect("the peer lives");
        Self { client, seen, task }
    }

    /// Sends, and does not wait for the broker.
    pub async fn send(&self, topic: &str, payload: impl Into<Vec<u8>>, retain: bool) {
        self.client.publish(topic, QoS::AtLeastOnce, retain, payload.into()).await.expect("the peer lives");
    }

    /// The next message on this topic; those on others are passed over.
    pub async fn hears(&mut self, topic: &str) -> Vec<u8> {
        let wait = async {
            loop {
                let (on, payload, _) = self.seen.recv().await.expect("the peer lives");
                if on == topic {
                    return payload;
                }
            }
        };
        tokio::time::timeout(LIMIT, wait).await.unwrap_or_else(|_| panic!("nothing came on {topic}"))
    }

    /// As [`Peer::hears`], for JSON.
    pub async fn hears_json(&mut self, topic: &str) -> Value {
        serde_json::from_slice(&self.hears(topic).await).expect("JSON")
    }

    /// Waits until this topic says exactly this.
    pub async fn hears_that(&mut self, topic: &str, payload: &str) {
        while self.hears(topic).await != payload.as_bytes() {}
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
