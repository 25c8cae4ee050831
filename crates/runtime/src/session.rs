//! The session: one loop that owns the dialogue, hands its commands to the edges and brings back what happened.
//! It decides nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use segue_core::dialogue::{Dialogue, Settings};
use segue_core::event::{ActionResult, Alarm, CloudTrouble, Command, Event};
use segue_core::moment::{ClipId, Moment, TurnId};
use segue_core::report::{HeardWord, Report};
use segue_core::talk::Verdict;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::hear::Input;
use crate::player::Player;
use crate::port::{CloudError, Continuator, Continue, Executor, OpenerAsk, Stop};
use crate::worker::{OpenJob, Outcome, Outcomes, SpeakJob, TranscribeJob};

/// Outcomes that may wait for the session.
const OUTCOMES: usize = 1024;
/// Pieces of the cloud's text that may wait for the session.
const DELTAS: usize = 256;
/// How often the loudspeaker is asked what it has played.
const TICK: Duration = Duration::from_millis(5);

/// When a cloud that was away is tried for the first time, and at least how often after that.
const FIRST_PROBE: Duration = Duration::from_secs(5);
const LAST_PROBE: Duration = Duration::from_secs(120);

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
    /// The request as transcribed.
    Transcribed(TurnId, String),
    /// A word of the opener is certain.
    OpenerWord(TurnId, String),
    /// A clause will be spoken.
    Clause(TurnId, ClipId, String),
    /// It is known how the reply treats the opener.
    Verdict(TurnId, Verdict),
    /// A word was heard. Without a player words are heard when they are written.
    Heard(TurnId, HeardWord),
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
    home: Vec<String>,
    outcomes: Outcomes,
    inbox: mpsc::Receiver<Outcome>,
    /// The turn that the commands are for, its stop sign and its cloud request.
    stop: Stop,
    asking: Option<JoinHandle<()>>,
    /// Looks after clouds that are away, at most one task a cloud.
    probes: BTreeMap<usize, JoinHandle<()>>,
    /// Utterances by turn that were not transcribed yet: the last one only.
    speech: Vec<f32>,
    alarms: Vec<(Moment, TurnId, Alarm)>,
    /// Clips asked for and not made yet.
    making: Vec<(TurnId, ClipId)>,
    underruns_before: u64,
    /// What those who watch were told of the turn under way: how many heard words, and the verdict.
    told: (usize, Verdict),
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
            home: Vec::new(),
            outcomes,
            inbox,
            stop: Stop::default(),
            asking: None,
            probes: BTreeMap::new(),
            speech: Vec::new(),
            alarms: Vec::new(),
            making: Vec::new(),
            underruns_before: 0,
            told: (0, Verdict::None),
        }
    }

    /// Names rooms and devices, so that the opener can name them rightly.
    pub fn set_home(&mut self, names: Vec<String>) {
        self.home = names;
    }

    /// The conversation: what was heard, and what is known about the clouds.
    pub fn dialogue_mut(&mut self) -> &mut Dialogue {
        &mut self.dialogue
    }

    /// The session's clock: edges that make moments of their own share it.
    pub fn clock_mut(&mut self) -> &mut Clock {
        &mut self.clock
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
                _ = tick.tick(), if self.player.is_some() => {}
            }
            self.sounded(watch);
        }
        if let Some(player) = &mut self.player {
            player.catch_up(self.clock.now());
        }
    }

    fn input(&mut self, input: Input, watch: &mut (dyn FnMut(Notice) + Send)) {
        let event = match input {
            Input::SpeechStarted => Event::SpeechStarted,
            Input::SpeechEnded { voice_ended, speech } => {
                self.speech = speech;
                Event::SpeechEnded { voice_ended }
            }
            Input::Typed(text) => Event::Typed { text },
        };
        self.happened(self.clock.now(), event, watch);
    }

    fn outcome(&mut self, outcome: Outcome, watch: &mut (dyn FnMut(Notice) + Send)) {
        let now = self.clock.now();
        match outcome {
            Outcome::Event(event) => {
                if let Event::Transcribed { turn, text } = &event {
                    watch(Notice::Transcribed(*turn, text.clone()));
                }
                if let Event::ClipFailed { turn, clip } = event {
                    self.making.retain(|made| *made != (turn, clip));
                }
                self.happened(now, event, watch);
            }
            Outcome::OpenerWord(turn, word) => watch(Notice::OpenerWord(turn, word)),
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
        let mut events: VecDeque<_> = player.events().into();
        let idle = self.making.is_empty() && self.asking.as_ref().is_none_or(JoinHandle::is_finished);
        if self.hurry && idle && self.inbox.is_empty() && self.dialogue.finishing() {
            let mut moment = self.clock.now();
            let limit = moment + Duration::from_secs(300);
            while events.is_empty() && moment < limit {
                moment = moment + Duration::from_millis(20);
                player.catch_up(moment);
                events.extend(player.events());
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
        let words = self.dialogue.heard_after(now, self.told.0);
        self.told.0 += words.len();
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
        let mut commands: VecDeque<Command> = self.dialogue.on(at, event).into();
        while let Some(command) = commands.pop_front() {
            for event in self.obey(at, command, watch) {
                commands.extend(self.dialogue.on(at, event));
            }
        }
        let verdict = self.dialogue.verdict();
        if self.told.1 != verdict && self.dialogue.busy() {
            self.told.1 = verdict;
            watch(Notice::Verdict(self.dialogue.turn(), verdict));
        }
        if self.player.is_none() {
            self.tell_heard(at, watch);
        }
    }

    /// Hands a command to an edge. Returns what is already known about its outcome.
    fn obey(&mut self, now: Moment, command: Command, watch: &mut (dyn FnMut(Notice) + Send)) -> Vec<Event> {
        match command {
            Command::WarmCloud => {
                for cloud in self.crew.clouds.clone() {
                    tokio::spawn(async move { cloud.warm_up().await });
                }
            }
            Command::Transcribe { turn } => {
                self.stop = Stop::default();
                let job = TranscribeJob { turn, speech: std::mem::take(&mut self.speech), stop: self.stop.clone() };
                if !send(self.crew.transcriber.as_ref(), job) {
                    return vec![Event::Transcribed { turn, text: String::new() }];
                }
            }
            Command::Open { turn, request, last, min_words, max_words } => {
                let ask = OpenerAsk { request, last, home: self.home.clone(), min_words, max_words };
                if !send(self.crew.opener.as_ref(), OpenJob { turn, ask, stop: self.stop.clone() }) {
                    return vec![Event::OpenerEnded { turn, opening: Default::default() }];
                }
            }
            Command::Act { turn, request, opener } => {
                let Some(executor) = self.crew.executor.clone() else {
                    return vec![Event::Acted { turn, result: ActionResult::NotForMe }];
                };
                let outcomes = self.outcomes.clone();
                self.ask(async move {
                    let result = executor.act(request, opener).await;
                    let _ = outcomes.send(Outcome::Event(Event::Acted { turn, result })).await;
                });
            }
            Command::Continue { turn, attempt, provider, request, opener, history } => {
                let Some(cloud) = self.crew.clouds.get(provider).cloned() else {
                    let why = CloudTrouble::NotConfigured;
                    return vec![Event::CloudFailed { turn, attempt, why, retry_after: None }];
                };
                let ask = Continue { request, opener, history };
                self.ask(go_on(cloud, turn, attempt, ask, self.outcomes.clone()));
            }
            Command::Speak { turn, clip, text } => {
                watch(Notice::Clause(turn, clip, text.clone()));
                let job = SpeakJob { turn, clip, text, stop: self.stop.clone() };
                if self.player.is_none() {
                    return vec![Event::ClipBegan { turn, clip }, Event::ClipEnded { turn, clip }];
                }
                if !send(self.crew.voice.as_ref(), job) {
                    return vec![Event::ClipFailed { turn, clip }];
                }
                self.making.push((turn, clip));
            }
            Command::Cut { turn, clip, at } => {
                if let Some(player) = &mut self.player {
                    player.cut(now, turn, clip, at);
                }
            }
            Command::Enough { .. } => self.stop_asking(),
            Command::Probe { provider } => {
                if let Some(cloud) = self.crew.clouds.get(provider) {
                    let probe = tokio::spawn(probe(cloud.clone(), provider, self.outcomes.clone()));
                    // A probe that is still under way is looking after the same cloud already.
                    if let Some(before) = self.probes.insert(provider, probe) {
                        before.abort();
                    }
                }
            }
            Command::Volume { steps } => {
                if let Some(player) = &mut self.player {
                    player.volume(steps);
                }
            }
            Command::Ring { turn, at, alarm } => self.alarms.push((at, turn, alarm)),
            Command::Hush { turn } => {
                self.stop.set();
                self.stop = Stop::default();
                self.making.clear();
                self.stop_asking();
                if let Some(player) = &mut self.player {
                    player.hush(now, turn);
                }
            }
            Command::Finish { turn } => {
                for cloud in self.crew.clouds.clone() {
                    tokio::spawn(async move { cloud.learn().await });
                }
                self.alarms.retain(|(_, of, _)| *of != turn);
                if let Some(mut report) = self.dialogue.take_report() {
                    let underruns = self.player.as_ref().map_or(0, Player::underruns);
                    report.underruns = underruns - self.underruns_before;
                    self.underruns_before = underruns;
                    let (told, _) = std::mem::take(&mut self.told);
                    for word in report.heard.iter().skip(told) {
                        watch(Notice::Heard(turn, word.clone()));
                    }
                    watch(Notice::Finished(turn, Box::new(report)));
                }
            }
        }
        Vec::new()
    }
}

impl Session {
    /// Asks somebody on behalf of the turn, in place of whoever was asked before.
    fn ask(&mut self, question: impl Future<Output = ()> + Send + 'static) {
        self.stop_asking();
        self.asking = Some(tokio::spawn(question));
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

/// Asks the cloud and passes on what it says, in order, its end last.
async fn go_on(cloud: Arc<dyn Continuator>, turn: TurnId, attempt: u32, ask: Continue, outcomes: Outcomes) {
    let (deltas, mut said) = mpsc::channel(DELTAS);
    let pass_on = async {
        while let Some(delta) = said.recv().await {
            if outcomes.send(Outcome::Event(Event::CloudSaid { turn, attempt, delta })).await.is_err() {
                break;
            }
        }
    };
    let (ended, ()) = tokio::join!(cloud.go_on(ask, deltas), pass_on);
    let event = match ended {
        Ok(()) => Event::CloudEnded { turn, attempt },
        Err(error) => {
            tracing::warn!(%error, turn = turn.0, cloud = cloud.name(), "no continuation");
            let retry_after = if let CloudError::RateLimited(wait) = &error { *wait } else { None };
            Event::CloudFailed { turn, attempt, why: trouble(&error), retry_after }
        }
    };
    let _ = outcomes.send(Outcome::Event(event)).await;
}

/// Tries a cloud that was away, ever less often, until it answers.
async fn probe(cloud: Arc<dyn Continuator>, provider: usize, outcomes: Outcomes) {
    let mut wait = FIRST_PROBE;
    loop {
        tokio::time::sleep(wait).await;
        if cloud.probe().await {
            let _ = outcomes.send(Outcome::Event(Event::CloudBack { provider })).await;
            return;
        }
        wait = (wait * 2).min(LAST_PROBE);
    }
}

fn trouble(error: &CloudError) -> CloudTrouble {
    match error {
        CloudError::Unauthorized | CloudError::NotFound => CloudTrouble::Refused,
        CloudError::Empty | CloudError::Broken(_) => CloudTrouble::Useless,
        CloudError::RateLimited(_) => CloudTrouble::Busy,
        CloudError::Unreachable(_) | CloudError::Status(_) | CloudError::Stalled => CloudTrouble::Away,
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
