//! From a pause to a turn. At each pause of the user a turn is begun on trial: its request is transcribed, its opener
//! is written and made to sound, and nothing of it is heard. If the user goes on, it is dropped without a trace. When
//! the silence has lasted long enough for what was said, the turn is taken: what was prepared may sound, and the cloud
//! is asked.
//!
//! While Segue speaks and its voice may be in the microphone, what is heard there is an aside first: it is transcribed,
//! and only words that are not Segue's own and more than a murmur interrupt.

use super::turn::{Phase, Turn};
use super::{Alarm, Command, Dialogue, Moment, control_word};
use super::{BargeIn, ECHO_LASTS};
use crate::endpoint::{Completeness, completeness, is_closed};
use crate::interjection::{Interjection, interjection};
use crate::moment::TurnId;

impl Dialogue {
    /// The user has paused: begins a turn on trial.
    pub(super) fn speech_paused(&mut self, now: Moment, voice_ended: Moment) -> Vec<Command> {
        self.paused = true;
        if self.hears_itself() {
            return self.begin_aside(voice_ended);
        }
        let mut commands = self.leave(now);
        let turn = self.begin(voice_ended, now);
        if let Some(turn) = self.turn.as_mut() {
            turn.marks.candidate = Some(now);
        }
        commands.push(Command::Transcribe { turn });
        commands.extend(self.patience());
        // Whatever becomes of the transcript.
        let at = voice_ended + self.pauses.needed(Completeness::Incomplete, false);
        commands.push(Command::Ring { turn, at, alarm: Alarm::Commit });
        commands
    }

    fn begin_aside(&mut self, voice_ended: Moment) -> Vec<Command> {
        let turn = self.next;
        self.next = TurnId(turn.0 + 1);
        self.aside = Some((turn, voice_ended));
        vec![Command::Transcribe { turn }]
    }

    /// Whether what the microphone hears may be Segue: it speaks, or is about to.
    pub(super) fn hears_itself(&self) -> bool {
        self.settings.barge_in == BargeIn::ByWords
            && self.turn.as_ref().is_some_and(|turn| turn.is_committed() && turn.clips.has_begun())
    }

    /// What an aside was: nothing happens, or it interrupts and is a turn on trial.
    pub(super) fn aside_transcribed(&mut self, now: Moment, text: &str) -> Vec<Command> {
        let Some((id, voice_ended)) = self.aside.take() else { return Vec::new() };
        let (request, spoken) = match &self.turn {
            Some(turn) => (turn.request.as_str(), turn.clips.written()),
            None => (self.last_said.request.as_str(), self.last_said.heard.clone()),
        };
        let Interjection::Speech(words) = interjection(text, request, &spoken) else { return Vec::new() };
        let mut commands = self.leave(now);
        self.turn = Some(Turn::new(id, voice_ended, now));
        if let Some(turn) = self.turn.as_mut() {
            turn.marks.candidate = Some(now);
        }
        commands.extend(self.transcribed_on_trial(now, &words));
        commands
    }

    /// The words of a transcript that are not the end of what Segue has just said; `None` when nothing is left.
    pub(super) fn without_echo(&self, now: Moment, text: &str) -> Option<String> {
        let over = self.said_until.is_none_or(|until| now.ms_since(until) > ECHO_LASTS.as_millis() as f64);
        if self.settings.barge_in != BargeIn::ByWords || over {
            return Some(text.to_string());
        }
        match interjection(text, &self.last_said.request, &self.last_said.heard) {
            Interjection::Own | Interjection::Murmur => None,
            Interjection::Speech(words) => Some(words),
        }
    }

    /// The user goes on speaking after a pause.
    pub(super) fn speech_resumed(&mut self, now: Moment) -> Vec<Command> {
        self.paused = false;
        if self.hears_itself() {
            return Vec::new();
        }
        if let Some(turn) = &self.turn {
            let pause = now.since_start().saturating_sub(turn.marks.voice_ended.since_start());
            self.pauses.went_on(pause, turn.words);
        }
        self.speech_started(now)
    }

    /// The silence has lasted so long that the user must have finished.
    pub(super) fn speech_ended(&mut self, now: Moment, voice_ended: Moment) -> Vec<Command> {
        if std::mem::take(&mut self.paused) {
            return self.commit(now);
        }
        if self.hears_itself() {
            return self.begin_aside(voice_ended);
        }
        let mut commands = self.leave(now);
        let turn = self.begin(voice_ended, now);
        commands.extend(self.commit(now));
        commands.push(Command::Transcribe { turn });
        commands.extend(self.patience());
        commands
    }

    /// The transcript of a turn on trial: says when it is taken, and goes on as if it were.
    pub(super) fn transcribed_on_trial(&mut self, now: Moment, text: &str) -> Vec<Command> {
        let Some(text) = self.without_echo(now, text) else {
            return self.leave(now);
        };
        let text = text.as_str();
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.phase == Phase::Transcribing) else { return Vec::new() };
        turn.words = completeness(text);
        let (id, voice_ended) = (turn.id, turn.marks.voice_ended);
        let at = voice_ended + self.pauses.needed(turn.words, is_closed(text));
        let mut commands = vec![Command::Ring { turn: id, at, alarm: Alarm::Commit }];
        if text.trim().is_empty() || control_word(text).is_some() {
            // Nothing to prepare, and nothing that may be done on trial.
            turn.on_trial = Some(text.to_string());
            turn.marks.transcribed = Some(now);
        } else {
            commands.extend(self.understood(now, text));
        }
        commands
    }

    /// Takes the turn, if it is not taken yet.
    pub(super) fn commit(&mut self, now: Moment) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut().filter(|turn| !turn.committed) else { return Vec::new() };
        turn.committed = true;
        turn.marks.endpoint = Some(now);
        self.pauses.finished();
        let mut commands = vec![Command::Commit { turn: turn.id }];
        match (turn.phase, turn.on_trial.take()) {
            (Phase::Transcribing, Some(text)) => commands.extend(self.understood(now, &text)),
            (Phase::Continuing, _) => commands.extend(self.proceed(now)),
            _ => {}
        }
        commands
    }
}

impl Turn {
    /// Whether it may be heard of.
    pub(super) fn is_committed(&self) -> bool {
        self.committed
    }
}
