//! A scripted cloud: an OpenAI-compatible server on `127.0.0.1` that answers, delays and fails as it is told.
//!
//! It runs on a thread of its own, so that it can be used from any test, with a runtime or without, and it ends when
//! it is dropped. It counts connections and keeps what it was asked.
//!
//! ```
//! use segue_integration::cloud::{Fault, Reply, Script, ScriptedCloud};
//!
//! let cloud = ScriptedCloud::start(Script::of([
//!     Reply::says([" Canberra", "."]).first_after(200),
//!     Reply::says([" Canb"]).then(Fault::Cut),
//! ])).unwrap();
//! println!("{}", cloud.base()); // http://127.0.0.1:PORT/v1
//! assert!(cloud.chats().is_empty());
//! ```
//!
//! # Scenario files
//!
//! The same as TOML, for [`Script::from_toml`]:
//!
//! ```toml
//! models = ["scripted"]           # what GET /v1/models names; the default
//! key = "sk-test"                 # asked for in each request, else 401; default: none
//!
//! [[reply]]                       # one a chat request, in order; the last one stays
//! first_ms = 600                  # from the request to the first event
//! every_ms = 40                   # from each event to the next
//! say = [" Canberra", { after_ms = 300, text = ", the capital" }, "."]
//!
//! [[reply]]
//! when = "timer"                  # taken, always, for requests in whose messages this text stands
//! head_ms = 100                   # before the status line; `first_ms` counts from there
//! reasoning = ["hm", "hm"]        # events without text before `say`
//! say = ["Set the {opener}"]      # {opener}: the trailing assistant message, or what stands last in double quotes
//! shred = 3                       # bytes of the stream leave three at a time, torn characters included
//! fault = { kind = "status", code = 429, retry_after = "7" }
//! ```
//!
//! Kinds of `fault`. In place of a reply: `status` (`code`, `retry_after`), `close` (the connection, before the first
//! byte), `html` (a page with status 200), `whole` (the reply as one JSON object, not streamed). After `say`: `cut`
//! (the connection, in the middle), `stall` (silence until the client goes), `malformed` (an event that is no JSON),
//! `error_event`, `endless` (the last text again and again), `long_line` (a line without end), `tool_calls`, `length`
//! (`finish_reason` says so), `no_done` (ends after `finish_reason`), `no_finish` (ends cleanly after the text, with
//! neither), `ping` (comments for ever, no text).

mod http;
mod script;
mod serve;

pub use script::{Fault, Piece, Reply, Script};

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use serde_json::Value;
use tokio::sync::oneshot;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `GET`, `HEAD` or `POST`.
    pub method: String,
    /// The path, `/v1/...`.
    pub path: String,
    /// The key that was sent, without `Bearer`.
    pub key: Option<String>,
    /// The body as JSON; null when there was none.
    pub body: Value,
    /// When it had arrived in full.
    pub at: Instant,
}

impl Asked {
    /// The contents of all messages, with their roles: `("user", "What is ...")`.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, String)> {
        let field = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let messages = self.body["messages"].as_array().into_iter().flatten();
        messages.map(|message| (field(message, "role"), field(message, "content"))).collect()
    }
}

/// The server. Dropping it closes all its connections.
#[derive(Debug)]
pub struct ScriptedCloud {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Dropped to end the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server's tasks and its owner share. Locked only to look or to write.
#[derive(Debug, Default)]
struct State {
    script: Script,
    asked: Vec<Asked>,
    /// Chat requests so far that took a reply by order.
    taken: usize,
    connections: usize,
    hung_up: usize,
}

impl ScriptedCloud {
    /// Starts a server on a free port.
    ///
    /// # Errors
    /// When no port or no thread can be had.
    pub fn start(script: Script) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State { script, ..State::default() }));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let shared = Arc::clone(&state);
        let thread = thread::Builder::new().name("scripted-cloud".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    error = serve::serve(listener, shared) => eprintln!("the scripted cloud ended: {error}"),
                }
            });
        })?;
        Ok(Self { address, state, stop: Some(stop), thread: Some(thread) })
    }

    /// The base address, for a client's configuration.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Changes the script; replies by order begin again.
    pub fn play(&self, script: Script) {
        let mut state = self.state();
        state.script = script;
        state.taken = 0;
    }

    /// All requests so far, in the order of their arrival.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// The requests that asked for a reply.
    #[must_use]
    pub fn chats(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path.ends_with("/chat/completions")).collect()
    }

    /// Connections that were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Replies that the client left before they were over.
    #[must_use]
    pub fn hung_up(&self) -> usize {
        self.state().hung_up
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ScriptedCloud {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there was printed already; dropping must not add another.
            let _ = thread.join();
        }
    }
}
