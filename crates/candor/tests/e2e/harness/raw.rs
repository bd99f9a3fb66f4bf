//! HTTP as bytes over a socket, for what no decent client would send.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::candor::{Candor, TOKEN};

/// Sends `request` and reads until the server closes or `limit` passes.
pub(crate) async fn exchange(candor: &Candor, request: &[u8], limit: Duration) -> String {
    let mut socket = connect(candor).await;
    // The server may answer and close before it has read everything, which is its right.
    let _ = socket.write_all(request).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(limit, socket.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A POST with the administrator's token and `Connection: close`.
pub(crate) fn post(candor: &Candor, path: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        candor.authority(),
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// The status code of an answer, 0 when there was none.
pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// Sends `first`, then one byte of `drip` every 500 ms; answers after how long the server hung up.
pub(crate) async fn hangs_up_after(candor: &Candor, first: &[u8], limit: Duration) -> Option<Duration> {
    let mut socket = connect(candor).await;
    let started = Instant::now();
    socket.write_all(first).await.expect("the first bytes go out");
    let mut answer = [0_u8; 1024];
    while started.elapsed() < limit {
        match tokio::time::timeout(Duration::from_millis(500), socket.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => return Some(started.elapsed()),
            Ok(Ok(_)) => {} // an error answer such as 408 comes before the end
            Err(_) => {
                let _ = socket.write_all(b"a").await;
            }
        }
    }
    None
}

async fn connect(candor: &Candor) -> TcpStream {
    TcpStream::connect(candor.authority()).await.expect("the server accepts")
}
