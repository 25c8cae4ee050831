//! A stage: a real session with made-up engines, on tokio's clock, and a witness of what left the loudspeaker.
//!
//! The transcriber, the opener and the voice are tasks with plausible times; the clouds are whatever the test brings,
//! usually a real client of a [`crate::cloud::ScriptedCloud`]. Each word has a sound of its own, so the witness at the
//! end of the mouth knows which words were heard, and when, without asking the session.
//!
//! Start tokio's clock paused (`#[tokio::test(start_paused = true)]`): then minutes of talk take a moment, and the times
//! are the same in each run, up to the ticks of 5 ms at which sound and sockets are looked at. The scripted cloud must
//! then live on the same clock: [`crate::cloud::ScriptedCloud::on_this_clock`].

mod crew;
mod judge;
mod sound;

pub use judge::faults;
pub use sound::HeardWord;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use segue_core::dialogue::Settings;
use segue_core::moment::TurnId;
use segue_core::report::Report;
use segue_runtime::hear::Input;
use segue_runtime::player::Player;
use segue_runtime::port::{Continuator, Executor};
use segue_runtime::session::{self, Crew, Notice, Session};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// How long the user speaks.
const SPEAKS: Duration = Duration::from_millis(900);
/// From the user's last word to the decision that there was no other.
const ENDPOINT: Duration = Duration::from_millis(500);

/// What the user says and what the opener writes, for the engines that are played.
#[derive(Debug, Default)]
struct Lines {
    request: String,
    opener: String,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One turn as the user lived it.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Its name in the session.
    pub id: TurnId,
    /// The opener that was written for it.
    pub opener: String,
    /// What the session reports.
    pub report: Report,
    /// What was heard, in order.
    pub heard: Vec<HeardWord>,
    /// The user's last word, in ms since the stage was set.
    pub asked_ms: f64,
    /// Whether the user spoke again before it was over, and when.
    pub interrupted_ms: Option<f64>,
}

impl Turn {
    /// What was heard, as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.heard.iter().map(|word| word.word.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// What was heard clip by clip, each with its begin in ms from the user's last word.
    #[must_use]
    pub fn lines(&self) -> Vec<(f64, String)> {
        let mut lines: Vec<(u64, f64, String)> = Vec::new();
        for word in &self.heard {
            match lines.last_mut() {
                Some((clip, _, text)) if *clip == word.clip.0 => {
                    text.push(' ');
                    text.push_str(&word.word);
                }
                _ => lines.push((word.clip.0, word.from_ms - self.asked_ms, word.word.clone())),
            }
        }
        lines.into_iter().map(|(_, at, text)| (at, text)).collect()
    }
}

/// The stage.
#[derive(Debug)]
pub struct Stage {
    began: Instant,
    lines: Arc<Mutex<Lines>>,
    heard: Arc<Mutex<Vec<HeardWord>>>,
    inputs: mpsc::Sender<Input>,
    notices: mpsc::UnboundedReceiver<Notice>,
    session: JoinHandle<()>,
    asked_ms: f64,
    opener: String,
}

impl Stage {
    /// Sets the stage. Must be called inside a runtime, and on it everything plays.
    #[must_use]
    pub fn set(settings: Settings, clouds: Vec<Arc<dyn Continuator>>, executor: Option<Arc<dyn Executor>>) -> Self {
        let settings = Settings { clouds: clouds.len(), executor: executor.is_some(), ..settings };
        let lines = Arc::new(Mutex::new(Lines::default()));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let lexicon = Arc::new(Mutex::new(sound::Lexicon::default()));
        let outcomes = session::outcomes();
        let crew = Crew {
            transcriber: Some(crew::transcriber(Arc::clone(&lines), outcomes.0.clone())),
            opener: Some(crew::opener(Arc::clone(&lines), outcomes.0.clone())),
            voice: Some(crew::voice(Arc::clone(&lexicon), outcomes.0.clone())),
            clouds,
            executor,
        };
        let player = Player::device(sound::rate(), |out| sound::loudspeaker(out, lexicon, Arc::clone(&heard)));
        let player = match player {
            Ok(player) => Some(player),
            Err(never) => match never {},
        };
        let mut session = Session::new(settings, crew, player, false, outcomes);
        let (inputs, inbox) = mpsc::channel(16);
        let (watch, notices) = mpsc::unbounded_channel();
        let session = tokio::spawn(async move {
            session.run(inbox, &mut |notice| drop(watch.send(notice))).await;
        });
        Self { began: Instant::now(), lines, heard, inputs, notices, session, asked_ms: 0.0, opener: String::new() }
    }

    /// Milliseconds since the stage was set.
    #[must_use]
    pub fn now_ms(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    /// The user asks, and listens until the turn is over.
    pub async fn ask(&mut self, request: &str, opener: &str) -> Turn {
        self.begin(request, opener).await;
        self.listen(None).await
    }

    /// The user asks, and speaks again `after` the last word of the request. The turn is over then.
    pub async fn ask_and_interrupt(&mut self, request: &str, opener: &str, after: Duration) -> Turn {
        self.begin(request, opener).await;
        sleep(after.saturating_sub(ENDPOINT)).await;
        let at = self.now_ms();
        let _ = self.inputs.send(Input::SpeechStarted).await;
        self.listen(Some(at)).await
    }

    /// The user asks; the endpoint has been found when this returns.
    async fn begin(&mut self, request: &str, opener: &str) {
        *lock(&self.lines) = Lines { request: request.to_owned(), opener: opener.to_owned() };
        opener.clone_into(&mut self.opener);
        let _ = self.inputs.send(Input::SpeechStarted).await;
        sleep(SPEAKS).await;
        self.asked_ms = self.now_ms();
        sleep(ENDPOINT).await;
        let voice_ended = segue_core::moment::Moment::from(Duration::from_secs_f64(self.asked_ms / 1000.0));
        let _ = self.inputs.send(Input::SpeechEnded { voice_ended, speech: vec![0.0; 160] }).await;
    }

    /// Waits for the end of the turn and for the last of its sound.
    async fn listen(&mut self, interrupted_ms: Option<f64>) -> Turn {
        let (id, report) = loop {
            match self.notices.recv().await {
                Some(Notice::Finished(id, report)) => break (id, *report),
                Some(_) => {}
                None => break (TurnId(0), Report::default()),
            }
        };
        // What is heard after the end is heard by the judge, too.
        sleep(Duration::from_millis(60)).await;
        let heard = std::mem::take(&mut *lock(&self.heard));
        // A turn that was over before the user spoke again was not interrupted.
        let done_ms = self.asked_ms + report.marks_ms.done.unwrap_or(0.0);
        let interrupted_ms = interrupted_ms.filter(|at| done_ms >= at - 1.0);
        Turn { id, opener: self.opener.clone(), report, heard, asked_ms: self.asked_ms, interrupted_ms }
    }

    /// The user leaves; the session ends.
    pub async fn leave(self) {
        drop(self.inputs);
        let _ = self.session.await;
    }
}
