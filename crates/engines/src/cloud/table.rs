//! What is known about providers and models without asking them: one row each, the first that fits counts. Pure.
//!
//! Sources, read 2026-11: llama.cpp `tools/server` (a trailing assistant message is continued unless
//! `--no-prefill-assistant`; 400 "prefill is incompatible with enable_thinking" while a template thinks), pull requests
//! 13174, 13608, 23012; vLLM and SGLang `protocol.py` (`continue_final_message` excludes `add_generation_prompt`);
//! Ollama issue 5890; Mistral's API description (`prefix`; echoes it, vercel/ai pull request 3256); DeepSeek's guide
//! "Chat Prefix Completion" (only under `/beta`, else 400); Moonshot's and DashScope's "Partial Mode"; Groq's guide
//! "Prefilling"; Anthropic's "What's new in Claude 4.6" (400 for a prefill since then).

use super::dialect::Dialect;
use super::hand_over::HandOver;

/// Whom a row is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    /// How it is spoken to.
    pub dialect: Dialect,
    /// The host's name, without the port.
    pub host: &'a str,
    /// The port, when the address names one.
    pub port: Option<u16>,
    /// The base address's path.
    pub path: &'a str,
    /// `owned_by` of its list of models, if it was asked.
    pub owner: Option<&'a str>,
    /// The model.
    pub model: &'a str,
}

/// What is known about a provider or a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// For people.
    pub who: &'static str,
    /// How a begun sentence is handed over.
    pub hand_over: HandOver,
    /// The prefill comes back as the first words of the reply, which the seam drops: no reason to ask otherwise.
    pub echoes: bool,
    /// A prefill is refused while the model's template thinks, so thinking is switched off by `chat_template_kwargs`.
    pub thinks: bool,
    fits: Fits,
}

/// What must hold for a row to fit; what is empty or `None` holds always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fits {
    dialect: Option<Dialect>,
    /// The host is one of these or lies under it.
    hosts: &'static [&'static str],
    port: Option<u16>,
    path: &'static str,
    owners: &'static [&'static str],
    models: Models,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Models {
    All,
    /// Claude before 4.6, which continues a trailing message.
    OldClaude,
    /// Any other Claude, those to come included.
    Claude,
    /// Models of these families, as resellers name them.
    Of(&'static [&'static str]),
}

const ANY: Fits = Fits { dialect: None, hosts: &[], port: None, path: "", owners: &[], models: Models::All };

const fn row(who: &'static str, hand_over: HandOver, fits: Fits) -> Row {
    Row { who, hand_over, echoes: false, thinks: false, fits }
}

const fn hosts(hosts: &'static [&'static str]) -> Fits {
    Fits { hosts, ..ANY }
}

const fn owners(owners: &'static [&'static str]) -> Fits {
    Fits { owners, ..ANY }
}

use HandOver::{ContinueFinalMessage, Instruction, PartialTrue, PrefixTrue, TrailingAssistant};

/// The table.
const ROWS: &[Row] = &[
    row(
        "Claude before 4.6",
        TrailingAssistant,
        Fits { dialect: Some(Dialect::Anthropic), models: Models::OldClaude, ..ANY },
    ),
    row("Claude", Instruction, Fits { dialect: Some(Dialect::Anthropic), models: Models::Claude, ..ANY }),
    row("Anthropic", Instruction, hosts(&["anthropic.com"])),
    row("OpenAI", Instruction, hosts(&["api.openai.com", "openai.azure.com"])),
    row("Gemini", Instruction, hosts(&["generativelanguage.googleapis.com"])),
    Row { echoes: true, ..row("Mistral", PrefixTrue, hosts(&["api.mistral.ai"])) },
    row("DeepSeek (beta)", PrefixTrue, Fits { path: "/beta", ..hosts(&["api.deepseek.com"]) }),
    row("DeepSeek", Instruction, hosts(&["api.deepseek.com"])),
    row("Moonshot", PartialTrue, hosts(&["api.moonshot.ai", "api.moonshot.cn"])),
    row("DashScope", PartialTrue, hosts(&["dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com"])),
    row("Groq", TrailingAssistant, hosts(&["api.groq.com"])),
    row(
        "Claude before 4.6, resold",
        TrailingAssistant,
        Fits { models: Models::OldClaude, ..hosts(&["openrouter.ai"]) },
    ),
    row(
        "resold, by instruction",
        Instruction,
        Fits { models: Models::Of(&["anthropic/", "openai/", "google/"]), ..hosts(&["openrouter.ai"]) },
    ),
    Row { thinks: true, ..row("llama.cpp", TrailingAssistant, owners(&["llamacpp"])) },
    Row { thinks: true, ..row("vLLM", ContinueFinalMessage, owners(&["vllm"])) },
    Row { thinks: true, ..row("SGLang", ContinueFinalMessage, owners(&["sglang"])) },
    row("Ollama", TrailingAssistant, owners(&["library"])),
    row("Ollama", TrailingAssistant, Fits { port: Some(11434), ..ANY }),
];

/// What is known about this server; `None` for one that must be asked.
#[must_use]
pub fn find(server: Server<'_>) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.fits.hold(server))
}

impl Fits {
    fn hold(&self, server: Server<'_>) -> bool {
        let under =
            |known: &&str| server.host.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        self.dialect.is_none_or(|dialect| dialect == server.dialect)
            && (self.hosts.is_empty() || self.hosts.iter().any(under))
            && self.port.is_none_or(|port| server.port == Some(port))
            && server.path.starts_with(self.path)
            && (self.owners.is_empty() || server.owner.is_some_and(|owner| self.owners.contains(&owner)))
            && self.models.hold(server.model)
    }
}

