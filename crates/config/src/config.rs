//! The configuration as the program uses it.

use std::time::Duration;

use crate::broker::Broker;
use crate::problem::Problem;
use crate::values::Values;

/// Everything that may be configured; `Default` is what holds when nobody says anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Who this is.
    pub node: Node,
    /// The first words.
    pub opener: Opener,
    /// Who continues.
    pub cloud: Cloud,
    /// The sound card.
    pub sound: Sound,
    /// Spoken requests.
    pub microphone: Microphone,
    /// Home Assistant; `None` is off.
    pub home: Option<Home>,
    /// The home's broker; `None` is off.
    pub mqtt: Option<Mqtt>,
}

/// How soon a silence ends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eagerness {
    /// For who thinks while speaking.
    Relaxed,
    /// For most people.
    Normal,
    /// For short commands.
    Eager,
}

/// Spoken requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Microphone {
    /// Whether the default microphone is used, if there is one.
    pub used: bool,
    /// Where a wake word service is, as `host:port`.
    pub wake: Option<String>,
    /// Its wake words; empty are all.
    pub wake_words: Vec<String>,
    /// How soon a silence ends a request, at the start.
    pub eagerness: Eagerness,
}

/// Home Assistant as the one who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The address of its page.
    pub url: String,
    /// Where the token lies.
    pub token_file: String,
    /// The pipeline, if named.
    pub pipeline: Option<String>,
    /// Whether only commands go there.
    pub commands_only: bool,
    /// A PEM file of who is trusted, in place of the system's authorities.
    pub ca_file: Option<String>,
    /// Whether rooms and devices are known by name.
    pub names: bool,
    /// Whether the cloud is told them.
    pub names_to_cloud: bool,
}

/// One speaker or hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// For topics and ids: a-z, 0-9, `_`, `-`.
    pub id: String,
    /// For people.
    pub name: String,
    /// The room, if named.
    pub area: Option<String>,
}

/// Whether a turn begins with an opener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When the cloud is expected to be slow.
    Auto,
    /// In every turn.
    Always,
    /// In none.
    Never,
}

/// The opener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opener {
    /// Whether to open.
    pub when: When,
    /// Fewest words.
    pub min_words: usize,
    /// Most words; never fewer than `min_words`.
    pub max_words: usize,
}

/// The cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Who continues, as `--cloud` takes it.
    pub named: String,
    /// Its model, if named.
    pub model: Option<String>,
    /// Where the first cloud's key lies, if it lies in a file. `SEGUE_CLOUD_KEY` stands above it and is read by those
    /// who need it.
    pub key_file: Option<String>,
    /// How long it may give no sign.
    pub patience: Duration,
    /// How many exchanges it sees.
    pub history: usize,
}

/// Where answers sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// On the default loudspeaker, if there is one.
    Auto,
    /// Nowhere: they are written.
    None,
}

/// The sound card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Where answers sound.
    pub output: Output,
}

/// MQTT's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MqttVersion {
    /// 5.0.
    V5,
    /// 3.1.1.
    V311,
}

/// The home's broker and what is told there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mqtt {
    /// Where it is; user and password of the URL, or those of the keys.
    pub broker: Broker,
    /// Where the password lies, if it lies in a file.
    pub password_file: Option<String>,
    /// Which version is spoken.
    pub version: MqttVersion,
    /// A PEM file of who is trusted, in place of the system's authorities.
    pub ca_file: Option<String>,
    /// Home Assistant's discovery prefix.
    pub discovery: String,
    /// Whether what was heard and said are entities.
    pub words: bool,
    /// Rhasspy's site that is answered, if any.
    pub hermes: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self::build(&Values::read("", "", &|_| None, &mut Vec::new()), &mut Vec::new())
    }
}

