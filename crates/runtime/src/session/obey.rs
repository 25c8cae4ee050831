//! What the session does with the dialogue's commands: each is handed to the edge that acts.

use segue_core::event::{ActionResult, CloudTrouble, Command, Event};
use segue_core::moment::Moment;

use super::questions::{act, go_on, probe};
use super::{Notice, Session, send};
use crate::player::Player;
use crate::port::{Continue, OpenerAsk};
use crate::worker::{OpenJob, SpeakJob, TranscribeJob};

impl Session {
    /// Hands a command to an edge. Returns what is already known about its outcome.
    pub(super) fn obey(&mut self, now: Moment, command: Command, watch: &mut (dyn FnMut(Notice) + Send)) -> Vec<Event> {
        match command {
            Command::WarmCloud => {
                for cloud in self.crew.clouds.clone() {
                    tokio::spawn(async move { cloud.warm_up().await });
                }
            }
            Command::Commit { turn } => {
                self.committed = turn;
                watch(Notice::Began(turn, self.shown.spoken));
                if let Some(text) = self.unsaid.take() {
                    watch(Notice::Transcribed(turn, text));
                }
                for kept in std::mem::take(&mut self.kept) {
                    self.outcome(kept, watch);
                }
            }
            Command::Transcribe { turn } => {
                // An earlier pause of the same speech: what was begun for it has lost its purpose.
                self.stop(self.committed.0 + 1..turn.0);
                self.unsaid = None;
                self.trial = turn;
                let speech = std::mem::take(&mut self.speech);
                let job = TranscribeJob { turn, speech, home: self.home.clone(), stop: self.stop_of(turn) };
                if !send(self.crew.transcriber.as_ref(), job) {
                    return vec![Event::Transcribed { turn, text: String::new() }];
                }
            }
            Command::Open { turn, request, last, min_words, max_words } => {
                let ask = OpenerAsk { request, last, home: self.home.to_vec(), min_words, max_words };
                let job = OpenJob { turn, ask, stop: self.stop_of(turn) };
                if !send(self.crew.opener.as_ref(), job) {
                    return vec![Event::OpenerEnded { turn, opening: Default::default() }];
                }
            }
            Command::Act { turn, request, opener } => {
                let Some(executor) = self.crew.executor.clone() else {
                    return vec![Event::Acted { turn, result: ActionResult::NotForMe }];
                };
                self.ask(act(executor, turn, request, opener, self.outcomes.clone()));
            }
            Command::Continue { turn, attempt, provider, request, opener, history } => {
                let Some(cloud) = self.crew.clouds.get(provider).cloned() else {
                    let why = CloudTrouble::NotConfigured;
                    return vec![Event::CloudFailed { turn, attempt, why, retry_after: None }];
                };
                let home = if self.clouds_know_home { self.home.to_vec() } else { Vec::new() };
                let ask = Continue { request, opener, history, home };
                self.ask(go_on(cloud, turn, attempt, ask, self.outcomes.clone()));
            }
            Command::Speak { turn, clip, text, after } => {
                watch(Notice::Clause(turn, clip, text.clone()));
                let job = SpeakJob { turn, clip, text, after, stop: self.stop_of(turn) };
                if self.player.is_none() {
                    return vec![Event::ClipBegan { turn, clip }, Event::ClipEnded { turn, clip }];
                }
                if !send(self.crew.voice.as_ref(), job) {
                    return vec![Event::ClipFailed { turn, clip }];
                }
                self.making.push((turn, clip));
            }
            Command::Cut { turn, clip, at } => {
                if let Some(player) = &mut self.player {
                    player.cut(now, turn, clip, at);
                }
            }
            Command::Enough { .. } => self.stop_asking(),
            Command::Probe { provider } => {
                self.tell_cloud(false, watch);
                if let Some(cloud) = self.crew.clouds.get(provider) {
                    let probe = tokio::spawn(probe(cloud.clone(), provider, self.outcomes.clone()));
                    // A probe that is still under way is looking after the same cloud already.
                    if let Some(before) = self.probes.insert(provider, probe) {
                        before.abort();
                    }
                }
            }
            Command::Volume { steps } => {
                if let Some(player) = &mut self.player {
                    player.volume(steps);
                }
            }
            Command::Ring { turn, at, alarm } => self.alarms.push((at, turn, alarm)),
            Command::Hush { turn } => {
                self.stop(0..turn.0 + 1);
                self.making.clear();
                self.kept.clear();
                self.unsaid = None;
                self.shown.clip = None;
                self.stop_asking();
                if let Some(player) = &mut self.player {
                    player.hush(now, turn);
                }
            }
            Command::Finish { turn } => {
                for cloud in self.crew.clouds.clone() {
                    tokio::spawn(async move { cloud.learn().await });
                }
                self.alarms.retain(|(_, of, _)| *of != turn);
                self.stops.retain(|(of, _)| *of > turn);
                if let Some(mut report) = self.dialogue.take_report() {
                    let underruns = self.player.as_ref().map_or(0, Player::underruns);
                    report.underruns = underruns - self.underruns_before;
                    self.underruns_before = underruns;
                    let told = std::mem::take(&mut self.told);
                    for word in report.heard.iter().skip(told) {
                        watch(Notice::Heard(turn, word.clone()));
                    }
                    watch(Notice::Finished(turn, Box::new(report)));
                }
            }
        }
        Vec::new()
    }
}
