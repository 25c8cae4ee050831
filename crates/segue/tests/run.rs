//! `segue run` and `segue config` as users run them: no file, no sound card, a real broker.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use segue_integration::mosquitto::Mosquitto;
use segue_integration::peer::Peer;

fn command(args: &[&str]) -> (Command, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("it works");
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.args(args).env("SEGUE_STATE", folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["SEGUE_CLOUD", "SEGUE_CLOUD_MODEL", "SEGUE_MQTT_URL", "SEGUE_NODE", "SEGUE_CONFIG", "NOTIFY_SOCKET"] {
        command.env_remove(name);
    }
    (command, folder)
}

fn segue(args: &[&str]) -> Output {
    command(args).0.output().expect("it works")
}

/// A service that has said what is open.
struct Service {
    child: Child,
    told: Vec<String>,
    _state: tempfile::TempDir,
}

impl Service {
    fn start(variables: &[(&str, &str)]) -> Self {
        let (mut command, state) = command(&["run"]);
        let mut child = command.envs(variables.iter().copied()).stderr(Stdio::inherit()).spawn().expect("it works");
        let mut told = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().expect("it works")).lines();
        while told.last().is_none_or(|line: &String| line != "no port is opened") {
            told.push(lines.next().expect("the service ended").expect("it works"));
        }
        Self { child, told, _state: state }
    }

    /// As a service manager does; true when it ended well.
    fn end(mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().expect("it works").success());
        self.child.wait().expect("it works").success()
    }
}

#[test]
fn it_starts_with_nothing_and_says_what_is_open() {
    let service = Service::start(&[("SEGUE_CLOUD", "none")]);
    let told = service.told.join("\n");
    for line in ["node segue", "cloud: none", "microphone: none is opened", "MQTT: off"] {
        assert!(told.contains(line), "{told}");
    }
    assert!(service.end());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_asks_over_mqtt_and_gets_opener_and_answer() {
    let Some(mut broker) = Mosquitto::start() else { return };
    let url = format!("mqtt://127.0.0.1:{}", broker.port);
    let mut peer = Peer::join(broker.port, None).await;
    let variables = [("SEGUE_CLOUD", "none"), ("SEGUE_MQTT_URL", url.as_str()), ("SEGUE_NODE", "hall")];
    let service = Service::start(&variables);
    assert!(service.told.iter().any(|line| line.starts_with("MQTT: connects to 127.0.0.1:")), "{:?}", service.told);
    peer.hears_that("segue/hall/availability", "online").await;
    let request = r#"{"text":"What is the capital of Mongolia?","id":"q"}"#;
    peer.send("segue/hall/ask", request, false).await;
    let opener = peer.hears_json("segue/hall/turn").await;
    assert_eq!(opener["type"], "opener", "{opener}");
    let mut done = opener.clone();
    while done["type"] != "done" {
        done = peer.hears_json("segue/hall/turn").await;
    }
    assert_eq!((&done["turn"], &done["ask"]), (&opener["turn"], &"q".into()));
    assert!(done["spoken"].as_str().unwrap().starts_with(opener["text"].as_str().unwrap()), "{done}");

    // The broker dies and comes back: the same service answers again.
    broker.kill();
    drop(peer);
    broker.up();
    let mut peer = Peer::join(broker.port, None).await;
    peer.hears_that("segue/hall/availability", "online").await;
    peer.send("segue/hall/say", "Dinner is ready.", false).await;
    while done["spoken"] != "Dinner is ready." {
        done = peer.hears_json("segue/hall/turn").await;
    }
    assert!(service.end());
    peer.hears_that("segue/hall/availability", "offline").await;
}

#[test]
fn the_example_can_be_used_and_mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("segue.toml");
    let path = file.to_str().unwrap();
    let example = segue(&["config", "--example"]);
    std::fs::write(&file, &example.stdout).unwrap();
    let checked = segue(&["config", "--check", path]);
    assert!(checked.status.success() && String::from_utf8_lossy(&checked.stdout).ends_with("can be used\n"));
    let copied = concat!(env!("CARGO_MANIFEST_DIR"), "/../../integration/home-assistant/segue.toml");
    assert!(segue(&["config", "--check", copied]).status.success());
    std::fs::write(&file, "[opener]\nwhen = 'sometimes'\n[mqt]\n").unwrap();
    let wrong = segue(&["config", "--check", path]);
    let told = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told.contains("segue.toml:2: opener.when takes") && told.contains("segue.toml:3: `mqt`"), "{told}");
    // The service does not start with it either.
    assert_eq!(segue(&["run", "--config", path]).status.code(), Some(2));
    assert_eq!(segue(&["run", "--config", "/nowhere/segue.toml"]).status.code(), Some(2));
    // Nor without the token of a Home Assistant that it names, or with one that cannot be; which is told, and not what.
    std::fs::write(&file, "[home]\nurl = 'http://127.0.0.1:1'\ntoken_file = '/nowhere/token'\n").unwrap();
    let wrong = segue(&["run", "--config", path]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("home.token_file /nowhere/token"));
    let token = folder.path().join("token");
    std::fs::write(&token, "my secret token").unwrap();
    let config = format!("[home]\nurl = 'http://127.0.0.1:1'\ntoken_file = '{}'\n", token.display());
    std::fs::write(&file, config).unwrap();
    let wrong = segue(&["run", "--config", path]);
    assert_eq!(wrong.status.code(), Some(2));
    let told = String::from_utf8_lossy(&wrong.stderr);
    assert!(told.contains("token of Home Assistant") && !told.contains("secret"), "{told}");
}
