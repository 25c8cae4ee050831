//! One turn: its words, its clips, its marks. The dialogue says when; this says what.

use std::time::Duration;

use super::clips::{Clips, Kind};
use super::reply::{Brought, Reply, ends_a_sentence, stops_short};
use crate::close::{Begun, honest_close, without_apology};
use crate::endpoint::Completeness;
use crate::event::{Alarm, CloudTrouble, Command};
use crate::moment::{ClipId, Moment, TurnId};
use crate::report::{Marks, OpenerReport, Report};
use crate::talk::{OpenerSource, Opening, Verdict};

/// Silence that a speaker leaves before saying that there is more to come.
const FIRST_PAUSE: Duration = Duration::from_millis(700);
/// Silence between two holds, and before the first when no opener was spoken.
const LATER_PAUSE: Duration = Duration::from_millis(1500);

/// Where a turn is. Shared data stands beside the phase, in [`Turn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The utterance is with the transcriber.
    Transcribing,
    /// The request is with the opener.
    Opening,
    /// The cloud is asked, or speaks: a reply is owed.
    Continuing,
    /// Everything is written; sound is still playing.
    Finishing,
}

#[derive(Debug)]
pub(super) struct Turn {
    pub(super) id: TurnId,
    pub(super) phase: Phase,
    /// Whether the user has surely finished. Before, the turn is on trial.
    pub(super) committed: bool,
    /// What the words so far are.
    pub(super) words: Completeness,
    /// A transcript with which nothing can be done before the commit.
    pub(super) on_trial: Option<String>,
    /// Whether a cloud was asked.
    pub(super) was_asked: bool,
    pub(super) request: String,
    pub(super) opening: Opening,
    pub(super) marks: Marks,
    /// Which request to the cloud is under way; replies to earlier ones are late.
    pub(super) attempt: u32,
    /// When the cloud last gave a sign: asked, or sent text.
    pub(super) sign: Moment,
    pub(super) clips: Clips,
    pub(super) verdict: Verdict,
    reply: Reply,
    /// A repair is spoken and this is its first clause.
    repairing: Option<Repair>,
    /// What shall be cut as soon as the moments of its words are known.
    cut_due: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repair {
    /// The user heard nothing: the answer stands alone.
    Unheard,
    /// The user heard a beginning.
    Heard,
}

impl Turn {
    /// A turn on trial.
    pub(super) fn new(id: TurnId, voice_ended: Moment) -> Self {
        Self {
            id,
            phase: Phase::Transcribing,
            committed: false,
            words: Completeness::Unsure,
            on_trial: None,
            was_asked: false,
            request: String::new(),
            opening: Opening::default(),
            marks: Marks { voice_ended, ..Marks::default() },
            attempt: 0,
            sign: voice_ended,
            clips: Clips::default(),
            verdict: Verdict::None,
            reply: Reply::new(""),
            repairing: None,
            cut_due: None,
        }
    }

    /// The opener is there: speak it, and put the seam behind it.
    pub(super) fn open(&mut self, now: Moment, opening: Opening) -> Vec<Command> {
        self.phase = Phase::Continuing;
        if opening.source == OpenerSource::None || opening.text.trim().is_empty() {
            return Vec::new();
        }
        self.opening = opening;
        self.reply = Reply::new(&self.opening.text);
        self.marks.opener_ready = Some(now);
        let text = self.opening.text.clone();
        vec![self.speak(Kind::Opener, text)]
    }

    /// Without an opener nothing ends that a pause could follow: it begins now.
    pub(super) fn pause_without_opener(&self, now: Moment) -> Vec<Command> {
        if self.opening.text.is_empty() { vec![self.ring(now + LATER_PAUSE, Alarm::Hold)] } else { Vec::new() }
    }

    /// Something of the answer itself was given to the voice, so that no other cloud can take over.
    pub(super) fn has_answer(&self) -> bool {
        self.clips.has(Kind::Reply)
    }

    pub(super) fn cloud_said(&mut self, now: Moment, delta: &str) -> Vec<Command> {
        self.sign = now;
        if self.marks.cloud_first_token.is_none() && !delta.trim().is_empty() {
            self.marks.cloud_first_token = Some(now);
        }
        let brought = self.reply.push(delta);
        let mut commands = self.take(now, brought);
        if self.reply.is_full() {
            commands.push(Command::Enough { turn: self.id });
            commands.extend(self.end_reply(now, true));
        }
        commands
    }

    pub(super) fn cloud_ended(&mut self, now: Moment) -> Vec<Command> {
        self.end_reply(now, false)
    }

