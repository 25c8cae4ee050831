//! Every key that there is: its section, what it may be, its default, its variable, and a sentence about it.

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, at most so many characters; may be empty.
    Text(usize),
    /// A name that goes into topics and ids: 1 to 32 of a-z, 0-9, `_` and `-`.
    Name,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number, both ends included.
    Whole(i64, i64),
    /// `true` or `false`.
    Flag,
    /// Who continues, as `--cloud` takes it: one or several with commas between.
    Clouds,
    /// One of the words, or a URL with one of the schemes.
    Url {
        /// Words that stand in place of a URL; an empty one means that nothing is named.
        words: &'static [&'static str],
        /// Schemes, without `://`.
        schemes: &'static [&'static str],
    },
}

/// One key of the file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The table it stands in.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is when nobody says anything: as it stands in a variable.
    pub default: &'static str,
    /// The environment variable that stands above the file.
    pub variable: Option<&'static str>,
    /// What it is for.
    pub help: &'static str,
}

/// A section and what it is about.
pub const SECTIONS: &[(&str, &str)] = &[
    ("node", "Who this is: one speaker or hub among those of a home."),
    ("opener", "The first words of an answer, written on this machine."),
    (
        "cloud",
        "Who continues the sentence. Keys are never in this file: SEGUE_CLOUD_KEY, or a file that key_file names.",
    ),
    ("sound", "The sound card."),
    (
        "microphone",
        "Spoken requests. The microphone is shut until a wake word, the button Listen or a held key opens it; the switch \
         Mute holds over restarts.",
    ),
    ("home", "Home Assistant as the one who acts and answers for the home, before the cloud. Off until url names it."),
    ("mqtt", "The home's broker: a device in Home Assistant, and topics for everybody. Off until url names a broker."),
];

const fn key(section: &'static str, name: &'static str, kind: Kind, default: &'static str, help: &'static str) -> Key {
    Key { section, name, kind, default, variable: None, help }
}

const fn named(key: Key, variable: &'static str) -> Key {
    Key { variable: Some(variable), ..key }
}

