//! The plugins that a configuration names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use segue_config::{Config, Home as HomeSection, Mqtt as MqttSection, MqttVersion, Secret};
use segue_homeassistant::{Asked, Home, HomeConfig};
use segue_mqtt::{Mqtt, MqttConfig, Version};
use segue_runtime::plugin::Plugin;
use segue_runtime::port::Executor;
use segue_wyoming::WakeWord;
use tokio::sync::mpsc;

use crate::failure::Failure;

/// Longest password, token or certificate file, in bytes.
const LONGEST_FILE: u64 = 256 * 1024;

/// The plugins, and the one who acts if there is one. Read before anything is loaded, so that mistakes are told soon.
pub(super) struct Faces {
    pub(super) plugins: Vec<Box<dyn Plugin>>,
    pub(super) executor: Option<Arc<dyn Executor>>,
}

/// Everything but MQTT and the wake word, which depend on there being a microphone.
pub(super) fn home(config: &Config) -> Result<Faces, Failure> {
    let mut faces = Faces { plugins: Vec::new(), executor: None };
    if let Some(section) = &config.home {
        let home = Home::new(home_config(section)?).map_err(Failure::usage)?;
        faces.executor = Some(home.executor());
        faces.plugins.push(Box::new(home));
    }
    Ok(faces)
}

/// The wake word, if a microphone has sound for it.
pub(super) fn wake_word(config: &Config, sound: Option<mpsc::Receiver<Vec<i16>>>) -> Option<Box<dyn Plugin>> {
    let address = config.microphone.wake.as_ref()?;
    Some(Box::new(WakeWord::new(address, config.microphone.wake_words.clone(), sound?)))
}

/// The broker's configuration.
pub(super) fn mqtt_config(config: &Config) -> Result<Option<MqttConfig>, Failure> {
    config.mqtt.as_ref().map(|section| mqtt(config, section)).transpose()
}

/// The broker, with the microphone's entities if there is one.
pub(super) fn mqtt_plugin(config: MqttConfig, microphone: bool) -> Result<Box<dyn Plugin>, Failure> {
    Ok(Box::new(Mqtt::new(MqttConfig { microphone, ..config }).map_err(Failure::usage)?))
}

fn home_config(section: &HomeSection) -> Result<HomeConfig, Failure> {
    let token = read(Path::new(&section.token_file))
        .map_err(|error| Failure::usage(format!("home.token_file {}: {error}", section.token_file)))?;
    Ok(HomeConfig {
        url: section.url.clone(),
        token: String::from_utf8_lossy(&token).into_owned(),
        pipeline: section.pipeline.clone(),
        ca: section.ca_file.as_deref().map(|file| pem("home.ca_file", file)).transpose()?,
        asked: if section.commands_only { Asked::Commands } else { Asked::All },
        names: section.names,
    })
}

fn pem(what: &str, path: &str) -> Result<Vec<u8>, Failure> {
    read(Path::new(path)).map_err(|error| Failure::usage(format!("{what} {path}: {error}")))
}

fn mqtt(config: &Config, section: &MqttSection) -> Result<MqttConfig, Failure> {
    let broker = &section.broker;
    let file = |what: &str, path: &Option<String>| match path {
        Some(path) => read(Path::new(path)).map(Some).map_err(|e| Failure::usage(format!("{what} {path}: {e}"))),
        None => Ok(None),
    };
    let of_file = file("the password file", &section.password_file)?;
    let of_file = of_file.and_then(|text| Secret::new(&String::from_utf8_lossy(&text)));
    let password = broker.password.clone().or(of_file);
    if password.is_some() && broker.user.is_none() {
        return Err(Failure::usage("MQTT has a password but no user: set mqtt.user"));
    }
    let password = password.map(|secret| secret.expose().to_string()).unwrap_or_default();
    Ok(MqttConfig {
        node: config.node.id.clone(),
        name: config.node.name.clone(),
        area: config.node.area.clone(),
        software: env!("CARGO_PKG_VERSION").to_string(),
        run: format!("{:x}", jiff::Timestamp::now().as_millisecond()),
        host: broker.host.clone(),
        port: broker.port,
        tls: broker.tls,
        ca: file("mqtt.ca_file", &section.ca_file)?,
        login: broker.user.clone().map(|user| (user, password)),
        version: match section.version {
            MqttVersion::V5 => Version::V5,
            MqttVersion::V311 => Version::V311,
        },
        discovery: section.discovery.clone(),
        words: section.words,
        microphone: false,
        hermes: section.hermes.clone(),
    })
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(PathBuf::from(path))?.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
