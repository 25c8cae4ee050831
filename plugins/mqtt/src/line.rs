//! The connection: rumqttc in both versions behind one face. It connects for ever, ever more slowly up to a limit, and
//! tells what comes, what was taken, and whether it is up.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use rumqttc::{ClientError, TlsConfiguration, Transport, mqttbytes, v5};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio::sync::mpsc;

use crate::config::{MqttConfig, Version};
use crate::hear::LARGEST;
use crate::plugin::SetupError;
use crate::topics::Topics;

/// A dead connection is noticed after one and a half of these.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Waits between attempts: the first, and the longest, so that a broker is found again within 10 s.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(4);
/// How long the broker keeps what is asked while the connection is broken (MQTT 5). Longer, and an old request would
/// be obeyed when nobody expects it any more.
const SESSION_S: u32 = 30;
/// Largest packet of a 3.1.1 broker, which cannot be told what is too large: it is read and thrown away.
const LARGEST_311: usize = 16 * 1024 * 1024;
/// Requests that may wait inside rumqttc, and events for the plugin.
const QUEUE: usize = 64;

/// What happens on the line.
#[derive(Debug)]
pub(crate) enum LineEvent {
    /// Connected.
    Up,
    /// A message.
    Message { topic: String, payload: Vec<u8>, retained: bool, again: bool, packet: u16 },
    /// The broker has taken the message under way.
    Taken,
    /// The connection is gone, or could not be made; in words without secrets.
    Down(String),
}

/// The end of the line that sends.
pub(crate) enum Pen {
    V5(v5::AsyncClient),
    V311(rumqttc::AsyncClient),
}

/// How sure a message must arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// Sent once: it is sent again when the connection is new.
    Once,
    /// Until the broker has taken it.
    Taken,
}

impl Pen {
    /// Queues a message; false when the line is too busy.
    pub(crate) fn publish(&self, topic: &str, payload: &[u8], retain: bool, care: Care) -> bool {
        let payload = payload.to_vec();
        match self {
            Self::V5(client) => {
                let qos =
                    if care == Care::Once { v5::mqttbytes::QoS::AtMostOnce } else { v5::mqttbytes::QoS::AtLeastOnce };
                client.try_publish(topic, qos, retain, payload).is_ok()
            }
            Self::V311(client) => {
                let qos = if care == Care::Once { mqttbytes::QoS::AtMostOnce } else { mqttbytes::QoS::AtLeastOnce };
                client.try_publish(topic, qos, retain, payload).is_ok()
            }
        }
    }

    /// Subscribes; what lies at the broker from earlier times is not wanted.
    pub(crate) fn subscribe(&self, topics: Vec<String>) -> bool {
        match self {
            Self::V5(client) => {
                use v5::mqttbytes::v5::{Filter, RetainForwardRule};
                let filter = |topic| Filter {
                    retain_forward_rule: RetainForwardRule::Never,
                    ..Filter::new(topic, v5::mqttbytes::QoS::AtLeastOnce)
                };
                client.try_subscribe_many(topics.into_iter().map(filter)).is_ok()
            }
            Self::V311(client) => {
                let filter = |topic| rumqttc::SubscribeFilter::new(topic, mqttbytes::QoS::AtLeastOnce);
                client.try_subscribe_many(topics.into_iter().map(filter)).is_ok()
            }
        }
    }

    /// Says goodbye, so that the broker does not publish the last will.
    pub(crate) fn disconnect(&self) -> Result<(), ClientError> {
        match self {
            Self::V5(client) => client
                .try_disconnect()
                .map_err(|_| ClientError::TryRequest(rumqttc::Request::Disconnect(rumqttc::Disconnect))),
            Self::V311(client) => client.try_disconnect(),
        }
    }
}

enum Wire {
    V5(Box<v5::EventLoop>),
    V311(Box<rumqttc::EventLoop>),
}

