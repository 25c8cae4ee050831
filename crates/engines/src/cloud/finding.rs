//! What was found out about providers, kept between runs by whoever has a place for it. No IO here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::hand_over::{HandOver, Seen};

/// Findings that are kept; the oldest make room.
const MOST: usize = 64;
/// Longest key of a finding, in bytes: an address and a model.
const LONGEST_KEY: usize = 300;
/// How long a finding is believed, in seconds: 30 days, because servers and models are replaced under their names.
const BELIEVED: u64 = 30 * 24 * 3600;

/// What was found out about one provider and model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How a begun sentence is handed over from now on.
    pub hand_over: HandOver,
    /// What the last prefill came to.
    pub seen: Seen,
    /// When, in seconds since 1970.
    pub at: u64,
}

/// All findings, by address and model. Locked only to look or to write, never while waiting.
#[derive(Debug, Default)]
pub struct Findings(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    known: BTreeMap<String, Finding>,
    changed: bool,
}

impl Findings {
    /// Takes what an earlier run kept, as JSON. What is not of this form, too long, from the future or too old is left
    /// out: `now` is seconds since 1970.
    #[must_use]
    pub fn read(json: &[u8], now: u64) -> Self {
        let raw: BTreeMap<String, serde_json::Value> = serde_json::from_slice(json).unwrap_or_default();
        let mut known: BTreeMap<String, Finding> =
            raw.into_iter().filter_map(|(key, value)| Some((key, serde_json::from_value(value).ok()?))).collect();
        known.retain(|key, finding| {
            let sound = finding.hand_over.is_prefill() == (finding.seen == Seen::Continued);
            sound && key.len() <= LONGEST_KEY && finding.at <= now && now - finding.at < BELIEVED
        });
        bound(&mut known);
        Self(Mutex::new(Kept { known, changed: false }))
    }

    /// All findings as JSON, when something was found since they were read.
    #[must_use]
    pub fn changed(&self) -> Option<String> {
        let mut kept = self.lock();
        if !std::mem::take(&mut kept.changed) {
            return None;
        }
        serde_json::to_string_pretty(&kept.known).ok()
    }

    /// What is known about this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Finding> {
        self.lock().known.get(key).copied()
    }

    /// Keeps a finding, in place of an earlier one.
    pub fn keep(&self, key: &str, finding: Finding) {
        if key.len() > LONGEST_KEY {
            return;
        }
        let mut kept = self.lock();
        kept.known.insert(key.to_owned(), finding);
        bound(&mut kept.known);
        kept.changed = true;
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bound(known: &mut BTreeMap<String, Finding>) {
    while known.len() > MOST {
        let oldest = known.iter().min_by_key(|(_, finding)| finding.at).map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { return };
        known.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000;

    fn prefill(at: u64) -> Finding {
        Finding { hand_over: HandOver::TrailingAssistant, seen: Seen::Continued, at }
    }

    #[test]
    fn findings_come_back_as_they_were_kept() {
        let findings = Findings::default();
        assert_eq!(findings.changed(), None, "nothing to write");
        findings.keep("http://x/v1 m", prefill(NOW));
        let json = findings.changed().unwrap();
        assert_eq!(findings.changed(), None, "written once");
        assert_eq!(Findings::read(json.as_bytes(), NOW + 5).get("http://x/v1 m"), Some(prefill(NOW)));
        assert_eq!(Findings::read(json.as_bytes(), NOW + BELIEVED).get("http://x/v1 m"), None, "too old");
        assert_eq!(Findings::read(json.as_bytes(), NOW - 1).get("http://x/v1 m"), None, "from the future");
    }

    #[test]
    fn a_damaged_file_costs_only_what_is_damaged() {
        let good = r#"{"hand_over": "prefix_true", "seen": "continued", "at": 1789999999}"#;
        let long = "k".repeat(LONGEST_KEY + 1);
        let json = format!(
            r#"{{"a": {good}, "b": 7, "c": {{"hand_over": "telepathy", "seen": "continued", "at": 1}}, "{long}": {good},
                "d": {{"hand_over": "prefix_true", "seen": "refused", "at": 1789999999}}, "e": {{"hand_over": "prefix_true"}}}}"#
        );
        let findings = Findings::read(json.as_bytes(), NOW);
        assert!(findings.get("a").is_some());
        for key in ["b", "c", "d", "e", long.as_str()] {
            assert_eq!(findings.get(key), None, "{key}");
        }
        for broken in [&b""[..], b"\xFF\xFE", b"[]", b"{\"a\":", b"null"] {
            assert_eq!(Findings::read(broken, NOW).get("a"), None);
        }
    }

    #[test]
    fn the_oldest_make_room() {
        let findings = Findings::default();
        for at in 0..=MOST as u64 {
            findings.keep(&format!("k{at}"), prefill(at));
        }
        assert_eq!(findings.get("k0"), None);
        assert!(findings.get("k1").is_some());
        assert_eq!(findings.lock().known.len(), MOST);
        findings.keep(&"k".repeat(LONGEST_KEY + 1), prefill(1));
        assert_eq!(findings.lock().known.len(), MOST);
    }
}
