//! The port of the small model: one thread that owns it, jobs in, text out.

use std::path::PathBuf;
use std::sync::mpsc as jobs;
use std::sync::{Mutex, PoisonError};
use std::thread;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use segue_runtime::port::{CloudError, Continuator, Continue, EngineError};
use tokio::sync::{mpsc, oneshot};

use super::brief::Length;
use super::model::Model;

/// What a local continuator is made of.
#[derive(Clone, Debug)]
pub struct LocalConfig {
    /// A Llama with a GPT-2 style tokenizer and ChatML, as a GGUF file (SmolLM2; Q8_0 is the fastest in candle).
    pub model: PathBuf,
    /// What the model is told before every conversation. Short: a small model obeys little.
    pub system: String,
    /// How long a continuation may become.
    pub length: Length,
}

/// A small model in this process. Its thread starts with the first `warm_up` or question and ends when this is dropped.
pub struct Local {
    name: String,
    config: LocalConfig,
    /// Where the thread takes its work from; `None` before the first. Locked only to look or to start the thread.
    inbox: Mutex<Option<jobs::Sender<Job>>>,
}

enum Job {
    /// Be loaded, then answer.
    Warm(oneshot::Sender<()>),
    /// Go on. Text leaves through `text`; whoever asked dropped the other end when it is closed.
    GoOn { ask: Continue, text: mpsc::UnboundedSender<String>, outcome: oneshot::Sender<Result<(), CloudError>> },
}

impl Local {
    /// Prepares a continuator; loads nothing.
    #[must_use]
    pub fn new(config: LocalConfig) -> Self {
        let model = config.model.file_stem().unwrap_or_default().to_string_lossy();
        Self { name: format!("local {model}"), config, inbox: Mutex::new(None) }
    }

    /// Hands over work; starts the thread when there is none (it was never started, or died of a bug in an engine).
    fn give(&self, job: Job) -> Result<(), CloudError> {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        let job = match &*inbox {
            Some(inbox) => match inbox.send(job) {
                Ok(()) => return Ok(()),
                Err(jobs::SendError(job)) => job,
            },
            None => job,
        };
        let (sender, taken) = jobs::channel();
        let config = self.config.clone();
        thread::Builder::new()
            .name("segue-local".into())
            .spawn(move || work(&config, &taken))
            .map_err(|error| CloudError::Unreachable(format!("no thread for the local model: {error}")))?;
        // The thread has just begun to listen; should it be gone already, the job's own channels say so.
        let _ = sender.send(job);
        *inbox = Some(sender);
        Ok(())
    }
}

impl Continuator for Local {
    fn name(&self) -> &str {
        &self.name
    }

    fn warm_up(&self) -> BoxFuture<'_, ()> {
        let (done, warm) = oneshot::channel();
        async move {
            if self.give(Job::Warm(done)).is_ok() {
                // An error means that the thread is gone, which shows in `go_on`.
                let _ = warm.await;
            }
        }
        .boxed()
    }

    fn go_on(&self, ask: Continue, deltas: mpsc::Sender<String>) -> BoxFuture<'_, Result<(), CloudError>> {
        async move {
            // Unbounded, so that the thread never waits for a slow listener; the length of a reply bounds it.
            let (text, mut pieces) = mpsc::unbounded_channel();
            let (outcome, ended) = oneshot::channel();
            self.give(Job::GoOn { ask, text, outcome })?;
            loop {
                tokio::select! {
                    () = deltas.closed() => return Ok(()),
                    piece = pieces.recv() => match piece {
                        Some(piece) => if deltas.send(piece).await.is_err() { return Ok(()) },
                        None => break,
                    },
                }
            }
            ended.await.unwrap_or_else(|_| Err(CloudError::Broken("the local model failed".into())))
        }
        .boxed()
    }
}

/// The thread: one job after the other until nobody can send more. The model is loaded by the first job that needs
/// it; a file that was missing is looked for again by the next.
fn work(config: &LocalConfig, jobs: &jobs::Receiver<Job>) {
    let mut model = None;
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Warm(done) => {
                if let Err(error) = loaded(&mut model, config) {
                    tracing::warn!(%error, "the local model is not ready");
                }
                let _ = done.send(());
            }
            Job::GoOn { ask, text, outcome } => {
                if !text.is_closed() {
                    let _ = outcome.send(go_on(&mut model, config, &ask, &text));
                }
            }
        }
    }
}

fn loaded<'a>(model: &'a mut Option<Model>, config: &LocalConfig) -> Result<&'a mut Model, EngineError> {
    let ready = match model.take() {
        Some(ready) => ready,
        None => Model::load(&config.model, &config.system, config.length)?,
    };
    Ok(model.insert(ready))
}

fn go_on(
    model: &mut Option<Model>,
    config: &LocalConfig,
    ask: &Continue,
    text: &mpsc::UnboundedSender<String>,
) -> Result<(), CloudError> {
    let model = loaded(model, config).map_err(|error| CloudError::Unreachable(error.message))?;
    let mut spoken = false;
    let mut say = |piece: String| {
        spoken |= piece.contains(char::is_alphanumeric);
        text.send(piece).is_ok()
    };
    model.go_on(ask, &mut say).map_err(|error| CloudError::Broken(error.message))?;
    // A listener who left in the middle no longer reads this.
    if spoken { Ok(()) } else { Err(CloudError::Empty) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_model_is_told_and_looked_for_again() {
        let config =
            LocalConfig { model: "/nowhere/small.gguf".into(), system: "Be brief.".into(), length: Length::default() };
        let local = Local::new(config);
        assert_eq!(local.name(), "local small");
        local.warm_up().await;
        for _ in 0..2 {
            let (deltas, _listener) = mpsc::channel(4);
            let error = local.go_on(Continue::default(), deltas).await.unwrap_err();
            assert!(matches!(&error, CloudError::Unreachable(why) if why.contains("/nowhere/small.gguf")), "{error}");
        }
    }
}
