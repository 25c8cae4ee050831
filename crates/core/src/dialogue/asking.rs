//! Who is asked for the rest of a turn, how long that may take, and what is done when it fails: the same cloud once
//! more, the next one, then an honest close. Once some of an answer was given to the voice nobody else takes it over.

use std::time::Duration;

use super::turn::{Phase, Turn};
use super::{Dialogue, Moment};
use crate::close::NOT_UNDERSTOOD;
use crate::event::{Alarm, CloudTrouble, Command};
use crate::talk::Opening;

/// Patience with the transcriber, which needs a fraction of an utterance's length on any machine that is fit for it.
const TRANSCRIBING: Duration = Duration::from_secs(10);
/// Patience with the opener, which takes some 20 ms on an idle machine; one that takes longer comes too late to help.
const OPENING: Duration = Duration::from_millis(1000);
/// Patience with a cloud that is known to be away.
const AWAY: Duration = Duration::from_millis(2500);
/// A cloud that asks to wait longer than this is not waited for.
const LONGEST_RETRY: Duration = Duration::from_secs(2);
/// Pause before a cloud that failed without naming a time is asked once more.
const RETRY: Duration = Duration::from_millis(300);
/// A reply that goes on for longer than this does not end by itself.
const LONGEST_REPLY: Duration = Duration::from_secs(120);

/// Whom a turn asks, and since when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asking {
    /// Which cloud.
    pub(super) provider: usize,
    /// It is asked, or will be, for the second time.
    again: bool,
    /// It will be asked when the alarm rings.
    waiting: bool,
    /// The one who acts is asked, no cloud.
    pub(super) acting: bool,
    /// The request under way began here.
    pub(super) asked: Moment,
    /// The first request to a cloud began here; `None` when none was asked.
    pub(super) owed: Option<Moment>,
    /// The last words came here; `None` before the first.
    pub(super) sign: Option<Moment>,
}

impl Dialogue {
    /// Asks the clouds for the first time in this turn.
    pub(super) fn ask_first(&mut self, now: Moment) -> Vec<Command> {
        let provider = self.clouds.first();
        if let Some(turn) = self.turn.as_mut() {
            turn.asking = Asking { provider, ..Asking::default() };
        }
        self.ask(now)
    }

    /// Asks the cloud whose turn it is, or closes when there is none.
    fn ask(&mut self, now: Moment) -> Vec<Command> {
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        let provider = turn.asking.provider;
        if provider >= self.settings.clouds {
            return turn.close_honestly(now, CloudTrouble::NotConfigured, false);
        }
        turn.asking.asked = now;
        turn.asking.waiting = false;
        turn.asking.owed.get_or_insert(now);
        turn.asking.sign = None;
        let request = Command::Continue {
            turn: turn.id,
            attempt: turn.attempt,
            provider,
            request: turn.request.clone(),
            opener: turn.listen_anew(),
            history: self.history.clone(),
        };
        std::iter::once(request).chain(self.patience()).collect()
    }

    /// When whoever is waited for has had his time.
    fn deadline(&self) -> Option<Moment> {
        let turn = self.turn.as_ref()?;
        let asking = &turn.asking;
        let patience = self.settings.patience;
        match turn.phase {
            Phase::Transcribing => Some(turn.since + TRANSCRIBING),
            Phase::Opening => Some(turn.since + OPENING),
            Phase::Continuing if asking.acting => {
                let sign = asking.sign.unwrap_or(asking.asked);
                Some((sign + patience).min(asking.asked + LONGEST_REPLY))
            }
            // On trial nobody may have been asked yet.
            Phase::Continuing if asking.owed.is_none() && !turn.is_committed() => None,
            Phase::Continuing => Some(match (asking.sign, asking.owed) {
                (Some(sign), _) => (sign + patience).min(asking.asked + LONGEST_REPLY),
                (None, owed) => {
                    let patience = if self.clouds.is_away(asking.provider) { AWAY.min(patience) } else { patience };
                    let end = owed.unwrap_or(asking.asked) + patience;
                    // Those who are left to be asked get an equal share of what is left.
                    let left = end.since_start().saturating_sub(asking.asked.since_start());
                    asking.asked + left / (self.clouds.left(asking.provider) + 1)
                }
            }),
            Phase::Finishing => None,
        }
    }

