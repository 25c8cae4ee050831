//! One turn: its words, its clips, its marks. The dialogue says when; this says what.

use std::time::Duration;

use crate::clause::Clauses;
use crate::event::{CloudTrouble, Command};
use crate::moment::{ClipId, Moment, TurnId};
use crate::report::{Marks, OpenerReport, Report};
use crate::seam::{self, Seam};
use crate::speakable::Speakable;
use crate::talk::{OpenerSource, Opening, Verdict};

/// Longest continuation that is spoken, in characters; about two minutes of speech.
const MOST_TEXT: usize = 2000;

/// Where a turn is. Shared data stands beside the phase, in [`Turn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The utterance is with the transcriber.
    Transcribing,
    /// The request is with the opener.
    Opening,
    /// The cloud is asked, or speaks.
    Continuing,
    /// Everything is written; sound is still playing.
    Finishing,
}

/// A clip's way through the loudspeaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sounding {
    Asked,
    Began,
    Ended,
    Failed,
}

#[derive(Debug)]
struct Clip {
    text: String,
    is_opener: bool,
    lead: Duration,
    voiced: Option<Duration>,
    began: Option<Moment>,
    state: Sounding,
}

#[derive(Debug)]
pub(super) struct Turn {
    pub(super) id: TurnId,
    pub(super) phase: Phase,
    pub(super) request: String,
    pub(super) opening: Opening,
    pub(super) marks: Marks,
    verdict: Verdict,
    speakable: Speakable,
    seam: Seam,
    clauses: Clauses,
    /// Characters of the cloud's text taken so far.
    taken: usize,
    /// In the order in which they are spoken; a clip's id is its index.
    clips: Vec<Clip>,
}

impl Turn {
    pub(super) fn new(id: TurnId, voice_ended: Moment, now: Moment) -> Self {
        Self {
            id,
            phase: Phase::Transcribing,
            request: String::new(),
            opening: Opening::default(),
            marks: Marks { voice_ended, endpoint: Some(now), ..Marks::default() },
            verdict: Verdict::None,
            speakable: Speakable::new(),
            seam: Seam::new(""),
            clauses: Clauses::new(),
            taken: 0,
            clips: Vec::new(),
        }
    }

    /// The opener is there: speak it, and put the seam behind it.
    pub(super) fn open(&mut self, now: Moment, opening: Opening) -> Vec<Command> {
        self.seam = Seam::new(&opening.text);
        self.opening = opening;
        if self.opening.source == OpenerSource::None || self.opening.text.is_empty() {
            self.opening = Opening::default();
            return Vec::new();
        }
        self.marks.opener_ready = Some(now);
        let text = self.opening.text.clone();
        vec![self.speak(text, true)]
    }

    /// Whether the cloud has said anything that can be spoken.
    pub(super) fn has_reply(&self) -> bool {
        self.marks.cloud_first_token.is_some()
    }

    pub(super) fn cloud_said(&mut self, now: Moment, delta: &str) -> Vec<Command> {
        let room = MOST_TEXT.saturating_sub(self.taken);
        let delta: String = delta.chars().take(room).collect();
        self.taken += delta.chars().count();
        if self.marks.cloud_first_token.is_none() && !delta.trim().is_empty() {
            self.marks.cloud_first_token = Some(now);
        }
        let text = self.speakable.push(&delta);
        let text = self.seam.push(&text);
        let clauses = self.clauses.push(&text);
        clauses.into_iter().map(|clause| self.speak(clause, false)).collect()
    }

    pub(super) fn cloud_ended(&mut self) -> Vec<Command> {
        let commands = self.flush();
        if self.said_more() {
            self.phase = Phase::Finishing;
            return commands;
        }
        self.close_honestly(CloudTrouble::Useless)
    }

    /// The cloud gives no more: what there is is spoken, and the sentence is ended so that it is true.
    pub(super) fn close_honestly(&mut self, why: CloudTrouble) -> Vec<Command> {
        let mut commands = self.flush();
        let close = honest_close(why, !self.opening.text.is_empty() || self.said_more());
        commands.push(self.speak(close.to_string(), false));
        self.phase = Phase::Finishing;
        commands
    }

    /// Speaks what the seam and the cutter still hold.
    fn flush(&mut self) -> Vec<Command> {
        let rest = self.seam.finish();
        let mut clauses = self.clauses.push(&rest);
        clauses.extend(self.clauses.finish());
        clauses.into_iter().map(|clause| self.speak(clause, false)).collect()
    }

