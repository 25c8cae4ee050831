//! The port for plugins: a face to the outside sees requests that go in, news that come out, and what holds now.
//!
//! A plugin knows nothing behind this file, and nothing of it knows a plugin's wire format.

use futures_util::future::BoxFuture;
use segue_core::endpoint::PauseSettings;
pub use segue_core::moment::TurnId;
pub use segue_core::report::Report;
pub use segue_core::talk::Verdict;
use tokio::sync::{broadcast, mpsc, watch};

/// Most characters of a request, as for one that is typed.
pub const LONGEST_ASK: usize = 4000;
/// Most characters of an announcement, as many as are spoken of a reply.
pub const LONGEST_SAY: usize = 2000;
/// Most characters of an asker's tag.
pub const LONGEST_TAG: usize = 200;

/// What a plugin may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Answer this. Requests are answered one after the other.
    Ask {
        /// The request, as a person would say it.
        text: String,
        /// The asker's own name for it, which the news of this turn carry to all plugins: begin it with your name.
        tag: Option<String>,
    },
    /// Say this as it stands, after what is being said.
    Say(String),
    /// Say again what was said last.
    Repeat,
    /// End what is under way and drop what waits.
    Stop,
    /// Begin turns with openers, or never.
    Openers(bool),
    /// Let openers have at most so many words; taken into [`MAX_WORDS`].
    MaxWords(usize),
    /// Open the microphone: somebody is about to speak. What was heard before is not listened to.
    Listen,
    /// A wake word was heard just now: as [`Wish::Listen`], and what sounds is ended.
    Woken,
    /// Push-to-talk: the key is held, or was let go and what was said is the request.
    Key(bool),
    /// Switch the microphone off, or on again; holds over restarts.
    Mute(bool),
    /// How long a silence takes the turn.
    Eagerness(Eagerness),
    /// Rooms and devices of the home, as the user calls them, for openers; no cloud is told.
    Home(Vec<String>),
}

/// How soon Segue takes a silence for the end of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eagerness {
    /// For who thinks while speaking.
    Relaxed,
    /// As measured for most people.
    #[default]
    Normal,
    /// For short commands.
    Eager,
}

impl Eagerness {
    /// Silences that take the turn. Normal ones are measured in `crates/bench/README.md`; the others are those of the
    /// next kind of words: relaxed waits behind whole requests as normal does behind what may be one.
    #[must_use]
    pub fn pauses(self) -> PauseSettings {
        let normal = PauseSettings::default();
        match self {
            Self::Relaxed => {
                PauseSettings { complete: normal.unsure, unsure: (normal.unsure + normal.incomplete) / 2, ..normal }
            }
            Self::Normal => normal,
            Self::Eager => PauseSettings { unsure: normal.complete, incomplete: normal.incomplete / 2, ..normal },
        }
    }
}

/// The microphone of a home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MicrophoneStatus {
    /// It is listened to.
    pub open: bool,
    /// It is switched off.
    pub muted: bool,
    /// How often it was opened since the start.
    pub opened: u64,
    /// How often something was transcribed since the start.
    pub transcribed: u64,
}

/// How few and how many words an opener's most words may be.
pub const MAX_WORDS: std::ops::RangeInclusive<usize> = 2..=8;

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many wait already.
    Busy,
    /// It is longer than [`LONGEST_ASK`] or [`LONGEST_SAY`], or its tag than [`LONGEST_TAG`].
    TooLong,
    /// It has no words.
    Empty,
    /// It was stopped before its turn came.
    Stopped,
}

/// Something happened. Within a turn the order is: began, heard, opener, deltas with at most one repair among
/// them, done; each but the first and last may be missing.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A turn began.
    Began {
        /// Which.
        turn: TurnId,
        /// The asker's tag.
        tag: Option<String>,
    },
    /// The request, as it was heard or asked.
    Heard {
        /// Whose.
        turn: TurnId,
        /// The words.
        text: String,
    },
    /// The opener will be spoken now.
    Opener {
        /// Whose.
        turn: TurnId,
        /// The words.
        text: String,
    },
    /// A clause more. Opener and deltas, put together as they are, make the whole text.
    Delta {
        /// Whose.
        turn: TurnId,
        /// The clause, with the white space before it.
        text: String,
    },
    /// As a delta, and the opener was wrong: this is the first clause of the truth.
    Repair {
        /// Whose.
        turn: TurnId,
        /// The clause, with the white space before it.
        text: String,
    },
    /// The turn is over.
    Done {
        /// Which.
        turn: TurnId,
        /// The asker's tag.
        tag: Option<String>,
        /// What it was like; `spoken` is exactly what was heard.
        report: Box<Report>,
    },
    /// A request is not answered.
    Refused {
        /// The asker's tag.
        tag: Option<String>,
        /// Why.
        why: Refusal,
    },
}

/// What Segue is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    #[default]
    Idle,
    /// Somebody speaks to it.
    Listening,
    /// A request is there, and nothing sounds.
    Thinking,
    /// Something sounds.
    Speaking,
}

/// What holds now.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// What Segue is doing.
    pub state: State,
    /// Whether turns begin with openers.
    pub openers: bool,
    /// Most words of an opener.
    pub max_words: usize,
    /// Whether the cloud could be reached when it was last tried; `None` without one, or before the first try.
    pub cloud: Option<bool>,
    /// Response gap of the last turn that had one, in ms.
    pub response_gap_ms: Option<f64>,
    /// Seam gap of the last turn that had one, in ms.
    pub seam_gap_ms: Option<f64>,
    /// How much later the last turn with an opener would have sounded without it, in ms.
    pub time_saved_ms: Option<f64>,
    /// Openers that were wrong, today.
    pub repairs_today: u32,
    /// The microphone, if there is one.
    pub microphone: Option<MicrophoneStatus>,
    /// How soon a silence takes the turn.
    pub eagerness: Eagerness,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            state: State::Idle,
            openers: true,
            max_words: *MAX_WORDS.end(),
            cloud: None,
            response_gap_ms: None,
            seam_gap_ms: None,
            time_saved_ms: None,
            repairs_today: 0,
            microphone: None,
            eagerness: Eagerness::Normal,
        }
    }
}

/// What a plugin holds in its hands. When `news` is closed, Segue is about to end: the plugin says goodbye.
#[derive(Debug)]
pub struct Link {
    /// Where requests go. Full means that a plugin asks faster than anybody could answer: drop the request.
    pub wishes: mpsc::Sender<Wish>,
    /// What happens from now on. Who reads too slowly misses the oldest and is told how many.
    pub news: broadcast::Receiver<News>,
    /// What holds now.
    pub status: watch::Receiver<Status>,
}

/// A face to the outside.
pub trait Plugin: Send {
    /// A short name for logs.
    fn name(&self) -> &'static str;

    /// What is open or reached because of this plugin, for people: "tells broker.local:1883".
    fn told_at_start(&self) -> String;

    /// Serves until `link.news` is closed. A peer that is away or talks rubbish is the plugin's to bear.
    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, ()>;
}

/// Whether the opener turned out to be wrong.
#[must_use]
pub fn is_repair(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Bridge | Verdict::Restart | Verdict::Withdraw)
}

/// How much later the turn would have sounded without its opener, in ms: from the first sound to the moment at
/// which the continuation's first sound lay ready.
#[must_use]
pub fn time_saved(report: &Report) -> Option<f64> {
    let marks = &report.marks_ms;
    let opened = report.opener.words > 0 && marks.opener_end.is_some();
    let (first, ready) = (marks.first_sound?, marks.continuation_ready?);
    opened.then_some((ready - first).max(0.0).round())
}
