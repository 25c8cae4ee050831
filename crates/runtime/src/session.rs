//! The session: one loop that owns the dialogue, hands its commands to the edges and brings back what happened.
//! It decides nothing.

mod obey;
mod questions;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use segue_core::dialogue::{Dialogue, Settings};
use segue_core::event::{Alarm, Command, Event};
use segue_core::moment::{ClipId, Moment, TurnId};
use segue_core::report::{HeardWord, Report};
use segue_core::talk::Verdict;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::hear::Input;
use crate::player::Player;
use crate::port::{Continuator, Executor, Stop};
use crate::worker::{OpenJob, Outcome, Outcomes, SpeakJob, TranscribeJob};

/// Outcomes that may wait for the session.
const OUTCOMES: usize = 1024;
/// How often the loudspeaker is asked what it has played.
const TICK: Duration = Duration::from_millis(5);

/// The channels to the engines. One that is `None` is not there: the turn goes on without it.
#[derive(Clone, Default)]
pub struct Crew {
    /// Speech to text.
    pub transcriber: Option<mpsc::Sender<TranscribeJob>>,
    /// The micro language model.
    pub opener: Option<mpsc::Sender<OpenJob>>,
    /// Text to speech; without it a session only writes.
    pub voice: Option<mpsc::Sender<SpeakJob>>,
    /// Who continues, in the order in which they are asked.
    pub clouds: Vec<Arc<dyn Continuator>>,
    /// Who does what requests ask for, asked before the clouds.
    pub executor: Option<Arc<dyn Executor>>,
}

/// Something for those who watch: the terminal, a plugin.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Somebody speaks to Segue, or has finished.
    Listening(bool),
    /// A turn began; true when it was asked for by voice.
    Began(TurnId, bool),
    /// What was said so far, as transcribed at a pause: it may go on.
    SoFar(TurnId, String),
    /// The request as transcribed.
    Transcribed(TurnId, String),
    /// A word of the opener is certain.
    OpenerWord(TurnId, String),
    /// The opener is complete; empty when there is none.
    Opened(TurnId, String),
    /// It is known how the reply treats the opener; comes before the clause that shows it.
    Verdict(TurnId, Verdict),
    /// A clause will be spoken.
    Clause(TurnId, ClipId, String),
    /// A word was heard. Without a player words are heard when they are written.
    Heard(TurnId, HeardWord),
    /// Something sounds, or nothing does any more.
    Sounding(bool),
    /// The cloud answers, or cannot be reached.
    Cloud(bool),
    /// A turn is over.
    Finished(TurnId, Box<Report>),
}

/// A conversation under way.
pub struct Session {
    dialogue: Dialogue,
    crew: Crew,
    /// `None`: nothing sounds, clips are over as soon as they are written.
    player: Option<Player>,
    clock: Clock,
    /// Whether a tape may run ahead of the clock when nothing more is due.
    hurry: bool,
    home: Arc<[String]>,
    /// Whether clouds may know what the home's rooms and devices are called.
    clouds_know_home: bool,
    outcomes: Outcomes,
    inbox: mpsc::Receiver<Outcome>,
    /// The stop signs of turns that are not over.
    stops: Vec<(TurnId, Stop)>,
    /// The cloud request under way.
    asking: Option<JoinHandle<()>>,
    /// Looks after clouds that are away, at most one task a cloud.
    probes: BTreeMap<usize, JoinHandle<()>>,
    /// Utterances by turn that were not transcribed yet: the last one only.
    speech: Vec<f32>,
    alarms: Vec<(Moment, TurnId, Alarm)>,
    /// Clips asked for and not made yet.
    making: Vec<(TurnId, ClipId)>,
    underruns_before: u64,
    /// How many heard words of the turn under way were told.
    told: usize,
    /// The turn whose speech was transcribed last, and the last turn that was taken: sound of later ones is kept back.
    trial: TurnId,
    committed: TurnId,
    /// What the voice made for a turn that is not taken yet.
    kept: VecDeque<Outcome>,
    /// The transcript of such a turn, for those who watch.
    unsaid: Option<String>,
    shown: Shown,
}

