//! From `--cloud` to the ones who continue.

use std::path::PathBuf;
use std::sync::Arc;

use segue_engines::cloud::ask::Prompts;
use segue_engines::cloud::secret::Secret;
use segue_engines::cloud::{OpenAi, OpenAiConfig};
use segue_engines::local::{Local, LocalConfig, brief::Length};
use segue_models::{Locations, Role};
use segue_runtime::port::Continuator;

use crate::args::TalkArgs;
use crate::failure::Failure;

/// Longest key file and prompt file that is read, in bytes.
const LONGEST_FILE: u64 = 64 * 1024;

/// The clouds, in the order in which they are asked. Nothing falls back to `local` unless it is named.
pub(super) fn choose(talk: &TalkArgs, locations: &Locations) -> Result<Vec<Arc<dyn Continuator>>, Failure> {
    match talk.cloud.as_str() {
        "none" => Ok(Vec::new()),
        "local" => {
            let model = locations.path(Role::Local).map_err(Failure::models)?;
            let system = prompt("local.txt", include_str!("../../../../assets/prompts/local.txt"))?;
            Ok(vec![Arc::new(Local::new(LocalConfig { model, system, length: Length::default() }))])
        }
        url if url.starts_with("http://") || url.starts_with("https://") => {
            let prompts = Prompts {
                system: prompt("system.txt", include_str!("../../../../assets/prompts/system.txt"))?,
                instruction: prompt("continue.txt", include_str!("../../../../assets/prompts/continue.txt"))?,
            };
            let config = OpenAiConfig { model: talk.model.clone(), key: key()?, prompts, ..OpenAiConfig::at(url) };
            Ok(vec![Arc::new(OpenAi::new(config).map_err(Failure::usage)?)])
        }
        other => Err(Failure::usage(format!(
            "--cloud takes `local`, `none` or a URL that begins with http:// or https://, not `{other}`"
        ))),
    }
}

/// The key: from the environment, or from a file that the environment names.
fn key() -> Result<Option<Secret>, Failure> {
    if let Ok(key) = std::env::var("SEGUE_CLOUD_KEY") {
        return Ok(Secret::new(&key));
    }
    let Some(path) = std::env::var_os("SEGUE_CLOUD_KEY_FILE").map(PathBuf::from) else { return Ok(None) };
    let text =
        read(&path).map_err(|e| Failure::usage(format!("the key file {} cannot be read: {e}", path.display())))?;
    Ok(Secret::new(&text))
}

/// A prompt: the user's own from the folder `SEGUE_PROMPTS`, or the one that came with the program.
fn prompt(name: &str, built_in: &str) -> Result<String, Failure> {
    let own = std::env::var_os("SEGUE_PROMPTS").map(|folder| PathBuf::from(folder).join(name));
    let text = match own.filter(|path| path.exists()) {
        Some(path) => {
            read(&path).map_err(|e| Failure::usage(format!("the prompt {} cannot be read: {e}", path.display())))?
        }
        None => built_in.to_string(),
    };
    Ok(text.trim().to_string())
}

fn read(path: &std::path::Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST_FILE).read_to_string(&mut text)?;
    Ok(text)
}
