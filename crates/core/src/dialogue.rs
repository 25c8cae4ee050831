//! Who decides. One closed set of events in, commands out; no clock, no IO, no waiting.
//!
//! A turn walks through its phases in order: transcribing, opening, continuing, finishing. What belongs to a turn
//! that is over is dropped in one place, at the top of [`Dialogue::on`].

mod turn;

use std::time::Duration;

use crate::event::{Alarm, CloudTrouble, Command, Event};
use crate::moment::{Moment, TurnId};
use crate::report::Report;
use crate::talk::{Exchange, Opening};
use turn::{Phase, Turn};

/// Whether a turn begins with an opener.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenerPolicy {
    /// Segue decides.
    #[default]
    Auto,
    /// In every turn.
    Always,
    /// In none: the continuation is the whole answer.
    Never,
}

/// What may be configured about the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether to open.
    pub opener: OpenerPolicy,
    /// Fewest words of an opener.
    pub min_words: usize,
    /// Most words of an opener.
    pub max_words: usize,
    /// Whether there is anybody to continue.
    pub cloud: bool,
    /// How long the cloud may take to its first word before the turn is closed honestly.
    pub patience: Duration,
    /// How many exchanges the cloud sees.
    pub history: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            opener: OpenerPolicy::Auto,
            min_words: 4,
            max_words: 8,
            cloud: true,
            patience: Duration::from_secs(8),
            history: 6,
        }
    }
}

/// The conversation.
#[derive(Debug)]
pub struct Dialogue {
    settings: Settings,
    /// The id that the next turn gets; ids only grow.
    next: TurnId,
    /// The turn under way, if any.
    turn: Option<Turn>,
    /// Finished exchanges, oldest first, at most `settings.history`.
    history: Vec<Exchange>,
    /// The report of the last finished turn, until it is taken.
    report: Option<Report>,
}