/// What those who watch were told.
#[derive(Debug, Default)]
struct Shown {
    /// Whether a turn that is taken now was asked for by voice.
    spoken: bool,
    /// The clip that sounds, and whether that was told.
    clip: Option<(TurnId, ClipId)>,
    sounding: bool,
    cloud: Option<bool>,
    verdict: Verdict,
}

/// Makes a session's outcome channel first, because engines need its sender before the session can have them.
#[must_use]
pub fn outcomes() -> (Outcomes, mpsc::Receiver<Outcome>) {
    mpsc::channel(OUTCOMES)
}

impl Session {
    /// A session that begins now. `hurry` lets a tape run ahead when nothing more is due.
    #[must_use]
    pub fn new(
        settings: Settings,
        crew: Crew,
        player: Option<Player>,
        hurry: bool,
        (outcomes, inbox): (Outcomes, mpsc::Receiver<Outcome>),
    ) -> Self {
        Self {
            dialogue: Dialogue::new(settings),
            crew,
            hurry: hurry && player.as_ref().is_none_or(Player::is_tape),
            player,
            clock: Clock::start(),
            home: Arc::default(),
            clouds_know_home: false,
            outcomes,
            inbox,
            stops: Vec::new(),
            asking: None,
            probes: BTreeMap::new(),
            speech: Vec::new(),
            alarms: Vec::new(),
            making: Vec::new(),
            underruns_before: 0,
            told: 0,
            trial: TurnId(0),
            committed: TurnId(0),
            kept: VecDeque::new(),
            unsaid: None,
            shown: Shown::default(),
        }
    }

    /// Names rooms and devices, so that they are heard and named rightly.
    pub fn set_home(&mut self, names: Vec<String>) {
        self.home = names.into();
    }

    /// Lets clouds know the names of rooms and devices, too, or not; they are not told unless this is asked for.
    pub fn tell_clouds_home(&mut self, tell: bool) {
        self.clouds_know_home = tell;
    }

    /// Lets `executor` do what requests ask for, before a cloud is asked.
    pub fn act_through(&mut self, executor: Arc<dyn Executor>) {
        self.crew.executor = Some(executor);
        self.dialogue.act_first();
    }

    /// The conversation: what was heard, and what is known about the clouds.
    pub fn dialogue_mut(&mut self) -> &mut Dialogue {
        &mut self.dialogue
    }

