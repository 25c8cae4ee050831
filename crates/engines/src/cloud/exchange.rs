//! One request and its reply as it streams, within its limits of time and size.

use reqwest::{RequestBuilder, Response};
use segue_runtime::port::CloudError;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::connection::{self, Timing};
use super::dialect::Dialect;
use super::guard::{Begins, Guard};
use super::hand_over::Seen;
use super::reply::{LONGEST_REPLY, Reply};
use super::sse::SseParser;

/// The most bytes of one stream, text or not. Reasoning may be long; nothing is this long.
const LONGEST_STREAM: usize = 4 * 1024 * 1024;

/// How long the end of a stream may take after the end of its text. It is only read so that the connection can be
/// used again.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(1);

/// How a request ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With a reply, good or bad.
    Reply(Result<(), CloudError>),
    /// The begun sentence must be handed over in another way. Nothing was passed on.
    NotThisWay(Seen),
}

impl From<CloudError> for Ended {
    fn from(error: CloudError) -> Self {
        Self::Reply(Err(error))
    }
}

/// A request that is ready to be sent.
pub(super) struct Request<'a> {
    pub(super) dialect: Dialect,
    pub(super) post: RequestBuilder,
    pub(super) timing: &'a Timing,
    /// It carries a begun sentence, so a refusal may mean that.
    pub(super) prefill: bool,
}

impl Request<'_> {
    /// Sends it and passes on the text of the reply, as far as `guard` lets it through. `alive` is told when the
    /// connection gave a sign of life.
    pub(super) async fn run(self, guard: Guard, deltas: &mpsc::Sender<String>, alive: impl Fn()) -> Ended {
        let deadline = Instant::now() + self.timing.first_byte;
        let mut response = match connection::send(self.post, deadline).await {
            Ok(response) => response,
            Err(CloudError::Status(400 | 422)) if self.prefill => return Ended::NotThisWay(Seen::Refused),
            Err(error) => return error.into(),
        };
        alive();
        let mut reader = Reader { reply: Reply::new(self.dialect), guard, deltas };
        if connection::is_of_type(&response, "application/json") {
            let until = Instant::now() + self.timing.whole;
            return match connection::text(&mut response, 2 * LONGEST_REPLY + 64 * 1024, until).await {
                Ok(body) => reader.whole(&body).await,
                Err(error) => error.into(),
            };
        }
        if !connection::is_of_type(&response, "text/event-stream") {
            return CloudError::Broken("the reply is no event stream".into()).into();
        }
        let ended = reader.stream(&mut response, deadline, self.timing).await;
        if reader.reply.is_over() && matches!(ended, Ended::Reply(_)) {
            alive();
            drain(response);
        }
        ended
    }
}

/// Reads one reply.
struct Reader<'a> {
    reply: Reply,
    guard: Guard,
    deltas: &'a mpsc::Sender<String>,
}

impl Reader<'_> {
    async fn whole(&mut self, body: &str) -> Ended {
        let text = match self.reply.read_whole(body) {
            Ok(text) => text,
            Err(error) => return error.into(),
        };
        match self.pass(text).await {
            Some(ended) => ended,
            None => self.finish().await,
        }
    }

    async fn stream(&mut self, response: &mut Response, first: Instant, timing: &Timing) -> Ended {
        let mut parser = SseParser::default();
        let mut events = Vec::new();
        let mut bytes_read = 0;
        let mut deadline = first;
        while !self.reply.is_over() {
            let bytes = match timeout_at(deadline, response.chunk()).await {
                Ok(Ok(bytes)) => bytes,
                Ok(Err(error)) => return self.broken(connection::meaning(&error)).await,
                Err(_) => return self.broken(CloudError::Stalled).await,
            };
            bytes_read += bytes.as_ref().map_or(0, |bytes| bytes.len());
            let parsed = match &bytes {
                Some(bytes) => parser.push(bytes, &mut events),
                None => parser.finish(&mut events),
            };
            for event in events.drain(..) {
                let text = match self.reply.read(&event.data) {
                    Ok(text) => text,
                    Err(error) => return self.broken(error).await,
                };
                if let Some(ended) = self.pass(text).await {
                    return ended;
                }
            }
            if let Err(error) = parsed {
                return self.broken(CloudError::Broken(error.to_string())).await;
            }
            if bytes_read > LONGEST_STREAM {
                return self.broken(CloudError::Broken("the stream does not end".into())).await;
            }
            if bytes.is_none() {
                break;
            }
            deadline = Instant::now() + if self.reply.has_words() { timing.stall } else { timing.first_byte };
        }
        self.finish().await
    }

    /// Passes text on. The end, when the listener has gone or the reply begins again.
    async fn pass(&mut self, text: String) -> Option<Ended> {
        if text.is_empty() {
            return None;
        }
        let begins = self.guard.push(&text);
        self.hand_on(begins).await
    }

    async fn hand_on(&mut self, begins: Begins) -> Option<Ended> {
        match begins {
            Begins::Undecided => None,
            Begins::Again(seen) => Some(Ended::NotThisWay(seen)),
            Begins::GoesOn(text) if text.is_empty() => None,
            // Whoever stopped listening does not wait for the outcome.
            Begins::GoesOn(text) => self.deltas.send(text).await.is_err().then_some(Ended::Reply(Ok(()))),
        }
    }

    async fn finish(&mut self) -> Ended {
        let begins = self.guard.finish();
        if let Some(ended) = self.hand_on(begins).await {
            return ended;
        }
        Ended::Reply(std::mem::take(&mut self.reply).finish())
    }

    /// The reply broke off: what was held of it is passed on like the rest.
    async fn broken(&mut self, error: CloudError) -> Ended {
        let begins = self.guard.finish();
        self.hand_on(begins).await.unwrap_or(Ended::Reply(Err(error)))
    }
}

/// Reads what follows the end of the text, beside the turn: HTTP/1.1 can use a connection again only after that.
fn drain(mut response: Response) {
    tokio::spawn(timeout(DRAIN, async move { while let Ok(Some(_)) = response.chunk().await {} }));
}
