//! The configuration, told as files and variables that go in and what comes out.

use proptest::prelude::*;

use crate::keys::{KEYS, SECTIONS};
use crate::{Config, MqttVersion, Output, Place, Problem, When, example};

fn no_variables(_: &str) -> Option<String> {
    None
}

fn read(text: &str) -> Result<Config, Vec<Problem>> {
    Config::read("segue.toml", text, &no_variables)
}

fn problems(text: &str) -> Vec<String> {
    read(text).unwrap_err().iter().map(ToString::to_string).collect()
}

fn with(variables: &[(&str, &str)], text: &str) -> Result<Config, Vec<Problem>> {
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_string())
    };
    Config::read("segue.toml", text, &variable)
}

#[test]
fn the_example_says_what_holds_anyway_and_has_every_key() {
    let text = example();
    assert_eq!(read(&text).unwrap(), Config::default());
    for key in KEYS {
        assert!(text.contains(&format!("\n{} = ", key.name)), "{}", key.name);
        assert!(key.variable.is_none_or(|name| text.contains(name)));
        assert!(SECTIONS.iter().any(|(section, _)| *section == key.section), "{}", key.section);
        let twins = KEYS.iter().filter(|other| (other.section, other.name) == (key.section, key.name));
        assert_eq!(twins.count(), 1, "{}", key.name);
    }
}

#[test]
fn every_key_changes_the_configuration() {
    let other = |section: &str, name: &str| match (section, name) {
        ("node", "id") => "\"kitchen\"",
        ("opener", "when") => "\"never\"",
        ("opener", "min_words") => "2",
        ("opener", "max_words") => "5",
        ("cloud", "use") => "\"none\"",
        ("cloud", "patience_s") => "3",
        ("cloud", "history") => "0",
        ("sound", "output") => "\"none\"",
        ("microphone", "input") => "\"none\"",
        ("microphone", "wake") => "\"127.0.0.1:1\"",
        ("microphone", "eagerness") => "\"eager\"",
        ("home", "url") => "\"http://other:1\"",
        ("home", "asked") => "\"commands\"",
        ("home", "names") => "false",
        ("home", "names_to_cloud") => "true",
        ("mqtt", "url") => "\"mqtts://other:1\"",
        ("mqtt", "version") => "\"3.1.1\"",
        ("mqtt", "words" | "hermes") => "true",
        _ => "\"other\"",
    };
    for key in KEYS {
        // Some keys matter only beside others.
        let base = [
            ("sound", "output", "\"none\""),
            ("mqtt", "url", "\"mqtts://b\""),
            ("mqtt", "hermes", "true"),
            ("home", "url", "\"https://h\""),
            ("home", "token_file", "\"t\""),
        ];
        let file = |set: &dyn Fn(&str, &str) -> Option<&'static str>| {
            let mut text = String::new();
            for (section, _) in SECTIONS {
                text.push_str(&format!("[{section}]\n"));
                for key in KEYS.iter().filter(|key| key.section == *section) {
                    let basic = base.iter().find(|(s, n, _)| (*s, *n) == (key.section, key.name)).map(|row| row.2);
                    if let Some(value) = set(key.section, key.name).or(basic) {
                        text.push_str(&format!("{} = {value}\n", key.name));
                    }
                }
            }
            text
        };
        let plain = read(&file(&|_, _| None)).unwrap();
        let (section, name) = (key.section, key.name);
        let value = match (section, name) {
            ("sound", "output") => "\"auto\"",
            ("mqtt", "hermes") => "false",
            _ => other(section, name),
        };
        let changed = read(&file(&|s, n| ((s, n) == (section, name)).then_some(value)));
        // What is refused beside the others was read as well.
        assert_ne!(changed.as_ref().ok(), Some(&plain), "{section}.{name} changes nothing");
    }
}

#[test]
fn without_a_file_there_is_a_configuration() {
    let config = read("").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!((config.node.id.as_str(), config.opener.when, config.sound.output), ("segue", When::Auto, Output::Auto));
    assert_eq!((config.mqtt, config.cloud.named.as_str()), (None, "local"));
}

