//! What `--cloud` can say, taken apart. Pure.

use segue_engines::cloud::dialect::Dialect;

/// The most clouds that are asked in a row; more would only be a mistake.
const MOST: usize = 8;

/// Where OpenAI and Anthropic are.
const OPENAI: &str = "https://api.openai.com/v1";
const ANTHROPIC: &str = "https://api.anthropic.com";

/// One who continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    /// The model in this process.
    Local,
    /// A server.
    Server {
        /// How it is spoken to.
        dialect: Dialect,
        /// Its base address.
        base: String,
        /// The model, if one is named.
        model: Option<String>,
    },
}

/// Reads what was named, in order. `model` is for those who are named without one.
pub(crate) fn read(named: &[String], model: Option<&str>) -> Result<Vec<Spec>, String> {
    let named: Vec<&str> = named.iter().map(|cloud| cloud.trim()).filter(|cloud| !cloud.is_empty()).collect();
    if named.contains(&"none") {
        return if named.len() == 1 { Ok(Vec::new()) } else { Err("--cloud none stands alone".into()) };
    }
    if named.len() > MOST {
        return Err(format!("more than {MOST} clouds"));
    }
    named.into_iter().map(|cloud| one(cloud, model)).collect()
}

fn one(cloud: &str, usual: Option<&str>) -> Result<Spec, String> {
    if cloud == "local" {
        return Ok(Spec::Local);
    }
    let (address, model) = cloud.split_once('#').map_or((cloud, None), |(address, model)| (address, Some(model)));
    let is_url = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    let (dialect, base) = match address.split_once('+') {
        Some(("anthropic", url)) if is_url(url) => (Dialect::Anthropic, url),
        Some(("openai", url)) if is_url(url) => (Dialect::OpenAi, url),
        _ if address == "anthropic" => (Dialect::Anthropic, ANTHROPIC),
        _ if address == "openai" => (Dialect::OpenAi, OPENAI),
        _ if is_url(address) => (dialect_of(address), address),
        // Not shown: it may be a key in the wrong place.
        _ => {
            return Err("--cloud takes `local`, `none`, `anthropic`, `openai`, or a URL that begins with http:// or \
                        https:// (see `segue help turn`)"
                .into());
        }
    };
    let model = model.or(usual).map(str::trim).filter(|model| !model.is_empty()).map(str::to_owned);
    Ok(Spec::Server { dialect, base: base.to_owned(), model })
}

/// Anthropic's own host speaks Messages; every other server is taken to speak chat completions.
fn dialect_of(url: &str) -> Dialect {
    let host = url.split("://").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    if host == "api.anthropic.com" { Dialect::Anthropic } else { Dialect::OpenAi }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs(named: &[&str], model: Option<&str>) -> Result<Vec<Spec>, String> {
        read(&named.iter().map(|cloud| (*cloud).to_owned()).collect::<Vec<_>>(), model)
    }

    fn server(dialect: Dialect, base: &str, model: Option<&str>) -> Spec {
        Spec::Server { dialect, base: base.into(), model: model.map(str::to_owned) }
    }

    #[test]
    fn clouds_are_named_in_order_each_with_its_model() {
        let named = ["https://api.mistral.ai/v1#small", "local", "anthropic", "anthropic+http://127.0.0.1:9#m"];
        assert_eq!(
            specs(&named, Some("big")).unwrap(),
            [
                server(Dialect::OpenAi, "https://api.mistral.ai/v1", Some("small")),
                Spec::Local,
                server(Dialect::Anthropic, ANTHROPIC, Some("big")),
                server(Dialect::Anthropic, "http://127.0.0.1:9", Some("m")),
            ]
        );
    }

    #[test]
    fn the_host_tells_the_dialect_unless_it_is_named() {
        let dialect = |cloud| specs(&[cloud], None).map(|specs| specs[0].clone());
        assert_eq!(
            dialect("https://api.anthropic.com/v1"),
            Ok(server(Dialect::Anthropic, "https://api.anthropic.com/v1", None))
        );
        assert_eq!(
            dialect("openai+https://api.anthropic.com/v1"),
            Ok(server(Dialect::OpenAi, "https://api.anthropic.com/v1", None))
        );
        assert_eq!(dialect("openai#gpt"), Ok(server(Dialect::OpenAi, OPENAI, Some("gpt"))));
        let alike = "https://api.anthropic.com.example/v1";
        assert_eq!(dialect(alike), Ok(server(Dialect::OpenAi, alike, None)));
    }

    #[test]
    fn nobody_is_an_answer_and_nonsense_is_not() {
        assert_eq!(specs(&["none"], Some("m")), Ok(Vec::new()));
        assert_eq!(specs(&["", " "], None), Ok(Vec::new()));
        assert!(specs(&["none", "local"], None).is_err());
        for wrong in ["sk-123", "localhost:8080", "ftp://x", "anthropic+x", "mistral"] {
            let error = specs(&[wrong], None).unwrap_err();
            assert!(!error.contains("sk-123"), "{error}");
        }
        assert!(specs(&["local"; 9], None).is_err());
    }
}
