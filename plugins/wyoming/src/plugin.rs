//! The wake word as a plugin: sound of the closed microphone goes to the service, a detection opens the microphone.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use segue_runtime::plugin::{Link, Plugin, Wish};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use crate::wake::{self, Detection};

/// Detections that may wait.
const DETECTIONS: usize = 8;

/// The plugin.
pub struct WakeWord {
    address: String,
    names: Vec<String>,
    sound: mpsc::Receiver<Vec<i16>>,
}

impl WakeWord {
    /// A service at `address` (`host:port`) that listens for `names`, none: for all that it knows. `sound` is what the
    /// closed microphone hears, at [`wake::RATE`].
    #[must_use]
    pub fn new(address: &str, names: Vec<String>, sound: mpsc::Receiver<Vec<i16>>) -> Self {
        Self { address: address.to_string(), names, sound }
    }
}

impl Plugin for WakeWord {
    fn name(&self) -> &'static str {
        "wake-word"
    }

    fn told_at_start(&self) -> String {
        format!("wake word: sends sound to {}", self.address)
    }

    fn run(self: Box<Self>, mut link: Link) -> BoxFuture<'static, ()> {
        async move {
            let (detected, mut detections) = mpsc::channel(DETECTIONS);
            let mut watch = std::pin::pin!(wake::watch(&self.address, &self.names, self.sound, detected));
            loop {
                tokio::select! {
                    () = &mut watch => return,
                    Some(Detection { name }) = detections.recv() => {
                        tracing::info!(name, "wake word");
                        // Full means that everybody asks for everything; who wants to be heard says it again.
                        let _ = link.wishes.try_send(Wish::Woken);
                    }
                    news = link.news.recv() => if matches!(news, Err(RecvError::Closed)) { return },
                }
            }
        }
        .boxed()
    }
}
