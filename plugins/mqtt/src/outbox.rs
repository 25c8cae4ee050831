//! What must arrive: messages about turns wait here until the broker has taken them, also while it is away.
//!
//! One is under way at a time, so an acknowledgement needs no name. What was under way when the connection broke is
//! sent again: who reads may see it twice, never not at all.

use std::collections::VecDeque;

use crate::tell::Message;

/// Messages that may wait: many turns. Then the oldest go.
const MOST: usize = 512;

/// See the module.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<Message>,
    under_way: bool,
    dropped: u64,
}

impl Outbox {
    /// Puts a message behind all others.
    pub fn push(&mut self, message: Message) {
        if self.waiting.len() >= MOST {
            // The one under way stays, because an acknowledgement will come for it.
            self.waiting.remove(usize::from(self.under_way));
            self.dropped += 1;
        }
        self.waiting.push_back(message);
    }

    /// The message to send now, if there is one and none is under way.
    pub fn due(&mut self) -> Option<&Message> {
        if self.under_way {
            return None;
        }
        self.under_way = !self.waiting.is_empty();
        self.waiting.front()
    }

    /// The broker has taken the one under way.
    pub fn taken(&mut self) {
        if std::mem::take(&mut self.under_way) {
            self.waiting.pop_front();
        }
    }

    /// The connection broke, or the message could not even be sent: it will be sent again.
    pub fn broke(&mut self) {
        self.under_way = false;
    }

    /// Whether everything has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many were dropped because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn message(number: usize) -> Message {
        Message { topic: "t".into(), payload: json!(number) }
    }

    #[test]
    fn messages_leave_one_by_one_in_order() {
        let mut outbox = Outbox::default();
        outbox.push(message(1));
        outbox.push(message(2));
        assert_eq!(outbox.due(), Some(&message(1)));
        assert_eq!(outbox.due(), None, "one is under way");
        outbox.taken();
        assert_eq!(outbox.due(), Some(&message(2)));
        outbox.taken();
        assert!(outbox.is_empty() && outbox.due().is_none());
    }

    #[test]
    fn what_was_under_way_when_the_connection_broke_is_sent_again() {
        let mut outbox = Outbox::default();
        outbox.push(message(1));
        outbox.due();
        outbox.broke();
        outbox.taken();
        assert_eq!(outbox.due(), Some(&message(1)), "an acknowledgement of an old connection takes nothing");
    }

    #[test]
    fn the_oldest_go_when_too_many_wait() {
        let mut outbox = Outbox::default();
        outbox.push(message(0));
        outbox.due();
        (1..=MOST + 9).for_each(|number| outbox.push(message(number)));
        assert_eq!((outbox.waiting.len(), outbox.dropped()), (MOST, 10));
        outbox.taken();
        assert_eq!(outbox.due(), Some(&message(11)));
    }

    proptest! {
        #[test]
        fn whatever_breaks_everything_arrives_in_order(steps in proptest::collection::vec(0u8..4, 1..400)) {
            let (mut outbox, mut pushed, mut arrived) = (Outbox::default(), 0, Vec::new());
            let mut flying = None;
            for step in steps {
                match step {
                    0 => { outbox.push(message(pushed)); pushed += 1; }
                    1 => if let Some(next) = outbox.due() { flying = Some(next.payload.clone()); },
                    2 => if let Some(payload) = flying.take() { arrived.push(payload); outbox.taken(); },
                    _ => { flying = None; outbox.broke(); }
                }
            }
            outbox.broke();
            while let Some(next) = outbox.due() { arrived.push(next.payload.clone()); outbox.taken(); }
            prop_assert_eq!(arrived, (0..pushed).map(|n| json!(n)).collect::<Vec<_>>());
        }
    }
}