    /// The session's clock: edges that make moments of their own share it.
    pub fn clock_mut(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// Plays on another player from now on; before the first turn only.
    pub fn play_on(&mut self, player: Player) {
        self.hurry &= player.is_tape();
        self.player = Some(player);
    }

    /// What was played.
    #[must_use]
    pub fn player(&self) -> Option<&Player> {
        self.player.as_ref()
    }

    /// Runs until `inputs` is closed and the last turn is over.
    pub async fn run(&mut self, mut inputs: mpsc::Receiver<Input>, watch: &mut (dyn FnMut(Notice) + Send)) {
        let mut open = true;
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while open || self.dialogue.busy() {
            let ring = self.alarms.iter().map(|(at, ..)| *at).min();
            tokio::select! {
                biased;
                Some(outcome) = self.inbox.recv() => self.outcome(outcome, watch),
                input = inputs.recv(), if open => match input {
                    Some(input) => self.input(input, watch),
                    None => open = false,
                },
                () = sleep_until(self.clock, ring), if ring.is_some() => self.ring(watch),
                // Between turns nothing sounds: a program that waits shall cost nothing.
                _ = tick.tick(), if self.player.is_some() && (self.dialogue.busy() || self.shown.sounding) => {}
            }
            self.sounded(watch);
            let sounding = self.shown.clip.is_some();
            if std::mem::replace(&mut self.shown.sounding, sounding) != sounding {
                watch(Notice::Sounding(sounding));
            }
        }
        if let Some(player) = &mut self.player {
            player.catch_up(self.clock.now());
        }
    }

    fn input(&mut self, input: Input, watch: &mut (dyn FnMut(Notice) + Send)) {
        // What only changes how things are done says nothing about who asked.
        if !matches!(input, Input::Configure { .. } | Input::Pauses(_) | Input::Home(_)) {
            self.shown.spoken = !matches!(input, Input::Typed(_) | Input::Say(_));
        }
        let event = match input {
            Input::SpeechStarted => {
                watch(Notice::Listening(true));
                if let Some(player) = &mut self.player {
                    player.wake();
                }
                Event::SpeechStarted
            }
            Input::SpeechPaused { voice_ended, speech } => {
                self.speech = speech;
                Event::SpeechPaused { voice_ended }
            }
            Input::SpeechResumed => Event::SpeechResumed,
            Input::SpeechEnded { voice_ended, speech } => {
                watch(Notice::Listening(false));
                self.speech = speech;
                Event::SpeechEnded { voice_ended }
            }
            Input::Typed(text) => Event::Typed { text },
            Input::Say(text) => Event::Say { text },
            Input::Stop => Event::Stop,
            Input::Configure { opener, max_words } => return self.dialogue.configure(opener, max_words),
            Input::Pauses(pauses) => return self.dialogue.wait_for(pauses),
            Input::Home(names) => return self.set_home(names),
        };
        self.happened(self.clock.now(), event, watch);
    }

    fn outcome(&mut self, outcome: Outcome, watch: &mut (dyn FnMut(Notice) + Send)) {
        let now = self.clock.now();
        match outcome {
            Outcome::Event(event) => {
                if let Event::Transcribed { turn, text } = &event {
                    if *turn > self.committed && *turn == self.trial {
                        watch(Notice::SoFar(*turn, text.clone()));
                        self.unsaid = Some(text.clone());
                    } else if *turn == self.committed {
                        watch(Notice::Transcribed(*turn, text.clone()));
                    }
                }
                match &event {
                    Event::ClipFailed { turn, clip } => self.making.retain(|made| *made != (*turn, *clip)),
                    Event::OpenerEnded { turn, opening } => watch(Notice::Opened(*turn, opening.text.clone())),
                    Event::CloudSaid { .. } | Event::CloudBack { .. } => self.tell_cloud(true, watch),
                    _ => {}
                }
                self.happened(now, event, watch);
            }
            Outcome::OpenerWord(turn, word) => watch(Notice::OpenerWord(turn, word)),
            kept @ (Outcome::Sound { turn, .. } | Outcome::SoundEnded { turn, .. }) if turn > self.committed => {
                self.kept.push_back(kept);
            }
            Outcome::Sound { turn, clip, piece, lead } => {
                let Some(player) = &mut self.player else { return };
                if !player.push(now, turn, clip, piece, lead.is_some()) {
                    tracing::error!(turn = turn.0, clip = clip.0, "the mouth is full, a piece is lost");
                }
                if let Some(lead) = lead {
                    self.happened(now, Event::ClipReady { turn, clip, lead }, watch);
                }
            }
            Outcome::SoundEnded { turn, clip, voiced, times } => {
                self.making.retain(|made| *made != (turn, clip));
                if let Some(player) = &mut self.player {
                    let _ = player.end(turn, clip);
                }
                self.happened(now, Event::ClipMade { turn, clip, voiced, times }, watch);
            }
        }
    }

    /// Tells the dialogue what the loudspeaker did; lets a tape run out when nothing else is to come.
    fn sounded(&mut self, watch: &mut (dyn FnMut(Notice) + Send)) {
        let Some(player) = &mut self.player else { return };
        player.catch_up(self.clock.now());
        let mut events: VecDeque<_> = player.events(self.clock.now()).into();
        let idle = self.making.is_empty() && self.asking.as_ref().is_none_or(JoinHandle::is_finished);
        if self.hurry && idle && self.inbox.is_empty() && self.dialogue.finishing() {
            let mut moment = self.clock.now();
            let limit = moment + Duration::from_secs(300);
            while events.is_empty() && moment < limit {
                moment = moment + Duration::from_millis(20);
                player.catch_up(moment);
                events.extend(player.events(moment));
            }
            self.clock.skip_to(moment);
        }
        for (at, event) in events {
            self.happened(at, event, watch);
        }
        self.tell_heard(self.clock.now(), watch);
    }

    /// Tells those who watch what was heard until `now`.
    fn tell_heard(&mut self, now: Moment, watch: &mut (dyn FnMut(Notice) + Send)) {
        let words = self.dialogue.heard_after(now, self.told);
        self.told += words.len();
        for word in words {
            watch(Notice::Heard(self.dialogue.turn(), word));
        }
    }

    fn ring(&mut self, watch: &mut (dyn FnMut(Notice) + Send)) {
        let now = self.clock.now();
        let due: Vec<_> = self.alarms.extract_if(.., |(at, ..)| *at <= now).collect();
        for (_, turn, alarm) in due {
            self.happened(now, Event::Rang { turn, alarm }, watch);
        }
    }

    /// Tells the dialogue and does what it asks for, also what that brings about at once.
    fn happened(&mut self, at: Moment, event: Event, watch: &mut (dyn FnMut(Notice) + Send)) {
        match &event {
            Event::ClipBegan { turn, clip } => self.shown.clip = Some((*turn, *clip)),
            Event::ClipEnded { turn, clip } | Event::ClipCut { turn, clip, .. } => {
                self.shown.clip.take_if(|sounds| *sounds == (*turn, *clip));
            }
            _ => {}
        }
        let mut commands: VecDeque<Command> = self.dialogue.on(at, event).into();
        let verdict = self.dialogue.verdict();
        if std::mem::replace(&mut self.shown.verdict, verdict) != verdict && self.dialogue.busy() {
            watch(Notice::Verdict(self.dialogue.turn(), verdict));
        }
        while let Some(command) = commands.pop_front() {
            for event in self.obey(at, command, watch) {
                commands.extend(self.dialogue.on(at, event));
            }
        }
        if self.player.is_none() {
            self.tell_heard(at, watch);
        }
    }
}

impl Session {
    /// Asks somebody on behalf of the turn, in place of whoever was asked before.
    fn ask(&mut self, question: impl Future<Output = ()> + Send + 'static) {
        self.stop_asking();
        self.asking = Some(tokio::spawn(question));
    }

