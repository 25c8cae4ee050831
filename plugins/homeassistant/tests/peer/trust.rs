//! Home Assistant over TLS: who proves who it is hears the token, and nobody else.

use std::sync::Arc;

use segue_homeassistant::{Asked, Home, HomeConfig, SetupError};
use segue_runtime::port::ActionResult;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, version};

use crate::support::{Peer, home, segue_at};

/// A certificate as a file has it.
fn pem(der: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in der.chunks(3) {
        let bits = three.iter().chain([&0, &0]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for at in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * at) & 63];
            text.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
        if text.len() % 65 == 64 {
            text.push('\n');
        }
    }
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").into_bytes()
}

/// One who says to be loopback, and the PEM by which it is known.
fn stranger() -> (TlsAcceptor, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.key_pair.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS12, &version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(server)), pem(made.cert.der()))
}

async fn handshake(
    listener: &TcpListener,
    acceptor: &TlsAcceptor,
) -> std::io::Result<tokio_rustls::server::TlsStream<tokio::net::TcpStream>> {
    acceptor.accept(listener.accept().await.unwrap().0).await
}

#[tokio::test]
async fn a_home_that_is_known_by_a_named_file_acts_over_tls() {
    let (listener, port) = home().await;
    let (acceptor, ca) = stranger();
    let segue = segue_at(format!("https://localhost:{port}"), Asked::All, Some(ca));
    let script = tokio::spawn(async move {
        let mut peer = Peer::lets_in(handshake(&listener, &acceptor).await.unwrap()).await;
        let (id, _) = peer.request().await.unwrap();
        peer.ends(id, "action_done", "Turned on", json!({})).await;
    });
    assert_eq!(segue.does_when_up("turn on the light", "").await, ActionResult::Done("Turned on.".into()));
    script.await.unwrap();
}

#[tokio::test]
async fn a_stranger_hears_no_token() {
    let (listener, port) = home().await;
    let (acceptor, _) = stranger();
    let (_, other) = stranger();
    for ca in [Some(other), None] {
        let segue = segue_at(format!("https://localhost:{port}"), Asked::All, ca);
        assert!(handshake(&listener, &acceptor).await.is_err(), "the system does not know it either");
        let gone = ActionResult::Failed("Home Assistant can't be reached.".into());
        assert_eq!(segue.does("turn on the light", "").await, gone);
        segue.task.abort();
    }
}

#[test]
fn a_file_without_anybody_to_trust_is_told_at_once() {
    for ca in [&b""[..], b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &[0xff; 99]] {
        let config = HomeConfig {
            url: "https://home".into(),
            token: "abc".into(),
            pipeline: None,
            asked: Asked::All,
            names: false,
            ca: Some(ca.to_vec()),
        };
        assert!(matches!(Home::new(config), Err(SetupError::Tls(_))));
    }
}
