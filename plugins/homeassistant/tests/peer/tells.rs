//! Answers that an agent tells piece by piece, and those that break off.

use segue_homeassistant::Asked;
use segue_runtime::port::ActionResult;
use serde_json::{Value, json};

use crate::support::{Peer, home, light, segue};

impl Peer {
    async fn progress(&mut self, id: u64, delta: Value) {
        let event = json!({"type": "intent-progress", "data": {"chat_log_delta": delta}});
        self.says(json!({"id": id, "type": "event", "event": event})).await;
    }
}

#[tokio::test]
async fn an_answer_is_passed_on_while_it_is_told() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::All);
    let script = tokio::spawn(async move {
        let mut peer = Peer::greets(&listener).await;
        let (id, _) = peer.request().await.unwrap();
        peer.progress(id, json!({"role": "assistant", "content": "warm today,"})).await;
        peer.progress(id, json!({"thinking_content": "about twenty"})).await;
        peer.progress(id + 7, json!({"role": "assistant", "content": "of another request"})).await;
        peer.progress(id, json!({"content": " about twenty degrees."})).await;
        peer.ends(id, "action_done", "warm today, about twenty degrees.", json!({})).await;
        // What an agent did to a thing that is not there, and what it could not do.
        let (id, _) = peer.request().await.unwrap();
        peer.progress(id, json!({"role": "assistant", "content": "I turned it on."})).await;
        peer.ends(id, "action_done", "I turned it on.", light("light.gone")).await;
        let (id, _) = peer.request().await.unwrap();
        peer.progress(id, json!({"role": "assistant", "content": "Let me"})).await;
        peer.ends(id, "error", "Sorry, the model is overloaded", json!({"code": "unknown"})).await;
    });
    // Asked until somebody is there, so that the first real request finds the connection.
    let (told, result) = loop {
        match segue.tells("how is the kitchen", "The kitchen is").await {
            (_, ActionResult::NotForMe) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            told => break told,
        }
    };
    assert_eq!((told.concat().as_str(), result), ("warm today, about twenty degrees.", ActionResult::Told));
    assert_eq!(told.len(), 2);
    let (told, result) = segue.tells("turn on the bed light", "").await;
    assert_eq!(
        (told.concat().as_str(), result),
        ("I turned it on.", ActionResult::Failed("Bed Light isn't available.".into()))
    );
    let (told, result) = segue.tells("how is the attic", "").await;
    assert_eq!((told.concat().as_str(), result), ("Let me", ActionResult::Failed("the model is overloaded.".into())));
    script.await.unwrap();
}

#[tokio::test]
async fn a_home_that_leaves_with_a_request_is_not_asked_again() {
    let (listener, port) = home().await;
    let segue = segue(port, Asked::All);
    let script = tokio::spawn(async move {
        let mut runs = Vec::new();
        for pieces in [0, 0, 1] {
            let mut peer = Peer::greets(&listener).await;
            let (id, run) = peer.request().await.unwrap();
            for _ in 0..pieces {
                peer.progress(id, json!({"role": "assistant", "content": "The lamp"})).await;
                // What was not read when a connection is reset is lost with it.
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
            runs.push(run["input"]["text"].as_str().unwrap().to_string());
            // It restarts with the request in its hands.
        }
        let mut peer = Peer::greets(&listener).await;
        let (id, run) = peer.request().await.unwrap();
        runs.push(run["input"]["text"].as_str().unwrap().to_string());
        peer.ends(id, "action_done", "Turned on the light", light("light.bed")).await;
        // Segue still asks whether the light is there.
        tokio::spawn(async move { peer.request().await });
        runs
    });
    let left = ActionResult::Failed("Home Assistant left before it answered.".into());
    assert_eq!(segue.does_when_up("turn on the light", "").await, left);
    // A question that nobody has begun to answer goes to the cloud, whether it was asked or not.
    assert_eq!(segue.does_when_up("turn off the light", "").await, left);
    let (mut told, mut result) = segue.tells("open the door", "").await;
    while result == ActionResult::Failed("Home Assistant can't be reached.".into()) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        (told, result) = segue.tells("open the door", "").await;
    }
    assert_eq!(
        (told.concat().as_str(), result),
        ("The lamp", ActionResult::Failed("Home Assistant left in the middle.".into()))
    );
    assert_eq!(segue.does_when_up("close the door", "").await, ActionResult::Done("Turned on the light.".into()));
    let runs = script.await.unwrap();
    assert_eq!(runs, ["turn on the light", "turn off the light", "open the door", "close the door"]);
}