/// Opens the line: nothing is connected yet. [`keep`] must run for anything to happen.
pub(crate) fn open(
    config: &MqttConfig,
) -> Result<(Pen, impl Future<Output = ()> + Send + use<>, mpsc::Receiver<LineEvent>), SetupError> {
    let topics = Topics::new(&config.node, &config.discovery);
    let client_id = format!("segue-{}", config.node);
    let transport = transport(config)?;
    let (pen, wire) = match config.version {
        Version::V5 => {
            let mut options = v5::MqttOptions::new(client_id, &config.host, config.port);
            let will = v5::mqttbytes::v5::LastWill::new(
                topics.availability(),
                "offline",
                v5::mqttbytes::QoS::AtLeastOnce,
                true,
                None,
            );
            options
                .set_transport(transport)
                .set_keep_alive(KEEP_ALIVE)
                .set_clean_start(false)
                .set_session_expiry_interval(Some(SESSION_S))
                .set_max_packet_size(Some(LARGEST as u32 + 1024))
                .set_last_will(will);
            if let Some((user, password)) = &config.login {
                options.set_credentials(user, password);
            }
            let (client, events) = v5::AsyncClient::new(options, QUEUE);
            (Pen::V5(client), Wire::V5(Box::new(events)))
        }
        Version::V311 => {
            let mut options = rumqttc::MqttOptions::new(client_id, &config.host, config.port);
            let will = rumqttc::LastWill::new(topics.availability(), "offline", mqttbytes::QoS::AtLeastOnce, true);
            options
                .set_transport(transport)
                .set_keep_alive(KEEP_ALIVE)
                .set_max_packet_size(LARGEST_311, 256 * 1024)
                .set_last_will(will);
            if let Some((user, password)) = &config.login {
                options.set_credentials(user, password);
            }
            let (client, events) = rumqttc::AsyncClient::new(options, QUEUE);
            (Pen::V311(client), Wire::V311(Box::new(events)))
        }
    };
    let (events, queue) = mpsc::channel(QUEUE);
    Ok((pen, keep(wire, events), queue))
}

/// Keeps the connection until nobody reads the events any more.
async fn keep(mut wire: Wire, events: mpsc::Sender<LineEvent>) {
    let random = RandomState::new();
    let mut wait = FIRST_WAIT;
    loop {
        let event = tokio::select! {
            event = wire.poll() => event,
            () = events.closed() => return,
        };
        match event {
            Ok(None) => continue,
            Ok(Some(event)) => {
                if matches!(event, LineEvent::Up) {
                    wait = FIRST_WAIT;
                }
                if events.send(event).await.is_err() {
                    return;
                }
            }
            Err(why) => {
                if events.send(LineEvent::Down(why)).await.is_err() {
                    return;
                }
                // Up to a quarter more, so that all nodes of a home do not come back in the same moment.
                let more = wait.mul_f64((random.hash_one(wait) % 256) as f64 / 1024.0);
                tokio::time::sleep(wait + more).await;
                wait = (wait * 2).min(LONGEST_WAIT);
                wire.forget();
            }
        }
    }
}

impl Wire {
    async fn poll(&mut self) -> Result<Option<LineEvent>, String> {
        match self {
            Self::V5(events) => {
                use v5::mqttbytes::v5::Packet;
                Ok(match events.poll().await.map_err(|error| error.to_string())? {
                    v5::Event::Incoming(Packet::ConnAck(_)) => Some(LineEvent::Up),
                    v5::Event::Incoming(Packet::PubAck(_)) => Some(LineEvent::Taken),
                    v5::Event::Incoming(Packet::Publish(message)) => Some(LineEvent::Message {
                        topic: String::from_utf8_lossy(&message.topic).into_owned(),
                        payload: message.payload.to_vec(),
                        retained: message.retain,
                        again: message.dup,
                        packet: message.pkid,
                    }),
                    _ => None,
                })
            }
            Self::V311(events) => {
                use rumqttc::Packet;
                Ok(match events.poll().await.map_err(|error| error.to_string())? {
                    rumqttc::Event::Incoming(Packet::ConnAck(_)) => Some(LineEvent::Up),
                    rumqttc::Event::Incoming(Packet::PubAck(_)) => Some(LineEvent::Taken),
                    rumqttc::Event::Incoming(Packet::Publish(message)) => Some(LineEvent::Message {
                        topic: message.topic,
                        payload: message.payload.to_vec(),
                        retained: message.retain,
                        again: message.dup,
                        packet: message.pkid,
                    }),
                    _ => None,
                })
            }
        }
    }

    /// Forgets what was queued for the connection that broke: the plugin sends anew what must arrive.
    fn forget(&mut self) {
        match self {
            Self::V5(events) => {
                events.clean();
                events.pending.clear();
            }
            Self::V311(events) => {
                events.clean();
                events.pending.clear();
            }
        }
    }
}

/// TCP, or TLS with the system's authorities or those of the configuration.
fn transport(config: &MqttConfig) -> Result<Transport, SetupError> {
    if !config.tls {
        return Ok(Transport::tcp());
    }
    let mut roots = rustls::RootCertStore::empty();
    match &config.ca {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| SetupError::NoCertificate)?;
                roots.add(certificate).map_err(|_| SetupError::NoCertificate)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(SetupError::NoCertificate);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::Tls(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Transport::tls_with_config(TlsConfiguration::Rustls(Arc::new(client))))
}

#[cfg(test)]
mod tests;
