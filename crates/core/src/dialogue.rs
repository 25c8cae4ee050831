//! Who decides. One closed set of events in, commands out; no clock, no IO, no waiting.
//!
//! A turn walks through its phases in order: transcribing, opening, continuing, finishing; it may do so on trial, before
//! it is sure that the user has finished. What belongs to a turn
//! that is over, or to a request of it that was given up, is dropped in one place: [`Dialogue::is_late`].

mod clips;
mod commit;
mod reply;
mod turn;

use std::time::Duration;

use crate::control::{ControlWord, control_word};
use crate::endpoint::{PauseSettings, Pauses};
use crate::event::{ActionResult, Alarm, CloudTrouble, Command, Event};
use crate::forecast::{Forecast, Plan};
use crate::hold::Holds;
use crate::moment::{Moment, TurnId};
use crate::report::{HeardWord, Report};
use crate::talk::{Exchange, OpenerSource, Opening, Verdict};
use turn::{Phase, Turn};

/// Whether a turn begins with an opener.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenerPolicy {
    /// When the forecast says that the cloud will be slower than a person would be, and as long as that wait.
    #[default]
    Auto,
    /// In every turn.
    Always,
    /// In none: the continuation is the whole answer.
    Never,
}

/// When somebody who speaks while Segue speaks interrupts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BargeIn {
    /// At the first sound: the microphone cannot hear the loudspeaker (a headset, a file, a key).
    #[default]
    AtOnce,
    /// When their words are neither Segue's own nor a murmur: the microphone may hear the loudspeaker.
    ByWords,
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
    /// How many clouds there are to ask, in order; 0 for none.
    pub clouds: usize,
    /// Whether there is somebody who acts, to be asked before the clouds.
    pub executor: bool,
    /// How long the cloud may give no sign before the turn is closed honestly.
    pub patience: Duration,
    /// How many exchanges the cloud sees.
    pub history: usize,
    /// Silences that take the turn.
    pub pauses: PauseSettings,
    /// Whether the cloud is asked at a pause already, before it is sure that the user has finished. Saves the time
    /// between the two and costs a request for each pause.
    pub early_cloud: bool,
    /// When somebody interrupts.
    pub barge_in: BargeIn,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            opener: OpenerPolicy::Auto,
            min_words: 4,
            max_words: 8,
            clouds: 1,
            executor: false,
            patience: Duration::from_secs(8),
            history: 6,
            pauses: PauseSettings::default(),
            early_cloud: false,
            barge_in: BargeIn::default(),
        }
    }
}

/// Patience with a cloud that is known to be away.
const AWAY_PATIENCE: Duration = Duration::from_millis(2500);
/// How long after its end an answer may still come back through a room and two devices.
const ECHO_LASTS: Duration = Duration::from_millis(1500);
/// A cloud that asks to wait longer than this is not waited for.
const LONGEST_RETRY: Duration = Duration::from_secs(2);

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
    /// How long each cloud usually takes.
    forecasts: Vec<Forecast>,
    holds: Holds,
    /// How this speaker pauses.
    pauses: Pauses,
    /// The user has paused and did not go on: the turn on trial, or the aside, is about all that was said.
    paused: bool,
    /// What was heard while Segue spoke and is being transcribed: the turn that it may become, its last voiced sample.
    aside: Option<(TurnId, Moment)>,
    /// What was said and heard last, and until when.
    last_said: Exchange,
    said_until: Option<Moment>,
    /// The user knows that the cloud is away; it has not answered since.
    told: bool,
    /// Which cloud the turn under way asks, and whether it was asked again already.
    asked: Asked,
}

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    provider: usize,
    again: bool,
}

