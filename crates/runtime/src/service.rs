//! The service: one session and its plugins, from start to stop. It moves messages; the desk decides.

use std::time::Duration;

use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use crate::desk::{Desk, Ear, Effect, Happening};
use crate::hear::Input;
use crate::listen::{Door, Guarded, Heed, Microphone, listen};
use crate::plugin::{Link, News, Plugin};
use crate::session::{Notice, Session};
use segue_core::moment::Moment;

/// Wishes that may wait for the desk; more are dropped by the plugin.
const WISHES: usize = 64;
/// News that a slow plugin may lag behind.
const NEWS: usize = 1024;
/// Inputs that may wait for the session.
const INPUTS: usize = 16;
/// How long a goodbye may take, of the session and of all plugins together.
const GOODBYE: Duration = Duration::from_secs(3);
/// How often `pulse` is called.
const PULSE: Duration = Duration::from_secs(5);

/// The microphone of a service, behind its door.
pub struct Ears {
    microphone: Box<dyn Microphone>,
    door: Door,
    heed: Heed,
    keep: Box<dyn FnMut(bool) + Send>,
}

impl Ears {
    /// Listens to `microphone`; sound goes to `wake` while the door is shut. `keep` remembers for the next start
    /// whether the microphone is off.
    #[must_use]
    pub fn new(
        microphone: Box<dyn Microphone>,
        wake: Option<mpsc::Sender<Vec<i16>>>,
        keep: Box<dyn FnMut(bool) + Send>,
    ) -> Self {
        let door = Door::default();
        let microphone = Box::new(Guarded::new(microphone, door.clone(), wake));
        Self { microphone, door, heed: Heed::default(), keep }
    }
}

/// What is left of the ears when their thread runs: the handles.
struct Hands {
    door: Door,
    heed: Heed,
    keep: Box<dyn FnMut(bool) + Send>,
    /// When the desk wants to be told that the time is over.
    waited: Option<Instant>,
}

impl Hands {
    fn obey(&mut self, ear: Ear) {
        match ear {
            Ear::Mute => self.door.mute(),
            Ear::Shut => self.door.shut(),
            Ear::Open { lead } => {
                self.heed.listen(true);
                self.door.open(lead);
            }
            Ear::End => {
                self.heed.end();
                self.door.shut();
            }
            Ear::Wait(time) => self.waited = time.map(|time| Instant::now() + time),
            Ear::Keep(muted) => (self.keep)(muted),
        }
    }
}

/// Serves until `stop` is ready, then says goodbye: what sounds is ended, plugins have a moment to tell their peers.
/// `pulse` is called every few seconds as long as all is well, and gives a number for the day that differs from
/// yesterday's. Returns the session, so that what it learned can be kept;
/// `None` when it broke or did not end in time.
pub async fn serve(
    mut session: Session,
    mut desk: Desk,
    plugins: Vec<Box<dyn Plugin>>,
    ears: Option<Ears>,
    mut pulse: impl FnMut() -> i64,
    stop: impl Future<Output = ()>,
) -> Option<Session> {
    let (inputs, queue) = mpsc::channel(INPUTS);
    let (wishes, mut asked) = mpsc::channel(WISHES);
    let (notices, mut noticed) = mpsc::unbounded_channel();
    let (news, _) = broadcast::channel::<News>(NEWS);
    let (status, held) = watch::channel(desk.status().clone());
    let mut faces = JoinSet::new();
    for plugin in plugins {
        let name = plugin.name();
        let link = Link { wishes: wishes.clone(), news: news.subscribe(), status: held.clone() };
        let face = plugin.run(link);
        faces.spawn(async move {
            face.await;
            tracing::info!(name, "plugin ended");
        });
    }
    drop(wishes);
    let start = session.clock_mut().now();
    let talk: JoinHandle<Session> = tokio::spawn(async move {
        session.run(queue, &mut |notice: Notice| drop(notices.send(notice))).await;
        session
    });
    let mut hands = ears.and_then(|ears| hear(ears, start, inputs.clone()));
    for effect in desk.start() {
        match effect {
            Effect::Input(input) => drop(inputs.send(input).await),
            Effect::Ear(ear) => drop(hands.as_mut().map(|hands| hands.obey(ear))),
            Effect::News(_) => {}
        }
    }
    let mut beat = tokio::time::interval(PULSE);
    tokio::pin!(stop);
    loop {
        let waited = hands.as_ref().and_then(|hands| hands.waited);
        let happening = tokio::select! {
            // Stop before all, then the session's notices: what they say is what the desk goes by.
            biased;
            () = &mut stop => break,
            notice = noticed.recv() => match notice {
                Some(notice) => Happening::Notice(notice),
                None => break,
            },
            Some(request) = asked.recv() => Happening::Wish(request),
            _ = beat.tick() => Happening::Day(pulse()),
            () = sleep_until(waited.unwrap_or_else(Instant::now)), if waited.is_some() => {
                if let Some(hands) = &mut hands {
                    hands.waited = None;
                }
                Happening::Waited
            }
        };
        let effects = desk.on(happening);
        // First what holds, then what happened: who hears that a turn is done finds its numbers there.
        status.send_if_modified(|held| {
            let changed = held != desk.status();
            if changed {
                held.clone_from(desk.status());
            }
            changed
        });
        let mut gone = false;
        for effect in effects {
            match effect {
                Effect::News(told) => drop(news.send(told)),
                Effect::Input(input) => gone |= inputs.send(input).await.is_err(),
                Effect::Ear(ear) => drop(hands.as_mut().map(|hands| hands.obey(ear))),
            }
        }
        if gone {
            break;
        }
    }
    let _ = inputs.send(Input::Stop).await;
    // The ear's thread holds a sender too: without it the session does not end.
    if let Some(hands) = hands {
        hands.heed.quit();
    }
    drop(inputs);
    let session = timeout(GOODBYE, talk).await.ok().and_then(Result::ok);
    while let Ok(notice) = noticed.try_recv() {
        for effect in desk.on(Happening::Notice(notice)) {
            if let Effect::News(told) = effect {
                let _ = news.send(told);
            }
        }
    }
    drop(news);
    let all = async { while faces.join_next().await.is_some() {} };
    if timeout(GOODBYE, all).await.is_err() {
        tracing::warn!("a plugin did not say goodbye in time");
    }
    session
}

/// Lets the ear listen. A microphone that the ear cannot hear is as good as none.
fn hear(ears: Ears, start: Moment, inputs: mpsc::Sender<Input>) -> Option<Hands> {
    let Ears { microphone, door, heed, keep } = ears;
    match listen(microphone, heed.clone(), start, inputs) {
        Ok(_) => Some(Hands { door, heed, keep, waited: None }),
        Err(error) => {
            tracing::error!(%error, "the microphone cannot be listened to");
            None
        }
    }
}
