//! The clips of a turn: what was asked for, what sounds, and the ledger of what was heard.

use std::time::Duration;

use crate::ledger::{self, WordAt};
use crate::moment::{ClipId, Moment};
use crate::reply::ends_a_sentence;
use crate::report::HeardWord;
use crate::seam;
pub(super) use crate::talk::ClipKind as Kind;

/// A clip's way through the loudspeaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Asked,
    Ready,
    Sounding,
    /// Over: all of it was played, or only this much.
    Over(Option<Duration>),
}

#[derive(Debug)]
pub(super) struct Clip {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) lead: Duration,
    pub(super) voiced: Option<Duration>,
    pub(super) began: Option<Moment>,
    times: Vec<(Duration, Duration)>,
    state: State,
    /// Where it shall be cut, once that was asked for.
    cut: Option<Duration>,
}

impl Clip {
    fn words(&self) -> Vec<WordAt> {
        // A clip whose sound is still being made shares the usual pace of speech.
        let guess = Duration::from_millis(320) * self.text.split_whitespace().count() as u32;
        ledger::place(&self.text, &self.times, self.voiced.unwrap_or(guess))
    }

    /// How much of it has been played at `now`: `None` for all.
    fn played(&self, now: Moment) -> Option<Duration> {
        match (self.state, self.began) {
            (State::Over(played), _) => played,
            (State::Sounding, Some(began)) => Some(now.since_start().saturating_sub(began.since_start())),
            _ => Some(Duration::ZERO),
        }
    }

    /// The text that has been heard at `now`.
    pub(super) fn heard(&self, now: Moment) -> String {
        let Some(played) = self.played(now) else { return self.text.clone() };
        let words = self.words();
        let heard: Vec<&str> = words[..ledger::heard(&words, played)].iter().map(|w| w.word.as_str()).collect();
        heard.join(" ")
    }

    /// How many of its words have been heard at `now`.
    fn heard_count(&self, now: Moment) -> usize {
        match self.played(now) {
            None => self.text.split_whitespace().count(),
            Some(played) => ledger::heard(&self.words(), played),
        }
    }

    /// The words that have been heard at `now`, from number `first` on.
    fn heard_words(&self, now: Moment, first: usize, zero: Moment) -> Vec<HeardWord> {
        let count = self.heard_count(now);
        let Some(began) = self.began.filter(|_| count > first) else { return Vec::new() };
        // What is only written takes no time.
        let written = self.is_over() && self.voiced.is_none();
        let words = if written { ledger::place(&self.text, &[], Duration::ZERO) } else { self.words() };
        let ms = |at: Duration| (began + at).ms_since(zero);
        let heard = |word: ledger::WordAt| HeardWord::new(word.word, ms(word.start), ms(word.end), self.kind);
        words.into_iter().take(count).skip(first).map(heard).collect()
    }

    /// Whether the moments of its words are certain.
    fn is_timed(&self) -> bool {
        self.voiced.is_some() || self.is_over()
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    pub(super) fn is_sounding(&self) -> bool {
        self.state == State::Sounding
    }

    /// Whether it sounds while nobody knows yet when its words do: a cut would fall into one of them.
    pub(super) fn is_untimed(&self) -> bool {
        self.is_sounding() && self.voiced.is_none()
    }

    /// Whether only a part of it was or will be heard, and not nothing.
    pub(super) fn is_cut(&self) -> bool {
        match self.state {
            State::Over(played) => played.is_some_and(|played| played > Duration::ZERO),
            _ => self.cut.is_some_and(|at| at > Duration::ZERO),
        }
    }

    /// Whether nothing of it was or will be heard.
    fn is_taken_back(&self) -> bool {
        self.state == State::Over(Some(Duration::ZERO)) || (!self.is_over() && self.cut == Some(Duration::ZERO))
    }

    /// The words of it that were or will be heard.
    pub(super) fn kept(&self) -> String {
        let until = if let State::Over(Some(played)) = self.state { Some(played) } else { self.cut };
        let Some(until) = until else { return self.text.clone() };
        let words = self.words();
        let kept: Vec<&str> = words[..ledger::heard(&words, until)].iter().map(|w| w.word.as_str()).collect();
        kept.join(" ")
    }

    /// Where it can be cut so that only whole words are heard: at zero when it has not begun, `None` when it is
    /// over or in its last word.
    fn can_be_cut(&self, now: Moment) -> Option<Duration> {
        match self.state {
            State::Asked | State::Ready => Some(Duration::ZERO),
            State::Sounding => ledger::cut_after(&self.words(), self.played(now)?),
            State::Over(_) => None,
        }
    }
}

/// All clips of a turn, in the order in which they are spoken.
#[derive(Debug, Default)]
pub(super) struct Clips(Vec<Clip>);

impl Clips {
    pub(super) fn add(&mut self, kind: Kind, text: String) -> ClipId {
        let (lead, voiced, began) = (Duration::ZERO, None, None);
        self.0.push(Clip { kind, text, lead, voiced, began, times: Vec::new(), state: State::Asked, cut: None });
        ClipId(self.0.len() as u64 - 1)
    }