impl Dialogue {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            next: TurnId(1),
            turn: None,
            history: Vec::new(),
            report: None,
            forecasts: vec![Forecast::default(); settings.clouds],
            holds: Holds::default(),
            pauses: Pauses::new(settings.pauses),
            paused: false,
            aside: None,
            last_said: Exchange::default(),
            said_until: None,
            told: false,
            asked: Asked::default(),
        }
    }

    /// Changes how turns begin, from the next one on. Fewest words are never more than most words.
    pub fn configure(&mut self, opener: OpenerPolicy, max_words: usize) {
        self.settings.opener = opener;
        self.settings.max_words = max_words.max(1);
    }

    /// The id that the next turn will have.
    #[must_use]
    pub fn next_turn(&self) -> TurnId {
        self.next
    }

    /// Takes what earlier conversations learned about a cloud's speed.
    pub fn expect(&mut self, provider: usize, forecast: Forecast) {
        if let Some(known) = self.forecasts.get_mut(provider).filter(|_| forecast.is_sane()) {
            *known = forecast;
        }
    }

    /// Says when somebody who speaks over an answer interrupts.
    pub fn set_barge_in(&mut self, barge_in: BargeIn) {
        self.settings.barge_in = barge_in;
    }

    /// What is known about the clouds' speed, in their order.
    #[must_use]
    pub fn forecasts(&self) -> &[Forecast] {
        &self.forecasts
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

    /// The turn under way, or the one that will be the next.
    #[must_use]
    pub fn turn(&self) -> TurnId {
        self.turn.as_ref().map_or(self.next, |turn| turn.id)
    }

    /// Whether the turn under way has written all that it will say.
    #[must_use]
    pub fn finishing(&self) -> bool {
        self.turn.as_ref().is_some_and(|turn| turn.is_committed() && turn.phase == Phase::Finishing)
    }

    /// The words of the turn under way that have been heard at `now`, without the first `seen`. Those of a clip whose
    /// sound is still being made are not among them, because their moments are not certain yet.
    #[must_use]
    pub fn heard_after(&self, now: Moment, seen: usize) -> Vec<HeardWord> {
        let turn = self.turn.as_ref();
        turn.map(|turn| turn.clips.heard_after(now, turn.marks.voice_ended, seen)).unwrap_or_default()
    }

    /// How the reply of the turn under way treats its opener, as far as is known.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.turn.as_ref().map_or(Verdict::None, |turn| turn.verdict)
    }

    /// The report of the turn that finished last; gives it once.
    pub fn take_report(&mut self) -> Option<Report> {
        self.report.take()
    }

    /// Takes note of an event and says what shall be done now, in order.
    pub fn on(&mut self, now: Moment, event: Event) -> Vec<Command> {
        if self.is_late(&event) {
            return Vec::new();
        }
        let mut commands = match event {
            Event::SpeechStarted => self.speech_started(now),
            Event::SpeechPaused { voice_ended } => self.speech_paused(now, voice_ended),
            Event::SpeechResumed => self.speech_resumed(now),
            Event::SpeechEnded { voice_ended } => self.speech_ended(now, voice_ended),
            Event::Typed { text } => {
                let mut commands = self.leave(now);
                self.begin(now);
                self.paused = false;
                commands.extend(self.commit(now));
                commands.extend(self.transcribed(now, &text));
                commands
            }
            Event::Say { text } => {
                let mut commands = self.leave(now);
                self.begin(now);
                self.paused = false;
                commands.extend(self.commit(now));
                commands.extend(self.turn.as_mut().map(|turn| turn.answer(text.trim())).unwrap_or_default());
                commands
            }
            Event::Stop => self.leave(now),
            Event::CloudBack => {
                self.told = false;
                Vec::new()
            }
            Event::Transcribed { turn, text } if self.is_aside(turn) => self.aside_transcribed(now, &text),
            Event::Transcribed { text, .. } => self.transcribed(now, &text),
            Event::OpenerEnded { opening, .. } => self.opened(now, opening),
            Event::Acted { result, .. } => self.acted(now, result),
            Event::CloudSaid { delta, .. } => self.answered(|turn| turn.cloud_said(now, &delta)),
            Event::CloudEnded { .. } => self.answered(|turn| turn.cloud_ended(now)),
            Event::CloudFailed { why, retry_after, .. } => self.cloud_failed(now, why, retry_after),
            Event::Rang { alarm, .. } => self.rang(now, alarm),
            clip_event => self.clip_event(now, clip_event),
        };
        if self.turn.as_ref().is_some_and(|turn| turn.is_committed() && turn.is_done())
            && let Some(turn) = self.turn.take()
        {
            commands.extend(self.close(now, turn));
        }
        commands
    }

    /// The one place where late results end: those of another turn, and those of an earlier request of this one.
    fn is_late(&self, event: &Event) -> bool {
        let (of, attempt) = match event {
            Event::SpeechStarted
            | Event::SpeechPaused { .. }
            | Event::SpeechResumed
            | Event::SpeechEnded { .. }
            | Event::Typed { .. }
            | Event::Say { .. }
            | Event::Stop
            | Event::CloudBack => return false,
            Event::CloudSaid { turn, attempt, .. }
            | Event::CloudEnded { turn, attempt }
            | Event::CloudFailed { turn, attempt, .. } => (*turn, Some(*attempt)),
            Event::Transcribed { turn, .. }
            | Event::OpenerEnded { turn, .. }
            | Event::Acted { turn, .. }
            | Event::ClipReady { turn, .. }
            | Event::ClipMade { turn, .. }
            | Event::ClipBegan { turn, .. }
            | Event::ClipEnded { turn, .. }
            | Event::ClipCut { turn, .. }
            | Event::ClipFailed { turn, .. }
            | Event::Rang { turn, .. } => (*turn, None),
        };
        if self.is_aside(of) {
            return false;
        }
        let current = |turn: &Turn| turn.id == of && attempt.is_none_or(|attempt| attempt == turn.attempt);
        !self.turn.as_ref().is_some_and(current)
    }

    fn is_aside(&self, turn: TurnId) -> bool {
        self.aside.is_some_and(|(aside, _)| aside == turn)
    }

    /// The user speaks: the turn under way is over, and the cloud is woken.
    fn speech_started(&mut self, now: Moment) -> Vec<Command> {
        self.paused = false;
        let mut commands = if self.hears_itself() { Vec::new() } else { self.leave(now) };
        if self.settings.clouds > 0 {
            commands.push(Command::WarmCloud);
        }
        commands
    }

    /// Ends the turn under way, whatever its phase, and remembers what was heard of it: of one on trial, nothing.
    fn leave(&mut self, now: Moment) -> Vec<Command> {
        let Some(turn) = self.turn.take() else { return Vec::new() };
        let mut commands = vec![Command::Hush { turn: turn.id }];
        if turn.is_committed() {
            commands.extend(self.close(now, turn));
        }
        commands
    }

    /// A turn on trial.
    fn begin(&mut self, voice_ended: Moment) -> TurnId {
        let id = self.next;
        self.next = TurnId(id.0 + 1);
        self.asked = Asked::default();
        self.turn = Some(Turn::new(id, voice_ended));
        id
    }

    fn transcribed(&mut self, now: Moment, text: &str) -> Vec<Command> {
        match &self.turn {
            Some(turn) if !turn.is_committed() => self.transcribed_on_trial(now, text),
            _ => self.understood(now, text),
        }
    }

    /// The request is known: says what it is, or has it opened.
    fn understood(&mut self, now: Moment, text: &str) -> Vec<Command> {
        let plan = self.plan();
        let repeat = self.history.last().map(|exchange| exchange.heard.clone());
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.phase == Phase::Transcribing) else { return Vec::new() };
        turn.marks.transcribed.get_or_insert(now);
        turn.request = text.trim().to_string();
        if turn.request.is_empty() {
            return turn.answer("");
        }
        if let Some(word) = control_word(&turn.request) {
            let volume = |steps| Command::Volume { steps };
            return match word {
                ControlWord::Stop => turn.answer(""),
                ControlWord::NeverMind => turn.answer("Okay."),
                ControlWord::Repeat => turn.answer(repeat.as_deref().unwrap_or("I haven't said anything yet.")),
                ControlWord::Louder => [vec![volume(1)], turn.answer("Okay.")].concat(),
                ControlWord::Quieter => [vec![volume(-1)], turn.answer("Okay.")].concat(),
            };
        }
        match plan {
            Plan::NoOpener => self.opened(now, Opening::default()),
            Plan::Open { max_words } => {
                turn.phase = Phase::Opening;
                vec![Command::Open {
                    turn: turn.id,
                    request: turn.request.clone(),
                    last: self.history.last().cloned(),
                    min_words: self.settings.min_words.min(max_words),
                    max_words,
                }]
            }
        }
    }

    /// Whether to open, and with how many words at most.
    fn plan(&self) -> Plan {
        let Settings { opener, min_words, max_words, .. } = self.settings;
        match (opener, self.forecasts.first()) {
            (OpenerPolicy::Never, _) => Plan::NoOpener,
            (OpenerPolicy::Auto, Some(forecast)) => forecast.plan(min_words.min(max_words), max_words),
            _ => Plan::Open { max_words },
        }
    }

    fn opened(&mut self, now: Moment, opening: Opening) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        let mut commands = turn.open(now, opening);
        if turn.is_committed() {
            commands.extend(self.proceed(now));
        } else if self.settings.early_cloud && !self.settings.executor && self.settings.clouds > 0 {
            commands.extend(self.ask(now));
        }
        commands
    }

    /// The opener is given to the voice, or there is none: asks who does or knows what was asked for.
    fn proceed(&mut self, now: Moment) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        let mut commands = turn.pause_without_opener(now);
        if turn.was_asked {
            return commands;
        }
        if self.settings.executor {
            let (request, opener) = (turn.request.clone(), turn.opening.text.clone());
            commands.push(Command::Act { turn: turn.id, request, opener });
            commands.push(self.patience(now));
        } else {
            commands.extend(self.ask(now));
        }
        commands
    }

    /// Asks the cloud whose turn it is, or closes when there is none.
    fn ask(&mut self, now: Moment) -> Vec<Command> {
        let provider = self.asked.provider;
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        if provider >= self.settings.clouds {
            return turn.close_honestly(now, CloudTrouble::NotConfigured, false);
        }
        turn.sign = now;
        turn.was_asked = true;
        let request = Command::Continue {
            turn: turn.id,
            attempt: turn.attempt,
            provider,
            request: turn.request.clone(),
            opener: turn.opening.text.clone(),
            history: self.history.clone(),
        };
        vec![request, self.patience(now)]
    }

    fn patience(&self, from: Moment) -> Command {
        let patience = if self.told { AWAY_PATIENCE.min(self.settings.patience) } else { self.settings.patience };
        let turn = self.turn.as_ref().map_or(self.next, |turn| turn.id);
        Command::Ring { turn, at: from + patience, alarm: Alarm::Patience }
    }

    fn acted(&mut self, now: Moment, result: ActionResult) -> Vec<Command> {
        match result {
            ActionResult::NotForMe => self.ask(now),
            ActionResult::Done(said) => self.in_turn(Phase::Continuing, |turn| turn.acted(now, &said, true)),
            ActionResult::Failed(said) | ActionResult::Question(said) => {
                self.in_turn(Phase::Continuing, |turn| turn.acted(now, &said, false))
            }
        }
    }

    /// The cloud gives a sign; once it has an answer it is not away any more.
    fn answered(&mut self, act: impl FnOnce(&mut Turn) -> Vec<Command>) -> Vec<Command> {
        let commands = self.in_turn(Phase::Continuing, act);
        if self.turn.as_ref().is_some_and(Turn::has_answer) {
            self.told = false;
        }
        commands
    }

    /// A cloud failed: it is asked again when it said when, then the next one, then the turn is closed. Once some
    /// of a reply was given to the voice nobody else can take it over.
    fn cloud_failed(&mut self, now: Moment, why: CloudTrouble, retry_after: Option<Duration>) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.phase == Phase::Continuing) else { return Vec::new() };
        if !turn.has_answer() {
            turn.attempt += 1;
            let retry = retry_after.filter(|wait| !self.asked.again && *wait <= LONGEST_RETRY);
            if let Some(wait) = retry {
                self.asked.again = true;
                return vec![Command::Ring { turn: turn.id, at: now + wait, alarm: Alarm::Retry }];
            }
            if self.asked.provider + 1 < self.settings.clouds {
                self.asked = Asked { provider: self.asked.provider + 1, again: false };
                return self.ask(now);
            }
        }
        let away = matches!(why, CloudTrouble::Away | CloudTrouble::Refused);
        let mut commands = turn.close_honestly(now, why, self.told);
        if away && !std::mem::replace(&mut self.told, true) {
            commands.push(Command::Probe);
        }
        commands
    }

    fn rang(&mut self, now: Moment, alarm: Alarm) -> Vec<Command> {
        if alarm == Alarm::Commit {
            return self.commit(now);
        }
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.phase == Phase::Continuing) else { return Vec::new() };
        match alarm {
            Alarm::Commit => Vec::new(),
            Alarm::Retry => self.ask(now),
            Alarm::Hold if turn.clips.is_dry() => {
                // Inside an answer the matter has been named; a plain phrase says that there is more.
                let opener = if turn.has_answer() { "" } else { turn.opening.text.as_str() };
                let phrase = self.holds.next(&turn.request, opener);
                turn.hold(phrase)
            }
            Alarm::Hold => Vec::new(),
            Alarm::Patience => {
                let last_sign = turn.sign;
                let Command::Ring { at, .. } = self.patience(last_sign) else { return Vec::new() };
                if at > now {
                    return vec![self.patience(last_sign)];
                }
                let turn_id = self.turn.as_ref().map_or(self.next, |turn| turn.id);
                let mut commands = vec![Command::Enough { turn: turn_id }];
                self.asked = Asked { provider: self.settings.clouds, again: true };
                commands.extend(self.cloud_failed(now, CloudTrouble::Away, None));
                commands
            }
        }
    }

    fn clip_event(&mut self, now: Moment, event: Event) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        match event {
            Event::ClipReady { clip, lead, .. } => {
                let first = turn.marks.continuation_ready.is_none();
                let commands = turn.clip_ready(now, clip, lead);
                // What was prepared on trial waited for the commit.
                let asked = turn.marks.opener_ready.or(turn.marks.transcribed).max(turn.marks.endpoint);
                if let (true, Some(ready), Some(asked), true) =
                    (first, turn.marks.continuation_ready, asked, turn.has_answer())
                    && let Some(forecast) = self.forecasts.get_mut(self.asked.provider)
                {
                    forecast.learn(ready.since_start().saturating_sub(asked.since_start()));
                }
                return commands;
            }
            Event::ClipMade { clip, voiced, times, .. } => return turn.clip_made(now, clip, voiced, times),
            Event::ClipBegan { clip, .. } => turn.clip_began(now, clip),
            Event::ClipEnded { clip, .. } => return turn.clip_over(now, clip, None),
            Event::ClipCut { clip, played, .. } => return turn.clip_over(now, clip, Some(played)),
            Event::ClipFailed { clip, .. } => return turn.clip_over(now, clip, Some(Duration::ZERO)),
            _ => {}
        }
        Vec::new()
    }

    /// What a turn does in a phase; nothing in another.
    fn in_turn(&mut self, phase: Phase, act: impl FnOnce(&mut Turn) -> Vec<Command>) -> Vec<Command> {
        self.turn.as_mut().filter(|turn| turn.phase == phase).map(act).unwrap_or_default()
    }

    /// Writes the report and the history of a turn that is over: exactly what was heard.
    fn close(&mut self, now: Moment, mut turn: Turn) -> Vec<Command> {
        turn.marks.done = Some(now);
        let report = turn.report(now);
        let control = turn.opening.source == OpenerSource::None && control_word(&report.transcript).is_some();
        if !report.transcript.is_empty() && !report.spoken.is_empty() && !control {
            self.history.push(Exchange { request: report.transcript.clone(), heard: report.spoken.clone() });
            let surplus = self.history.len().saturating_sub(self.settings.history);
            self.history.drain(..surplus);
        }
        if !report.spoken.is_empty() {
            self.last_said = Exchange { request: report.transcript.clone(), heard: report.spoken.clone() };
            self.said_until = Some(now);
        }
        self.report = Some(report);
        vec![Command::Finish { turn: turn.id }]
    }
}

#[cfg(test)]
mod tests;
