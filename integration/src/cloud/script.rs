//! What the scripted cloud shall do: plain data, from code or from TOML. `integration/scenarios/README.md` explains
//! each key to those who write scenarios.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::prefill::Prefills;

/// No scenario file is longer, in bytes.
const LONGEST_FILE: u64 = 1024 * 1024;

/// A whole scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// What this scenario is about, for its readers.
    pub about: String,
    /// What `GET /v1/models` names.
    pub models: Vec<String>,
    /// Who owns these models, as the list of models says; servers are recognised by it (`llamacpp`, `vllm`, ...).
    pub owned_by: String,
    /// The key that requests must carry, if any.
    pub key: Option<String>,
    /// The status with which everything is refused, the list of models too: a server that is down.
    pub down: Option<u16>,
    /// What becomes of a begun sentence that is handed over as a trailing assistant message.
    pub prefill: Prefills,
    /// Replies to chat requests.
    pub reply: Vec<Reply>,
    /// What a test of this scenario asks and expects. The cloud does not read it.
    pub expect: toml::Table,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            about: String::new(),
            models: vec!["scripted".into()],
            owned_by: "scripted".into(),
            key: None,
            down: None,
            prefill: Prefills::default(),
            reply: Vec::new(),
            expect: toml::Table::new(),
        }
    }
}

impl Script {
    /// A script of these replies, in order; the last one stays.
    #[must_use]
    pub fn of(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self { reply: replies.into_iter().collect(), ..Self::default() }
    }

    /// Reads a scenario file's text.
    ///
    /// # Errors
    /// When it is no TOML or has a key that is not known.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Reads a scenario file.
    ///
    /// # Errors
    /// When it cannot be read, is longer than 1 MiB, or is no scenario; the error names the file.
    pub fn from_file(path: &Path) -> Result<Self, ScriptError> {
        let wrong = |why: String| ScriptError { path: path.to_owned(), why };
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(|error| wrong(error.to_string()))?;
        file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
        if text.len() as u64 > LONGEST_FILE {
            return Err(wrong("it is too long".into()));
        }
        Self::from_toml(&text).map_err(|error| wrong(error.to_string()))
    }

    /// Reads one of the scenarios that lie in `integration/scenarios`, by its name without `.toml`. For tests: they
    /// run where the source lies.
    ///
    /// # Errors
    /// As [`Script::from_file`].
    pub fn scenario(name: &str) -> Result<Self, ScriptError> {
        Self::from_file(&scenarios().join(name).with_extension("toml"))
    }

    /// The names of all scenarios in `integration/scenarios`, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn scenario_names() -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(scenarios())? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
            }
        }
        names.sort();
        Ok(names)
    }

    /// The reply for a request with these words, and whether it was taken by order.
    pub(super) fn pick(&self, words: &str, taken: usize) -> (Reply, bool) {
        let named = |reply: &&Reply| reply.when.as_ref().is_some_and(|when| words.contains(when));
        if let Some(reply) = self.reply.iter().find(named) {
            return (reply.clone(), false);
        }
        let in_order: Vec<&Reply> = self.reply.iter().filter(|reply| reply.when.is_none()).collect();
        let reply = in_order.get(taken).or(in_order.last()).map(|reply| (*reply).clone());
        (reply.unwrap_or_default(), true)
    }
}

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// A scenario file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is no scenario: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for ScriptError {}

/// One reply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    /// Take this reply, whatever the order, for a request in whose messages this text stands.
    pub when: Option<String>,
    /// Wait before the status line, in ms.
    pub head_ms: u64,
    /// Wait between status line and first event, in ms.
    pub first_ms: u64,
    /// Wait between events, in ms.
    pub every_ms: u64,
    /// Reasoning that comes before the text, an event each.
    pub reasoning: Vec<String>,
    /// The text, an event each.
    pub say: Vec<Piece>,
    /// Send so many bytes at a time.
    pub shred: Option<usize>,
    /// What goes wrong.
    pub fault: Option<Fault>,
}

/// Text of one event.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Piece {
    /// After `every_ms`.
    Text(String),
    /// After a wait of its own, in ms.
    Late {
        /// How long.
        after_ms: u64,
        /// The text.
        text: String,
    },
}

/// What goes wrong. `integration/scenarios/README.md` tells what each does.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the list is in the README that scenario authors read")]
pub enum Fault {
    Status {
        code: u16,
        #[serde(default)]
        retry_after: Option<String>,
    },
    Close,
    Html,
    Whole,
    Cut,
    Stall,
    Malformed,
    ErrorEvent,
    Endless,
    EndlessThought,
    LongLine,
    ToolCalls,
    Length,
    Refusal,
    NoDone,
    NoFinish,
    Ping,
}

