//! The scripted cloud at work: connections in, replies as the script says.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::dialect::{Dialect, End};
use super::http::Peer;
use super::prefill::{Prefill, colour};
use super::script::{Fault, Reply};
use super::{Asked, State};

/// Longer than any client waits.
const FOR_EVER: Duration = Duration::from_secs(3600);

type Shared = Arc<Mutex<State>>;

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves until it fails; dropping the future ends all connections.
pub(super) async fn serve(listener: TcpListener, state: Shared) -> io::Error {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return error,
    };
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                lock(&state).connections += 1;
                // What is over is forgotten.
                while connections.try_join_next().is_some() {}
                let state = Arc::clone(&state);
                connections.spawn(async move {
                    // A client that leaves is part of many tests, and counted where it matters.
                    let _ = converse(Peer::new(stream), &state).await;
                });
            }
            Err(error) => return error,
        }
    }
}

async fn converse(mut peer: Peer, state: &Shared) -> io::Result<()> {
    while let Some(asked) = peer.request().await? {
        let (wanted, down, list) = {
            let mut state = lock(state);
            state.asked.push(asked.clone());
            (state.script.key.clone(), state.script.down, models(&state))
        };
        let head_only = asked.method == "HEAD";
        if wanted.is_some() && asked.key != wanted {
            let dialect = asked.dialect().unwrap_or(Dialect::OpenAi);
            refuse(&mut peer, dialect, 401, None, head_only).await?;
        } else if let Some(status) = down {
            refuse(&mut peer, asked.dialect().unwrap_or(Dialect::OpenAi), status, None, head_only).await?;
        } else if asked.path == "/v1/models" {
            peer.respond(200, "", "application/json", &list, head_only).await?;
        } else if let Some(dialect) = asked.dialect() {
            let (reply, prefill) = next_reply(&asked, state);
            if prefill == Prefill::Refuses {
                refuse(&mut peer, dialect, 400, None, false).await?;
                continue;
            }
            match answer(peer, dialect, &asked.opener(), &reply).await {
                Ok(Some(again)) => peer = again,
                Ok(None) => return Ok(()),
                Err(error) => {
                    lock(state).hung_up += 1;
                    return Err(error);
                }
            }
        } else {
            refuse(&mut peer, Dialect::OpenAi, 404, None, head_only).await?;
        }
    }
    Ok(())
}

fn models(state: &State) -> String {
    let owner = &state.script.owned_by;
    let list: Vec<Value> = state.script.models.iter().map(|id| json!({ "id": id, "owned_by": owner })).collect();
    json!({ "object": "list", "data": list }).to_string()
}

/// The reply that the script has for this request. A begun sentence that is not simply continued, and a probe, leave
/// the order as it is: whoever asks again gets the reply that was meant for this turn.
fn next_reply(asked: &Asked, state: &Shared) -> (Reply, Prefill) {
    let words: String = asked.messages().into_iter().map(|(_, content)| content + "\n").collect();
    let mut state = lock(state);
    let prefill = state.script.prefill.of(asked);
    let (mut reply, in_order) = state.script.pick(&words, state.taken);
    let counts = in_order && !asked.is_probe() && matches!(prefill, Prefill::Continues);
    state.taken += usize::from(counts);
    colour(&mut reply, prefill, asked);
    (reply, prefill)
}

async fn refuse(
    peer: &mut Peer,
    dialect: Dialect,
    status: u16,
    retry_after: Option<&str>,
    head_only: bool,
) -> io::Result<()> {
    let headers = retry_after.map(|wait| format!("retry-after: {wait}\r\n")).unwrap_or_default();
    peer.respond(status, &headers, "application/json", &dialect.error(status), head_only).await
}

/// Gives one reply. The connection comes back when it can be used again.
async fn answer(mut peer: Peer, dialect: Dialect, opener: &str, reply: &Reply) -> io::Result<Option<Peer>> {
    let text = reply.text(opener);
    peer.shred = reply.shred;
    peer.wait(Duration::from_millis(reply.head_ms)).await?;
    match &reply.fault {
        Some(Fault::Status { code, retry_after }) => {
            refuse(&mut peer, dialect, *code, retry_after.as_deref(), false).await?;
            return Ok(Some(peer));
        }
        Some(Fault::Close) => return Ok(None),
        Some(Fault::Html) => {
            peer.respond(200, "", "text/html", "<html>Please log in.</html>", false).await?;
            return Ok(Some(peer));
        }
        Some(Fault::Whole) => {
            peer.wait(Duration::from_millis(reply.first_ms)).await?;
            let content: String = text.into_iter().map(|(_, text)| text).collect();
            peer.respond(200, "", "application/json", &dialect.whole(&content), false).await?;
            return Ok(Some(peer));
        }
        _ => {}
    }
    peer.begin_stream().await?;
    peer.wait(Duration::from_millis(reply.first_ms)).await?;
    peer.part(&dialect.begin()).await?;
    let thoughts = reply.reasoning.iter().map(|thought| (None, dialect.thought(thought)));
    let words = text.iter().map(|(after, text)| (*after, dialect.text(text)));
    for (index, (after, event)) in thoughts.chain(words).enumerate() {
        let usual = if index == 0 { 0 } else { reply.every_ms };
        peer.wait(Duration::from_millis(after.unwrap_or(usual))).await?;
        peer.part(&event).await?;
    }
    end(peer, dialect, reply.fault.as_ref(), text.last().map_or("more ", |(_, text)| text)).await
}

/// What comes after the text.
async fn end(mut peer: Peer, dialect: Dialect, fault: Option<&Fault>, last: &str) -> io::Result<Option<Peer>> {
    let over = |end: End| dialect.finish(end) + dialect.done();
    match fault {
        Some(Fault::Cut) => {
            peer.cut().await?;
            return Ok(None);
        }
        Some(Fault::Stall) => peer.wait(FOR_EVER).await?,
        Some(Fault::Ping) => loop {
            peer.part(dialect.ping()).await?;
            peer.wait(Duration::from_millis(100)).await?;
        },
        Some(Fault::Endless) => loop {
            peer.part(&dialect.text(last)).await?;
        },
        Some(Fault::EndlessThought) => loop {
            peer.part(&dialect.thought(&"hm ".repeat(1000))).await?;
        },
        Some(Fault::LongLine) => loop {
            peer.part(&"x".repeat(4096)).await?;
        },
        Some(Fault::Malformed) => peer.part("data: {\"choices\": [{\n\n").await?,
        Some(Fault::ErrorEvent) => peer.part(dialect.error_event()).await?,
        Some(Fault::ToolCalls) => peer.part(&(dialect.tool_call() + &over(End::Tool))).await?,
        Some(Fault::Length) => peer.part(&over(End::Length)).await?,
        Some(Fault::Refusal) => peer.part(&over(End::Refusal)).await?,
        Some(Fault::NoDone) => peer.part(&dialect.finish(End::Whole)).await?,
        Some(Fault::NoFinish) => {}
        _ => peer.part(&over(End::Whole)).await?,
    }
    peer.end_stream().await?;
    Ok(Some(peer))
}