    pub(super) fn get(&self, id: ClipId) -> Option<&Clip> {
        self.0.get(id.0 as usize)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (ClipId, &Clip)> {
        self.0.iter().enumerate().map(|(index, clip)| (ClipId(index as u64), clip))
    }

    pub(super) fn ready(&mut self, id: ClipId, lead: Duration) {
        if let Some(clip) = self.0.get_mut(id.0 as usize)
            && clip.state == State::Asked
        {
            clip.lead = lead;
            clip.state = State::Ready;
        }
    }

    pub(super) fn made(&mut self, id: ClipId, voiced: Duration, times: Vec<(Duration, Duration)>) {
        if let Some(clip) = self.0.get_mut(id.0 as usize) {
            clip.voiced = Some(voiced);
            clip.times = times;
        }
    }

    pub(super) fn began(&mut self, id: ClipId, now: Moment) {
        if let Some(clip) = self.0.get_mut(id.0 as usize)
            && !clip.is_over()
        {
            clip.began = Some(now);
            clip.state = State::Sounding;
        }
    }

    /// The clip is over; `played` when it was cut.
    pub(super) fn over(&mut self, id: ClipId, played: Option<Duration>) {
        if let Some(clip) = self.0.get_mut(id.0 as usize)
            && !clip.is_over()
        {
            clip.state = State::Over(played);
        }
    }

    /// Whether nothing sounds and nothing is on its way to.
    pub(super) fn is_dry(&self) -> bool {
        self.0.iter().all(Clip::is_over)
    }

    /// Whether something has sounded.
    pub(super) fn has_begun(&self) -> bool {
        self.0.iter().any(|clip| clip.began.is_some())
    }

    /// All that was given to the voice, as one text.
    pub(super) fn written(&self) -> String {
        let mut text = String::new();
        for clip in &self.0 {
            seam::append(&mut text, &clip.text);
        }
        text
    }

    /// Whether something of this kind was asked for.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.0.iter().any(|clip| clip.kind == kind)
    }

    /// What has been heard at `now` of the clips that `pick` picks, as one text.
    pub(super) fn heard(&self, now: Moment, pick: impl Fn(Kind) -> bool) -> String {
        let mut text = String::new();
        for clip in self.0.iter().filter(|clip| pick(clip.kind)) {
            seam::append(&mut text, &clip.heard(now));
        }
        text
    }

    /// The words that have been heard at `now`, in milliseconds from `zero`.
    pub(super) fn heard_words(&self, now: Moment, zero: Moment) -> Vec<HeardWord> {
        self.0.iter().flat_map(|clip| clip.heard_words(now, 0, zero)).collect()
    }

    /// As [`Clips::heard_words`] without the first `seen`, as far as the moments are certain.
    pub(super) fn heard_after(&self, now: Moment, zero: Moment, mut seen: usize) -> Vec<HeardWord> {
        let mut words = Vec::new();
        for clip in self.0.iter().take_while(|clip| clip.is_timed()) {
            let count = clip.heard_count(now);
            words.extend(clip.heard_words(now, seen.min(count), zero));
            seen = seen.saturating_sub(count);
        }
        words
    }

    /// The words of the opener that have not been heard at `now`.
    pub(super) fn opener_unheard(&self, now: Moment) -> String {
        let rest = |clip: &Clip| {
            let words: Vec<&str> = clip.text.split_whitespace().skip(clip.heard_count(now)).collect();
            words.join(" ")
        };
        self.0.iter().find(|clip| clip.kind == Kind::Opener).map(rest).unwrap_or_default()
    }

    /// Cuts the last clip of this kind, if it sounds or waits and was not cut before.
    pub(super) fn cut(&mut self, now: Moment, kind: Kind) -> Option<(ClipId, Duration)> {
        let (index, clip) = self.0.iter_mut().enumerate().rfind(|(_, clip)| clip.kind == kind)?;
        if clip.cut.is_some() {
            return None;
        }
        clip.cut = clip.can_be_cut(now);
        Some((ClipId(index as u64), clip.cut?))
    }

    /// What a clip of this text carries on in one breath: the last clip, when all of it was or will be heard and its
    /// sentence is open. Empty when the text begins anew, as a repair and a hold do.
    pub(super) fn carried_on(&self, kind: Kind, text: &str) -> String {
        let anew = kind == Kind::Hold || text.starts_with('\u{2014}');
        let whole = |clip: &&Clip| {
            let cut = clip.cut.is_some() || matches!(clip.state, State::Over(Some(_)));
            clip.kind != Kind::Hold && !cut && !ends_a_sentence(&clip.text)
        };
        self.0.last().filter(whole).filter(|_| !anew).map(|clip| clip.text.clone()).unwrap_or_default()
    }

    /// The clip that the next one follows: the last which is no hold and was not taken back.
    pub(super) fn before_next(&self) -> Option<&Clip> {
        self.0.iter().rfind(|clip| clip.kind != Kind::Hold && !clip.is_taken_back())
    }
}