impl Dialogue {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, next: TurnId(1), turn: None, history: Vec::new(), report: None }
    }

    /// What was said and heard so far, oldest first.
    #[must_use]
    pub fn history(&self) -> &[Exchange] {
        &self.history
    }

    /// Whether a turn is under way.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.turn.is_some()
    }

    /// Whether the turn under way has written all that it will say.
    #[must_use]
    pub fn finishing(&self) -> bool {
        self.turn.as_ref().is_some_and(|turn| turn.phase == Phase::Finishing)
    }

    /// The report of the turn that finished last; gives it once.
    pub fn take_report(&mut self) -> Option<Report> {
        self.report.take()
    }

    /// Takes note of an event and says what shall be done now, in order.
    pub fn on(&mut self, now: Moment, event: Event) -> Vec<Command> {
        let stale = |turn: TurnId| self.turn.as_ref().is_none_or(|current| current.id != turn);
        match event {
            Event::SpeechStarted => self.speech_started(now),
            Event::SpeechEnded { voice_ended } => {
                let mut commands = self.leave(now);
                let turn = self.begin(voice_ended, now);
                commands.push(Command::Transcribe { turn });
                commands
            }
            Event::Typed { text } => {
                let mut commands = self.leave(now);
                let turn = self.begin(now, now);
                commands.extend(self.transcribed(now, turn, text));
                commands
            }
            // The one place where late results end.
            Event::Transcribed { turn, .. }
            | Event::OpenerEnded { turn, .. }
            | Event::CloudSaid { turn, .. }
            | Event::CloudEnded { turn }
            | Event::CloudFailed { turn, .. }
            | Event::ClipReady { turn, .. }
            | Event::ClipMade { turn, .. }
            | Event::ClipBegan { turn, .. }
            | Event::ClipEnded { turn, .. }
            | Event::ClipFailed { turn, .. }
            | Event::Rang { turn, .. }
                if stale(turn) =>
            {
                Vec::new()
            }
            Event::Transcribed { turn, text } => self.transcribed(now, turn, text),
            Event::OpenerEnded { turn, opening } => self.opened(now, turn, opening),
            other => self.in_turn(now, other),
        }
    }

    /// The user speaks: a turn that nobody has heard yet is theirs to take back; the cloud is woken.
    fn speech_started(&mut self, now: Moment) -> Vec<Command> {
        let mut commands = self.leave(now);
        if self.settings.cloud {
            commands.push(Command::WarmCloud);
        }
        commands
    }

    /// Ends the turn under way, whatever its phase, and remembers what was heard of it.
    fn leave(&mut self, now: Moment) -> Vec<Command> {
        let Some(turn) = self.turn.take() else { return Vec::new() };
        let id = turn.id;
        let mut commands = vec![Command::Hush { turn: id }];
        commands.extend(self.close(now, turn));
        commands
    }

    fn begin(&mut self, voice_ended: Moment, now: Moment) -> TurnId {
        let id = self.next;
        self.next = TurnId(id.0 + 1);
        self.turn = Some(Turn::new(id, voice_ended, now));
        id
    }

    fn transcribed(&mut self, now: Moment, id: TurnId, text: String) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        turn.marks.transcribed = Some(now);
        turn.request = text.trim().to_string();
        if turn.request.is_empty() {
            turn.phase = Phase::Finishing;
            return self.finish_if_done(now);
        }
        if self.settings.opener == OpenerPolicy::Never {
            return self.opened(now, id, Opening::default());
        }
        turn.phase = Phase::Opening;
        vec![Command::Open {
            turn: id,
            request: turn.request.clone(),
            last: self.history.last().cloned(),
            min_words: self.settings.min_words,
            max_words: self.settings.max_words,
        }]
    }

    fn opened(&mut self, now: Moment, id: TurnId, opening: Opening) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        turn.phase = Phase::Continuing;
        let mut commands = turn.open(now, opening);
        if self.settings.cloud {
            commands.push(Command::Continue {
                turn: id,
                request: turn.request.clone(),
                opener: turn.opening.text.clone(),
                history: self.history.clone(),
            });
            commands.push(Command::Ring { turn: id, at: now + self.settings.patience, alarm: Alarm::Patience });
        } else {
            commands.extend(turn.close_honestly(CloudTrouble::NotConfigured));
        }
        commands
    }

    /// Events that only concern the turn under way.
    fn in_turn(&mut self, now: Moment, event: Event) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        let mut commands = match (turn.phase, event) {
            (Phase::Continuing, Event::CloudSaid { delta, .. }) => turn.cloud_said(now, &delta),
            (Phase::Continuing, Event::CloudEnded { .. }) => turn.cloud_ended(),
            (Phase::Continuing, Event::CloudFailed { why, .. }) => turn.close_honestly(why),
            (Phase::Continuing, Event::Rang { alarm: Alarm::Patience, .. }) if !turn.has_reply() => {
                turn.close_honestly(CloudTrouble::Away)
            }
            (_, Event::ClipReady { clip, lead, .. }) => turn.clip_ready(now, clip, lead),
            (_, Event::ClipMade { clip, voiced, .. }) => turn.clip_made(clip, voiced),
            (_, Event::ClipBegan { clip, .. }) => turn.clip_began(now, clip),
            (_, Event::ClipEnded { clip, .. }) => turn.clip_ended(clip),
            (_, Event::ClipFailed { clip, .. }) => turn.clip_failed(clip),
            _ => Vec::new(),
        };
        commands.extend(self.finish_if_done(now));
        commands
    }

    fn finish_if_done(&mut self, now: Moment) -> Vec<Command> {
        if self.turn.as_ref().is_some_and(Turn::is_done) {
            let turn = self.turn.take();
            turn.map(|turn| self.close(now, turn)).unwrap_or_default()
        } else {
            Vec::new()
        }
    }

    /// Writes the report and the history of a turn that is over.
    fn close(&mut self, now: Moment, mut turn: Turn) -> Vec<Command> {
        turn.marks.done = Some(now);
        let report = turn.report();
        if !report.transcript.is_empty() && !report.spoken.is_empty() {
            self.history.push(Exchange { request: report.transcript.clone(), heard: report.spoken.clone() });
            let surplus = self.history.len().saturating_sub(self.settings.history);
            self.history.drain(..surplus);
        }
        self.report = Some(report);
        vec![Command::Finish { turn: turn.id }]
    }
}

#[cfg(test)]
mod tests;
