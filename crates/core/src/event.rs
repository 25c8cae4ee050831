//! Everything that can happen to a dialogue, and everything that it can ask for. Closed, so that one `match` decides.

use std::time::Duration;

use crate::moment::{ClipId, Moment, TurnId};
use crate::talk::{Exchange, Opening};

/// Something happened. Events that belong to a turn carry its id; those of a turn that is over are dropped by
/// `Dialogue::on` and nowhere else.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The user began to speak.
    SpeechStarted,
    /// The user has paused, perhaps only for a moment: `SpeechResumed` or `SpeechEnded` follows.
    SpeechPaused {
        /// Moment of the last voiced sample.
        voice_ended: Moment,
    },
    /// The user goes on speaking after a pause. What is said then is one utterance with what was said before.
    SpeechResumed,
    /// The user has finished: `voice_ended` is the last voiced sample, the decision is now.
    SpeechEnded {
        /// Moment of the last voiced sample.
        voice_ended: Moment,
    },
    /// A request was typed instead of spoken.
    Typed {
        /// The request.
        text: String,
    },
    /// Something shall be said as it stands: an announcement, no answer.
    Say {
        /// The words.
        text: String,
    },
    /// Whatever is under way shall end, at once and without a word.
    Stop,
    /// The transcript is there; empty when nothing was said.
    Transcribed {
        /// Whose.
        turn: TurnId,
        /// The words.
        text: String,
    },
    /// The opener is complete, or there is none.
    OpenerEnded {
        /// Whose.
        turn: TurnId,
        /// The opener.
        opening: Opening,
    },
    /// The cloud sent text.
    CloudSaid {
        /// Whose.
        turn: TurnId,
        /// Which request of the turn: a reply to an earlier one is as late as one of an earlier turn.
        attempt: u32,
        /// The piece, as it came.
        delta: String,
    },
    /// The cloud's reply is complete.
    CloudEnded {
        /// Whose.
        turn: TurnId,
        /// Which request of the turn.
        attempt: u32,
    },
    /// The cloud will say no more, and should have.
    CloudFailed {
        /// Whose.
        turn: TurnId,
        /// Which request of the turn.
        attempt: u32,
        /// What the user may be told.
        why: CloudTrouble,
        /// When to ask again, if the cloud named a time.
        retry_after: Option<Duration>,
    },
    /// A cloud that was away answers again.
    CloudBack {
        /// Which, in the order in which they are configured.
        provider: usize,
    },
    /// The one who acts tells the answer piece by piece; `Acted` follows.
    ActorSaid {
        /// Whose.
        turn: TurnId,
        /// The piece, as it came.
        delta: String,
    },
    /// What came of a request to do something.
    Acted {
        /// Whose.
        turn: TurnId,
        /// The real result.
        result: ActionResult,
    },
    /// The first samples of a clip lie in the mouth's queue.
    ClipReady {
        /// Whose.
        turn: TurnId,
        /// Which.
        clip: ClipId,
        /// From the clip's first sample to its first audible one.
        lead: Duration,
    },
    /// All samples of a clip lie in the mouth's queue.
    ClipMade {
        /// Whose.
        turn: TurnId,
        /// Which.
        clip: ClipId,
        /// From the clip's first sample to its last audible one.
        voiced: Duration,
        /// Start and end of each word, from the clip's first sample; empty when the voice does not know.
        times: Vec<(Duration, Duration)>,
    },
    /// The first sample of a clip left the loudspeaker, now.
    ClipBegan {
        /// Whose.
        turn: TurnId,
        /// Which.
        clip: ClipId,
    },
    /// The last sample of a clip left the loudspeaker, now.
    ClipEnded {
        /// Whose.
        turn: TurnId,
        /// Which.
        clip: ClipId,
    },
    /// A clip was cut, now: only its beginning was heard.
    ClipCut {
        /// Whose.
        turn: TurnId,
        /// Which.
        clip: ClipId,
        /// How much of it was played.
        played: Duration,
    },
    /// A clip could not be spoken.
    ClipFailed {
        /// Whose.
        turn: TurnId,
        /// Which.
        clip: ClipId,
    },
    /// An alarm that was asked for has come.
    Rang {
        /// Whose.
        turn: TurnId,
        /// Which.
        alarm: Alarm,
    },
}

