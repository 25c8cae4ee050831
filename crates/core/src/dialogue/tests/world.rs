//! A world for scripts: a voice, a mouth and a cloud that follow a written timeline, on a clock made of numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::dialogue::{Dialogue, Settings};
use crate::event::{ActionResult, CloudTrouble, Command, Event};
use crate::moment::{ClipId, Moment, TurnId};
use crate::report::Report;
use crate::talk::{OpenerSource, Opening};

/// What a cloud does, each step a time after the one before, in ms.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Says(u64, &'static str),
    Ends(u64),
    Fails(u64, CloudTrouble),
    AsksToWait(u64, u64),
}

/// Time that a word takes in this world.
pub(super) const WORD: u64 = 300;
/// Time that the voice needs for a clip.
const VOICE: u64 = 50;

#[derive(Clone, Debug)]
enum Next {
    Event(Event),
    /// Look whether the mouth can begin its next clip, or ends one.
    Mouth,
}

#[derive(Debug)]
struct Sound {
    turn: TurnId,
    clip: ClipId,
    words: u64,
    ready: bool,
    began: Option<u64>,
    stop_at: Option<u64>,
}

pub(super) struct World {
    pub(super) dialogue: Dialogue,
    /// One script a request, in order; the last one serves all that come after.
    pub(super) clouds: Vec<Vec<Step>>,
    pub(super) opener: &'static str,
    /// How long the opener takes, in ms.
    pub(super) opener_ms: u64,
    pub(super) action: Option<(u64, ActionResult)>,
    pub(super) commands: Vec<(u64, Command)>,
    /// What was heard and when: (began, ended, text).
    pub(super) heard: Vec<(u64, u64, String)>,
    pub(super) reports: Vec<Report>,
    pub(super) now: u64,
    /// The last turn whose sound may be heard.
    committed: TurnId,
    texts: BTreeMap<(TurnId, ClipId), String>,
    queue: Vec<Sound>,
    later: Vec<(u64, u64, Next)>,
    serial: u64,
    asked: usize,
}

impl World {
    pub(super) fn new(settings: Settings, opener: &'static str, clouds: Vec<Vec<Step>>) -> Self {
        Self {
            dialogue: Dialogue::new(settings),
            clouds,
            opener,
            opener_ms: 20,
            action: None,
            commands: Vec::new(),
            heard: Vec::new(),
            reports: Vec::new(),
            now: 0,
            committed: TurnId(0),
            texts: BTreeMap::new(),
            queue: Vec::new(),
            later: Vec::new(),
            serial: 0,
            asked: 0,
        }
    }

    /// What was spoken, whenever and in whichever turn: the texts of all clips, in order.
    pub(super) fn said(&self, wanted: fn(&Command) -> bool) -> Vec<&(u64, Command)> {
        self.commands.iter().filter(|(_, command)| wanted(command)).collect()
    }

    /// The user's request ends now; runs until nothing more happens.
    pub(super) fn ask(&mut self, request: &str) -> Report {
        self.tell(Event::Typed { text: request.into() });
        self.run(u64::MAX);
        self.reports.pop().expect("a turn ends in a report")
    }

    /// Runs until `until` or until nothing more happens.
    pub(super) fn run(&mut self, until: u64) {
        while let Some(index) = (0..self.later.len()).min_by_key(|i| (self.later[*i].0, self.later[*i].1)) {
            if self.later[index].0 > until {
                break;
            }
            let (at, _, next) = self.later.remove(index);
            self.now = self.now.max(at);
            match next {
                Next::Event(event) => {
                    if let Event::ClipReady { turn, clip, .. } = &event
                        && let Some(sound) = self.queue.iter_mut().find(|s| (s.turn, s.clip) == (*turn, *clip))
                    {
                        sound.ready = true;
                    }
                    self.tell(event);
                    self.mouth();
                }
                Next::Mouth => self.mouth(),
            }
        }
        self.now = if until == u64::MAX { self.now } else { until };
    }

    pub(super) fn tell(&mut self, event: Event) {
        let now = Moment::from(Duration::from_millis(self.now));
        for command in self.dialogue.on(now, event) {
            self.commands.push((self.now, command.clone()));
            self.obey(command);
        }
    }

    fn later(&mut self, at: u64, next: Next) {
        self.serial += 1;
        self.later.push((at, self.serial, next));
    }

