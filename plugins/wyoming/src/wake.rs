//! A wake word service as a client: sound goes out, detections come in. A service that is away, silent or talking
//! rubbish costs only its detections: it is tried again for ever.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::codec::{Broken, Decoder, Event};

/// Sample rate of all sound that is sent, in Hz.
pub const RATE: u32 = 16_000;
/// How long connecting or one write may take: a service that takes no sound is as good as away.
const PATIENCE: Duration = Duration::from_secs(5);
/// Waits between attempts.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How much is read at a time.
const READ: usize = 16 * 1024;

/// A wake word was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// Its name in the service; empty when the service does not say.
    pub name: String,
}

/// What became of a connection.
#[derive(Debug, thiserror::Error)]
pub enum WakeError {
    /// It cannot be reached, or the connection broke.
    #[error("the wake word service is away: {0}")]
    Away(#[from] std::io::Error),
    /// It takes no sound.
    #[error("the wake word service takes no sound")]
    Stuck,
    /// It closed the connection.
    #[error("the wake word service hung up")]
    HungUp,
    /// It talks rubbish.
    #[error("the wake word service talks rubbish: {0}")]
    Rubbish(#[from] Broken),
}

/// Sends `sound` (16 kHz mono) to the service at `address` (`host:port`) and tells its detections of `names` (none:
/// of all that it knows), until nobody sends sound or reads detections any more.
pub async fn watch(
    address: &str,
    names: &[String],
    mut sound: mpsc::Receiver<Vec<i16>>,
    detections: mpsc::Sender<Detection>,
) {
    let (mut wait, mut told) = (FIRST_WAIT, false);
    loop {
        let mut heard = 0;
        match talk(address, names, &mut sound, &detections, &mut heard).await {
            Ok(()) => return,
            Err(error) if !std::mem::replace(&mut told, true) => tracing::warn!(%error, "no wake word, trying on"),
            Err(error) => tracing::debug!(%error, "no wake word"),
        }
        if heard > 0 {
            (wait, told) = (FIRST_WAIT, false);
        }
        // Sound of the time without a service is not kept: a wake word must not be found late.
        let mut pause = std::pin::pin!(sleep(wait));
        loop {
            tokio::select! {
                () = &mut pause => break,
                piece = sound.recv() => if piece.is_none() { return },
            }
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// One connection; `Ok` when nobody sends or reads any more. `sent` counts pieces that the service took.
async fn talk(
    address: &str,
    names: &[String],
    sound: &mut mpsc::Receiver<Vec<i16>>,
    detections: &mpsc::Sender<Detection>,
    sent: &mut u64,
) -> Result<(), WakeError> {
    let stream = timeout(PATIENCE, TcpStream::connect(address)).await.map_err(|_| WakeError::Stuck)??;
    stream.set_nodelay(true)?;
    let (mut from, mut to) = stream.into_split();
    let names = if names.is_empty() { json!(null) } else { json!(names) };
    write(&mut to, &Event::new("detect", json!({"names": names}))).await?;
    write(&mut to, &Event::new("audio-start", json!({"rate": RATE, "width": 2, "channels": 1}))).await?;
    let (mut decoder, mut bytes) = (Decoder::default(), vec![0; READ]);
    loop {
        tokio::select! {
            read = from.read(&mut bytes) => {
                let read = read?;
                if read == 0 {
                    return Err(WakeError::HungUp);
                }
                decoder.push(&bytes[..read]);
                while let Some(event) = decoder.event()? {
                    // Other events are none of our business; the protocol says to ignore them.
                    if event.kind == "detection" {
                        let name = event.text("name").unwrap_or_default().chars().take(64).collect();
                        if detections.send(Detection { name }).await.is_err() {
                            return Ok(());
                        }
                    }
                }
            }
            piece = sound.recv() => {
                let Some(piece) = piece else { return Ok(()) };
                write(&mut to, &Event::audio(&piece, RATE)).await?;
                *sent += 1;
            }
            () = detections.closed() => return Ok(()),
        }
    }
}

async fn write(to: &mut (impl AsyncWriteExt + Unpin), event: &Event) -> Result<(), WakeError> {
    Ok(timeout(PATIENCE, to.write_all(&event.bytes())).await.map_err(|_| WakeError::Stuck)??)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    struct Home {
        service: TcpListener,
        sound: mpsc::Sender<Vec<i16>>,
        detections: mpsc::Receiver<Detection>,
        task: tokio::task::JoinHandle<()>,
    }

    async fn home() -> Home {
        let service = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = service.local_addr().unwrap().to_string();
        let (sound, pieces) = mpsc::channel(4);
        let (detected, detections) = mpsc::channel(4);
        let task = tokio::spawn(async move { watch(&address, &["ok_nabu".into()], pieces, detected).await });
        Home { service, sound, detections, task }
    }

    async fn hears(stream: &mut TcpStream, decoder: &mut Decoder) -> Event {
        let mut bytes = [0; 1024];
        loop {
            if let Some(event) = decoder.event().unwrap() {
                return event;
            }
            let read = stream.read(&mut bytes).await.unwrap();
            assert!(read > 0, "the client hung up");
            decoder.push(&bytes[..read]);
        }
    }

    #[tokio::test]
    async fn sound_goes_out_and_a_detection_comes_in() {
        let mut home = home().await;
        let (mut stream, _) = home.service.accept().await.unwrap();
        let mut decoder = Decoder::default();
        let detect = hears(&mut stream, &mut decoder).await;
        assert_eq!((detect.kind.as_str(), &detect.data["names"]), ("detect", &json!(["ok_nabu"])));
        assert_eq!(hears(&mut stream, &mut decoder).await.kind, "audio-start");
        home.sound.send(vec![7; 320]).await.unwrap();
        assert_eq!(hears(&mut stream, &mut decoder).await, Event::audio(&[7; 320], RATE));
        stream.write_all(&Event::new("info", json!({})).bytes()).await.unwrap();
        stream
            .write_all(&Event::new("detection", json!({"name": "ok_nabu", "timestamp": null})).bytes())
            .await
            .unwrap();
        assert_eq!(home.detections.recv().await, Some(Detection { name: "ok_nabu".into() }));
        drop(home.sound);
        home.task.await.unwrap();
    }

    #[tokio::test]
    async fn rubbish_and_hanging_up_end_in_a_new_connection() {
        let mut home = home().await;
        for rubbish in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[0xff; 70_000], b""] {
            let (mut stream, _) = home.service.accept().await.unwrap();
            let _ = stream.write_all(rubbish).await;
            drop(stream);
        }
        let (mut stream, _) = home.service.accept().await.unwrap();
        stream.write_all(&Event::new("detection", json!({})).bytes()).await.unwrap();
        assert_eq!(home.detections.recv().await, Some(Detection { name: String::new() }));
        home.task.abort();
    }

    #[tokio::test]
    async fn without_a_service_sound_is_thrown_away_and_the_end_is_noticed() {
        let home = home().await;
        drop(home.service);
        for _ in 0..20 {
            home.sound.send(vec![0; 320]).await.unwrap();
        }
        drop(home.sound);
        home.task.await.unwrap();
    }
}
