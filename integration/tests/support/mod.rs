//! The real client behind which the tests put scripted clouds.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use segue_engines::cloud::{OpenAi, OpenAiConfig};
use segue_runtime::port::Continuator;

/// A client of OpenAI's dialect for the server at `base`, as `segue --cloud` makes one.
pub fn client(base: &str) -> Arc<dyn Continuator> {
    Arc::new(OpenAi::new(OpenAiConfig { model: Some("scripted".into()), ..OpenAiConfig::at(base) }).unwrap())
}