    fn obey(&mut self, command: Command) {
        let now = self.now;
        match command {
            Command::Open { turn, .. } => {
                let source = if self.opener.is_empty() { OpenerSource::None } else { OpenerSource::Model };
                let opening = Opening { text: self.opener.into(), confidence: 0.9, source };
                self.later(now + self.opener_ms, Next::Event(Event::OpenerEnded { turn, opening }));
            }
            Command::Act { turn, .. } => {
                if let Some((delay, result)) = self.action.clone() {
                    self.later(now + delay, Next::Event(Event::Acted { turn, result }));
                }
            }
            Command::Continue { turn, attempt, .. } => {
                let script = self.clouds[self.asked.min(self.clouds.len() - 1)].clone();
                self.asked += 1;
                let mut at = now;
                for step in script {
                    let (delay, event) = match step {
                        Step::Says(delay, text) => (delay, Event::CloudSaid { turn, attempt, delta: text.into() }),
                        Step::Ends(delay) => (delay, Event::CloudEnded { turn, attempt }),
                        Step::Fails(delay, why) => {
                            (delay, Event::CloudFailed { turn, attempt, why, retry_after: None })
                        }
                        Step::AsksToWait(delay, wait) => {
                            let retry_after = Some(Duration::from_millis(wait));
                            (delay, Event::CloudFailed { turn, attempt, why: CloudTrouble::Busy, retry_after })
                        }
                    };
                    at += delay;
                    self.later(at, Next::Event(event));
                }
            }
            Command::Speak { turn, clip, text, .. } => {
                let words = text.split_whitespace().count() as u64;
                self.texts.insert((turn, clip), text);
                self.queue.push(Sound { turn, clip, words, ready: false, began: None, stop_at: None });
                let ms = Duration::from_millis;
                let times = (0..words).map(|w| (ms(w * WORD), ms((w + 1) * WORD))).collect();
                let lead = Duration::ZERO;
                self.later(now + VOICE, Next::Event(Event::ClipReady { turn, clip, lead }));
                self.later(now + VOICE, Next::Event(Event::ClipMade { turn, clip, voiced: ms(words * WORD), times }));
            }
            Command::Cut { turn, clip, at } => {
                if let Some(sound) = self.queue.iter_mut().find(|s| (s.turn, s.clip) == (turn, clip)) {
                    sound.stop_at = Some(at.as_millis() as u64);
                }
                self.later(now, Next::Mouth);
            }
            Command::Ring { turn, at, alarm } => {
                // Not before its time: a part of a millisecond counts as a whole one.
                let at = at.since_start().as_micros().div_ceil(1000) as u64;
                self.later(at.max(now), Next::Event(Event::Rang { turn, alarm }));
            }
            Command::Hush { turn } => {
                for sound in std::mem::take(&mut self.queue) {
                    if sound.turn > turn {
                        self.queue.push(sound);
                    } else if let Some(began) = sound.began {
                        self.note(&sound, began, (now - began) / WORD);
                    }
                }
            }
            Command::Finish { .. } => self.reports.extend(self.dialogue.take_report()),
            Command::Commit { turn } => {
                self.committed = turn;
                self.later(now, Next::Mouth);
            }
            Command::WarmCloud
            | Command::Transcribe { .. }
            | Command::Enough { .. }
            | Command::Probe { .. }
            | Command::Volume { .. } => {}
        }
    }

    /// Ends and begins clips that are due.
    fn mouth(&mut self) {
        while let Some(sound) = self.queue.first_mut() {
            let (turn, clip) = (sound.turn, sound.clip);
            if sound.began.is_none() && sound.stop_at == Some(0) {
                self.queue.remove(0);
                self.tell(Event::ClipCut { turn, clip, played: Duration::ZERO });
                continue;
            }
            if !sound.ready || turn > self.committed {
                return;
            }
            let Some(began) = sound.began else {
                sound.began = Some(self.now);
                let end = self.now + sound.words * WORD;
                self.later(end, Next::Mouth);
                self.tell(Event::ClipBegan { turn, clip });
                continue;
            };
            let whole = sound.words * WORD;
            let length = sound.stop_at.unwrap_or(whole).min(whole);
            if self.now < began + length {
                let end = began + length;
                self.later(end, Next::Mouth);
                return;
            }
            let sound = self.queue.remove(0);
            self.note(&sound, began, length / WORD);
            let played = Duration::from_millis(length);
            self.tell(if length < whole {
                Event::ClipCut { turn, clip, played }
            } else {
                Event::ClipEnded { turn, clip }
            });
        }
    }

    fn note(&mut self, sound: &Sound, began: u64, words: u64) {
        let text = &self.texts[&(sound.turn, sound.clip)];
        let heard: Vec<&str> = text.split_whitespace().take(words as usize).collect();
        self.heard.push((began, began + words * WORD, heard.join(" ")));
    }

    /// Longest silence in ms between the first sound and the last, and before the first.
    pub(super) fn longest_silence(&self, from: u64) -> u64 {
        let mut end = from;
        let mut longest = 0;
        for (began, ended, _) in &self.heard {
            longest = longest.max(began.saturating_sub(end));
            end = end.max(*ended);
        }
        longest
    }

    /// The turn as a drawing: what was heard when.
    pub(super) fn timeline(&self) -> String {
        self.heard.iter().map(|(began, ended, text)| format!("{began:>6}-{ended:<6} {text}\n")).collect()
    }
}
