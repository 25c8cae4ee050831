//! The real client behind which the tests put scripted clouds.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::hand_over::HandOver;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_runtime::port::Continuator;

/// A client of OpenAI's dialect for the server at `base`, as `segue --cloud` makes one; the sentence is handed over by
/// instruction, so that nothing but the turns' requests reaches the server.
pub(crate) fn client(base: &str) -> Arc<dyn Continuator> {
    let config = ProviderConfig {
        model: Some("scripted".into()),
        hand_over: Some(HandOver::Instruction),
        ..ProviderConfig::at(Dialect::OpenAi, base)
    };
    Arc::new(Provider::new(config).unwrap())
}