impl Config {
    /// Reads a file's `text`; `file` is its name, for problems. `variable` gives environment variables by name.
    /// All problems are told at once, in the order of the file.
    pub fn read(file: &str, text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let values = Values::read(file, text, variable, &mut problems);
        let config = Self::build(&values, &mut problems);
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    fn build(values: &Values, problems: &mut Vec<Problem>) -> Self {
        let text = |section, name| values.text(section, name);
        let named = |section, name| Some(values.text(section, name)).filter(|text| !text.is_empty());
        let words = |name| values.whole("opener", name) as usize;
        let config = Self {
            node: Node { id: text("node", "id"), name: text("node", "name"), area: named("node", "area") },
            opener: Opener {
                when: match text("opener", "when").as_str() {
                    "always" => When::Always,
                    "never" => When::Never,
                    _ => When::Auto,
                },
                min_words: words("min_words"),
                max_words: words("max_words"),
            },
            cloud: Cloud {
                named: text("cloud", "use"),
                model: named("cloud", "model"),
                key_file: named("cloud", "key_file"),
                patience: Duration::from_secs(values.whole("cloud", "patience_s")),
                history: values.whole("cloud", "history") as usize,
            },
            sound: Sound { output: if text("sound", "output") == "none" { Output::None } else { Output::Auto } },
            microphone: microphone(values, problems),
            home: home(values, problems),
            mqtt: mqtt(values, problems),
        };
        if config.opener.min_words > config.opener.max_words {
            problems.push(Problem::together("opener.min_words must not be above opener.max_words"));
        }
        if config.mqtt.as_ref().is_some_and(|mqtt| mqtt.hermes.is_some()) && config.sound.output != Output::None {
            let what = "mqtt.hermes = true needs sound.output = \"none\", because Rhasspy speaks the answers";
            problems.push(Problem::together(what));
        }
        config
    }
}

fn microphone(values: &Values, problems: &mut Vec<Problem>) -> Microphone {
    let text = |name| values.text("microphone", name);
    let wake = Some(text("wake")).filter(|wake| !wake.is_empty());
    let is_address = |wake: &String| {
        let (host, port) = wake.rsplit_once(':').unwrap_or_default();
        !host.is_empty() && !host.contains(['/', ' ']) && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    if wake.as_ref().is_some_and(|wake| !is_address(wake)) {
        problems.push(Problem::together("microphone.wake takes host and port, as 127.0.0.1:10400"));
    }
    let words = text("wake_words");
    Microphone {
        used: text("input") != "none",
        wake,
        wake_words: words.split(',').map(|word| word.trim().to_string()).filter(|word| !word.is_empty()).collect(),
        eagerness: match text("eagerness").as_str() {
            "relaxed" => Eagerness::Relaxed,
            "eager" => Eagerness::Eager,
            _ => Eagerness::Normal,
        },
    }
}

fn home(values: &Values, problems: &mut Vec<Problem>) -> Option<Home> {
    let named = |name| Some(values.text("home", name)).filter(|text| !text.is_empty());
    let url = named("url")?;
    let Some(token_file) = named("token_file") else {
        problems
            .push(Problem::together("home.url needs home.token_file: Home Assistant lets nobody in without a token"));
        return None;
    };
    let (names, names_to_cloud) = (values.flag("home", "names"), values.flag("home", "names_to_cloud"));
    let ca_file = named("ca_file");
    if ca_file.is_some() && !url.starts_with("https://") {
        problems.push(Problem::together("home.ca_file is of no use without TLS: let home.url begin with https://"));
    }
    if names_to_cloud && !names {
        problems
            .push(Problem::together("home.names_to_cloud = true needs home.names = true: there is nothing to tell"));
    }
    Some(Home {
        url,
        token_file,
        ca_file,
        names_to_cloud,
        pipeline: named("pipeline"),
        commands_only: values.text("home", "asked") == "commands",
        names,
    })
}

fn mqtt(values: &Values, problems: &mut Vec<Problem>) -> Option<Mqtt> {
    let named = |name| Some(values.text("mqtt", name)).filter(|text| !text.is_empty());
    let url = named("url")?;
    let Some(mut broker) = Broker::from_url(&url) else {
        problems.push(Problem::together("mqtt.url takes scheme, host and port only, as in mqtt://broker.local:1883"));
        return None;
    };
    broker.user = broker.user.or_else(|| named("user"));
    let mqtt = Mqtt {
        password_file: named("password_file"),
        version: if values.text("mqtt", "version") == "3.1.1" { MqttVersion::V311 } else { MqttVersion::V5 },
        ca_file: named("ca_file"),
        discovery: values.text("mqtt", "discovery"),
        words: values.flag("mqtt", "words"),
        hermes: values.flag("mqtt", "hermes").then(|| values.text("mqtt", "site")),
        broker,
    };
    if mqtt.ca_file.is_some() && !mqtt.broker.tls {
        problems.push(Problem::together("mqtt.ca_file is of no use without TLS: let mqtt.url begin with mqtts://"));
    }
    Some(mqtt)
}