impl Reply {
    /// A reply of these pieces of text, without delay.
    pub fn says<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self { say: texts.into_iter().map(|text| Piece::Text(text.into())).collect(), ..Self::default() }
    }

    /// Waits before the first event, in ms.
    #[must_use]
    pub fn first_after(self, ms: u64) -> Self {
        Self { first_ms: ms, ..self }
    }

    /// Waits between events, in ms.
    #[must_use]
    pub fn every(self, ms: u64) -> Self {
        Self { every_ms: ms, ..self }
    }

    /// Ends, or is replaced, by a fault.
    #[must_use]
    pub fn then(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// Reasons before it speaks.
    #[must_use]
    pub fn after_reasoning(self, thoughts: &[&str]) -> Self {
        Self { reasoning: thoughts.iter().map(|thought| (*thought).to_owned()).collect(), ..self }
    }

    /// A refusal with this status.
    #[must_use]
    pub fn refuses(code: u16) -> Self {
        Self::default().then(Fault::Status { code, retry_after: None })
    }

    /// When each piece of text leaves, in ms from the request, with `{opener}` filled in: the reply without a network,
    /// for tests on a paused clock.
    #[must_use]
    pub fn pieces(&self, opener: &str) -> Vec<(u64, String)> {
        let mut at = self.head_ms + self.first_ms;
        let thoughts = self.reasoning.len() as u64;
        at += thoughts.saturating_sub(1) * self.every_ms;
        let mut first = thoughts == 0;
        let piece = |(after, text): (Option<u64>, String)| {
            at += after.unwrap_or(if std::mem::take(&mut first) { 0 } else { self.every_ms });
            first = false;
            (at, text)
        };
        self.text(opener).into_iter().map(piece).collect()
    }

    /// All its text, with the opener of the request where `{opener}` stands.
    pub(super) fn text(&self, opener: &str) -> Vec<(Option<u64>, String)> {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => (None, text.replace("{opener}", opener)),
            Piece::Late { after_ms, text } => (Some(*after_ms), text.replace("{opener}", opener)),
        };
        self.say.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::prefill::Prefill;
    use super::*;

    #[test]
    fn a_scenario_file_says_the_same_as_code() {
        let script = Script::from_toml(
            r#"
            key = "sk-test"
            [[reply]]
            first_ms = 600
            say = [" Canberra", { after_ms = 300, text = ", the capital" }]
            fault = { kind = "status", code = 429, retry_after = "7" }
            [[reply]]
            when = "timer"
            fault = { kind = "cut" }
            "#,
        )
        .unwrap();
        assert_eq!(script.models, ["scripted"]);
        assert_eq!(script.reply[0].fault, Some(Fault::Status { code: 429, retry_after: Some("7".into()) }));
        assert_eq!(script.reply[0].say[1], Piece::Late { after_ms: 300, text: ", the capital".into() });
        assert_eq!(script.pick("set a timer", 0).0.fault, Some(Fault::Cut));
        assert_eq!(script.pick("hello", 5).0.first_ms, 600);
        assert!(Script::from_toml("[[reply]]\nsays = []").is_err());
        assert!(Script::from_toml("[[reply]]\nfault = { kind = \"explode\" }").is_err());
    }

    #[test]
    fn replies_come_in_order_and_the_last_stays() {
        let script = Script::of([Reply::says(["a"]), Reply::says(["b"])]);
        let said = |taken| script.pick("", taken).0.text("")[0].1.clone();
        assert_eq!([said(0), said(1), said(2)], ["a", "b", "b"]);
        assert_eq!(Reply::says(["{opener} it"]).text("Is")[0].1, "Is it");
    }

    #[test]
    fn begun_sentences_have_a_fate_for_all_or_by_mark() {
        let script = Script::from_toml("prefill = \"echoes\"").unwrap();
        assert_eq!(script.prefill, Prefills::All(Prefill::Echoes));
        let script = Script::from_toml("[prefill]\ntrailing = \"refuses\"\nprefix = \"continues\"").unwrap();
        let Prefills::ByMark { trailing, continue_final_message, prefix, .. } = script.prefill else { panic!() };
        assert_eq!([trailing, continue_final_message, prefix], [Prefill::Refuses, Prefill::Anew, Prefill::Continues]);
        assert!(Script::from_toml("prefill = \"sings\"").is_err());
    }

    #[test]
    fn every_scenario_file_is_one_and_says_what_it_is_about() {
        let names = Script::scenario_names().unwrap();
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            let script = Script::scenario(&name).unwrap_or_else(|error| panic!("{error}"));
            assert!(!script.about.is_empty(), "{name}");
        }
        let missing = Script::scenario("no-such").unwrap_err().to_string();
        assert!(missing.contains("no-such.toml is no scenario: "), "{missing}");
    }

    #[test]
    fn a_reply_has_its_times_without_a_network() {
        let late = Piece::Late { after_ms: 300, text: "c".into() };
        let mut reply = Reply::says(["a", "b"]).first_after(100).every(10);
        reply.say.push(late);
        reply.head_ms = 50;
        let pieces = |reply: &Reply| reply.pieces("").into_iter().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(pieces(&reply), [150, 160, 460]);
        assert_eq!(pieces(&reply.after_reasoning(&["hm", "hm"])), [170, 180, 480]);
    }
}
