//! As much HTTP/1.1 as a scripted server needs, by hand, because a proper library refuses to misbehave.

use std::io;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::Asked;

/// No request of a test is longer.
const LONGEST_BODY: usize = 16 * 1024 * 1024;

/// One connection.
pub(super) struct Peer {
    stream: BufReader<TcpStream>,
    /// Bytes of an event stream to send at a time.
    pub(super) shred: Option<usize>,
}

impl Peer {
    pub(super) fn new(stream: TcpStream) -> Self {
        // Without this, Nagle's algorithm would add 40 ms of its own to scripted delays.
        let _ = stream.set_nodelay(true);
        Self { stream: BufReader::new(stream), shred: None }
    }

    /// The next request; `None` when the client closed the connection.
    pub(super) async fn request(&mut self) -> io::Result<Option<Asked>> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut length = 0;
        let (mut key, mut version) = (None, None);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "authorization" => key = value.trim().strip_prefix("Bearer ").map(str::to_owned),
                "x-api-key" => key = Some(value.trim().to_owned()),
                "anthropic-version" => version = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let mut body = vec![0; length.min(LONGEST_BODY)];
        self.stream.read_exact(&mut body).await?;
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Ok(Some(Asked { method, path, key, version, body, at: Instant::now() }))
    }

    /// A whole response with a length. `body` is left out for `HEAD`.
    pub(super) async fn respond(
        &mut self,
        status: u16,
        headers: &str,
        kind: &str,
        body: &str,
        head_only: bool,
    ) -> io::Result<()> {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{headers}\r\n");
        self.stream.write_all(head.as_bytes()).await?;
        if !head_only {
            self.stream.write_all(body.as_bytes()).await?;
        }
        self.stream.flush().await
    }

    /// Begins an event stream.
    pub(super) async fn begin_stream(&mut self) -> io::Result<()> {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
        self.stream.write_all(head.as_bytes()).await?;
        self.stream.flush().await
    }

    /// Sends a part of an event stream.
    pub(super) async fn part(&mut self, text: &str) -> io::Result<()> {
        for bytes in text.as_bytes().chunks(self.shred.unwrap_or(usize::MAX).max(1)) {
            self.stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await?;
            self.stream.write_all(bytes).await?;
            self.stream.write_all(b"\r\n").await?;
            self.stream.flush().await?;
        }
        Ok(())
    }

    /// Ends an event stream as it should end.
    pub(super) async fn end_stream(&mut self) -> io::Result<()> {
        self.stream.write_all(b"0\r\n\r\n").await?;
        self.stream.flush().await
    }

    /// Waits; an error when the client goes away meanwhile.
    pub(super) async fn wait(&mut self, time: Duration) -> io::Result<()> {
        if time.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = left(&mut self.stream) => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    /// Promises more and closes.
    pub(super) async fn cut(mut self) -> io::Result<()> {
        self.stream.write_all(b"40\r\ndata: {\"choices\"").await?;
        self.stream.flush().await?;
        self.stream.shutdown().await
    }
}

/// Ends when the client has closed its side. A client of HTTP/1.1 sends nothing while it waits for a reply.
async fn left(stream: &mut BufReader<TcpStream>) {
    match stream.fill_buf().await {
        Ok([]) | Err(_) => {}
        Ok(_) => std::future::pending().await,
    }
}
