//! What the plugin must know about the broker and about itself.

/// MQTT's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 5.0.
    V5,
    /// 3.1.1.
    V311,
}

/// Everything that may be configured. There is no `Debug`, because of the password.
#[derive(Clone)]
pub struct MqttConfig {
    /// Name for topics and ids: a-z, 0-9, `_`, `-`, at most 32.
    pub node: String,
    /// The device's name.
    pub name: String,
    /// The room, suggested to Home Assistant.
    pub area: Option<String>,
    /// Segue's version.
    pub software: String,
    /// What turn ids begin with: differs from one start of the program to the next.
    pub run: String,
    /// The broker's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the connection is encrypted and the broker proves who it is.
    pub tls: bool,
    /// PEM certificates of who is trusted, in place of the system's authorities.
    pub ca: Option<Vec<u8>>,
    /// User and password.
    pub login: Option<(String, String)>,
    /// Which version is spoken.
    pub version: Version,
    /// Home Assistant's discovery prefix, `homeassistant` unless changed there.
    pub discovery: String,
    /// Whether what was heard and said are entities.
    pub words: bool,
    /// Whether there is a microphone, which has entities of its own.
    pub microphone: bool,
    /// Rhasspy's site that is answered, if any.
    pub hermes: Option<String>,
}