    /// Asks to be woken when the time is up.
    pub(super) fn patience(&self) -> Option<Command> {
        let turn = self.turn.as_ref()?.id;
        self.deadline().map(|at| Command::Ring { turn, at, alarm: Alarm::Patience })
    }

    pub(super) fn rang(&mut self, now: Moment, alarm: Alarm) -> Vec<Command> {
        if alarm == Alarm::Commit {
            return self.commit(now);
        }
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        match alarm {
            Alarm::Patience => self.time_is_up(now),
            Alarm::Retry if turn.phase == Phase::Continuing && turn.asking.waiting => self.ask(now),
            Alarm::Hold if turn.is_quiet(now) => match turn.hurry(now) {
                commands if !commands.is_empty() => commands,
                _ => {
                    // Inside an answer the matter has been named; a plain phrase says that there is more.
                    let opener = if turn.has_answer() { "" } else { turn.opening.text.as_str() };
                    let phrase = self.holds.next(&turn.request, opener);
                    turn.hold(phrase)
                }
            },
            Alarm::Hold | Alarm::Retry | Alarm::Commit => Vec::new(),
        }
    }

    /// An alarm rings for what may be past already, so it is looked up what is waited for now.
    fn time_is_up(&mut self, now: Moment) -> Vec<Command> {
        match self.deadline() {
            Some(deadline) if deadline > now => return self.patience().into_iter().collect(),
            Some(_) => {}
            None => return Vec::new(),
        }
        let Some(turn) = self.turn.as_mut() else { return Vec::new() };
        match turn.phase {
            Phase::Transcribing => turn.answer(NOT_UNDERSTOOD),
            Phase::Opening => self.opened(now, Opening::default()),
            Phase::Continuing if turn.asking.acting => turn.close_unknown(now),
            Phase::Continuing => {
                let enough = Command::Enough { turn: turn.id };
                turn.asking.again = true;
                let mut commands = vec![enough];
                commands.extend(self.cloud_failed(now, CloudTrouble::Away, None));
                commands
            }
            Phase::Finishing => Vec::new(),
        }
    }

    /// The cloud gives a sign; once it has an answer it is not away any more.
    pub(super) fn answered(&mut self, act: impl FnOnce(&mut Turn) -> Vec<Command>) -> Vec<Command> {
        let early = self.settings.early_cloud;
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.asks_cloud(early)) else { return Vec::new() };
        let commands = act(turn);
        if turn.has_answer() {
            let provider = turn.asking.provider;
            self.clouds.answered(provider);
        }
        commands
    }

    /// A cloud failed.
    pub(super) fn cloud_failed(
        &mut self,
        now: Moment,
        why: CloudTrouble,
        retry_after: Option<Duration>,
    ) -> Vec<Command> {
        let early = self.settings.early_cloud;
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.asks_cloud(early)) else { return Vec::new() };
        let provider = turn.asking.provider;
        let next = self.clouds.present(provider + 1);
        if !turn.has_answer() {
            turn.attempt += 1;
            let by_itself = matches!(why, CloudTrouble::Away | CloudTrouble::Useless)
                && next.is_none()
                && !self.clouds.is_away(provider);
            let wait = retry_after.or(by_itself.then_some(RETRY)).filter(|wait| *wait <= LONGEST_RETRY);
            if let Some(wait) = wait.filter(|_| !turn.asking.again) {
                (turn.asking.again, turn.asking.waiting) = (true, true);
                return vec![Command::Ring { turn: turn.id, at: now + wait, alarm: Alarm::Retry }];
            }
        }
        let mut commands = Vec::new();
        if self.clouds.failed(provider, why) {
            commands.push(Command::Probe { provider });
        }
        match next.filter(|_| !turn.has_answer()) {
            Some(provider) => {
                turn.asking = Asking { provider, again: false, ..turn.asking };
                commands.extend(self.ask(now));
            }
            None => commands.extend(turn.close_honestly(now, why, self.clouds.tell(why))),
        }
        commands
    }
}

impl Turn {
    /// Whether a cloud was asked for this turn; on trial none was, unless the settings want it `early`.
    fn asks_cloud(&self, early: bool) -> bool {
        self.phase == Phase::Continuing && !self.asking.acting && (self.is_committed() || early)
    }
}