    /// The one who acts has a result: it confirms the opener or repairs it.
    pub(super) fn acted(&mut self, now: Moment, said: &str, done: bool) -> Vec<Command> {
        self.marks.cloud_first_token.get_or_insert(now);
        let opened = !self.opening.text.is_empty();
        let text = match (done, said.trim()) {
            (true, "") if opened => "and that's done.".to_string(),
            (true, "") => "Done.".to_string(),
            (_, said) => said.to_string(),
        };
        if !done && opened {
            self.disagree(now, Verdict::Bridge);
            // A repair may name again what the opener named.
            self.reply = Reply::new("");
        }
        let mut commands = self.withdraw(now);
        let brought = self.reply.push(&text);
        commands.extend(self.take(now, brought));
        commands.extend(self.end_reply(now, false));
        commands
    }

    /// No more text comes. A reply that `broke` off keeps its whole words.
    fn end_reply(&mut self, now: Moment, broke: bool) -> Vec<Command> {
        let mut brought = if broke { self.reply.break_off() } else { self.reply.finish() };
        let last = brought.clauses.last_mut().filter(|last| !ends_a_sentence(last));
        if let Some(last) = last.filter(|last| !broke && !stops_short(last)) {
            last.push('.');
        }
        let mut commands = self.take(now, brought);
        if self.has_answer() && self.begun() == Begun::Reply {
            if self.clips.iter().next_back().is_some_and(|(_, clip)| clip.kind == Kind::Hold) {
                // More was promised, and nothing more has come.
                commands.extend(self.cut(now, Kind::Hold));
                commands.push(self.speak(Kind::Close, "that's all I have.".to_string()));
            }
            self.phase = Phase::Finishing;
            return commands;
        }
        let close = honest_close(&self.request, CloudTrouble::Useless, self.begun(), false);
        commands.push(self.speak(Kind::Close, close));
        self.phase = Phase::Finishing;
        commands
    }

    /// The cloud gives no more: what there is is spoken, and the sentence is ended so that it is true.
    pub(super) fn close_honestly(&mut self, now: Moment, why: CloudTrouble, told: bool) -> Vec<Command> {
        let brought = self.reply.break_off();
        let mut commands = self.take(now, brought);
        let close = honest_close(&self.request, why, self.begun(), told);
        commands.push(self.speak(Kind::Close, close));
        self.phase = Phase::Finishing;
        commands
    }

    /// Something that Segue says by itself, as the whole answer.
    pub(super) fn answer(&mut self, text: &str) -> Vec<Command> {
        self.phase = Phase::Finishing;
        if text.is_empty() { Vec::new() } else { vec![self.speak(Kind::Reply, text.to_string())] }
    }

    /// Nothing has sounded for a pause: say that there is more to come.
    pub(super) fn hold(&mut self, phrase: String) -> Vec<Command> {
        vec![self.speak(Kind::Hold, phrase)]
    }

    /// Speaks what the reply brought; a verdict against the opener takes back what nobody has heard.
    fn take(&mut self, now: Moment, brought: Brought) -> Vec<Command> {
        let mut commands = Vec::new();
        match brought.verdict {
            Some(verdict @ (Verdict::Bridge | Verdict::Restart)) if !self.opening.text.is_empty() => {
                self.disagree(now, verdict);
                commands = self.withdraw(now);
            }
            Some(Verdict::Steer) if !self.opening.text.is_empty() => self.verdict = Verdict::Steer,
            _ => {}
        }
        for clause in brought.clauses {
            commands.extend(self.say(now, clause));
        }
        commands
    }

    fn disagree(&mut self, now: Moment, verdict: Verdict) {
        self.verdict = verdict;
        let heard = self.clips.heard(now, |kind| kind == Kind::Opener);
        let opener = self.clips.iter().find(|(_, clip)| clip.kind == Kind::Opener);
        let silent = heard.is_empty() && opener.is_none_or(|(_, clip)| !clip.is_sounding());
        self.repairing = Some(if silent { Repair::Unheard } else { Repair::Heard });
    }

    /// Takes back the words of a repaired opener that have not left the loudspeaker.
    fn withdraw(&mut self, now: Moment) -> Vec<Command> {
        if self.repairing.is_none() {
            return Vec::new();
        }
        self.take_back(now)
    }

    fn take_back(&mut self, now: Moment) -> Vec<Command> {
        let cuts = self.cut(now, Kind::Opener);
        if !cuts.is_empty() {
            self.verdict = Verdict::Withdraw;
        }
        cuts
    }

    /// Cuts the clip of this kind that sounds or waits, at the next word.
    fn cut(&mut self, now: Moment, kind: Kind) -> Vec<Command> {
        if self.clips.iter().any(|(_, clip)| clip.kind == kind && clip.is_untimed()) {
            self.cut_due = Some(kind);
            return Vec::new();
        }
        let cut = self.clips.iter().rev().filter(|(_, clip)| clip.kind == kind).find_map(|(id, clip)| {
            let at = clip.cut(now)?;
            Some(Command::Cut { turn: self.id, clip: id, at })
        });
        cut.into_iter().collect()
    }

