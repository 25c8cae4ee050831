//! Home Assistant as Segue sees it: one who acts, and a plugin that tells what the home's things are called.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use segue_runtime::plugin::{Link, Plugin, Wish};
use segue_runtime::port::{ActionResult, Executor, as_order, asks_to_do};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot};

use crate::line::{self, Gone, Place, Request};
use crate::{trust, wire};

/// Requests that may wait: the session asks one at a time.
const REQUESTS: usize = 8;

/// Which requests Home Assistant is asked before the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All.
    All,
    /// Those that ask for something to be done.
    Commands,
}

/// Everything that may be configured. There is no `Debug`, because of the token.
#[derive(Clone)]
pub struct HomeConfig {
    /// Where its web page is, as `http://homeassistant.local:8123`.
    pub url: String,
    /// A long-lived access token.
    pub token: String,
    /// The pipeline whose agent answers, if not the preferred one.
    pub pipeline: Option<String>,
    /// What it is asked.
    pub asked: Asked,
    /// Whether rooms and devices are read, for what is heard and for openers.
    pub names: bool,
    /// A PEM file of who is trusted with `https`, in place of the system's authorities.
    pub ca: Option<Vec<u8>>,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address is none.
    #[error("home.url takes the address of Home Assistant's page, as http://homeassistant.local:8123")]
    NoAddress,
    /// The token is none.
    #[error("the token of Home Assistant is empty, or no line of letters")]
    NoToken,
    /// There is nobody to trust.
    #[error("Home Assistant over https needs a certificate to trust: {0}")]
    Tls(String),
}

/// The plugin; [`Home::executor`] is the one who acts.
pub struct Home {
    place: Place,
    shown: String,
    names: bool,
    requests: mpsc::Receiver<Request>,
    executor: Arc<Asker>,
}

impl Home {
    /// Prepares everything; connects in [`Plugin::run`].
    ///
    /// # Errors
    /// When address, token or certificates cannot be used.
    pub fn new(config: HomeConfig) -> Result<Self, SetupError> {
        let address = wire::address(&config.url).ok_or(SetupError::NoAddress)?;
        let token = config.token.trim().to_string();
        if token.is_empty() || token.len() > 4096 || !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(SetupError::NoToken);
        }
        let tls = address.starts_with("wss://").then(|| trust::client(config.ca.as_deref())).transpose()?;
        let (asks, requests) = mpsc::channel(REQUESTS);
        let executor = Arc::new(Asker { asks, asked: config.asked, conversation: Mutex::default() });
        let place = Place { address, token, pipeline: config.pipeline, tls };
        Ok(Self { place, shown: config.url, names: config.names, requests, executor })
    }

    /// The one who acts. Before the plugin runs, nobody is there.
    #[must_use]
    pub fn executor(&self) -> Arc<dyn Executor> {
        self.executor.clone()
    }
}

impl Plugin for Home {
    fn name(&self) -> &'static str {
        "home-assistant"
    }

    fn told_at_start(&self) -> String {
        format!("Home Assistant: connects to {}, which acts and answers before the cloud", self.shown)
    }

    fn run(self: Box<Self>, mut link: Link) -> BoxFuture<'static, ()> {
        let Self { place, names, requests, .. } = *self;
        let (told, mut read) = mpsc::channel(1);
        let line = tokio::spawn(line::keep(place, requests, told));
        async move {
            loop {
                tokio::select! {
                    news = link.news.recv() => if matches!(news, Err(RecvError::Closed)) { break },
                    Some(home) = read.recv() => if names {
                        // Full means that the desk is busy; the names come again with the next change.
                        let _ = link.wishes.try_send(Wish::Home(home));
                    },
                }
            }
            line.abort();
        }
        .boxed()
    }
}

/// The one who acts.
struct Asker {
    asks: mpsc::Sender<Request>,
    asked: Asked,
    /// The conversation in which Home Assistant asked something back.
    conversation: Mutex<Option<String>>,
}

impl Executor for Asker {
    fn act(&self, request: String, opener: String, said: mpsc::Sender<String>) -> BoxFuture<'_, ActionResult> {
        async move {
            let request = as_order(&request).into_owned();
            let conversation = self.conversation.lock().unwrap_or_else(PoisonError::into_inner).take();
            // What answers a question of Home Assistant is for it, whatever it is.
            if self.asked == Asked::Commands && conversation.is_none() && !asks_to_do(&request) {
                return ActionResult::NotForMe;
            }
            let (answer, answered) = oneshot::channel();
            let ask = Request { text: request.clone(), conversation, said, answer };
            let acted = match self.asks.try_send(ask) {
                Ok(()) => answered.await.unwrap_or(Err(Gone::Away)),
                Err(_) => Err(Gone::Away),
            };
            match acted {
                Ok(acted) => {
                    let result = if acted.told {
                        acted.answer.told(&acted.away)
                    } else {
                        acted.answer.result(&request, &opener, &acted.away)
                    };
                    if acted.answer.asks_back {
                        *self.conversation.lock().unwrap_or_else(PoisonError::into_inner) = acted.answer.conversation;
                    }
                    result
                }
                // What was begun is not begun anew by a cloud.
                Err(why) if why == Gone::Midway || asks_to_do(&request) => ActionResult::Failed(told(why).to_string()),
                Err(_) => ActionResult::NotForMe,
            }
        }
        .boxed()
    }
}

/// Why there is no answer, for who asked.
fn told(why: Gone) -> &'static str {
    match why {
        Gone::Away | Gone::Rubbish => "Home Assistant can't be reached.",
        Gone::Left => "Home Assistant left before it answered.",
        Gone::Midway => "Home Assistant left in the middle.",
        Gone::Refused => "Home Assistant doesn't let me in.",
        Gone::Silent => "Home Assistant isn't answering.",
    }
}
