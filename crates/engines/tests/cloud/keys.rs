//! Keys are sent where they belong and shown nowhere.

use segue_engines::cloud::dialect::Dialect;
use segue_engines::cloud::secret::Secret;
use segue_engines::cloud::{Provider, ProviderConfig};
use segue_integration::cloud::{Reply, Script};
use segue_runtime::port::{CloudError, Continuator};

use crate::support::{BOTH, base, config, go_on, plays};

#[tokio::test]
async fn keys_are_sent_and_wrong_ones_refused() {
    for dialect in BOTH {
        let cloud = plays(Script { key: Some("sk-right".into()), ..Script::of([Reply::says(["Yes."])]) });
        let with = |key: &str| {
            Provider::new(ProviderConfig { key: Secret::new(key), ..config(dialect, &base(&cloud, dialect)) }).unwrap()
        };
        assert_eq!(go_on(&with("sk-right")).await.1, Ok(()));
        assert_eq!(go_on(&with("sk-wrong")).await.1, Err(CloudError::Unauthorized));
        assert_eq!(go_on(&with("")).await.1, Err(CloudError::Unauthorized));
    }
}

#[tokio::test]
async fn no_error_and_no_name_shows_a_key() {
    let gone = plays(Script::default()).base();
    for base in [gone.as_str(), "https://no-such-host.invalid/v1"] {
        let config =
            ProviderConfig { key: Secret::new("sk-secret"), model: Some("m".into()), ..config(Dialect::OpenAi, base) };
        let provider = Provider::new(config).unwrap();
        let (_, outcome) = go_on(&provider).await;
        let shown = format!("{outcome:?} {} {}", outcome.as_ref().unwrap_err(), provider.name());
        assert!(!shown.contains("sk-secret"), "{shown}");
    }
}
