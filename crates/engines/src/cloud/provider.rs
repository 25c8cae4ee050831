//! A continuator behind a chat endpoint, in either dialect.
//!
//! The connection is opened while the user still speaks, so that the request with the opener in it is the only wait.
//! How the opener is handed over comes from the configuration, from what was found out, or from the table; a server
//! that will not have it is asked again in a lesser way within the same turn, before anything of its reply was heard.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::Client;
use segue_runtime::port::{CloudError, Continuator, Continue, EngineError};
use serde_json::{Map, Value};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, timeout};

use super::address::Address;
use super::connection::{self, Timing};
use super::dialect::{Dialect, ENOUGH, Style, TokenLimit};
use super::exchange::{self, Ended};
use super::finding::{Finding, Findings};
use super::guard::Guard;
use super::hand_over::{HandOver, Seen};
use super::prompts::Prompts;
use super::secret::Secret;
use super::table::Row;

/// The longest list of models that is read, in bytes.
const LONGEST_LIST: usize = 4 * 1024 * 1024;

/// What a provider is made of.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// How it is spoken to.
    pub dialect: Dialect,
    /// The base address: `/v1` included for OpenAI's dialect, as the servers' documentation gives it.
    pub base: String,
    /// The model; `None`: the first one that the server names.
    pub model: Option<String>,
    /// The key, for servers that want one.
    pub key: Option<Secret>,
    /// How the sentence that was begun is handed over; `None`: as it is known or found out.
    pub hand_over: Option<HandOver>,
    /// What was found out, shared by all providers and kept between runs.
    pub findings: Arc<Findings>,
    /// What the model is told.
    pub prompts: Prompts,
    /// How long the reply may become; `None`: what suits the server.
    pub limit: Option<TokenLimit>,
    /// Further fields of the request's body.
    pub extra: Map<String, Value>,
    /// How long each part may take.
    pub timing: Timing,
}

impl ProviderConfig {
    /// A provider with nothing but an address.
    #[must_use]
    pub fn at(dialect: Dialect, base: &str) -> Self {
        Self {
            dialect,
            base: base.to_owned(),
            model: None,
            key: None,
            hand_over: None,
            findings: Arc::default(),
            prompts: Prompts::default(),
            limit: None,
            extra: Map::new(),
            timing: Timing::default(),
        }
    }
}

/// The provider.
pub struct Provider {
    pub(super) address: Address,
    pub(super) client: Client,
    pub(super) key: Option<Secret>,
    pub(super) style: Style,
    pub(super) timing: Timing,
    pub(super) hand_over: Option<HandOver>,
    findings: Arc<Findings>,
    /// The model; set once, by the configuration or by the server's first answer.
    model: OnceLock<Model>,
    /// `owned_by` in the list of models, once it was asked.
    owner: Mutex<Option<String>>,
    /// When the connection was last used; `None` before. Locked only to look or to set.
    used: Mutex<Option<Instant>>,
    /// Whether a reply has come; whoever never answered is not worth a probe.
    pub(super) reached: AtomicBool,
    /// One probe at a time.
    pub(super) learning: tokio::sync::Mutex<()>,
    /// Told when the user needs the provider, so that a probe gives way.
    pub(super) needed: Notify,
}

struct Model {
    id: String,
    /// For people: server and model.
    name: String,
    /// Under which findings are kept.
    key: String,
}

impl Provider {
    /// Prepares a provider; connects to nothing.
    pub fn new(config: ProviderConfig) -> Result<Self, EngineError> {
        let address = Address::new(config.dialect, &config.base)?;
        let limit = config.limit.unwrap_or_else(|| TokenLimit::for_host(&address.host, ENOUGH));
        let provider = Self {
            client: connection::client(address.dialect, config.key.as_ref(), &config.timing)?,
            style: Style { prompts: config.prompts, limit, extra: config.extra },
            timing: config.timing,
            hand_over: config.hand_over,
            findings: config.findings,
            model: OnceLock::new(),
            owner: Mutex::default(),
            used: Mutex::default(),
            reached: AtomicBool::new(false),
            learning: tokio::sync::Mutex::default(),
            needed: Notify::new(),
            key: config.key,
            address,
        };
        if let Some(model) = config.model {
            provider.know(model);
        }
        Ok(provider)
    }