    fn tell_cloud(&mut self, reachable: bool, watch: &mut (dyn FnMut(Notice) + Send)) {
        if self.shown.cloud.replace(reachable) != Some(reachable) {
            watch(Notice::Cloud(reachable));
        }
    }

    /// The stop sign of a turn.
    fn stop_of(&mut self, turn: TurnId) -> Stop {
        if let Some((_, stop)) = self.stops.iter().find(|(of, _)| *of == turn) {
            return stop.clone();
        }
        let stop = Stop::default();
        self.stops.push((turn, stop.clone()));
        stop
    }

    /// Stops the engines' work for some turns.
    fn stop(&mut self, turns: std::ops::Range<u64>) {
        for (_, stop) in self.stops.extract_if(.., |(turn, _)| turns.contains(&turn.0)) {
            stop.set();
        }
    }

    fn stop_asking(&mut self) {
        if let Some(asking) = self.asking.take() {
            asking.abort();
        }
    }
}

/// Gives a job to an engine; false when there is none, or it is too busy to ever catch up.
fn send<Job>(engine: Option<&mpsc::Sender<Job>>, job: Job) -> bool {
    engine.is_some_and(|engine| engine.try_send(job).is_ok())
}

async fn sleep_until(clock: Clock, moment: Option<Moment>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(clock.instant(moment)).await,
        None => std::future::pending().await,
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop_asking();
        for probe in self.probes.values() {
            probe.abort();
        }
    }
}
