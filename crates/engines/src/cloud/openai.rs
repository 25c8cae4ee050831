//! A continuator behind any OpenAI-compatible chat endpoint.
//!
//! The connection is opened while the user still speaks, so that the request with the opener in it is the only wait.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::{Client, Response, Url};
use segue_runtime::port::{CloudError, Continuator, Continue, EngineError};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::ask::{self, HandOver, Prompts, Style, TokenLimit};
use super::connection::{self, Timing};
use super::reply::{LONGEST_REPLY, Reply};
use super::secret::Secret;
use super::sse::SseParser;

/// A pooled connection that was used this recently is taken to be alive; small servers close theirs after 5 s.
const FRESH: Duration = Duration::from_secs(3);

/// The most bytes of one stream, text or not. Reasoning may be long; nothing is this long.
const LONGEST_STREAM: usize = 4 * 1024 * 1024;

/// How long the end of a stream may take after the end of its text. It is only read so that the connection can be
/// used again.
const DRAIN: Duration = Duration::from_secs(1);

/// What a provider is made of.
#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    /// The base address, `/v1` included.
    pub base: String,
    /// The model; `None`: the first one that the server names.
    pub model: Option<String>,
    /// The key, for servers that want one.
    pub key: Option<Secret>,
    /// How the sentence that was begun is handed over.
    pub hand_over: HandOver,
    /// What the model is told.
    pub prompts: Prompts,
    /// How long the reply may become; `None`: what suits the server.
    pub limit: Option<TokenLimit>,
    /// Further fields of the request's body.
    pub extra: Map<String, Value>,
    /// How long each part may take.
    pub timing: Timing,
}

impl OpenAiConfig {
    /// A provider with nothing but an address.
    #[must_use]
    pub fn at(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            model: None,
            key: None,
            hand_over: HandOver::default(),
            prompts: Prompts::default(),
            limit: None,
            extra: Map::new(),
            timing: Timing::default(),
        }
    }
}

/// The provider.
pub struct OpenAi {
    client: Client,
    /// The base without a slash at its end.
    base: String,
    style: Style,
    timing: Timing,
    /// The name before the model is known: the server.
    server: String,
    /// The model and the full name; set once, by the configuration or by the first answer of the server.
    model: OnceLock<(String, String)>,
    /// When the connection was last used; `None` before. Locked only to look or to set.
    used: Mutex<Option<Instant>>,
}

