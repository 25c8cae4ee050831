//! What is known about the clouds: how long each takes, which are away, and whether the user was told.

use super::settings::{OpenerPolicy, Settings};
use crate::event::CloudTrouble;
use crate::forecast::{Forecast, Plan};

#[derive(Debug)]
pub(super) struct Clouds {
    /// How long each usually takes.
    pub(super) forecasts: Vec<Forecast>,
    /// Which did not answer when they were asked last; a probe looks after each of them.
    away: Vec<bool>,
    /// The user knows that no cloud answers; none has since.
    told: bool,
}

impl Clouds {
    pub(super) fn new(count: usize) -> Self {
        Self { forecasts: vec![Forecast::default(); count], away: vec![false; count], told: false }
    }

    /// The first that is not away, from `from` on.
    pub(super) fn present(&self, from: usize) -> Option<usize> {
        (from..self.away.len()).find(|cloud| !self.away[*cloud])
    }

    /// Whom a turn asks first: one that is not away, else the first all the same, because it may be back.
    pub(super) fn first(&self) -> usize {
        self.present(0).unwrap_or(0)
    }

    pub(super) fn is_away(&self, cloud: usize) -> bool {
        self.away.get(cloud).copied().unwrap_or(false)
    }

    /// How many are left to be asked behind this one.
    pub(super) fn left(&self, behind: usize) -> u32 {
        self.away.iter().skip(behind + 1).filter(|away| !**away).count() as u32
    }

    /// Takes note of a failure. True when this cloud was not known to be away: it shall be probed.
    pub(super) fn failed(&mut self, cloud: usize, why: CloudTrouble) -> bool {
        let gone = matches!(why, CloudTrouble::Away | CloudTrouble::Refused);
        self.away.get_mut(cloud).is_some_and(|away| gone && !std::mem::replace(away, true))
    }

    /// It answers.
    pub(super) fn answered(&mut self, cloud: usize) {
        if let Some(away) = self.away.get_mut(cloud) {
            *away = false;
            self.told = false;
        }
    }

    /// Whether the user knew already; from now on he does.
    pub(super) fn tell(&mut self, why: CloudTrouble) -> bool {
        let gone = matches!(why, CloudTrouble::Away | CloudTrouble::Refused | CloudTrouble::Busy);
        gone && std::mem::replace(&mut self.told, true)
    }

    /// Whether to open, and with how many words at most.
    pub(super) fn plan(&self, settings: &Settings) -> Plan {
        let Settings { opener, min_words, max_words, .. } = *settings;
        match (opener, self.forecasts.get(self.first())) {
            (OpenerPolicy::Never, _) => Plan::NoOpener,
            (OpenerPolicy::Auto, Some(forecast)) => forecast.plan(min_words.min(max_words), max_words),
            _ => Plan::Open { max_words },
        }
    }
}
