//! Finding out how a begun sentence is handed over to a model that nobody knows: a few tiny requests, never between
//! the user's last word and the first sound.

use std::sync::atomic::Ordering;

use segue_runtime::port::CloudError;
use tokio::sync::mpsc;

use super::connection;
use super::dialect::{Style, TokenLimit};
use super::exchange::{Ended, Request};
use super::guard::Guard;
use super::hand_over::{HandOver, Seen};
use super::probe;
use super::prompts::Prompts;
use super::provider::Provider;

/// Text of a probe's answer that is enough to judge it, in bytes.
const ENOUGH_TEXT: usize = 24;

/// What is known about a model after it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learned {
    /// How a begun sentence is handed over.
    pub hand_over: HandOver,
    /// What the last prefill came to; `None` when none was tried, because the way is configured or the provider is
    /// known to take none.
    pub seen: Option<Seen>,
    /// The row of the table, for people.
    pub who: Option<&'static str>,
}

impl Provider {
    /// Asks now, whatever is known already, and keeps what comes of it.
    pub async fn learn_now(&self) -> Result<Learned, CloudError> {
        let _one = self.learning.lock().await;
        self.learn_by_asking().await
    }

    /// Asks if nothing is known, once a reply has come; gives way when the user needs the provider.
    pub(super) async fn learn_in_the_background(&self) {
        let _one = self.learning.lock().await;
        if !self.reached.load(Ordering::Relaxed) || !self.is_unknown() {
            return;
        }
        tokio::select! {
            () = self.needed.notified() => {}
            learned = self.learn_by_asking() => if let Err(error) = learned {
                tracing::debug!(server = self.address.server, %error, "nothing was found out");
            }
        }
    }

    async fn learn_by_asking(&self) -> Result<Learned, CloudError> {
        self.identify().await?;
        let row = self.row();
        let learned = |hand_over, seen| Learned { hand_over, seen, who: row.map(|row| row.who) };
        if let Some(way) = self.hand_over {
            return Ok(learned(way, None));
        }
        let known = row.map(|row| row.hand_over);
        let ways: &[HandOver] = match &known {
            Some(HandOver::Instruction) => return Ok(learned(HandOver::Instruction, None)),
            Some(HandOver::TrailingAssistant) => &[HandOver::TrailingAssistant],
            Some(way) => &[*way, HandOver::TrailingAssistant],
            None => probe::ways(self.address.dialect),
        };
        let mut last = Seen::Silent;
        for (at, way) in ways.iter().enumerate() {
            // A server that took a marked message for a finished one does the same without the mark.
            if *way == HandOver::TrailingAssistant && at > 0 && last != Seen::Refused {
                continue;
            }
            last = self.try_way(*way).await?;
            let echoes = row.is_some_and(|row| row.echoes && row.hand_over == *way);
            if last == Seen::Continued || (echoes && last == Seen::Echoed) {
                self.found(*way, last);
                return Ok(learned(*way, Some(last)));
            }
        }
        self.found(HandOver::Instruction, last);
        Ok(learned(HandOver::Instruction, Some(last)))
    }

    /// One tiny request, over a connection of its own: the warm one stays free for the user.
    async fn try_way(&self, way: HandOver) -> Result<Seen, CloudError> {
        let client = connection::client(self.address.dialect, self.key.as_ref(), &self.timing)
            .map_err(|error| CloudError::Unreachable(error.message))?;
        let model = self.model().await?;
        let prompts =
            Prompts { system: "Answer with words only.".into(), prefill: String::new(), instruction: String::new() };
        let limit = TokenLimit::for_host(&self.address.host, probe::MOST_TOKENS);
        let style = Style { prompts, limit, extra: self.style.extra.clone() };
        let thinks = self.row().is_some_and(|row| row.thinks);
        let body = self.address.dialect.body(&probe::ask(), model, way, thinks, &style);
        let request = Request {
            dialect: self.address.dialect,
            post: client.post(self.address.chat()).json(&body),
            timing: &self.timing,
            prefill: true,
        };
        let (deltas, mut pieces) = mpsc::channel::<String>(16);
        let listen = async {
            let mut text = String::new();
            while let Some(piece) = pieces.recv().await {
                text += &piece;
                if text.len() >= ENOUGH_TEXT {
                    break;
                }
            }
            // Whoever answers at length is not listened to.
            drop(pieces);
            text
        };
        let run = async move {
            let ended = request.run(Guard::open(), &deltas, || {}).await;
            drop(deltas);
            ended
        };
        let (ended, text) = tokio::join!(run, listen);
        match (ended, probe::judge(&text)) {
            (Ended::NotThisWay(seen), _) | (Ended::Reply(_), Some(seen)) => Ok(seen),
            (Ended::Reply(Ok(()) | Err(CloudError::Empty | CloudError::Broken(_))), None) => Ok(Seen::Silent),
            (Ended::Reply(Err(error)), None) => Err(error),
        }
    }
}