    /// How a begun sentence is handed over to this model, as far as it is known.
    #[must_use]
    pub fn way(&self) -> HandOver {
        let found = || Some(self.finding()?.hand_over);
        let known = || Some(self.row()?.hand_over);
        self.hand_over.or_else(found).or_else(known).unwrap_or_default()
    }

    /// Whether nothing at all is known about how this model is handed a sentence.
    pub(super) fn is_unknown(&self) -> bool {
        self.hand_over.is_none() && self.finding().is_none() && self.row().is_none()
    }

    fn finding(&self) -> Option<Finding> {
        self.findings.get(&self.model.get()?.key)
    }

    pub(super) fn row(&self) -> Option<&'static Row> {
        self.address.row(lock(&self.owner).as_deref(), self.model.get().map_or("", |model| &model.id))
    }

    /// Keeps what was found out: a way that works, or why none but the instruction does.
    pub(super) fn found(&self, hand_over: HandOver, seen: Seen) {
        let Some(model) = self.model.get() else { return };
        tracing::info!(cloud = model.name, ?hand_over, ?seen, "how a begun sentence is handed over");
        let seen = if hand_over.is_prefill() { Seen::Continued } else { seen };
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.findings.keep(&model.key, Finding { hand_over, seen, at });
    }

    fn know(&self, id: String) -> &str {
        let name = format!("{} {id}", self.address.server);
        let key = format!("{:?} {} {id}", self.address.dialect, self.address.base);
        &self.model.get_or_init(|| Model { id, name, key }).id
    }

    /// The model's name; asks the server when nobody gave one.
    pub(super) async fn model(&self) -> Result<&str, CloudError> {
        match self.model.get() {
            Some(model) => Ok(&model.id),
            None => self.list().await,
        }
    }

    /// Asks the server for its models: the first one's name if none was given, and who owns it.
    async fn list(&self) -> Result<&str, CloudError> {
        let deadline = Instant::now() + self.timing.first_byte;
        let mut response = connection::send(self.client.get(self.address.models()), deadline).await?;
        let body = connection::text(&mut response, LONGEST_LIST, deadline).await?;
        self.touch();
        let body: Value =
            serde_json::from_str(&body).map_err(|_| CloudError::Broken("the list of models is not JSON".into()))?;
        let list = body["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named = self.model.get().and_then(|model| list.iter().find(|entry| entry["id"] == model.id));
        let entry = named.or(list.first()).ok_or(CloudError::NotFound)?;
        *lock(&self.owner) = Some(entry["owned_by"].as_str().unwrap_or_default().to_owned());
        match self.model.get() {
            Some(model) => Ok(&model.id),
            None => Ok(self.know(entry["id"].as_str().ok_or(CloudError::NotFound)?.to_owned())),
        }
    }

    /// The model, and what its server says of itself when the table does not know the address.
    pub(super) async fn identify(&self) -> Result<&str, CloudError> {
        let model = self.model().await?;
        if self.is_unknown() && lock(&self.owner).is_none() {
            // Not every server has such a list.
            let _ = self.list().await;
        }
        Ok(model)
    }

    fn touch(&self) {
        *lock(&self.used) = Some(Instant::now());
    }

    /// Notes a use that begins now; says whether the last one is so recent that the connection is warm.
    fn was_fresh(&self) -> bool {
        let mut used = lock(&self.used);
        let fresh = used.is_some_and(|used| used.elapsed() < self.timing.fresh);
        if !fresh {
            *used = Some(Instant::now());
        }
        fresh
    }

    async fn connect(&self) {
        self.needed.notify_waiters();
        if self.was_fresh() {
            return;
        }
        let asks = self.model.get().is_none() || (self.is_unknown() && lock(&self.owner).is_none());
        // The head alone, later on: some lists of models are half a megabyte. Any status will do, the connection is
        // there.
        let outcome = if asks { self.list().await.map(drop) } else { self.head().await.map(drop) };
        if let Err(error) = outcome {
            tracing::debug!(server = self.address.server, %error, "no connection ahead of the request");
        }
    }

    /// The status of a request that costs nothing.
    async fn head(&self) -> Result<u16, CloudError> {
        let head = self.client.head(self.address.models()).send();
        match timeout(self.timing.first_byte, head).await {
            Ok(Ok(response)) => Ok(response.status().as_u16()),
            Ok(Err(error)) => Err(connection::meaning(&error)),
            Err(_) => Err(CloudError::Stalled),
        }
    }

    /// Asks, in lesser and lesser ways while the server will not have the begun sentence. Nothing of a reply that is
    /// given up was passed on.
    async fn ask(&self, ask: &Continue, deltas: &mpsc::Sender<String>) -> Result<(), CloudError> {
        let model = self.model().await?;
        let mut way = if ask.opener.trim().is_empty() { HandOver::Instruction } else { self.way() };
        let mut gave_up = None;
        loop {
            let row = self.row().filter(|row| row.hand_over == way);
            let body = self.address.dialect.body(ask, model, way, row.is_some_and(|row| row.thinks), &self.style);
            let echoes = !way.is_prefill() || row.is_some_and(|row| row.echoes);
            let guard = if echoes { Guard::open() } else { Guard::new(&ask.opener) };
            let request = exchange::Request {
                dialect: self.address.dialect,
                post: self.client.post(self.address.chat()).json(&body),
                timing: &self.timing,
                prefill: way.is_prefill(),
            };
            match request.run(guard, deltas, || self.touch()).await {
                Ended::Reply(outcome) => {
                    if outcome.is_ok() {
                        self.reached.store(true, Ordering::Relaxed);
                    }
                    // A refusal may have had another reason: only what works instead shows that it was the prefill.
                    if let Some(seen) = gave_up.filter(|_| outcome.is_ok()) {
                        self.found(way, seen);
                    }
                    return outcome;
                }
                Ended::NotThisWay(seen) => {
                    tracing::debug!(server = self.address.server, ?way, ?seen, "asking in a lesser way");
                    gave_up = Some(seen);
                    way = way.lesser(seen).unwrap_or_default();
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Continuator for Provider {
    fn name(&self) -> &str {
        self.model.get().map_or(&self.address.server, |model| &model.name)
    }

    fn warm_up(&self) -> BoxFuture<'_, ()> {
        self.connect().boxed()
    }

    fn probe(&self) -> BoxFuture<'_, bool> {
        // Some servers have no list of models, or no head of it; they answer all the same.
        async { self.head().await.is_ok_and(|status| status < 400 || matches!(status, 404 | 405)) }.boxed()
    }

    fn learn(&self) -> BoxFuture<'_, ()> {
        self.learn_in_the_background().boxed()
    }

    fn go_on(&self, ask: Continue, deltas: mpsc::Sender<String>) -> BoxFuture<'_, Result<(), CloudError>> {
        async move {
            self.needed.notify_waiters();
            tokio::select! {
                () = deltas.closed() => Ok(()),
                outcome = timeout(self.timing.whole, self.ask(&ask, &deltas)) => outcome.unwrap_or(Err(CloudError::Stalled)),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_server_and_model_and_no_key() {
        let mut config = ProviderConfig::at(Dialect::OpenAi, "https://api.example.com/v1/");
        assert_eq!(Provider::new(config.clone()).unwrap().name(), "api.example.com");
        config.model = Some("small".into());
        config.key = Secret::new("sk-123");
        assert!(!format!("{config:?}").contains("sk-123"));
        assert_eq!(Provider::new(config).unwrap().name(), "api.example.com small");
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_without_showing_it() {
        for dialect in [Dialect::OpenAi, Dialect::Anthropic] {
            let mut config = ProviderConfig::at(dialect, "http://x/v1");
            config.key = Secret::new("sk-\u{7}123");
            let error = Provider::new(config).err().unwrap().to_string();
            assert!(error.contains("the key has characters that no key has") && !error.contains("123"), "{error}");
        }
    }

    #[test]
    fn configuration_comes_before_findings_and_findings_before_the_table() {
        let mut config = ProviderConfig::at(Dialect::OpenAi, "https://api.mistral.ai/v1");
        config.model = Some("m".into());
        let provider = Provider::new(config.clone()).unwrap();
        assert_eq!(provider.way(), HandOver::PrefixTrue);
        provider.found(HandOver::Instruction, Seen::Refused);
        assert_eq!(provider.way(), HandOver::Instruction);
        config.hand_over = Some(HandOver::PartialTrue);
        assert_eq!(Provider::new(config).unwrap().way(), HandOver::PartialTrue);
        let other = ProviderConfig { model: Some("m".into()), ..ProviderConfig::at(Dialect::OpenAi, "http://x/v1") };
        assert!(Provider::new(other).unwrap().is_unknown());
    }
}
