//! The scripted cloud at work: connections in, replies as the script says.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::http::Peer;
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
        let (wanted, models) = {
            let mut state = lock(state);
            state.asked.push(asked.clone());
            (state.script.key.clone(), state.script.models.clone())
        };
        let head_only = asked.method == "HEAD";
        if wanted.is_some() && asked.key != wanted {
            refuse(&mut peer, 401, None, head_only).await?;
        } else if asked.path == "/v1/models" {
            let list: Vec<Value> = models.iter().map(|id| json!({ "id": id, "object": "model" })).collect();
            let body = json!({ "object": "list", "data": list }).to_string();
            peer.respond(200, "", "application/json", &body, head_only).await?;
        } else if asked.path == "/v1/chat/completions" {
            let reply = next_reply(&asked, state);
            let outcome = answer(peer, &asked, &reply).await;
            match outcome {
                Ok(Some(again)) => peer = again,
                Ok(None) => return Ok(()),
                Err(error) => {
                    lock(state).hung_up += 1;
                    return Err(error);
                }
            }
        } else {
            refuse(&mut peer, 404, None, head_only).await?;
        }
    }
    Ok(())
}

fn next_reply(asked: &Asked, state: &Shared) -> Reply {
    let words: String = asked.messages().into_iter().map(|(_, content)| content + "\n").collect();
    let mut state = lock(state);
    let (reply, in_order) = state.script.pick(&words, state.taken);
    state.taken += usize::from(in_order);
    reply
}

async fn refuse(peer: &mut Peer, status: u16, retry_after: Option<&str>, head_only: bool) -> io::Result<()> {
    let headers = retry_after.map(|wait| format!("retry-after: {wait}\r\n")).unwrap_or_default();
    let body = json!({ "error": { "message": "scripted", "code": status } }).to_string();
    peer.respond(status, &headers, "application/json", &body, head_only).await
}

/// Gives one reply. The connection comes back when it can be used again.
async fn answer(mut peer: Peer, asked: &Asked, reply: &Reply) -> io::Result<Option<Peer>> {
    let text = reply.text(&opener(asked));
    peer.shred = reply.shred;
    peer.wait(Duration::from_millis(reply.head_ms)).await?;
    match &reply.fault {
        Some(Fault::Status { code, retry_after }) => {
            refuse(&mut peer, *code, retry_after.as_deref(), false).await?;
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
            let body = json!({ "choices": [{ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": "stop" }] });
            peer.respond(200, "", "application/json", &body.to_string(), false).await?;
            return Ok(Some(peer));
        }
        _ => {}
    }
    peer.begin_stream().await?;
    peer.wait(Duration::from_millis(reply.first_ms)).await?;
    peer.part(&event(&json!({ "role": "assistant", "content": "" }), None)).await?;
    let thoughts = reply.reasoning.iter().map(|thought| (None, json!({ "reasoning_content": thought })));
    let words = text.iter().map(|(after, text)| (*after, json!({ "content": text })));
    for (index, (after, delta)) in thoughts.chain(words).enumerate() {
        let usual = if index == 0 { 0 } else { reply.every_ms };
        peer.wait(Duration::from_millis(after.unwrap_or(usual))).await?;
        peer.part(&event(&delta, None)).await?;
    }
    end(peer, reply.fault.as_ref(), text.last().map_or("more ", |(_, text)| text)).await
}

/// What comes after the text.
async fn end(mut peer: Peer, fault: Option<&Fault>, last: &str) -> io::Result<Option<Peer>> {
    let finish = |reason: &str| event(&json!({}), Some(reason));
    let done = "data: [DONE]\n\n";
    match fault {
        Some(Fault::Cut) => {
            peer.cut().await?;
            return Ok(None);
        }
        Some(Fault::Stall) => peer.wait(FOR_EVER).await?,
        Some(Fault::Ping) => loop {
            peer.part(": ping\n\n").await?;
            peer.wait(Duration::from_millis(100)).await?;
        },
        Some(Fault::Endless) => loop {
            peer.part(&event(&json!({ "content": last }), None)).await?;
        },
        Some(Fault::LongLine) => loop {
            peer.part(&"x".repeat(4096)).await?;
        },
        Some(Fault::Malformed) => peer.part("data: {\"choices\": [{\n\n").await?,
        Some(Fault::ErrorEvent) => {
            let error = json!({ "error": { "message": "scripted", "type": "server_error", "code": null } });
            peer.part(&format!("data: {error}\n\n")).await?;
        }
        Some(Fault::ToolCalls) => {
            let call = json!({ "index": 0, "id": "1", "type": "function", "function": { "name": "set_light", "arguments": "{}" } });
            peer.part(&event(&json!({ "tool_calls": [call] }), None)).await?;
            peer.part(&(finish("tool_calls") + done)).await?;
        }
        Some(Fault::Length) => peer.part(&(finish("length") + done)).await?,
        Some(Fault::NoDone) => peer.part(&finish("stop")).await?,
        Some(Fault::NoFinish) => {}
        _ => peer.part(&(finish("stop") + done)).await?,
    }
    peer.end_stream().await?;
    Ok(Some(peer))
}

fn event(delta: &Value, finish: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
    format!("data: {}\n\n", json!({ "object": "chat.completion.chunk", "model": "scripted", "choices": [choice] }))
}

/// The words that the user is hearing: the trailing assistant message, or what stands last in double quotes.
fn opener(asked: &Asked) -> String {
    match asked.messages().pop() {
        Some((role, content)) if role == "assistant" => content,
        Some((_, content)) => content.rsplit('"').nth(1).unwrap_or_default().to_owned(),
        None => String::new(),
    }
}
