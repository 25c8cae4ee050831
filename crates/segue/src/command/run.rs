//! `segue run`: the service of a speaker or hub.

use std::path::{Path, PathBuf};

use segue_audio::device;
use segue_config::{Config, Mqtt as MqttSection, MqttVersion, Output, Secret, When};
use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_mqtt::{Mqtt, MqttConfig, Version};
use segue_runtime::desk::Desk;
use segue_runtime::plugin::Plugin;
use segue_runtime::service;

use crate::args::{CloudArgs, OpenerChoice, RunArgs, TalkArgs};
use crate::crew::{self, Assistant, Mouth, Needs};
use crate::failure::Failure;
use crate::terminal;

/// Longest password or certificate file, in bytes.
const LONGEST_FILE: u64 = 256 * 1024;

pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    let config = super::config::read(args.config.as_deref())?;
    let plugins = plugins(&config)?;
    let talk = talk(&config);
    let runtime = crew::runtime()?;
    runtime.block_on(async {
        let end = end()?;
        let (mut assistant, sound) = assistant(&config, &talk).await?;
        let told = [format!("cloud: {}", assistant.clouds()), format!("sound: {sound}")];
        terminal::say(&told_at_start(&config, &told, &plugins));
        let openers = if config.opener.when == When::Never { OpenerPolicy::Never } else { talk.opener.into() };
        let desk = Desk::new(openers, config.opener.max_words);
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Ready]);
        let session = service::serve(assistant.session, desk, plugins, pulse, end).await;
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Stopping]);
        match session {
            Some(session) => {
                assistant.session = session;
                assistant.remember();
                terminal::say("ended\n");
                Ok(())
            }
            None => Err(Failure::other("the session broke; see the log")),
        }
    })
}

/// The crew, and where it speaks: on a loudspeaker where there is one, else in writing.
async fn assistant(config: &Config, talk: &TalkArgs) -> Result<(Assistant, String), Failure> {
    let written = "none, answers are only written";
    let needs = |mouth| Needs { ear: false, mouth };
    if config.sound.output == Output::Auto {
        if device::list().outputs.is_empty() {
            return Ok((
                crew::assemble(talk, needs(Mouth::Written), false).await?,
                format!("{written}: no sound card"),
            ));
        }
        match crew::assemble(talk, needs(Mouth::Loudspeaker), false).await {
            Ok(assistant) => return Ok((assistant, "speaks on the default loudspeaker".into())),
            Err(failure) => tracing::warn!(why = failure.message, "no voice, answers are only written"),
        }
    }
    Ok((crew::assemble(talk, needs(Mouth::Written), false).await?, written.into()))
}

/// A sign of life for systemd's watchdog, and the local day.
fn pulse() -> i64 {
    let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Watchdog]);
    let date = jiff::Zoned::now().date();
    i64::from(date.year()) * 1000 + i64::from(date.day_of_year())
}

/// Ready when the program shall end: SIGTERM from a service manager, SIGINT from a terminal.
fn end() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::other)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::other)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// What is open, what is reached, and what is not.
fn told_at_start(config: &Config, crew: &[String], plugins: &[Box<dyn Plugin>]) -> String {
    let mut lines = vec![format!("segue {}, node {}", env!("CARGO_PKG_VERSION"), config.node.id)];
    lines.extend(crew.iter().cloned());
    lines.push("microphone: none is opened".to_string());
    if config.mqtt.is_none() {
        lines.push("MQTT: off; mqtt.url or SEGUE_MQTT_URL switches it on".to_string());
    }
    lines.extend(plugins.iter().map(|plugin| plugin.told_at_start()));
    lines.push("no port is opened".to_string());
    lines.join("\n") + "\n"
}

fn talk(config: &Config) -> TalkArgs {
    let settings = Settings {
        min_words: config.opener.min_words,
        max_words: config.opener.max_words,
        patience: config.cloud.patience,
        history: config.cloud.history,
        ..Settings::default()
    };
    // Never is said by the desk: the opener is loaded all the same, because the home can switch it on.
    let opener = if config.opener.when == When::Always { OpenerChoice::Always } else { OpenerChoice::Auto };
    let cloud = &config.cloud;
    let clouds = CloudArgs {
        cloud: cloud.named.split(',').map(str::to_string).collect(),
        model: cloud.model.clone(),
        key_file: cloud.key_file.as_ref().map(PathBuf::from),
    };
    TalkArgs { opener, clouds, json: false, settings }
}

fn plugins(config: &Config) -> Result<Vec<Box<dyn Plugin>>, Failure> {
    let mut plugins: Vec<Box<dyn Plugin>> = Vec::new();
    if let Some(section) = &config.mqtt {
        plugins.push(Box::new(Mqtt::new(mqtt(config, section)?).map_err(Failure::usage)?));
    }
    Ok(plugins)
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
        hermes: section.hermes.clone(),
    })
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(PathBuf::from(path))?.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
