//! The desk: takes what plugins ask for, one thing at a time, and turns the session's notices into news and status.
//! Pure: happenings go in, effects come out.

use std::collections::VecDeque;

use segue_core::dialogue::OpenerPolicy;
use segue_core::moment::TurnId;
use segue_core::report::Report;

use crate::hear::Input;
use crate::plugin::{
    Eagerness, LONGEST_ASK, LONGEST_SAY, LONGEST_TAG, MAX_WORDS, News, Refusal, State, Status, Wish, is_repair,
    time_saved,
};
use crate::session::Notice;
use doorkeeper::Doorkeeper;

mod doorkeeper;

pub use doorkeeper::{Ear, NOBODY_SPEAKS};

/// Requests that may wait for their turn.
const WAITING: usize = 8;
/// Notices of a turn on trial that are kept until it is taken: opener, its verdict, and the first clauses.
const EARLY: usize = 32;

/// Something that the desk should know.
#[derive(Clone, Debug)]
pub enum Happening {
    /// A plugin asks.
    Wish(Wish),
    /// The session tells.
    Notice(Notice),
    /// The day, as any number that differs from yesterday's.
    Day(i64),
    /// The time is over that [`Ear::Wait`] asked for.
    Waited,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Tell the session.
    Input(Input),
    /// Tell the plugins.
    News(News),
    /// Do this with the microphone.
    Ear(Ear),
}

/// A request that waits, or the one under way.
#[derive(Clone, Debug)]
enum Job {
    Ask { text: String, tag: Option<String> },
    Say(String),
}

/// The turn that news are told of.
#[derive(Clone, Debug)]
struct Turn {
    id: TurnId,
    tag: Option<String>,
    /// It was asked for by voice.
    spoken: bool,
    opener: Option<String>,
    /// Something was told of its text.
    begun: bool,
    repairs: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Desk {
    /// What turns begin with when openers are on.
    openers: OpenerPolicy,
    waiting: VecDeque<Job>,
    /// Handed to the session; its turn has not begun yet.
    handed: Option<Job>,
    turn: Option<Turn>,
    /// What was told of a turn that was not taken yet, and of which.
    early: (TurnId, Vec<Notice>),
    /// The last turn whose words were counted.
    counted: TurnId,
    door: Option<Doorkeeper>,
    listening: bool,
    sounding: bool,
    /// What was said last, to be said again.
    last: String,
    status: Status,
    day: Option<i64>,
}

impl Desk {
    /// A desk where turns begin as `openers` says, with at most `max_words`.
    #[must_use]
    pub fn new(openers: OpenerPolicy, max_words: usize) -> Self {
        let status = Status { openers: openers != OpenerPolicy::Never, max_words, ..Status::default() };
        let openers = if openers == OpenerPolicy::Never { OpenerPolicy::Auto } else { openers };
        let (waiting, last) = (VecDeque::new(), String::new());
        Self {
            openers,
            waiting,
            handed: None,
            turn: None,
            early: (TurnId(0), Vec::new()),
            counted: TurnId(0),
            door: None,
            listening: false,
            sounding: false,
            last,
            status,
            day: None,
        }
    }

    /// There is a microphone; it may be off since an earlier run.
    #[must_use]
    pub fn with_microphone(mut self, muted: bool, eagerness: Eagerness) -> Self {
        let door = Doorkeeper::new(muted);
        self.status.microphone = Some(door.status());
        self.status.eagerness = eagerness;
        self.door = Some(door);
        self
    }

    /// What holds now.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Takes note of what happened and says what shall be done.
    pub fn on(&mut self, happening: Happening) -> Vec<Effect> {
        let mut effects = match happening {
            Happening::Wish(request) => self.request(request),
            Happening::Notice(notice) => self.notice(notice),
            Happening::Day(day) => {
                if self.day.replace(day).is_some_and(|before| before != day) {
                    self.status.repairs_today = 0;
                }
                Vec::new()
            }
            Happening::Waited => self.at_door(Doorkeeper::waited),
        };
        effects.extend(self.next());
        self.status.microphone = self.door.as_ref().map(Doorkeeper::status);
        self.status.state = self.state();
        effects
    }

    fn state(&self) -> State {
        match (self.sounding, &self.turn, self.listening) {
            (true, ..) => State::Speaking,
            (false, Some(_), _) => State::Thinking,
            (false, None, true) => State::Listening,
            (false, None, false) => State::Idle,
        }
    }

    fn at_door(&mut self, what: impl FnOnce(&mut Doorkeeper) -> Vec<Ear>) -> Vec<Effect> {
        self.door.as_mut().map(what).unwrap_or_default().into_iter().map(Effect::Ear).collect()
    }