    /// A clause of the answer.
    fn say(&mut self, now: Moment, clause: String) -> Vec<Command> {
        let clause = match self.repairing.take() {
            None => clause,
            Some(Repair::Heard) => format!("\u{2014} {clause}"),
            Some(Repair::Unheard) => {
                let rest = without_apology(&clause);
                if rest.is_empty() {
                    self.repairing = Some(Repair::Unheard);
                    return Vec::new();
                }
                let mut chars = rest.chars();
                chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
            }
        };
        if self.verdict == Verdict::None && !self.opening.text.is_empty() {
            self.verdict = Verdict::Agree;
        }
        // The answer may cut a hold short.
        let mut commands = self.cut(now, Kind::Hold);
        commands.push(self.speak(Kind::Reply, clause));
        commands
    }

    fn begun(&self) -> Begun {
        match self.clips.before_next() {
            None => Begun::Nothing,
            Some(text) if !ends_a_sentence(text) => Begun::Sentence,
            Some(_) if self.has_answer() => Begun::Reply,
            Some(_) => Begun::Nothing,
        }
    }

    fn speak(&mut self, kind: Kind, text: String) -> Command {
        let clip = self.clips.add(kind, text.clone());
        Command::Speak { turn: self.id, clip, text }
    }

    fn ring(&self, at: Moment, alarm: Alarm) -> Command {
        Command::Ring { turn: self.id, at, alarm }
    }

    pub(super) fn clip_ready(&mut self, now: Moment, id: ClipId, lead: Duration) -> Vec<Command> {
        self.clips.ready(id, lead);
        if self.clips.get(id).is_some_and(|clip| matches!(clip.kind, Kind::Reply | Kind::Close)) {
            self.marks.continuation_ready.get_or_insert(now);
        }
        Vec::new()
    }

    pub(super) fn clip_made(
        &mut self,
        now: Moment,
        id: ClipId,
        voiced: Duration,
        times: Vec<(Duration, Duration)>,
    ) -> Vec<Command> {
        self.clips.made(id, voiced, times);
        self.mark_opener_end(id);
        let kind = self.clips.get(id).map(|clip| clip.kind);
        match self.cut_due.take_if(|due| Some(*due) == kind) {
            Some(Kind::Opener) => self.take_back(now),
            Some(kind) => self.cut(now, kind),
            None => Vec::new(),
        }
    }

    pub(super) fn clip_began(&mut self, now: Moment, id: ClipId) {
        self.clips.began(id, now);
        let Some(clip) = self.clips.get(id) else { return };
        self.marks.first_sound.get_or_insert(now + clip.lead);
        if matches!(clip.kind, Kind::Reply | Kind::Close) {
            self.marks.continuation_sound.get_or_insert(now + clip.lead);
        }
        self.mark_opener_end(id);
    }

    fn mark_opener_end(&mut self, id: ClipId) {
        if let Some(clip) = self.clips.get(id).filter(|clip| clip.kind == Kind::Opener && !clip.is_over())
            && let (Some(began), Some(voiced)) = (clip.began, clip.voiced)
        {
            self.marks.opener_end = Some(began + voiced);
        }
    }

    /// A clip is over; when nothing sounds behind it and a reply is owed, a pause begins.
    pub(super) fn clip_over(&mut self, now: Moment, id: ClipId, played: Option<Duration>) -> Vec<Command> {
        self.clips.over(id, played);
        if let (Some(clip), Some(played)) = (self.clips.get(id), played)
            && clip.kind == Kind::Opener
        {
            self.marks.opener_end = clip.began.map(|began| began + played);
        }
        if self.phase == Phase::Continuing && self.clips.is_dry() {
            let opener_only = !self.clips.has(Kind::Hold) && !self.has_answer();
            let pause = if opener_only { FIRST_PAUSE } else { LATER_PAUSE };
            return vec![self.ring(now + pause, Alarm::Hold)];
        }
        Vec::new()
    }

    pub(super) fn is_done(&self) -> bool {
        self.phase == Phase::Finishing && self.clips.is_dry()
    }

    /// The turn as it was heard until `now`.
    pub(super) fn report(&self, now: Moment) -> Report {
        Report {
            transcript: self.request.clone(),
            opener: OpenerReport::from(&self.opening),
            verdict: self.verdict,
            continuation: self.clips.heard(now, |kind| matches!(kind, Kind::Reply | Kind::Close)),
            spoken: self.clips.heard(now, |_| true),
            withdrawn: if self.verdict == Verdict::Withdraw { self.clips.opener_unheard(now) } else { String::new() },
            heard: self.clips.heard_words(now, self.marks.voice_ended),
            ..Report::default()
        }
        .with_marks(&self.marks)
    }
}
