//! `segue run` for as long as there is time: a request every few seconds through a real Mosquitto that is killed and
//! started again now and then. Tells at the end whether every request was answered once, and what memory did.
//!
//! `cargo run --release -p segue-integration --example soak -- target/release/segue MINUTES [SECONDS [TURNS A BROKER]]`
#![allow(clippy::expect_used)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use segue_integration::mosquitto::Mosquitto;
use segue_integration::peer::Peer;

const TURN: &str = "segue/soak/turn";
const REQUESTS: [&str; 6] = [
    "What is the capital of Mongolia?",
    "Turn on the lights in the kitchen.",
    "How do I make a good espresso?",
    "Set a timer for ten minutes.",
    "Why is the sky blue?",
    "Tell me a story about a lighthouse.",
];

/// Memory that a process holds, in MiB.
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// The service; it ends with the soak, whatever ends that.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let program = args.next().expect("the program to run");
    let mut number = |or: f64| args.next().map_or(or, |arg| arg.parse().expect("a number"));
    let (minutes, every, life) = (number(60.0), number(20.0), number(15.0) as usize);
    let mut broker = Mosquitto::start().expect("a broker");
    let state = tempfile::tempdir().expect("a folder");
    let mut peer = Peer::join(broker.port, None).await;
    // In writing: what sounds takes as long as it takes, and devices are another matter.
    let config = state.path().join("segue.toml");
    std::fs::write(&config, "[sound]\noutput = 'none'\n[microphone]\ninput = 'none'\n").expect("a configuration");
    let segue = Command::new(program)
        .args(["run".as_ref(), "--config".as_ref(), config.as_os_str()])
        .env("SEGUE_MQTT_URL", format!("mqtt://127.0.0.1:{}", broker.port))
        .env("SEGUE_NODE", "soak")
        .env("SEGUE_STATE", state.path())
        .env("SEGUE_CLOUD", std::env::var("SEGUE_CLOUD").unwrap_or_else(|_| "none".into()))
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut segue = Service(segue);
    peer.hears_that("segue/soak/availability", "online").await;
    let (start, mut turns, mut killed, mut openers) = (Instant::now(), 0_usize, 0_u32, 0_u32);
    let (mut last, mut again) = (serde_json::Value::Null, 0_u32);
    let (mut first, mut most, mut slowest) = (0.0, 0.0_f64, Duration::ZERO);
    while start.elapsed().as_secs_f64() < minutes * 60.0 {
        let next = Instant::now() + Duration::from_secs_f64(every);
        let ask = format!("{turns}");
        let request = serde_json::json!({"text": REQUESTS[turns % REQUESTS.len()], "id": ask}).to_string();
        let asked = Instant::now();
        peer.send("segue/soak/ask", request, false).await;
        loop {
            let told = peer.hears_json(TURN).await;
            openers += u32::from(told["type"] == "opener");
            // What the broker had taken and not acknowledged when it was killed comes again, under the same turn's id.
            if told["type"] == "done" && told["turn"] == last {
                again += 1;
            } else if told["type"] == "done" {
                last = told["turn"].clone();
                assert_eq!(told["ask"], ask.as_str(), "an answer too many, or one too few");
                break;
            }
        }
        slowest = slowest.max(asked.elapsed());
        turns += 1;
        let now = memory(segue.0.id());
        most = most.max(now);
        if turns == 10 {
            first = now;
        }
        if turns % 15 == 0 {
            println!("{:.1} min: {turns} turns, {openers} openers, {now:.1} MiB", start.elapsed().as_secs_f64() / 60.0);
        }
        if life > 0 && turns.is_multiple_of(life) {
            broker.kill();
            tokio::time::sleep(Duration::from_secs(2)).await;
            broker.up();
            killed += 1;
            drop(peer);
            peer = Peer::join(broker.port, None).await;
            peer.hears_that("segue/soak/availability", "online").await;
        }
        tokio::time::sleep(next.saturating_duration_since(Instant::now())).await;
    }
    assert!(segue.0.try_wait().expect("it lives").is_none(), "the service ended");
    let now = memory(segue.0.id());
    println!(
        "{turns} turns, none missed, none answered twice; {openers} openers; {killed} brokers killed, {again} messages came \
         again; memory after 10 turns {first:.1}, most {most:.1}, last {now:.1} MiB; slowest answer {:.1} s",
        slowest.as_secs_f64()
    );
}