impl Models {
    fn hold(self, model: &str) -> bool {
        match self {
            Self::All => true,
            Self::OldClaude => is_old_claude(model),
            Self::Claude => model.contains("claude"),
            Self::Of(families) => families.iter().any(|family| model.starts_with(family)),
        }
    }
}

/// Whether this is Claude up to 4.5, in any of its spellings: `claude-3-5-haiku-latest`, `claude-opus-4-20250514`,
/// `anthropic/claude-sonnet-4.5`. A name that does not show a version this old is taken for a newer one.
fn is_old_claude(model: &str) -> bool {
    let Some((_, name)) = model.split_once("claude-") else { return false };
    // A date is not a version.
    let numbers: Vec<u32> = name
        .split(['-', '.', '@', ':', '_'])
        .filter(|part| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers.as_slice() {
        [] => name.starts_with("instant"),
        [major] => *major <= 4,
        [major, minor, ..] => (*major, *minor) < (4, 6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(base: &str, owner: Option<&str>, model: &str) -> Option<(&'static str, HandOver)> {
        known(Dialect::OpenAi, base, owner, model)
    }

    fn known(dialect: Dialect, base: &str, owner: Option<&str>, model: &str) -> Option<(&'static str, HandOver)> {
        let rest = base.split_once("://").unwrap().1;
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, port.parse().ok()));
        find(Server { dialect, host, port, path, owner, model }).map(|row| (row.who, row.hand_over))
    }

    #[test]
    fn providers_are_known_by_their_address() {
        assert_eq!(way("https://api.openai.com/v1", None, "gpt-5-mini"), Some(("OpenAI", Instruction)));
        assert_eq!(way("https://mine.openai.azure.com/openai/v1", None, "x"), Some(("OpenAI", Instruction)));
        assert_eq!(way("https://api.mistral.ai/v1", None, "mistral-small"), Some(("Mistral", PrefixTrue)));
        assert_eq!(way("https://api.deepseek.com/beta", None, "deepseek-chat"), Some(("DeepSeek (beta)", PrefixTrue)));
        assert_eq!(way("https://api.deepseek.com/v1", None, "deepseek-chat"), Some(("DeepSeek", Instruction)));
        assert_eq!(way("https://api.moonshot.ai/v1", None, "kimi-k2.6"), Some(("Moonshot", PartialTrue)));
        assert_eq!(way("https://api.groq.com/openai/v1", None, "llama"), Some(("Groq", TrailingAssistant)));
        assert_eq!(way("http://127.0.0.1:11434/v1", None, "qwen"), Some(("Ollama", TrailingAssistant)));
    }

    #[test]
    fn a_name_that_only_looks_alike_is_not_known() {
        assert_eq!(way("https://notapi.openai.com.evil.example/v1", None, "m"), None);
        assert_eq!(way("https://evilapi.mistral.ai/v1", None, "m"), None);
        assert_eq!(way("http://192.168.1.7:8080/v1", None, "m"), None);
    }

    #[test]
    fn servers_at_home_are_known_by_what_they_say_of_their_models() {
        let at_home = |owner| way("http://192.168.1.7:8080/v1", Some(owner), "m").map(|(_, way)| way);
        assert_eq!(at_home("llamacpp"), Some(TrailingAssistant));
        assert_eq!(at_home("vllm"), Some(ContinueFinalMessage));
        assert_eq!(at_home("sglang"), Some(ContinueFinalMessage));
        assert_eq!(at_home("library"), Some(TrailingAssistant));
        assert_eq!(at_home("me"), None);
    }

    #[test]
    fn claude_takes_a_prefill_up_to_4_5() {
        let way = |model| known(Dialect::Anthropic, "https://api.anthropic.com", None, model).map(|(_, way)| way);
        for old in [
            "claude-3-haiku-20240307",
            "claude-3-5-haiku-latest",
            "claude-3-7-sonnet-20250219",
            "claude-opus-4-20250514",
            "claude-sonnet-4-0",
            "claude-opus-4-1-20250805",
            "claude-haiku-4-5",
            "claude-sonnet-4-5-20250929",
            "claude-instant-1.2",
        ] {
            assert_eq!(way(old), Some(TrailingAssistant), "{old}");
        }
        for new in ["claude-opus-4-6", "claude-sonnet-4-6", "claude-sonnet-5", "claude-opus-5-5", "claude-next", ""] {
            assert_eq!(way(new), Some(Instruction), "{new}");
        }
        let resold = |model| self::way("https://openrouter.ai/api/v1", None, model).map(|(_, way)| way);
        assert_eq!(resold("anthropic/claude-sonnet-4.5"), Some(TrailingAssistant));
        assert_eq!(resold("anthropic/claude-opus-4.6"), Some(Instruction));
        assert_eq!(resold("openai/gpt-4o-mini"), Some(Instruction));
        assert_eq!(resold("qwen/qwen3-8b"), None, "it must be asked");
    }

    #[test]
    fn only_mistral_may_echo_and_only_home_servers_think() {
        let echo: Vec<&str> = ROWS.iter().filter(|row| row.echoes).map(|row| row.who).collect();
        assert_eq!(echo, ["Mistral"]);
        let think: Vec<&str> = ROWS.iter().filter(|row| row.thinks).map(|row| row.who).collect();
        assert_eq!(think, ["llama.cpp", "vLLM", "SGLang"]);
    }
}
