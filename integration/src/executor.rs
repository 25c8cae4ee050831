//! A scripted executor: does nothing, and reports what the script says came of it.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use futures_util::future::BoxFuture;
use segue_core::event::ActionResult;
use segue_runtime::port::Executor;
use tokio::sync::mpsc;

/// What comes of a request in which certain words stand.
#[derive(Clone, Debug)]
pub struct Act {
    /// The words, as in the request.
    pub when: String,
    /// How long it takes.
    pub takes: Duration,
    /// What comes of it.
    pub result: ActionResult,
}

impl Act {
    /// Something that takes `ms` milliseconds.
    #[must_use]
    pub fn new(when: &str, ms: u64, result: ActionResult) -> Self {
        Self { when: when.to_owned(), takes: Duration::from_millis(ms), result }
    }
}

/// The executor. A request that no act is written for is not for it.
#[derive(Debug, Default)]
pub struct ScriptedExecutor {
    acts: Vec<Act>,
    asked: Mutex<Vec<(String, String)>>,
}

impl ScriptedExecutor {
    /// An executor of these acts; the first whose words stand in a request is taken.
    #[must_use]
    pub fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: acts.into_iter().collect(), asked: Mutex::default() }
    }

    /// The requests and openers so far.
    #[must_use]
    pub fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Executor for ScriptedExecutor {
    fn act(&self, request: String, opener: String, _: mpsc::Sender<String>) -> BoxFuture<'_, ActionResult> {
        let act = self.acts.iter().find(|act| request.contains(&act.when)).cloned();
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((request, opener));
        Box::pin(async move {
            let Some(act) = act else { return ActionResult::NotForMe };
            tokio::time::sleep(act.takes).await;
            act.result
        })
    }
}
