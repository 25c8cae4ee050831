//! Who decides. One closed set of events in, commands out; no clock, no IO, no waiting.
//!
//! A turn walks through its phases in order: transcribing, opening, continuing, finishing; it may do so on trial, before
//! it is sure that the user has finished. What belongs to a turn
//! that is over, or to a request of it that was given up, is dropped in one place: [`Dialogue::is_late`].

mod asking;
mod clips;
mod clouds;
mod commit;
mod settings;
mod turn;

use std::time::Duration;

use crate::action::{asks_to_do, claims_outcome};
use crate::control::{ControlWord, control_word};
use crate::endpoint::{PauseSettings, Pauses};
use crate::event::{ActionResult, Alarm, Command, Event};
use crate::forecast::{Forecast, Plan};
use crate::hold::Holds;
use crate::moment::{Moment, TurnId};
use crate::report::{HeardWord, Report};
use crate::talk::{Exchange, OpenerSource, Opening, Verdict};
use clouds::Clouds;
use turn::{Phase, Turn};

pub use settings::{BargeIn, OpenerPolicy, Settings};

/// How long after its end an answer may still come back through a room and two devices.
const ECHO_LASTS: Duration = Duration::from_millis(1500);

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
    clouds: Clouds,
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
            clouds: Clouds::new(settings.clouds),
            holds: Holds::default(),
            pauses: Pauses::new(settings.pauses),
            paused: false,
            aside: None,
            last_said: Exchange::default(),
            said_until: None,
        }
    }

    /// Changes how turns begin, from the next one on. Fewest words are never more than most words.
    pub fn configure(&mut self, opener: OpenerPolicy, max_words: usize) {
        self.settings.opener = opener;
        self.settings.max_words = max_words.max(1);
    }

    /// Changes how long a silence takes the turn.
    pub fn wait_for(&mut self, pauses: PauseSettings) {
        self.settings.pauses = pauses;
        self.pauses.configure(pauses);
    }

    /// There is somebody who acts, from the next turn on.
    pub fn act_first(&mut self) {
        self.settings.executor = true;
    }

    /// The id that the next turn will have.
    #[must_use]
    pub fn next_turn(&self) -> TurnId {
        self.next
    }

    /// Takes what earlier conversations learned about a cloud's speed.
    pub fn expect(&mut self, provider: usize, forecast: Forecast) {
        if let Some(known) = self.clouds.forecasts.get_mut(provider).filter(|_| forecast.is_sane()) {
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
        &self.clouds.forecasts
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
                self.begin(now, now);
                self.paused = false;
                commands.extend(self.commit(now));
                commands.extend(self.transcribed(now, &text));
                commands
            }
            Event::Say { text } => {
                let mut commands = self.leave(now);
                self.begin(now, now);
                self.paused = false;
                commands.extend(self.commit(now));
                commands.extend(self.turn.as_mut().map(|turn| turn.answer(text.trim())).unwrap_or_default());
                commands
            }
            Event::Stop => self.leave(now),
            Event::CloudBack { provider } => {
                self.clouds.answered(provider);
                Vec::new()
            }
            Event::Transcribed { turn, text } if self.is_aside(turn) => self.aside_transcribed(now, &text),
            Event::Transcribed { text, .. } => self.transcribed(now, &text),
            Event::OpenerEnded { opening, .. } => self.opened(now, opening),
            Event::ActorSaid { delta, .. } => {
                self.acting().map(|turn| turn.cloud_said(now, &delta)).unwrap_or_default()
            }
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
            | Event::CloudBack { .. } => return false,
            Event::CloudSaid { turn, attempt, .. }
            | Event::CloudEnded { turn, attempt }
            | Event::CloudFailed { turn, attempt, .. } => (*turn, Some(*attempt)),
            Event::Transcribed { turn, .. }
            | Event::OpenerEnded { turn, .. }
            | Event::ActorSaid { turn, .. }
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
    fn begin(&mut self, voice_ended: Moment, now: Moment) -> TurnId {
        let id = self.next;
        self.next = TurnId(id.0 + 1);
        // What was heard before this turn cannot interrupt it any more.
        self.aside = None;
        self.turn = Some(Turn::new(id, voice_ended, now));
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
        let plan = self.clouds.plan(&self.settings);
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
        turn.enter(Phase::Opening, now);
        match plan {
            Plan::NoOpener => self.opened(now, Opening::default()),
            Plan::Open { max_words } => {
                let open = Command::Open {
                    turn: turn.id,
                    request: turn.request.clone(),
                    last: self.history.last().cloned(),
                    min_words: self.settings.min_words.min(max_words),
                    max_words,
                };
                std::iter::once(open).chain(self.patience()).collect()
            }
        }
    }

    /// The opener is there, or there is none: the rest is asked for, at the latest when the turn is taken.
    fn opened(&mut self, now: Moment, opening: Opening) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.phase == Phase::Opening) else { return Vec::new() };
        let too_soon = asks_to_do(&turn.request) && claims_outcome(&opening.text);
        let mut commands = turn.open(now, if too_soon { Opening::default() } else { opening });
        if turn.is_committed() {
            commands.extend(self.proceed(now));
        } else if self.settings.early_cloud && !self.settings.executor && self.settings.clouds > 0 {
            commands.extend(self.ask_first(now));
        }
        commands
    }

    /// The opener is given to the voice, or there is none: asks who does or knows what was asked for.
    fn proceed(&mut self, now: Moment) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        let mut commands: Vec<Command> = turn.pause_without_opener(now).into_iter().collect();
        if turn.asking.owed.is_some() {
            return commands;
        }
        if self.settings.executor {
            turn.asking.acting = true;
            turn.asking.asked = now;
            let (request, opener) = (turn.request.clone(), turn.opening.text.clone());
            commands.push(Command::Act { turn: turn.id, request, opener });
            commands.extend(self.patience());
        } else {
            commands.extend(self.ask_first(now));
        }
        commands
    }

    /// The turn under way, if the one who acts is asked.
    fn acting(&mut self) -> Option<&mut Turn> {
        self.turn.as_mut().filter(|turn| turn.phase == Phase::Continuing && turn.asking.acting)
    }

    fn acted(&mut self, now: Moment, result: ActionResult) -> Vec<Command> {
        let Some(turn) = self.acting() else { return Vec::new() };
        turn.asking.acting = false;
        match result {
            // What was told stands: nothing takes it over, and nothing is said twice.
            ActionResult::Failed(why) if turn.was_told() => turn.broke_off(now, &why),
            ActionResult::Told => turn.cloud_ended(now),
            _ if turn.was_told() => turn.cloud_ended(now),
            ActionResult::NotForMe => self.ask_first(now),
            ActionResult::Done(said) => turn.acted(now, &said),
            ActionResult::Failed(said) => turn.acted_otherwise(now, &said, true),
            ActionResult::Question(said) => turn.acted_otherwise(now, &said, false),
        }
    }

    fn clip_event(&mut self, now: Moment, event: Event) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        match event {
            Event::ClipReady { clip, lead, .. } => {
                let first = turn.marks.continuation_ready.is_none();
                turn.clip_ready(now, clip, lead);
                // Only a cloud's answer tells how long a cloud takes.
                if first
                    && turn.marks.continuation_ready.is_some()
                    && turn.has_answer()
                    && turn.asking.owed.is_some()
                    && let Some(forecast) = self.clouds.forecasts.get_mut(turn.asking.provider)
                {
                    forecast.learn(turn.answer_took(now, turn.asking.asked));
                }
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