/// Something to wait for on behalf of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alarm {
    /// The silence has lasted long enough for what was said: the turn is taken.
    Commit,
    /// The cloud has had its time.
    Patience,
    /// The loudspeaker has been silent for a natural pause while a reply is owed.
    Hold,
    /// The cloud may be asked again.
    Retry,
}

/// What came of a request to do something, from the one who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionResult {
    /// It is no request to do something, or not for this executor: the cloud is asked.
    NotForMe,
    /// It was done. The speech may hold more than the opener said; it may be empty.
    Done(String),
    /// It was not done; the speech says why, as a clause.
    Failed(String),
    /// Something must be known first; the speech asks.
    Question(String),
    /// The answer was told piece by piece, and that was all of it.
    Told,
}

/// What the user may be told about a cloud that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloudTrouble {
    /// There is none by choice.
    NotConfigured,
    /// It cannot be reached, or stopped answering.
    Away,
    /// It does not let us in: the key, the model or the address is wrong.
    Refused,
    /// It asks to be left alone for a while.
    Busy,
    /// It answered, but not with anything that can be spoken.
    Useless,
}

/// Something to be done by an edge.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open the way to the cloud: somebody began to speak.
    WarmCloud,
    /// The user has surely finished: sound of this turn, which was kept back until now, may be heard.
    Commit {
        /// Which.
        turn: TurnId,
    },
    /// Transcribe the utterance that just ended or paused.
    Transcribe {
        /// For.
        turn: TurnId,
    },
    /// Write an opener.
    Open {
        /// For.
        turn: TurnId,
        /// The request.
        request: String,
        /// The exchange before, if any.
        last: Option<Exchange>,
        /// Fewest words.
        min_words: usize,
        /// Most words.
        max_words: usize,
    },
    /// Do what the request asks for, if it asks for something to be done.
    Act {
        /// For.
        turn: TurnId,
        /// The request.
        request: String,
        /// The words in the air.
        opener: String,
    },
    /// Ask a cloud to go on from the opener.
    Continue {
        /// For.
        turn: TurnId,
        /// Which request of the turn this is, 0 first.
        attempt: u32,
        /// Which of the configured clouds, 0 first.
        provider: usize,
        /// The request.
        request: String,
        /// The words in the air, empty when there are none.
        opener: String,
        /// What was said and heard before, oldest first.
        history: Vec<Exchange>,
    },
    /// Speak a clip after those before it.
    Speak {
        /// For.
        turn: TurnId,
        /// Its number.
        clip: ClipId,
        /// What to say.
        text: String,
        /// The clip before it, when this carries on that clip's sentence in one breath; else empty.
        after: String,
    },
    /// Stop a clip at a time of its own, with what comes behind it in the clip; zero takes all of it back.
    Cut {
        /// For.
        turn: TurnId,
        /// Which.
        clip: ClipId,
        /// From the clip's first sample.
        at: Duration,
    },
    /// No more of the cloud's reply is wanted.
    Enough {
        /// For.
        turn: TurnId,
    },
    /// Try in the background whether this cloud is back, and say so.
    Probe {
        /// Which, in the order in which they are configured.
        provider: usize,
    },
    /// Change the loudness by steps: positive is louder.
    Volume {
        /// How many steps of a tenth.
        steps: i8,
    },
    /// Ring at a moment.
    Ring {
        /// For.
        turn: TurnId,
        /// When.
        at: Moment,
        /// Which.
        alarm: Alarm,
    },
    /// Drop all work and all sound of this turn and those before it.
    Hush {
        /// Up to and with this one.
        turn: TurnId,
    },
    /// The turn is over; its report can be read.
    Finish {
        /// Which.
        turn: TurnId,
    },
}
