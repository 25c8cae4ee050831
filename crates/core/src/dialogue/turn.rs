//! One turn: its words, its clips, its marks. The dialogue says when; this says what.

use std::time::Duration;

use super::asking::Asking;
use super::clips::{Clips, Kind};
use crate::clause::Clauses;
use crate::close::{Begun, honest_close, unknown_outcome};
use crate::endpoint::Completeness;
use crate::event::{Alarm, CloudTrouble, Command};
use crate::moment::{ClipId, Moment, TurnId};
use crate::repair;
use crate::reply::{Brought, Reply, ends_a_sentence, stops_short};
use crate::report::{Marks, OpenerReport, Report};
use crate::talk::{OpenerSource, Opening, Verdict};

/// Silence that a speaker leaves before saying that there is more to come.
const FIRST_PAUSE: Duration = Duration::from_millis(700);
/// Silence between two holds.
const LATER_PAUSE: Duration = Duration::from_millis(1400);
/// Silence before the first hold when no opener was spoken: from the user's last word, and at least from now.
const PAUSE_WITHOUT_OPENER: Duration = Duration::from_millis(1500);
const SHORTEST_PAUSE: Duration = Duration::from_millis(400);

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
    /// When the phase began.
    pub(super) since: Moment,
    /// Whether the user has surely finished. Before, the turn is on trial.
    pub(super) committed: bool,
    /// What the words so far are.
    pub(super) words: Completeness,
    /// A transcript with which nothing can be done before the commit.
    pub(super) on_trial: Option<String>,
    pub(super) request: String,
    pub(super) opening: Opening,
    pub(super) marks: Marks,
    /// Which request to the cloud is under way; replies to earlier ones are late.
    pub(super) attempt: u32,
    pub(super) asking: Asking,
    pub(super) clips: Clips,
    pub(super) verdict: Verdict,
    reply: Reply,
    /// The next clause repairs what was heard.
    repairing: bool,
    /// When the answer's first clause was given to the voice, and when the voice had made all that was asked before.
    answer_asked: Option<Moment>,
    voice_free: Moment,
    /// From when on silence is to be filled.
    quiet_until: Moment,
    /// What shall be cut as soon as the moments of its words are known.
    cut_due: Option<Kind>,
}

impl Turn {
    /// A turn on trial.
    pub(super) fn new(id: TurnId, voice_ended: Moment, now: Moment) -> Self {
        Self {
            id,
            phase: Phase::Transcribing,
            since: now,
            committed: false,
            words: Completeness::Unsure,
            on_trial: None,
            request: String::new(),
            opening: Opening::default(),
            marks: Marks { voice_ended, ..Marks::default() },
            attempt: 0,
            asking: Asking::default(),
            clips: Clips::default(),
            verdict: Verdict::None,
            reply: Reply::new(""),
            repairing: false,
            answer_asked: None,
            voice_free: now,
            quiet_until: now,
            cut_due: None,
        }
    }

    pub(super) fn enter(&mut self, phase: Phase, now: Moment) {
        self.phase = phase;
        self.since = now;
    }