/// The keys, in the order of the example.
pub const KEYS: &[Key] = &[
    named(
        key(
            "node",
            "id",
            Kind::Name,
            "segue",
            "Names this machine in topics and in Home Assistant; two in one home differ.",
        ),
        "SEGUE_NODE",
    ),
    key("node", "name", Kind::Text(64), "Segue", "What people call it: the device's name in Home Assistant."),
    key("node", "area", Kind::Text(64), "", "The room it stands in: Home Assistant suggests it as the device's area."),
    key(
        "opener",
        "when",
        Kind::Choice(&["auto", "always", "never"]),
        "auto",
        "auto opens when the cloud is expected to be slower than a person; never waits for the cloud.",
    ),
    key("opener", "min_words", Kind::Whole(1, 8), "4", "Fewest words of an opener."),
    key(
        "opener",
        "max_words",
        Kind::Whole(2, 8),
        "8",
        "Most words of an opener. Home Assistant's number changes it until the next start.",
    ),
    named(
        key(
            "cloud",
            "use",
            Kind::Clouds,
            "local",
            "Who continues the sentence; with commas between them the next is asked when one fails. none: nobody. local: \
             a small model in this process that stands in for a cloud and invents facts. A URL: the base address of an \
             OpenAI-compatible server, /v1 included. A model may follow after #.",
        ),
        "SEGUE_CLOUD",
    ),
    named(
        key("cloud", "model", Kind::Text(200), "", "The cloud's model. Empty: the server's first one."),
        "SEGUE_CLOUD_MODEL",
    ),
    key(
        "cloud",
        "key_file",
        Kind::Text(1000),
        "",
        "A file that holds the cloud's key. SEGUE_CLOUD_KEY stands above it.",
    ),
    key(
        "cloud",
        "patience_s",
        Kind::Whole(1, 60),
        "8",
        "How long the cloud may give no sign before the sentence is ended honestly.",
    ),
    key("cloud", "history", Kind::Whole(0, 50), "6", "How many exchanges of the conversation the cloud sees."),
    key(
        "sound",
        "output",
        Kind::Choice(&["auto", "none"]),
        "auto",
        "auto speaks on the default loudspeaker if there is one; with none answers are only written.",
    ),
    key(
        "microphone",
        "input",
        Kind::Choice(&["auto", "none"]),
        "auto",
        "auto uses the default microphone, if there is one and a wake word or MQTT can open it; none uses no microphone.",
    ),
    key(
        "microphone",
        "wake",
        Kind::Text(260),
        "",
        "HOST:PORT of a Wyoming wake word service, as 127.0.0.1:10400. It hears what the shut microphone hears: keep it \
         on this machine.",
    ),
    key(
        "microphone",
        "wake_words",
        Kind::Text(400),
        "",
        "Which wake words, with commas between, as ok_nabu. Empty: those that the service has loaded by itself.",
    ),
    key(
        "microphone",
        "eagerness",
        Kind::Choice(&["relaxed", "normal", "eager"]),
        "normal",
        "How soon a silence ends a request. Home Assistant's choice changes it until the next start.",
    ),
    key(
        "home",
        "url",
        Kind::Url { words: &[""], schemes: &["http", "https"] },
        "",
        "The address of Home Assistant's page, as http://homeassistant.local:8123.",
    ),
    key(
        "home",
        "token_file",
        Kind::Text(1000),
        "",
        "A file that holds a long-lived access token: in Home Assistant under your name, Security.",
    ),
    key(
        "home",
        "pipeline",
        Kind::Text(100),
        "",
        "The id of the Assist pipeline whose agent answers. Empty: the preferred one.",
    ),
    key(
        "home",
        "asked",
        Kind::Choice(&["all", "commands"]),
        "all",
        "all: Home Assistant is asked first, the cloud what it does not know. commands: only what asks for something to \
         be done goes there.",
    ),
    key(
        "home",
        "ca_file",
        Kind::Text(1000),
        "",
        "With https: a PEM file of who is trusted. Empty: the system's authorities.",
    ),
    key(
        "home",
        "names",
        Kind::Flag,
        "true",
        "Whether rooms and devices are known by name: for what is heard and for openers, on this machine.",
    ),
    key(
        "home",
        "names_to_cloud",
        Kind::Flag,
        "false",
        "Whether the cloud is told these names, too, with every request that goes there.",
    ),
    named(
        key(
            "mqtt",
            "url",
            Kind::Url { words: &[""], schemes: &["mqtt", "mqtts"] },
            "",
            "mqtt://HOST:PORT, or mqtts:// for TLS. USER:PASSWORD@ may stand before HOST; better in user and password_file.",
        ),
        "SEGUE_MQTT_URL",
    ),
    key("mqtt", "user", Kind::Text(200), "", "The user, where the broker wants one."),
    key("mqtt", "password_file", Kind::Text(1000), "", "A file that holds the password."),
    key("mqtt", "version", Kind::Choice(&["5", "3.1.1"]), "5", "MQTT's version: 3.1.1 for brokers that know no 5."),
    key(
        "mqtt",
        "ca_file",
        Kind::Text(1000),
        "",
        "With mqtts: a PEM file of who is trusted. Empty: the system's authorities.",
    ),
    key("mqtt", "discovery", Kind::Name, "homeassistant", "Home Assistant's discovery prefix."),
    key(
        "mqtt",
        "words",
        Kind::Flag,
        "false",
        "Whether what was heard and said are entities, which Home Assistant then records.",
    ),
    key(
        "mqtt",
        "hermes",
        Kind::Flag,
        "false",
        "Whether Rhasspy's unrecognised requests are answered too. Rhasspy speaks then, so sound.output must be none.",
    ),
    key("mqtt", "site", Kind::Text(64), "default", "With hermes: which siteId is answered."),
];