    fn said_more(&self) -> bool {
        self.clips.iter().any(|clip| !clip.is_opener)
    }

    fn speak(&mut self, text: String, is_opener: bool) -> Command {
        if !is_opener && self.verdict == Verdict::None && !self.opening.text.is_empty() {
            self.verdict = Verdict::Agree;
        }
        let clip = ClipId(self.clips.len() as u64);
        self.clips.push(Clip {
            text: text.clone(),
            is_opener,
            lead: Duration::ZERO,
            voiced: None,
            began: None,
            state: Sounding::Asked,
        });
        Command::Speak { turn: self.id, clip, text }
    }

    pub(super) fn clip_ready(&mut self, now: Moment, clip: ClipId, lead: Duration) -> Vec<Command> {
        if let Some(clip) = self.clips.get_mut(clip.0 as usize) {
            clip.lead = lead;
            if !clip.is_opener && self.marks.continuation_ready.is_none() {
                self.marks.continuation_ready = Some(now);
            }
        }
        Vec::new()
    }

    pub(super) fn clip_made(&mut self, clip: ClipId, voiced: Duration) -> Vec<Command> {
        if let Some(clip) = self.clips.get_mut(clip.0 as usize) {
            clip.voiced = Some(voiced);
            if clip.is_opener
                && let Some(began) = clip.began
            {
                self.marks.opener_end = Some(began + voiced);
            }
        }
        Vec::new()
    }

    pub(super) fn clip_began(&mut self, now: Moment, clip: ClipId) -> Vec<Command> {
        if let Some(clip) = self.clips.get_mut(clip.0 as usize) {
            clip.began = Some(now);
            clip.state = Sounding::Began;
            self.marks.first_sound.get_or_insert(now + clip.lead);
            if clip.is_opener {
                self.marks.opener_end = clip.voiced.map(|voiced| now + voiced);
            } else {
                self.marks.continuation_sound.get_or_insert(now + clip.lead);
            }
        }
        Vec::new()
    }

    pub(super) fn clip_ended(&mut self, clip: ClipId) -> Vec<Command> {
        if let Some(clip) = self.clips.get_mut(clip.0 as usize) {
            clip.state = Sounding::Ended;
        }
        Vec::new()
    }

    pub(super) fn clip_failed(&mut self, clip: ClipId) -> Vec<Command> {
        if let Some(clip) = self.clips.get_mut(clip.0 as usize) {
            clip.state = Sounding::Failed;
        }
        Vec::new()
    }

    pub(super) fn is_done(&self) -> bool {
        let sounded = |clip: &Clip| matches!(clip.state, Sounding::Ended | Sounding::Failed);
        self.phase == Phase::Finishing && self.clips.iter().all(sounded)
    }

    pub(super) fn report(&self) -> Report {
        let audible = |clip: &&Clip| matches!(clip.state, Sounding::Began | Sounding::Ended);
        let mut spoken = String::new();
        let mut continuation = String::new();
        for clip in self.clips.iter().filter(audible) {
            seam::append(&mut spoken, &clip.text);
            if !clip.is_opener {
                seam::append(&mut continuation, &clip.text);
            }
        }
        Report {
            transcript: self.request.clone(),
            opener: OpenerReport::from(&self.opening),
            verdict: self.verdict,
            continuation,
            spoken,
            ..Report::default()
        }
        .with_marks(&self.marks)
    }
}

/// How a sentence ends when nobody continues it.
fn honest_close(why: CloudTrouble, begun: bool) -> &'static str {
    match (why, begun) {
        (CloudTrouble::NotConfigured, true) => "\u{2014} sorry, I have no cloud to ask for the rest.",
        (CloudTrouble::NotConfigured, false) => "Sorry, I have no cloud to ask.",
        (CloudTrouble::Away, true) => "\u{2014} sorry, I can't reach my cloud right now.",
        (CloudTrouble::Away, false) => "Sorry, I can't reach my cloud right now.",
        (CloudTrouble::Refused, true) => "\u{2014} sorry, my cloud doesn't let me in, please check its settings.",
        (CloudTrouble::Refused, false) => "Sorry, my cloud doesn't let me in, please check its settings.",
        (CloudTrouble::Useless, true) => "\u{2014} sorry, my cloud had no words for the rest.",
        (CloudTrouble::Useless, false) => "Sorry, my cloud had no words for that.",
    }
}