    /// The opener is there: speak it, and put the seam behind it.
    pub(super) fn open(&mut self, now: Moment, opening: Opening) -> Vec<Command> {
        self.enter(Phase::Continuing, now);
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
    pub(super) fn pause_without_opener(&mut self, now: Moment) -> Option<Command> {
        let at = (self.marks.voice_ended + PAUSE_WITHOUT_OPENER).max(now + SHORTEST_PAUSE);
        self.opening.text.is_empty().then(|| self.fill_from(at))
    }

    /// Another reply is expected: nothing of an earlier one may be joined to it. Gives the words in the air, without
    /// those that an earlier reply took back.
    pub(super) fn listen_anew(&mut self) -> String {
        let opener = self.clips.iter().find(|(_, clip)| clip.kind == Kind::Opener);
        let in_the_air = opener.map(|(_, clip)| clip.kept()).unwrap_or_default();
        self.reply = Reply::new(&in_the_air);
        self.verdict = Verdict::None;
        self.repairing = false;
        self.cut_due = None;
        in_the_air
    }

    /// Something of the answer itself was given to the voice, so that no other cloud can take over.
    pub(super) fn has_answer(&self) -> bool {
        self.clips.has(Kind::Reply)
    }

    pub(super) fn cloud_said(&mut self, now: Moment, delta: &str) -> Vec<Command> {
        if self.marks.cloud_first_token.is_none() && !delta.trim().is_empty() {
            self.marks.cloud_first_token = Some(now);
        }
        let brought = self.reply.push(delta, self.was_heard(now));
        if brought.words {
            self.asking.sign = Some(now);
        }
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

    /// The one who acts did it: that confirms the opener.
    pub(super) fn acted(&mut self, now: Moment, said: &str) -> Vec<Command> {
        let text = match said.trim() {
            "" if self.opening.text.is_empty() => "Done.",
            "" => "and that's done.",
            said => said,
        };
        self.result(now, text)
    }

    /// The one who acts has something else to say than that it was done, so the opener is repaired; with an apology
    /// when that is `bad` news.
    pub(super) fn acted_otherwise(&mut self, now: Moment, said: &str, bad: bool) -> Vec<Command> {
        let heard = self.was_heard(now);
        // A repair may name again what the opener named.
        self.reply = match (bad, heard) {
            (true, true) => Reply::repair(repair::Kind::Restart),
            (_, false) => Reply::repair(repair::Kind::Unheard),
            (false, true) => Reply::new(""),
        };
        let mut commands = Vec::new();
        if !self.opening.text.is_empty() {
            self.disagree(now, Verdict::Bridge);
            commands = self.withdraw(now);
        }
        commands.extend(self.result(now, said));
        commands
    }

    fn result(&mut self, now: Moment, text: &str) -> Vec<Command> {
        self.marks.cloud_first_token.get_or_insert(now);
        let brought = self.reply.push(text, true);
        let mut commands = self.take(now, brought);
        commands.extend(self.end_reply(now, false));
        commands
    }

    /// Whether something of an answer has come.
    pub(super) fn was_told(&self) -> bool {
        self.marks.cloud_first_token.is_some()
    }

    /// The one who acts broke off in the middle of the answer.
    pub(super) fn broke_off(&mut self, now: Moment, why: &str) -> Vec<Command> {
        let brought = self.reply.break_off(self.was_heard(now));
        let mut commands = self.take(now, brought);
        let close = match self.begun() {
            Begun::Sentence => format!("\u{2014} sorry, {why}"),
            Begun::Nothing | Begun::Reply => format!("Sorry, {why}"),
        };
        commands.extend(self.end_with(now, close));
        commands
    }

    /// Whether any of the opener has sounded.
    fn was_heard(&self, now: Moment) -> bool {
        let opener = self.clips.iter().find(|(_, clip)| clip.kind == Kind::Opener);
        opener.is_some_and(|(_, clip)| clip.is_sounding() || !clip.heard(now).is_empty())
    }

    /// No more text comes. A reply that `broke` off keeps its whole words.
    fn end_reply(&mut self, now: Moment, broke: bool) -> Vec<Command> {
        let heard = self.was_heard(now);
        let mut brought = if broke { self.reply.break_off(heard) } else { self.reply.finish(heard) };
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
            self.enter(Phase::Finishing, now);
            return commands;
        }
        let close = honest_close(&self.request, CloudTrouble::Useless, self.begun(), false);
        commands.extend(self.end_with(now, close));
        commands
    }

    /// The cloud gives no more: what there is is spoken, and the sentence is ended so that it is true.
    pub(super) fn close_honestly(&mut self, now: Moment, why: CloudTrouble, told: bool) -> Vec<Command> {
        let brought = self.reply.break_off(self.was_heard(now));
        let mut commands = self.take(now, brought);
        let close = honest_close(&self.request, why, self.begun(), told);
        commands.extend(self.end_with(now, close));
        commands
    }

    /// The one who acts has not said what came of it.
    pub(super) fn close_unknown(&mut self, now: Moment) -> Vec<Command> {
        let brought = self.reply.break_off(self.was_heard(now));
        let mut commands = self.take(now, brought);
        let close = unknown_outcome(self.begun()).to_string();
        commands.extend(self.end_with(now, close));
        commands
    }

    fn end_with(&mut self, now: Moment, close: String) -> Vec<Command> {
        self.enter(Phase::Finishing, now);
        vec![self.speak(Kind::Close, close)]
    }

    /// Something that Segue says by itself, as the whole answer.
    pub(super) fn answer(&mut self, text: &str) -> Vec<Command> {
        self.phase = Phase::Finishing;
        let mut clauses = Clauses::new();
        let mut parts = clauses.push(text);
        parts.extend(clauses.finish());
        parts.into_iter().map(|part| self.speak(Kind::Reply, part)).collect()
    }

    /// Nothing has sounded for a pause: say that there is more to come.
    pub(super) fn hold(&mut self, phrase: String) -> Vec<Command> {
        vec![self.speak(Kind::Hold, phrase)]
    }

    /// Nothing has sounded for a pause: say the whole words of a clause that is on its way, if there are enough.
    pub(super) fn hurry(&mut self, now: Moment) -> Vec<Command> {
        self.reply.hurry().map(|clause| self.say(now, clause)).unwrap_or_default()
    }

    /// Whether silence is to be filled: a reply is owed, nothing sounds, and the pause is over.
    pub(super) fn is_quiet(&self, now: Moment) -> bool {
        self.phase == Phase::Continuing && self.clips.is_dry() && now >= self.quiet_until
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
        self.repairing = self.was_heard(now);
    }

    /// Takes back the words of a repaired opener that have not left the loudspeaker.
    fn withdraw(&mut self, now: Moment) -> Vec<Command> {
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
        let cut = self.clips.cut(now, kind);
        cut.map(|(clip, at)| Command::Cut { turn: self.id, clip, at }).into_iter().collect()
    }

    /// A clause of the answer.
    fn say(&mut self, now: Moment, clause: String) -> Vec<Command> {
        let clause = if std::mem::take(&mut self.repairing) { format!("\u{2014} {clause}") } else { clause };
        if self.verdict == Verdict::None && !self.opening.text.is_empty() {
            self.verdict = Verdict::Agree;
        }
        // The answer may cut a hold short.
        let mut commands = self.cut(now, Kind::Hold);
        self.answer_asked.get_or_insert(now);
        commands.push(self.speak(Kind::Reply, clause));
        commands
    }

    /// What has been said when something else must end it. What was cut short is a sentence that was begun.
    fn begun(&self) -> Begun {
        match self.clips.before_next() {
            None => Begun::Nothing,
            Some(clip) if clip.is_cut() || !ends_a_sentence(&clip.text) => Begun::Sentence,
            Some(_) if self.has_answer() => Begun::Reply,
            Some(_) => Begun::Nothing,
        }
    }

    fn speak(&mut self, kind: Kind, text: String) -> Command {
        let after = self.clips.carried_on(kind, &text);
        let clip = self.clips.add(kind, text.clone());
        Command::Speak { turn: self.id, clip, text, after }
    }

    /// From this moment on silence is to be filled.
    fn fill_from(&mut self, at: Moment) -> Command {
        self.quiet_until = at;
        Command::Ring { turn: self.id, at, alarm: Alarm::Hold }
    }

    /// How long the answer whose first sound is there now took, since `asked`, without the time in which the voice was busy
    /// with the opener: without an opener there would have been no such time.
    pub(super) fn answer_took(&self, now: Moment, asked: Moment) -> Duration {
        let between = |from: Moment, to: Moment| to.since_start().saturating_sub(from.since_start());
        let written = self.answer_asked.unwrap_or(now);
        between(asked, written) + between(written.max(self.voice_free), now)
    }

    pub(super) fn clip_ready(&mut self, now: Moment, id: ClipId, lead: Duration) {
        self.clips.ready(id, lead);
        if self.clips.get(id).is_some_and(|clip| matches!(clip.kind, Kind::Reply | Kind::Close)) {
            self.marks.continuation_ready.get_or_insert(now);
        }
    }

    pub(super) fn clip_made(
        &mut self,
        now: Moment,
        id: ClipId,
        voiced: Duration,
        times: Vec<(Duration, Duration)>,
    ) -> Vec<Command> {
        self.clips.made(id, voiced, times);
        if self.marks.continuation_ready.is_none() {
            self.voice_free = now;
        }
        self.mark_opener_end(id);
        let kind = self.clips.get(id).map(|clip| clip.kind);
        match self.cut_due.take_if(|due| Some(*due) == kind) {
            Some(Kind::Opener) => self.withdraw(now),
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
            return vec![self.fill_from(now + pause)];
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
