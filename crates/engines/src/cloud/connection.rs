//! The HTTP side of a provider: one pooled client, its limits, and what its errors mean.

use std::error::Error;
use std::time::{Duration, SystemTime};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, redirect};
use segue_runtime::port::{CloudError, EngineError};
use tokio::time::{Instant, timeout_at};

use super::anthropic;
use super::dialect::Dialect;
use super::fault;
use super::secret::Secret;

/// Anthropic's headers for the key and for the version of the API.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const ANTHROPIC_VERSION: HeaderName = HeaderName::from_static("anthropic-version");

/// How long each part of a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Name, TCP and TLS together.
    pub connect: Duration,
    /// From sending the request to the first byte of the reply's text; and, while a model reasons in silence or in
    /// events without text, from one byte to the next.
    pub first_byte: Duration,
    /// From one byte to the next, once text has come.
    pub stall: Duration,
    /// The whole reply, so that a server which only ever sends signs of life has an end too.
    pub whole: Duration,
    /// A pooled connection that was used this recently is taken to be alive; small servers close theirs after 5 s.
    pub fresh: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            first_byte: Duration::from_secs(8),
            stall: Duration::from_secs(4),
            whole: Duration::from_secs(60),
            fresh: Duration::from_secs(3),
        }
    }
}

/// The client. No proxy and no redirect is followed: a key goes to the address that the user wrote, and nowhere else.
pub(super) fn client(dialect: Dialect, key: Option<&Secret>, timing: &Timing) -> Result<Client, EngineError> {
    let mut headers = HeaderMap::new();
    let (name, before) = match dialect {
        Dialect::OpenAi => (AUTHORIZATION, "Bearer "),
        Dialect::Anthropic => (X_API_KEY, ""),
    };
    if dialect == Dialect::Anthropic {
        headers.insert(ANTHROPIC_VERSION, HeaderValue::from_static(anthropic::VERSION));
    }
    if let Some(key) = key {
        let value = HeaderValue::from_str(&format!("{before}{}", key.expose()));
        let mut value = value.map_err(|_| EngineError::new("cloud", "the key has characters that no key has"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let builder = || -> ClientBuilder {
        Client::builder()
            .default_headers(headers.clone())
            .user_agent(concat!("segue/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timing.connect)
            .redirect(redirect::Policy::none())
            .no_proxy()
    };
    // Without certificates on the machine the client cannot be made, which must not take plain HTTP away. With an
    // empty list of roots it can, and each TLS connection fails with a reason.
    let client = builder().build().or_else(|_| builder().tls_certs_only([]).build());
    client.map_err(|error| EngineError::new("cloud", error.without_url()))
}

/// Sends a request and waits for its head. A connection that was kept warm may be closed by the server just now: then,
/// and only then, it is sent once more. Statuses that are not success are errors.
pub(super) async fn send(request: RequestBuilder, deadline: Instant) -> Result<Response, CloudError> {
    let again = request.try_clone();
    let sent = timeout_at(deadline, request.send()).await.map_err(|_| CloudError::Stalled)?;
    let sent = match (sent, again) {
        (Err(error), Some(again)) if was_cut(&error) => {
            timeout_at(deadline, again.send()).await.map_err(|_| CloudError::Stalled)?
        }
        (sent, _) => sent,
    };
    let response = sent.map_err(|error| meaning(&error))?;
    match response.status() {
        status if status.is_success() => Ok(response),
        status => {
            let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            Err(fault::of_status(status.as_u16(), wait, SystemTime::now()))
        }
    }
}

/// Whether the reply is a stream of events, one piece of JSON, or something else (a page that wants a password).
pub(super) fn is_of_type(response: &Response, kind: &str) -> bool {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|found| found.trim().eq_ignore_ascii_case(kind))
}

/// Reads a body that is not streamed, as far as `most` bytes.
pub(super) async fn text(response: &mut Response, most: usize, deadline: Instant) -> Result<String, CloudError> {
    let mut body = Vec::new();
    while let Some(bytes) = timeout_at(deadline, response.chunk())
        .await
        .map_err(|_| CloudError::Stalled)?
        .map_err(|error| meaning(&error))?
    {
        body.extend_from_slice(&bytes);
        if body.len() > most {
            return Err(CloudError::Broken("the reply is too long".into()));
        }
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// What a transport error means.
pub(super) fn meaning(error: &reqwest::Error) -> CloudError {
    if error.is_connect() {
        return CloudError::Unreachable(if error.is_timeout() { "no connection in time".into() } else { root(error) });
    }
    if error.is_timeout() {
        return CloudError::Stalled;
    }
    CloudError::Broken(if error.is_decode() || error.is_body() || error.is_request() {
        "the connection was cut".into()
    } else {
        root(error)
    })
}

/// The connection ended before a single byte of the reply.
fn was_cut(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

/// The innermost reason, in the system's words; the outer ones repeat it and name the address.
fn root(error: &reqwest::Error) -> String {
    let mut reason: &dyn Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