impl OpenAi {
    /// Prepares a provider; connects to nothing.
    pub fn new(config: OpenAiConfig) -> Result<Self, EngineError> {
        let wrong = |why: &str| EngineError::new("cloud", format!("{} is no base address: {why}", config.base));
        let base = config.base.trim().trim_end_matches('/');
        let base = base.strip_suffix("/chat/completions").unwrap_or(base).to_owned();
        let url = Url::parse(&base).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it must begin with http:// or https://"));
        }
        let host = url.host_str().ok_or_else(|| wrong("it names no server"))?;
        let server = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let limit = config.limit.unwrap_or_else(|| TokenLimit::for_base(&base));
        let provider = Self {
            client: connection::client(config.key.as_ref(), &config.timing)?,
            style: Style { hand_over: config.hand_over, prompts: config.prompts, limit, extra: config.extra },
            timing: config.timing,
            model: OnceLock::new(),
            used: Mutex::new(None),
            base,
            server,
        };
        if let Some(model) = config.model {
            provider.know(model);
        }
        Ok(provider)
    }

    fn know(&self, model: String) -> &str {
        let name = format!("{} {model}", self.server);
        &self.model.get_or_init(|| (model, name)).0
    }

    /// The model's name; asks the server when nobody gave one.
    async fn model(&self) -> Result<&str, CloudError> {
        if let Some((model, _)) = self.model.get() {
            return Ok(model);
        }
        let deadline = Instant::now() + self.timing.first_byte;
        let mut response = connection::send(self.client.get(format!("{}/models", self.base)), deadline).await?;
        let body = connection::text(&mut response, LONGEST_STREAM, deadline).await?;
        self.touch();
        let body: Value =
            serde_json::from_str(&body).map_err(|_| CloudError::Broken("the list of models is not JSON".into()))?;
        let first = body["data"][0]["id"].as_str().ok_or(CloudError::NotFound)?;
        Ok(self.know(first.to_owned()))
    }

    fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Notes a use that begins now; says whether the last one is so recent that the connection is warm.
    fn was_fresh(&self) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = used.is_some_and(|used| used.elapsed() < FRESH);
        if !fresh {
            *used = Some(Instant::now());
        }
        fresh
    }

    async fn connect(&self) {
        if self.was_fresh() {
            return;
        }
        let outcome = if self.model.get().is_none() {
            self.model().await.map(drop)
        } else {
            // The head alone: some lists of models are half a megabyte. Any status will do, the connection is there.
            let head = self.client.head(format!("{}/models", self.base)).send();
            match timeout(self.timing.first_byte, head).await {
                Ok(sent) => sent.map(drop).map_err(|error| connection::meaning(&error)),
                Err(_) => Err(CloudError::Stalled),
            }
        };
        if let Err(error) = outcome {
            tracing::debug!(server = self.server, %error, "no connection ahead of the request");
        }
    }

    async fn ask(&self, ask: &Continue, deltas: &mpsc::Sender<String>) -> Result<(), CloudError> {
        let model = self.model().await?;
        let body = ask::body(ask, model, &self.style);
        let deadline = Instant::now() + self.timing.first_byte;
        let request = self.client.post(format!("{}/chat/completions", self.base)).json(&body);
        let mut response = connection::send(request, deadline).await?;
        self.touch();
        if connection::is_of_type(&response, "application/json") {
            let body =
                connection::text(&mut response, 2 * LONGEST_REPLY + 64 * 1024, Instant::now() + self.timing.whole)
                    .await?;
            let mut reply = Reply::default();
            let text = reply.read_whole(&body)?;
            // Whoever stopped listening does not wait for the outcome.
            let _ = deltas.send(text).await;
            return reply.finish();
        }
        if !connection::is_of_type(&response, "text/event-stream") {
            return Err(CloudError::Broken("the reply is no event stream".into()));
        }
        self.read(response, deadline, deltas).await
    }

    async fn read(
        &self,
        mut response: Response,
        first: Instant,
        deltas: &mpsc::Sender<String>,
    ) -> Result<(), CloudError> {
        let mut parser = SseParser::default();
        let mut reply = Reply::default();
        let mut events = Vec::new();
        let mut bytes_read = 0;
        let mut deadline = first;
        while !reply.is_over() {
            let bytes = timeout_at(deadline, response.chunk()).await.map_err(|_| CloudError::Stalled)?;
            let bytes = bytes.map_err(|error| connection::meaning(&error))?;
            bytes_read += bytes.as_ref().map_or(0, |bytes| bytes.len());
            let parsed = match &bytes {
                Some(bytes) => parser.push(bytes, &mut events),
                None => parser.finish(&mut events),
            };
            for event in events.drain(..) {
                let text = reply.read(&event.data)?;
                if !text.is_empty() && deltas.send(text).await.is_err() {
                    return Ok(());
                }
            }
            parsed.map_err(|error| CloudError::Broken(error.to_string()))?;
            if bytes_read > LONGEST_STREAM {
                return Err(CloudError::Broken("the stream does not end".into()));
            }
            if bytes.is_none() {
                return reply.finish();
            }
            deadline = Instant::now() + if reply.has_words() { self.timing.stall } else { self.timing.first_byte };
        }
        self.touch();
        drain(response);
        reply.finish()
    }
}

/// Reads what follows the end of the text, beside the turn: HTTP/1.1 can use a connection again only after that.
fn drain(mut response: Response) {
    tokio::spawn(timeout(DRAIN, async move { while let Ok(Some(_)) = response.chunk().await {} }));
}

impl Continuator for OpenAi {
    fn name(&self) -> &str {
        self.model.get().map_or(&self.server, |(_, name)| name)
    }

    fn warm_up(&self) -> BoxFuture<'_, ()> {
        self.connect().boxed()
    }

    fn go_on(&self, ask: Continue, deltas: mpsc::Sender<String>) -> BoxFuture<'_, Result<(), CloudError>> {
        async move {
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
        let mut config = OpenAiConfig::at("https://api.example.com/v1/");
        assert_eq!(OpenAi::new(config.clone()).unwrap().name(), "api.example.com");
        config.model = Some("small".into());
        config.key = Secret::new("sk-123");
        assert!(!format!("{config:?}").contains("sk-123"));
        assert_eq!(OpenAi::new(config).unwrap().name(), "api.example.com small");
    }

    #[test]
    fn a_wrong_address_is_one_clear_sentence() {
        for base in ["", "localhost:8080/v1", "ftp://x/v1", "http://"] {
            let error = OpenAi::new(OpenAiConfig::at(base)).err().unwrap().to_string();
            assert!(error.contains("is no base address: "), "{error}");
        }
        let mut config = OpenAiConfig::at("http://x/v1");
        config.key = Secret::new("a\u{7}b");
        assert!(OpenAi::new(config).is_err());
    }
}