    fn request(&mut self, request: Wish) -> Vec<Effect> {
        match request {
            Wish::Ask { text, tag } => {
                let long = text.chars().count() > LONGEST_ASK || tag.as_ref().is_some_and(|t| t.len() > LONGEST_TAG);
                let tag = tag.filter(|tag| tag.len() <= LONGEST_TAG);
                let refusal = if long { Some(Refusal::TooLong) } else { self.refusal(&text) };
                match refusal {
                    Some(why) => return vec![Effect::News(News::Refused { tag, why })],
                    None => self.waiting.push_back(Job::Ask { text, tag }),
                }
            }
            Wish::Say(text) => {
                let refusal =
                    if text.chars().count() > LONGEST_SAY { Some(Refusal::TooLong) } else { self.refusal(&text) };
                match refusal {
                    Some(why) => return vec![Effect::News(News::Refused { tag: None, why })],
                    None => self.waiting.push_back(Job::Say(text)),
                }
            }
            Wish::Repeat => {
                let said = Some(self.last.clone()).filter(|last| !last.is_empty());
                return self.request(Wish::Say(said.unwrap_or_else(|| "I haven't said anything yet.".into())));
            }
            Wish::Stop => {
                let refused = self.waiting.drain(..).filter_map(|job| match job {
                    Job::Ask { tag, .. } => Some(Effect::News(News::Refused { tag, why: Refusal::Stopped })),
                    Job::Say(_) => None,
                });
                let mut effects: Vec<Effect> = refused.collect();
                effects.push(Effect::Input(Input::Stop));
                return effects;
            }
            Wish::Openers(on) => {
                self.status.openers = on;
                return self.configure();
            }
            Wish::MaxWords(words) => {
                self.status.max_words = words.clamp(*MAX_WORDS.start(), *MAX_WORDS.end());
                return self.configure();
            }
            Wish::Listen => return self.at_door(|door| door.open(false)),
            Wish::Woken => {
                let mut effects = self.at_door(|door| door.open(true));
                // Who says the wake word into an answer has heard enough of it.
                if !effects.is_empty() && (self.turn.is_some() || self.sounding) {
                    effects.push(Effect::Input(Input::Stop));
                    // Its end is no reason to shut the door that was opened against it.
                    if let Some(turn) = &mut self.turn {
                        turn.spoken = false;
                    }
                }
                return effects;
            }
            Wish::Key(held) => return self.at_door(|door| door.key(held)),
            Wish::Mute(muted) => return self.at_door(|door| door.mute(muted)),
            Wish::Eagerness(eagerness) => {
                self.status.eagerness = eagerness;
                return vec![Effect::Input(Input::Pauses(eagerness.pauses()))];
            }
            Wish::Home(names) => return vec![Effect::Input(Input::Home(names))],
        }
        Vec::new()
    }

    fn refusal(&self, text: &str) -> Option<Refusal> {
        let empty = text.trim().is_empty().then_some(Refusal::Empty);
        empty.or((self.waiting.len() >= WAITING).then_some(Refusal::Busy))
    }

    /// How turns begin now: what the session must know before the first one, and after each change.
    #[must_use]
    pub fn configure(&self) -> Vec<Effect> {
        let opener = if self.status.openers { self.openers } else { OpenerPolicy::Never };
        vec![Effect::Input(Input::Configure { opener, max_words: self.status.max_words })]
    }

    /// What must be done before anything happens.
    #[must_use]
    pub fn start(&self) -> Vec<Effect> {
        let mut effects = self.configure();
        if let Some(door) = &self.door {
            effects.push(Effect::Input(Input::Pauses(self.status.eagerness.pauses())));
            effects.extend(door.start().into_iter().map(Effect::Ear));
        }
        effects
    }

    /// Hands the next request to the session when nothing is under way.
    fn next(&mut self) -> Vec<Effect> {
        let open = self.door.as_ref().is_some_and(|door| door.status().open);
        if self.turn.is_some() || self.handed.is_some() || self.listening || open {
            return Vec::new();
        }
        let Some(job) = self.waiting.pop_front() else { return Vec::new() };
        let input = match &job {
            Job::Ask { text, .. } => Input::Typed(text.clone()),
            Job::Say(text) => Input::Say(text.clone()),
        };
        self.handed = Some(job);
        vec![Effect::Input(input)]
    }

