//! Where a provider is: its address, taken apart and checked once.

use reqwest::Url;
use segue_runtime::port::EngineError;

use super::dialect::Dialect;
use super::table::{self, Row, Server};

/// A checked address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) dialect: Dialect,
    /// The base without a slash at its end.
    pub(super) base: String,
    /// For people: host, and port when the address names one.
    pub(super) server: String,
    pub(super) host: String,
    port: Option<u16>,
    path: String,
}

impl Address {
    /// Checks an address. One that holds a name or a password is refused, because addresses are shown.
    pub(super) fn new(dialect: Dialect, address: &str) -> Result<Self, EngineError> {
        let base = dialect.base(address).to_owned();
        let url = Url::parse(&base).map_err(|error| wrong(address, &error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EngineError::new(
                "cloud",
                "an address must not hold a name or a key; keys go into SEGUE_CLOUD_KEY",
            ));
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(address, "it must begin with http:// or https://"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(address, "it must end with a path, without `?` and `#`"));
        }
        let host = url.host_str().ok_or_else(|| wrong(address, "it names no server"))?.to_owned();
        let server = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Ok(Self { dialect, base, server, host, port: url.port(), path: url.path().to_owned() })
    }

    /// What is known about this server without asking how it continues.
    pub(super) fn row(&self, owner: Option<&str>, model: &str) -> Option<&'static Row> {
        let Self { dialect, ref host, port, ref path, .. } = *self;
        table::find(Server { dialect, host, port, path, owner, model })
    }

    pub(super) fn chat(&self) -> String {
        format!("{}{}", self.base, self.dialect.chat_path())
    }

    pub(super) fn models(&self) -> String {
        format!("{}{}", self.base, self.dialect.models_path())
    }
}

fn wrong(address: &str, why: &str) -> EngineError {
    // What stands before an `@` may be a key.
    let address = if address.contains('@') { "what was named" } else { address };
    EngineError::new("cloud", format!("{address} is no base address: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_address_is_one_clear_sentence() {
        for base in ["", "localhost:8080/v1", "ftp://x/v1", "http://", "http://x/v1?key=1", "http://x/v1#m"] {
            let error = Address::new(Dialect::OpenAi, base).unwrap_err().to_string();
            assert!(error.contains("is no base address: "), "{error}");
        }
        let error = Address::new(Dialect::OpenAi, "https://me:sk-123@example.org/v1").unwrap_err().to_string();
        assert!(error.contains("SEGUE_CLOUD_KEY") && !error.contains("sk-123"), "{error}");
        let error = Address::new(Dialect::OpenAi, "http://me:sk-123@:x/v1").unwrap_err().to_string();
        assert!(!error.contains("sk-123"), "{error}");
    }

    #[test]
    fn endpoints_lie_behind_the_base() {
        let openai = Address::new(Dialect::OpenAi, "https://x:1234/v1/").unwrap();
        assert_eq!(openai.chat(), "https://x:1234/v1/chat/completions");
        assert_eq!(openai.models(), "https://x:1234/v1/models");
        assert_eq!(openai.server, "x:1234");
        let anthropic = Address::new(Dialect::Anthropic, "https://api.anthropic.com/v1").unwrap();
        assert_eq!(anthropic.chat(), "https://api.anthropic.com/v1/messages");
        assert_eq!(anthropic.models(), "https://api.anthropic.com/v1/models");
    }
}
