//! `segue run`: the service of a speaker or hub.

mod faces;
mod sound;

use std::path::PathBuf;

use segue_config::{Config, Eagerness as EagernessKey, When};
use segue_core::dialogue::{OpenerPolicy, Settings};
use segue_runtime::desk::Desk;
use segue_runtime::plugin::{Eagerness, Plugin};
use segue_runtime::service;

use crate::args::{CloudArgs, OpenerChoice, RunArgs, TalkArgs};
use crate::crew;
use crate::failure::Failure;
use crate::{state, terminal};
use faces::Faces;
use sound::Sound;

pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    let config = super::config::read(args.config.as_deref())?;
    let Faces { mut plugins, executor } = faces::home(&config)?;
    let broker = faces::mqtt_config(&config)?;
    let talk = talk(&config);
    let runtime = crew::runtime()?;
    runtime.block_on(async {
        let end = end()?;
        let Sound { mut assistant, ears, wake, told: sound } = sound::assemble(&config, &talk).await?;
        if let Some(executor) = executor {
            assistant.session.act_through(executor);
            assistant.session.tell_clouds_home(config.home.as_ref().is_some_and(|home| home.names_to_cloud));
        }
        plugins.extend(faces::wake_word(&config, wake));
        if let Some(broker) = broker {
            plugins.push(faces::mqtt_plugin(broker, ears.is_some())?);
        }
        let crew = [format!("cloud: {}", assistant.clouds())];
        terminal::say(&told_at_start(&config, crew.into_iter().chain(sound), &plugins));
        let openers = if config.opener.when == When::Never { OpenerPolicy::Never } else { talk.opener.into() };
        let mut desk = Desk::new(openers, config.opener.max_words);
        if ears.is_some() {
            desk = desk.with_microphone(state::muted(), eagerness(&config));
        }
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Ready]);
        let session = service::serve(assistant.session, desk, plugins, ears, pulse, end).await;
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

fn eagerness(config: &Config) -> Eagerness {
    match config.microphone.eagerness {
        EagernessKey::Relaxed => Eagerness::Relaxed,
        EagernessKey::Normal => Eagerness::Normal,
        EagernessKey::Eager => Eagerness::Eager,
    }
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
fn told_at_start(config: &Config, crew: impl Iterator<Item = String>, plugins: &[Box<dyn Plugin>]) -> String {
    let mut lines = vec![format!("segue {}, node {}", env!("CARGO_PKG_VERSION"), config.node.id)];
    lines.extend(crew);
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
    TalkArgs { opener, clouds, json: false, silences: None, settings }
}