    fn notice(&mut self, notice: Notice) -> Vec<Effect> {
        if let Some(early) = early(&notice).filter(|turn| *turn > self.turn.as_ref().map_or(TurnId(0), |of| of.id)) {
            self.keep(early, notice);
            return Vec::new();
        }
        match notice {
            Notice::Listening(on) => {
                self.listening = on;
                let taken = self.turn.as_ref().is_some_and(|of| of.spoken);
                self.at_door(|door| door.listening(on, taken))
            }
            Notice::Began(turn, spoken) => self.began(turn, spoken),
            Notice::SoFar(turn, _) => {
                self.count(turn);
                Vec::new()
            }
            Notice::Transcribed(turn, text) => {
                if self.counted != turn {
                    self.count(turn);
                }
                let mut effects = Vec::new();
                if self.is_of(turn) && !text.trim().is_empty() {
                    effects.push(Effect::News(News::Heard { turn, text }));
                }
                effects.extend(self.catch_up(turn));
                effects
            }
            Notice::Opened(turn, text) => {
                if let Some(of) = self.turn.as_mut().filter(|of| of.id == turn && !text.is_empty()) {
                    of.opener = Some(text);
                }
                Vec::new()
            }
            Notice::Verdict(turn, verdict) => {
                if let Some(of) = self.turn.as_mut().filter(|of| of.id == turn) {
                    of.repairs = is_repair(verdict);
                }
                Vec::new()
            }
            Notice::Clause(turn, _, text) if self.is_of(turn) => {
                let mut effects = self.catch_up(turn);
                effects.extend(self.clause(turn, text));
                effects
            }
            Notice::Sounding(sounds) => {
                self.sounding = sounds;
                if sounds { self.at_door(Doorkeeper::shut) } else { Vec::new() }
            }
            Notice::Cloud(reachable) => {
                self.status.cloud = Some(reachable);
                Vec::new()
            }
            Notice::Finished(turn, report) if self.is_of(turn) => {
                let mut effects = self.catch_up(turn);
                effects.extend(self.finished(turn, report));
                effects
            }
            _ => Vec::new(),
        }
    }

    /// Keeps what is told of a turn on trial: it is news only when the turn is taken.
    fn keep(&mut self, turn: TurnId, notice: Notice) {
        if self.early.0 != turn {
            self.early = (turn, Vec::new());
        }
        if self.early.1.len() < EARLY {
            self.early.1.push(notice);
        }
    }

    /// Tells what was kept of this turn, in its order.
    fn catch_up(&mut self, turn: TurnId) -> Vec<Effect> {
        if self.early.0 != turn || !self.is_of(turn) {
            return Vec::new();
        }
        let kept = std::mem::take(&mut self.early.1);
        kept.into_iter().flat_map(|notice| self.notice(notice)).collect()
    }

    fn count(&mut self, turn: TurnId) {
        self.counted = turn;
        if let Some(door) = &mut self.door {
            door.transcribed();
        }
    }

    fn is_of(&self, turn: TurnId) -> bool {
        self.turn.as_ref().is_some_and(|of| of.id == turn)
    }

    fn began(&mut self, id: TurnId, spoken: bool) -> Vec<Effect> {
        // Who speaks goes before who waits: the request handed over is still to begin.
        let job = if spoken { None } else { self.handed.take() };
        let (tag, text) = match job {
            Some(Job::Ask { text, tag }) => (tag, Some(text)),
            _ => (None, None),
        };
        self.turn = Some(Turn { id, tag: tag.clone(), spoken, opener: None, begun: false, repairs: false });
        // Who has spoken has finished.
        self.listening &= !spoken;
        let mut effects = vec![Effect::News(News::Began { turn: id, tag })];
        effects.extend(text.map(|text| Effect::News(News::Heard { turn: id, text })));
        effects
    }

    fn clause(&mut self, turn: TurnId, text: String) -> Vec<Effect> {
        let Some(of) = &mut self.turn else { return Vec::new() };
        let glued = !std::mem::replace(&mut of.begun, true) || text.starts_with([',', '.', '!', '?', ';', ':']);
        if of.opener.take_if(|opener| *opener == text).is_some() {
            return vec![Effect::News(News::Opener { turn, text })];
        }
        let text = if glued { text } else { format!(" {text}") };
        let repair = std::mem::replace(&mut of.repairs, false);
        vec![Effect::News(if repair { News::Repair { turn, text } } else { News::Delta { turn, text } })]
    }

    fn finished(&mut self, turn: TurnId, report: Box<Report>) -> Vec<Effect> {
        let (tag, spoken) = self.turn.take().map_or((None, false), |of| (of.tag, of.spoken));
        if !report.spoken.is_empty() {
            self.last.clone_from(&report.spoken);
        }
        let status = &mut self.status;
        // An announcement answers nobody, so it has no gap.
        let gap = report.response_gap_ms.filter(|_| !report.transcript.is_empty());
        status.response_gap_ms = gap.or(status.response_gap_ms);
        status.seam_gap_ms = report.seam_gap_ms.or(status.seam_gap_ms);
        status.time_saved_ms = time_saved(&report).or(status.time_saved_ms);
        status.repairs_today += u32::from(is_repair(report.verdict));
        let mut effects = Vec::new();
        if spoken && !report.spoken.is_empty() {
            effects = self.at_door(Doorkeeper::shut);
            // Who was asked something back may answer without a wake word.
            if report.spoken.trim_end().ends_with('?') {
                effects.extend(self.at_door(|door| door.open(false)));
            }
        }
        effects.push(Effect::News(News::Done { turn, tag, report }));
        effects
    }
}

/// The turn of a notice that may come before its turn is taken.
fn early(notice: &Notice) -> Option<TurnId> {
    match notice {
        Notice::Opened(turn, _) | Notice::Verdict(turn, _) | Notice::Clause(turn, ..) => Some(*turn),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