#[test]
fn an_unknown_key_names_its_line_and_what_there_is() {
    assert_eq!(
        problems("[node]\nid = \"kitchen\"\n\n[opener]\nwen = \"auto\"\n"),
        ["segue.toml:5: [opener] has no `wen`; it has when, min_words, max_words"]
    );
    let section = &problems("# a comment\n[opner]\nwhen = \"auto\"\n")[0];
    assert!(section.starts_with("segue.toml:2: `opner` is no section; there are [node], [opener], "), "{section}");
    assert_eq!(problems("node = 3\n"), ["segue.toml:1: `node` is a section: write [node]"]);
}

#[test]
fn a_wrong_value_names_its_line_and_what_is_allowed() {
    assert_eq!(
        problems("[opener]\nwhen = \"sometimes\"\nmax_words = 80\nmin_words = \"4\"\n[mqtt]\nwords = 1\n"),
        [
            "segue.toml:2: opener.when takes one of \"auto\", \"always\", \"never\"",
            "segue.toml:3: opener.max_words takes a whole number from 2 to 8",
            "segue.toml:4: opener.min_words takes a whole number from 1 to 8",
            "segue.toml:6: mqtt.words takes true or false",
        ]
    );
    assert_eq!(
        problems("[cloud]\nuse = \"example.org/v1\"\n[mqtt]\nurl = \"http://b\"\n[node]\nid = \"The Kitchen\"\n"),
        [
            "segue.toml:2: cloud.use takes \"local\", \"none\", \"openai\", \"anthropic\", or URLs that begin with http:// or \
             https://",
            "segue.toml:4: mqtt.url takes a URL in quotes that begins with mqtt:// or mqtts://, or \"\"",
            "segue.toml:6: node.id takes 1 to 32 of a-z, 0-9, _ and -, in quotes",
        ]
    );
}

#[test]
fn what_is_no_toml_names_its_line() {
    let told = problems("[node]\nid = \"kitchen\n");
    assert!(told[0].starts_with("segue.toml:2: this is no TOML: "), "{told:?}");
    assert!(problems("[node]\nid = \"a\"\nid = \"b\"\n").iter().any(|told| told.starts_with("segue.toml:3: ")));
}

#[test]
fn values_that_do_not_go_together_are_told() {
    assert_eq!(
        problems("[opener]\nmin_words = 6\nmax_words = 5\n"),
        ["opener.min_words must not be above opener.max_words"]
    );
    assert!(problems("[mqtt]\nurl = \"mqtt://b\"\nhermes = true\n")[0].contains("sound.output"));
    assert!(problems("[mqtt]\nurl = \"mqtt://b\"\nca_file = \"ca.pem\"\n")[0].contains("mqtts://"));
    assert!(problems("[home]\nurl = \"http://h\"\n")[0].contains("home.token_file"));
    let home = "[home]\nurl = \"http://h\"\ntoken_file = \"t\"\n";
    assert!(problems(&format!("{home}ca_file = \"ca.pem\"\n"))[0].contains("https://"));
    assert!(problems(&format!("{home}names = false\nnames_to_cloud = true\n"))[0].contains("home.names"));
    for wake in ["10400", "host:", "host:0", "a b:1", ":1", "tcp://x:1"] {
        assert!(problems(&format!("[microphone]\nwake = \"{wake}\"\n"))[0].contains("host and port"), "{wake}");
    }
    assert!(problems("[mqtt]\nurl = \"mqtt://b/path\"\n")[0].contains("host and port only"));
}

#[test]
fn a_variable_stands_above_the_file_and_an_empty_one_says_nothing() {
    let file = "[node]\nid = \"hall\"\n[cloud]\nuse = \"local\"\nmodel = \"small\"\n";
    let set = [
        ("SEGUE_NODE", "kitchen"),
        ("SEGUE_CLOUD", "https://example.org/v1"),
        ("SEGUE_CLOUD_MODEL", ""),
        ("SEGUE_MQTT_URL", "mqtt://me:p%40ss@broker:1884"),
        ("SEGUE_MODELS", "left alone"),
    ];
    let config = with(&set, file).unwrap();
    assert_eq!(config.node.id, "kitchen");
    assert_eq!(config.cloud.named, "https://example.org/v1");
    assert_eq!(config.cloud.model.as_deref(), Some("small"));
    let mqtt = config.mqtt.unwrap();
    assert_eq!((mqtt.broker.host.as_str(), mqtt.broker.port, mqtt.broker.tls), ("broker", 1884, false));
    assert_eq!(mqtt.broker.user.as_deref(), Some("me"));
    assert_eq!(mqtt.broker.password.unwrap().expose(), "p@ss");
    assert_eq!(mqtt.version, MqttVersion::V5);
}

