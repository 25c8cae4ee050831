//! TLS that fails is no connection, with the reason, in both dialects.

use std::sync::Arc;

use segue_engines::cloud::{Provider, ProviderConfig};
use segue_integration::cloud::Script;
use segue_runtime::port::CloudError;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, version};

use crate::support::{BOTH, config, go_on, plays};

async fn why(base: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    for dialect in BOTH {
        let provider = Provider::new(ProviderConfig { model: Some("m".into()), ..config(dialect, base) }).unwrap();
        let (text, outcome) = go_on(&provider).await;
        let Err(CloudError::Unreachable(why)) = outcome else { panic!("{base}: {outcome:?}") };
        assert_eq!(text, "");
        reasons.push(why);
    }
    reasons
}

#[tokio::test]
async fn a_server_without_tls_is_unreachable_over_it() {
    let cloud = plays(Script::default());
    why(&cloud.base().replace("http:", "https:")).await;
    assert!(cloud.chats().is_empty());
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_not_trusted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![made.cert.der().clone()],
            PrivateKeyDer::try_from(made.key_pair.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let handshakes = tokio::spawn(async move {
        for _ in BOTH {
            let (stream, _) = listener.accept().await.unwrap();
            assert!(acceptor.accept(stream).await.is_err(), "nobody talks to us");
        }
    });
    for reason in why(&format!("https://localhost:{port}/v1")).await {
        assert!(reason.to_lowercase().contains("certificate"), "{reason}");
    }
    handshakes.await.unwrap();
}
