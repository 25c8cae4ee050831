//! The service: one session and its plugins, from start to stop. It moves messages; the desk decides.

use std::time::Duration;

use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use crate::desk::{Desk, Effect, Happening};
use crate::hear::Input;
use crate::plugin::{Link, News, Plugin};
use crate::session::{Notice, Session};

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

/// Serves until `stop` is ready, then says goodbye: what sounds is ended, plugins have a moment to tell their peers.
/// `pulse` is called every few seconds as long as all is well, and gives a number for the day that differs from
/// yesterday's. Returns the session, so that what it learned can be kept;
/// `None` when it broke or did not end in time.
pub async fn serve(
    mut session: Session,
    mut desk: Desk,
    plugins: Vec<Box<dyn Plugin>>,
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
    let talk: JoinHandle<Session> = tokio::spawn(async move {
        session.run(queue, &mut |notice: Notice| drop(notices.send(notice))).await;
        session
    });
    for effect in desk.configure() {
        if let Effect::Input(input) = effect {
            let _ = inputs.send(input).await;
        }
    }
    let mut beat = tokio::time::interval(PULSE);
    tokio::pin!(stop);
    loop {
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
            }
        }
        if gone {
            break;
        }
    }
    let _ = inputs.send(Input::Stop).await;
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