#[test]
fn clouds_may_be_several_and_each_is_looked_at() {
    let read = |named: &str| with(&[("SEGUE_CLOUD", named)], "").map(|config| config.cloud.named);
    for good in ["none", "local", "https://a/v1#m, local", "anthropic#x", "anthropic+http://127.0.0.1:9#m,openai"] {
        assert_eq!(read(good).as_deref(), Ok(good));
    }
    for bad in ["none,local", "sk-123", "localhost:8080", "https://a,ftp://b", "https://", "local,,local"] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_wrong_variable_is_named() {
    let told: Vec<_> = with(&[("SEGUE_NODE", "The Kitchen"), ("SEGUE_CLOUD", "ftp://x")], "").unwrap_err();
    assert_eq!(told[0].place, Place::Variable("SEGUE_NODE"));
    assert_eq!(told[1].place, Place::Variable("SEGUE_CLOUD"));
}

#[test]
fn secrets_are_never_shown() {
    let set = [("SEGUE_MQTT_URL", "mqtts://me:hunter3@broker")];
    let shown = format!("{:?}", with(&set, "").unwrap());
    assert!(!shown.contains("hunter"), "{shown}");
    // A secret in a wrong place is not repeated either.
    let wrong = "[cloud]\nkey = \"hunter4\"\nuse = \"hunter5\"\n[mqtt]\nurl = \"mqtt://a:hunter6@b/c\"\nx = 'hunter7\n";
    let told = with(&[("SEGUE_MQTT_URL", "http://me:hunter8@b")], wrong).unwrap_err();
    assert!(told.len() >= 4, "{told:?}");
    assert!(!format!("{told:?}").contains("hunter"), "{told:?}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let told = problems(&"# a very long comment\n".repeat(10_000));
    assert_eq!(told, ["segue.toml:1: the file is larger than 65536 bytes"]);
}

#[test]
fn deep_nesting_and_strange_tables_end_in_problems() {
    for text in
        ["[node.id]\n", "[[node]]\n", "node.id.x = 1\n", "[node]\nid = {a=[1]}\n", "\u{0}", "=", "[mqtt]\nurl=[]"]
    {
        assert!(read(text).is_err(), "{text}");
    }
    let nested = format!("[node]\nid = {}{}\n", "[".repeat(20_000), "]".repeat(20_000));
    assert!(read(&nested).is_err());
}

fn line(problem: &Problem) -> usize {
    if let Place::Line { line, .. } = problem.place { line } else { 1 }
}

proptest! {
    #[test]
    fn anything_ends_in_a_configuration_or_in_problems_on_lines_of_the_file(text in ".{0,200}") {
        let lines = text.lines().count().max(1) + 1;
        if let Err(told) = read(&text) {
            prop_assert!(!told.is_empty() && told.iter().all(|problem| line(problem) <= lines));
        }
    }

    #[test]
    fn an_example_with_a_piece_exchanged_never_panics(at in 0usize..6000, long in 0usize..40, piece in "[\\PC\n\"\\[\\]=#]{0,30}") {
        let mut text: Vec<char> = example().chars().collect();
        let from = at.min(text.len());
        let to = (from + long).min(text.len());
        text.splice(from..to, piece.chars());
        let text: String = text.into_iter().collect();
        let lines = text.lines().count() + 1;
        if let Err(told) = read(&text) {
            for problem in told {
                prop_assert!(line(&problem) <= lines && !problem.to_string().contains('\n'));
            }
        }
    }

    #[test]
    fn a_broker_url_never_panics(url in "(mqtts?|http)://[a-z0-9:@%\\[\\].-]{0,40}(/[a-z]{0,3})?") {
        let _ = with(&[("SEGUE_MQTT_URL", url.as_str())], "");
    }
}
