//! A scripted cloud: a server on `127.0.0.1` that answers, delays and fails as it is told, in both dialects: OpenAI's
//! (`/v1/chat/completions`) and Anthropic's (`/v1/messages`). The same script plays in either.
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
//! The form of a scenario file, and everything that can be scripted, is in `integration/scenarios/README.md`.

mod asked;
mod dialect;
mod http;
mod prefill;
mod script;
mod serve;

pub use asked::Asked;
pub use prefill::{Prefill, Prefills};
pub use script::{Fault, Piece, Reply, Script, ScriptError};

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

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
        Self::start_on(0, script)
    }

    /// Starts a server on this port of the loopback; 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken, or no thread can be had.
    pub fn start_on(port: u16, script: Script) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))?;
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

    /// Starts a server on a free port, as a task of the runtime in which this is called, so that it waits by the same
    /// clock, also when that one is paused. It ends with the runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn on_this_clock(script: Script) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State { script, ..State::default() }));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            tokio::select! {
                _ = stopped => {}
                error = serve::serve(listener, shared) => eprintln!("the scripted cloud ended: {error}"),
            }
        });
        Ok(Self { address, state, stop: Some(stop), thread: None })
    }

    /// Forgets what was asked so far, for tests that ask a thousand times.
    pub fn forget(&self) {
        self.state().asked.clear();
    }

    /// The base address for a client of OpenAI's dialect, `/v1` included.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The base address for a client of Anthropic's dialect, as its libraries take it: without `/v1`.
    #[must_use]
    pub fn anthropic_base(&self) -> String {
        format!("http://{}", self.address)
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

    /// The requests that asked for a reply, probes left out.
    #[must_use]
    pub fn chats(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.is_chat() && !asked.is_probe()).collect()
    }

    /// The requests that only wanted to know how a begun sentence is handed over.
    #[must_use]
    pub fn probes(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.is_chat() && asked.is_probe()).collect()
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
