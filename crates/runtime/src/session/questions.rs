//! What the session asks of others: the one who acts, a cloud, and one that was away whether it is back. Each passes on
//! what it hears as outcomes.

use std::sync::Arc;
use std::time::Duration;

use segue_core::event::{CloudTrouble, Event};
use segue_core::moment::TurnId;
use tokio::sync::mpsc;

use crate::port::{CloudError, Continuator, Continue, Executor};
use crate::worker::{Outcome, Outcomes};

/// Pieces of the cloud's text that may wait for the session.
const DELTAS: usize = 256;
/// When a cloud that was away is tried for the first time, and at least how often after that.
const FIRST_PROBE: Duration = Duration::from_secs(5);
const LAST_PROBE: Duration = Duration::from_secs(120);

/// Asks the one who acts and passes on what it tells, in order, what came of it last.
pub(super) async fn act(
    executor: Arc<dyn Executor>,
    turn: TurnId,
    request: String,
    opener: String,
    outcomes: Outcomes,
) {
    let (said, mut pieces) = mpsc::channel(DELTAS);
    let pass_on = async {
        while let Some(delta) = pieces.recv().await {
            if outcomes.send(Outcome::Event(Event::ActorSaid { turn, delta })).await.is_err() {
                break;
            }
        }
    };
    let (result, ()) = tokio::join!(executor.act(request, opener, said), pass_on);
    let _ = outcomes.send(Outcome::Event(Event::Acted { turn, result })).await;
}

/// Asks the cloud and passes on what it says, in order, its end last.
pub(super) async fn go_on(cloud: Arc<dyn Continuator>, turn: TurnId, attempt: u32, ask: Continue, outcomes: Outcomes) {
    let (deltas, mut said) = mpsc::channel(DELTAS);
    let pass_on = async {
        while let Some(delta) = said.recv().await {
            if outcomes.send(Outcome::Event(Event::CloudSaid { turn, attempt, delta })).await.is_err() {
                break;
            }
        }
    };
    let (ended, ()) = tokio::join!(cloud.go_on(ask, deltas), pass_on);
    let event = match ended {
        Ok(()) => Event::CloudEnded { turn, attempt },
        Err(error) => {
            tracing::warn!(%error, turn = turn.0, cloud = cloud.name(), "no continuation");
            let retry_after = if let CloudError::RateLimited(wait) = &error { *wait } else { None };
            Event::CloudFailed { turn, attempt, why: trouble(&error), retry_after }
        }
    };
    let _ = outcomes.send(Outcome::Event(event)).await;
}

/// Tries a cloud that was away, ever less often, until it answers.
pub(super) async fn probe(cloud: Arc<dyn Continuator>, provider: usize, outcomes: Outcomes) {
    let mut wait = FIRST_PROBE;
    loop {
        tokio::time::sleep(wait).await;
        if cloud.probe().await {
            let _ = outcomes.send(Outcome::Event(Event::CloudBack { provider })).await;
            return;
        }
        wait = (wait * 2).min(LAST_PROBE);
    }
}

fn trouble(error: &CloudError) -> CloudTrouble {
    match error {
        CloudError::Unauthorized | CloudError::NotFound => CloudTrouble::Refused,
        CloudError::Empty | CloudError::Broken(_) => CloudTrouble::Useless,
        CloudError::RateLimited(_) => CloudTrouble::Busy,
        CloudError::Unreachable(_) | CloudError::Status(_) | CloudError::Stalled => CloudTrouble::Away,
    }
}
