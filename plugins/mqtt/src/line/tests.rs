//! TLS with a real broker: who proves who it is gets in, who does not gets nothing.

use std::path::Path;
use std::process::Command;

use segue_integration::mosquitto::Mosquitto;

use super::*;
use crate::discovery::tests::config;

const TLS: &str = "allow_anonymous true\ncertfile FOLDER/cert.pem\nkeyfile FOLDER/key.pem\n";
/// A certificate of loopback that signs itself and nothing else.
const CERTIFICATE: &str = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=loopback\n[ext]\n\
                           basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1\n";

fn make(folder: &Path) {
    std::fs::write(folder.join("req.conf"), CERTIFICATE).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder).args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]);
    openssl.args(["-keyout", "key.pem", "-out", "cert.pem", "-config", "req.conf"]);
    assert!(openssl.output().unwrap().status.success());
}

/// What happens first on a line to this broker that trusts `ca`.
async fn first(broker: &Mosquitto, version: Version, ca: Vec<u8>) -> LineEvent {
    let config = MqttConfig { port: broker.port, tls: true, ca: Some(ca), version, ..config() };
    let (_pen, keep, mut events) = open(&config).unwrap();
    let line = tokio::spawn(keep);
    let event = events.recv().await.unwrap();
    line.abort();
    event
}

#[tokio::test]
async fn only_who_proves_who_it_is_gets_anything() {
    let Some(broker) = Mosquitto::with(TLS, make) else { return };
    let trusted = std::fs::read(broker.folder.path().join("cert.pem")).unwrap();
    let other = tempfile::tempdir().unwrap();
    make(other.path());
    let stranger = std::fs::read(other.path().join("cert.pem")).unwrap();
    for version in [Version::V5, Version::V311] {
        assert!(matches!(first(&broker, version, trusted.clone()).await, LineEvent::Up));
        let LineEvent::Down(why) = first(&broker, version, stranger.clone()).await else { panic!("it got in") };
        assert!(why.contains("certificate"), "{why}");
    }
}

#[test]
fn tls_without_anybody_to_trust_is_told_at_once() {
    let config = |ca: &[u8]| MqttConfig { tls: true, ca: Some(ca.to_vec()), ..config() };
    assert!(matches!(open(&config(b"")).err(), Some(SetupError::NoCertificate)));
    assert!(open(&config(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).is_err());
}
