//! Goes on with a sentence on the small local model and says how long it took.
//!
//! `cargo run --release -p segue-engines --features local --example go_on -- MODEL.gguf REQUEST OPENER`

use std::time::Instant;

use segue_core::talk::Exchange;
use segue_engines::local::brief::Length;
use segue_engines::local::{Local, LocalConfig};
use segue_runtime::port::{Continuator, Continue};
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, request, opener] = arguments.as_slice() else { return Err("MODEL.gguf REQUEST OPENER".into()) };
    let system = "You are a voice assistant. Answer in one or two short spoken sentences.".to_owned();
    let local = Local::new(LocalConfig { model: model.into(), system, length: Length::default() });
    let started = Instant::now();
    local.warm_up().await;
    println!("{} loaded and warm after {:?}", local.name(), started.elapsed());
    let mut history = Vec::new();
    for _ in 0..5 {
        let ask =
            Continue { request: request.clone(), opener: opener.clone(), history: history.clone(), home: Vec::new() };
        let (deltas, mut pieces) = mpsc::channel::<String>(64);
        let started = Instant::now();
        let listen = async {
            let mut first = None;
            let mut text = String::new();
            while let Some(piece) = pieces.recv().await {
                first.get_or_insert_with(|| started.elapsed());
                text += &piece;
            }
            (first, text)
        };
        let (outcome, (first, text)) = tokio::join!(local.go_on(ask, deltas), listen);
        outcome?;
        println!("first after {first:?}, all after {:?}: {opener}|{text}", started.elapsed());
        if history.len() < 2 {
            history.push(Exchange {
                request: "Hello, who are you?".into(),
                heard: "I am Segue, your voice assistant.".into(),
            });
        }
    }
    Ok(())
}
