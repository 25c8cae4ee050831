//! From `--cloud` to the ones who continue: their prompts, their keys, and what is known about them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use segue_engines::cloud::finding::Findings;
use segue_engines::cloud::prompts::Prompts;
use segue_engines::cloud::secret::Secret;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_engines::local::{Local, LocalConfig, brief::Length};
use segue_models::{Locations, Role};
use segue_runtime::port::Continuator;

use super::spec::{self, Spec};
use crate::args::CloudArgs;
use crate::failure::Failure;

/// Longest key file and prompt file that is read, in bytes.
const LONGEST_FILE: u64 = 64 * 1024;

/// One who continues.
#[derive(Clone)]
pub(crate) enum Cloud {
    /// The model in this process.
    Local(Arc<Local>),
    /// A server.
    Provider(Arc<Provider>),
}

impl Cloud {
    /// As the session sees it.
    pub(crate) fn port(&self) -> Arc<dyn Continuator> {
        match self {
            Self::Local(local) => local.clone(),
            Self::Provider(provider) => provider.clone(),
        }
    }
}

/// The clouds, in the order in which they are asked. Nothing falls back to `local` unless it is named.
pub(crate) fn choose(args: &CloudArgs, locations: &Locations, findings: &Arc<Findings>) -> Result<Vec<Cloud>, Failure> {
    let specs = spec::read(&args.cloud, args.model.as_deref()).map_err(Failure::usage)?;
    let prompts = if specs.iter().any(|spec| *spec != Spec::Local) { prompts()? } else { Prompts::default() };
    let one = |(index, spec): (usize, Spec)| match spec {
        Spec::Local => {
            let model = locations.path(Role::Local).map_err(Failure::models)?;
            let system = prompt("local.txt")?
                .unwrap_or_else(|| include_str!("../../../../assets/prompts/local.txt").trim().into());
            Ok(Cloud::Local(Arc::new(Local::new(LocalConfig { model, system, length: Length::default() }))))
        }
        Spec::Server { dialect, base, model } => {
            let config = ProviderConfig {
                model,
                key: key(index, args.key_file.as_deref())?,
                prompts: prompts.clone(),
                findings: findings.clone(),
                ..ProviderConfig::at(dialect, &base)
            };
            Ok(Cloud::Provider(Arc::new(Provider::new(config).map_err(Failure::usage)?)))
        }
    };
    specs.into_iter().enumerate().map(one).collect()
}

/// The key of the cloud at this place in the order: from the environment, from a file that the environment names, or,
/// of the first one, from the file that the configuration names.
/// Each cloud has its own, so that no key goes to anybody else.
fn key(index: usize, configured: Option<&Path>) -> Result<Option<Secret>, Failure> {
    let name = if index == 0 { "SEGUE_CLOUD_KEY".to_owned() } else { format!("SEGUE_CLOUD_KEY_{}", index + 1) };
    if let Ok(key) = std::env::var(&name) {
        return Ok(Secret::new(&key));
    }
    let named = std::env::var_os(format!("{name}_FILE")).map(PathBuf::from);
    let configured = configured.filter(|_| index == 0).map(Path::to_path_buf);
    let Some(path) = named.or(configured) else { return Ok(None) };
    let text =
        read(&path).map_err(|e| Failure::usage(format!("the key file {} cannot be read: {e}", path.display())))?;
    Ok(Secret::new(&text))
}

/// The prompts: each is the user's own, or the one that came with the program.
fn prompts() -> Result<Prompts, Failure> {
    let built_in = Prompts::default();
    Ok(Prompts {
        system: prompt("system.txt")?.unwrap_or(built_in.system),
        protocol: prompt("protocol.txt")?.unwrap_or(built_in.protocol),
        instruction: prompt("instruction.txt")?.unwrap_or(built_in.instruction),
    })
}

/// The user's own prompt from the folder `SEGUE_PROMPTS`, if there is one.
fn prompt(name: &str) -> Result<Option<String>, Failure> {
    let own = std::env::var_os("SEGUE_PROMPTS").map(|folder| PathBuf::from(folder).join(name));
    let Some(path) = own.filter(|path| path.exists()) else { return Ok(None) };
    let text = read(&path).map_err(|e| Failure::usage(format!("the prompt {} cannot be read: {e}", path.display())))?;
    Ok(Some(text.trim().to_string()))
}

fn read(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST_FILE).read_to_string(&mut text)?;
    Ok(text)
}
