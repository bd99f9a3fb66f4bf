//! The receiving end of pages: a webhook server that notes when which probe came in.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::alert::{PROBE, SERIAL_LEN};
use crate::clock;
use crate::http::parse_head;

/// No page of either server is near this.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// More probes than any case sends.
const MAX_PROBES: usize = 100_000;

#[derive(Debug, Default)]
struct Seen {
    /// By a probe's serial number, when it first came in.
    probes: Vec<Option<Instant>>,
    pages: u64,
    first: Option<Instant>,
}

/// Listens until dropped.
#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Sink {
    pub(crate) async fn open() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(accept(listener, Arc::clone(&seen)));
        Ok(Self { address, seen, task })
    }

    pub(crate) fn arrival(&self, probe: u64) -> Option<Instant> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.probes.get(probe as usize).copied().flatten()
    }

    /// How many pages came in, and when the first did.
    pub(crate) fn pages(&self) -> (u64, Option<Instant>) {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.pages, seen.first)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let seen = Arc::clone(&seen);
        // A sender that hangs up in the middle is its own affair: the page then counts as not received.
        tokio::spawn(async move { serve(stream, &seen).await.ok() });
    }
}

async fn serve(mut stream: TcpStream, seen: &Mutex<Seen>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        let Some(head) = parse_head(&buffer)? else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let end = head.body_at + head.body_len.min(MAX_BODY);
        while buffer.len() < end {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        note(&buffer[head.body_at..end], clock::now(), seen);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await?;
        buffer.drain(..end);
    }
}

fn note(body: &[u8], at: Instant, seen: &Mutex<Seen>) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.pages += 1;
    seen.first.get_or_insert(at);
    for probe in probes(body) {
        if seen.probes.len() <= probe {
            seen.probes.resize(probe + 1, None);
        }
        seen.probes[probe].get_or_insert(at);
    }
}

/// The serial numbers that follow the mark anywhere in the body.
fn probes(body: &[u8]) -> impl Iterator<Item = usize> {
    let mark = PROBE.as_bytes();
    body.windows(mark.len() + SERIAL_LEN).filter(move |window| window.starts_with(mark)).filter_map(move |window| {
        let serial: usize = std::str::from_utf8(&window[mark.len()..]).ok()?.parse().ok()?;
        (serial < MAX_PROBES).then_some(serial)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_found_wherever_they_stand() {
        let body = br#"{"text":"Probe0000000007: failed","more":"xProbe0000000012 Probe00"}"#;
        assert_eq!(probes(body).collect::<Vec<_>>(), [7, 12]);
    }

    #[test]
    fn absurd_serials_are_ignored() {
        assert_eq!(probes(b"Probe9999999999").count(), 0);
    }
}
