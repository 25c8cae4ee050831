//! The plugin with a real Mosquitto: what a home sees of it, and what a home may do to it.

mod support;

use segue_integration::mosquitto::{Mosquitto, program};
use segue_integration::peer::Peer;
use segue_mqtt::{MqttConfig, Version};
use segue_runtime::plugin::{Eagerness, News, Report, State, Status, TurnId, Wish};
use support::{Node, config};

const TURN: TurnId = TurnId(1);
const BOTH: [Version; 2] = [Version::V5, Version::V311];

fn ask(text: &str, tag: &str) -> Wish {
    Wish::Ask { text: text.into(), tag: Some(tag.into()) }
}

fn done(spoken: &str) -> News {
    let report = Report { transcript: "x".into(), spoken: spoken.into(), ..Report::default() };
    News::Done { turn: TURN, tag: None, report: Box::new(report) }
}

/// Waits for the plugin to be subscribed: availability is told after that, on the same connection.
async fn joined(broker: &Mosquitto, config: MqttConfig) -> (Node, Peer) {
    let mut peer = Peer::join(broker.port, None).await;
    let node = Node::start(config);
    peer.hears_that("segue/kitchen/availability", "online").await;
    (node, peer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_announces_itself_and_says_goodbye() {
    let Some(broker) = Mosquitto::start() else { return };
    for version in BOTH {
        let mut peer = Peer::join(broker.port, None).await;
        let node = Node::start(config(broker.port, version));
        let device = peer.hears_json("homeassistant/device/segue_kitchen/config").await;
        assert_eq!(device["dev"]["name"], "Segue Kitchen");
        peer.hears_that("segue/kitchen/availability", "online").await;
        assert_eq!(peer.hears_json("segue/kitchen/state").await["state"], "idle");
        node.status.send_replace(Status { state: State::Speaking, cloud: Some(true), ..Status::default() });
        let state = peer.hears_json("segue/kitchen/state").await;
        assert_eq!((&state["state"], &state["cloud"]), (&"speaking".into(), &"ON".into()));
        node.end().await;
        peer.hears_that("segue/kitchen/availability", "offline").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_go_in_and_turns_come_out() {
    let Some(broker) = Mosquitto::start() else { return };
    for version in BOTH {
        let (mut node, mut peer) = joined(&broker, config(broker.port, version)).await;
        peer.send("segue/kitchen/ask", r#"{"text":"What is the sky?","id":"q1"}"#, false).await;
        assert_eq!(node.wish().await, ask("What is the sky?", "mqtt.ask:q1"));
        peer.send("segue/kitchen/say", "Dinner is ready.", false).await;
        assert_eq!(node.wish().await, Wish::Say("Dinner is ready.".into()));
        peer.send("segue/kitchen/stop", "PRESS", false).await;
        assert_eq!(node.wish().await, Wish::Stop);
        peer.send("segue/kitchen/repeat", "PRESS", false).await;
        assert_eq!(node.wish().await, Wish::Repeat);
        peer.send("segue/kitchen/openers/set", "OFF", false).await;
        assert_eq!(node.wish().await, Wish::Openers(false));
        peer.send("segue/kitchen/max_words/set", "5", false).await;
        assert_eq!(node.wish().await, Wish::MaxWords(5));
        peer.send("segue/kitchen/listen", "PRESS", false).await;
        assert_eq!(node.wish().await, Wish::Listen);
        peer.send("segue/kitchen/mute/set", "ON", false).await;
        assert_eq!(node.wish().await, Wish::Mute(true));
        peer.send("segue/kitchen/eagerness/set", "relaxed", false).await;
        assert_eq!(node.wish().await, Wish::Eagerness(Eagerness::Relaxed));

        node.tell(News::Began { turn: TURN, tag: Some("mqtt.ask:q1".into()) });
        node.tell(News::Opener { turn: TURN, text: "The sky is".into() });
        node.tell(News::Delta { turn: TURN, text: " blue.".into() });
        node.tell(done("The sky is blue."));
        for (kind, text) in [("opener", "The sky is"), ("delta", " blue."), ("done", "")] {
            let told = peer.hears_json("segue/kitchen/turn").await;
            assert_eq!((told["type"].as_str(), told["turn"].as_str()), (Some(kind), Some("r1-1")));
            assert_eq!(told["text"].as_str().unwrap_or_default(), text);
        }
        assert_eq!(peer.hears_json("segue/kitchen/event").await["event_type"], "answered");
        node.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_dies_is_offline_by_its_last_will() {
    let Some(broker) = Mosquitto::start() else { return };
    for version in BOTH {
        let (node, mut peer) = joined(&broker, config(broker.port, version)).await;
        node.task.abort();
        peer.hears_that("segue/kitchen/availability", "offline").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_dies_and_comes_back_finds_everything_again_and_nothing_is_lost() {
    let Some(mut broker) = Mosquitto::start() else { return };
    for version in BOTH {
        let (mut node, peer) = joined(&broker, config(broker.port, version)).await;
        broker.kill();
        drop(peer);
        // Told while nobody could hear it.
        node.tell(News::Opener { turn: TURN, text: "While you".into() });
        node.tell(done("While you were away."));
        node.status.send_replace(Status { max_words: 3, ..Status::default() });
        broker.up();
        // The peer may come before the node or after it: retained messages make no difference, turns wait.
        let mut peer = Peer::join(broker.port, None).await;
        let told = peer.hears_json("segue/kitchen/turn").await;
        assert_eq!(told["type"], "opener");
        assert_eq!(peer.hears_json("segue/kitchen/turn").await["spoken"], "While you were away.");
        let mut late = Peer::join(broker.port, None).await;
        assert_eq!(late.hears_json("homeassistant/device/segue_kitchen/config").await["o"]["name"], "segue");
        peer.send("segue/kitchen/ask", "Are you back?", false).await;
        assert_eq!(node.wish().await, ask("Are you back?", "mqtt.ask:"));
        node.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_before_the_node_is_back_waits_for_it_once() {
    // As the configuration that users copy, beside Debian's own.
    let lines = "allow_anonymous true\npersistence true\npersistence_location FOLDER/\nautosave_on_changes true\n\
                 autosave_interval 1\n";
    let Some(mut broker) = Mosquitto::with(lines, |_| {}) else { return };
    let (mut node, peer) = joined(&broker, config(broker.port, Version::V5)).await;
    peer.send("segue/kitchen/ask", "Are you there?", false).await;
    assert_eq!(node.wish().await, ask("Are you there?", "mqtt.ask:"));
    broker.kill();
    drop(peer);
    // Long enough for the node to try less often than somebody who comes at once.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    broker.up();
    let peer = Peer::join(broker.port, None).await;
    peer.send("segue/kitchen/ask", "Asked before you came.", false).await;
    assert_eq!(node.wish().await, ask("Asked before you came.", "mqtt.ask:"));
    peer.send("segue/kitchen/ask", "And once more.", false).await;
    assert_eq!(node.wish().await, ask("And once more.", "mqtt.ask:"), "nothing comes twice");
    node.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn home_assistants_birth_is_answered_with_everything() {
    let Some(broker) = Mosquitto::start() else { return };
    let (node, mut peer) = joined(&broker, config(broker.port, Version::V5)).await;
    peer.hears_json("segue/kitchen/state").await;
    peer.send("homeassistant/status", "online", false).await;
    peer.hears_json("homeassistant/device/segue_kitchen/config").await;
    peer.hears_that("segue/kitchen/availability", "online").await;
    peer.hears_json("segue/kitchen/state").await;
    node.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hostile_peers_send_changes_nothing() {
    let Some(broker) = Mosquitto::start() else { return };
    for version in BOTH {
        let mut first = Peer::join(broker.port, None).await;
        // These lie at the broker before the node comes, and are there at each reconnection.
        for topic in ["ask", "say", "stop", "openers/set"] {
            first.send(&format!("segue/kitchen/{topic}"), "ON", true).await;
        }
        first.send("segue/kitchen/say", vec![b'a'; 1 << 20], true).await;
        first.hears("segue/kitchen/openers/set").await;
        let (mut node, peer) = joined(&broker, config(broker.port, version)).await;
        peer.send("segue/kitchen/ask", vec![b'a'; 1 << 20], false).await;
        peer.send("segue/kitchen/ask", vec![0xff; 100], false).await;
        peer.send("segue/kitchen/ask", "{", false).await;
        peer.send("segue/kitchen/max_words/set", "1e300", false).await;
        peer.send("segue/kitchen/ask", "Are you still there?", false).await;
        assert_eq!(node.wish().await, ask("Are you still there?", "mqtt.ask:"));
        // A flood: nobody takes requests meanwhile. Some are dropped, and afterwards all is as before.
        for number in 0..2000 {
            peer.send("segue/kitchen/ask", format!("flood {number}"), false).await;
        }
        peer.send("segue/kitchen/ask", "last", false).await;
        while node.wish().await != ask("flood 0", "mqtt.ask:") {}
        let mut answered = false;
        while !answered {
            peer.send("segue/kitchen/ask", "And now?", false).await;
            while let Ok(request) = tokio::time::timeout(std::time::Duration::from_secs(2), node.wish()).await {
                answered |= request == ask("And now?", "mqtt.ask:");
            }
        }
        for topic in ["ask", "say", "stop", "openers/set"] {
            peer.send(&format!("segue/kitchen/{topic}"), "", true).await;
        }
        node.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_user_and_password_gets_in() {
    let make = |folder: &std::path::Path| {
        let file = folder.join("users");
        let mut make = std::process::Command::new(program("mosquitto_passwd"));
        assert!(make.arg("-b").arg("-c").arg(file).args(["segue", "hunter2"]).status().unwrap().success());
    };
    // The configuration that users copy, with a folder and a port of the test's own.
    let copied = include_str!("../../../integration/home-assistant/mosquitto.conf");
    let lines = copied.replace("/etc/mosquitto/users", "FOLDER/users").replace("\nlistener 1883 127.0.0.1\n", "\n");
    assert!(lines.contains("\npassword_file FOLDER/users\n") && !lines.contains("\nlistener"));
    let Some(broker) = Mosquitto::with(&lines, make) else { return };
    for version in BOTH {
        let login = Some(("segue".to_string(), "hunter2".to_string()));
        let mut peer = Peer::join(broker.port, Some(("segue", "hunter2"))).await;
        let node = Node::start(MqttConfig { login, ..config(broker.port, version) });
        peer.hears_that("segue/kitchen/availability", "online").await;
        node.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_is_refused_and_the_node_lives_on() {
    let Some(broker) = Mosquitto::start() else { return };
    let (mut node, mut peer) = joined(&broker, config(broker.port, Version::V5)).await;
    // Nobody takes the wishes: 64 wait, the others are refused, each to who asked.
    for number in 0..200 {
        peer.send("segue/kitchen/ask", format!(r#"{{"text":"Hi","id":{number}}}"#), false).await;
    }
    for number in 64..200 {
        let told = peer.hears_json("segue/kitchen/turn").await;
        assert_eq!((&told["why"], &told["ask"]), (&"busy".into(), &format!("{number}").into()));
    }
    peer.send("segue/kitchen/ask", vec![b'a'; 1 << 20], false).await;
    for number in 0..64 {
        assert_eq!(node.wish().await, ask("Hi", &format!("mqtt.ask:{number}")));
    }
    peer.send("segue/kitchen/ask", "Still there?", false).await;
    assert_eq!(node.wish().await, ask("Still there?", "mqtt.ask:"));
    node.end().await;
}
