//! The least of HTTP/1.1 that a load generator needs.
//!
//! A real client library would cost as much per request as the server under test; this one reads a status line and a length.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Heads larger than this are refused: neither server sends one.
const MAX_HEAD: usize = 64 * 1024;
/// The largest body that is read whole: 100,000 alerts as Alertmanager lists them are about 80 MB.
const MAX_BODY: u64 = 512 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_mins(1);

/// Of an HTTP message: where its body starts and how long it is, and the status when it is an answer (0 for a request).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) body_at: usize,
    pub(crate) body_len: usize,
}

/// `None` while the head is not complete.
pub(crate) fn parse_head(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() > MAX_HEAD { Err(malformed("head too long")) } else { Ok(None) };
    };
    let mut lines = bytes[..end].split(|&byte| byte == b'\n');
    let status = match lines.next().and_then(|line| line.strip_prefix(b"HTTP/1.")) {
        Some(rest) => number(rest.get(2..5).unwrap_or_default())? as u16,
        None => 0,
    };
    let length = lines.find_map(content_length).transpose()?;
    let body_len = match (length, status) {
        (Some(length), _) => length,
        // These never have a body; a request without a length has none either.
        (None, 0 | 204 | 304) => 0,
        (None, _) => return Err(malformed("an answer without content-length")),
    };
    Ok(Some(Head { status, body_at: end + 4, body_len }))
}

fn content_length(line: &[u8]) -> Option<Result<usize>> {
    const NAME: &[u8] = b"content-length:";
    let name = line.get(..NAME.len())?;
    name.eq_ignore_ascii_case(NAME).then(|| number(line[NAME.len()..].trim_ascii()))
}

fn number(digits: &[u8]) -> Result<usize> {
    let text = std::str::from_utf8(digits).map_err(|_| malformed("not a number"))?;
    text.parse().map_err(|_| malformed("not a number"))
}

fn malformed(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// One keep-alive connection, one request at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends the request and returns the answer's status, having read its body to the end.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if let Some(head) = parse_head(&self.buffer)? {
                while self.buffer.len() < head.body_at + head.body_len {
                    if self.stream.read_buf(&mut self.buffer).await? == 0 {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                return Ok(head.status);
            }
        }
    }
}

/// Fetches one document over a connection of its own: status, head and body.
pub(crate) async fn get(to: SocketAddr, path: &str, headers: &str) -> Result<(u16, String, Vec<u8>)> {
    let work = async {
        let mut stream = TcpStream::connect(to).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nUser-Agent: bench\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.take(MAX_BODY).read_to_end(&mut bytes).await?;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or(ErrorKind::UnexpectedEof)?;
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let status = number(bytes.get(9..12).unwrap_or_default())? as u16;
        let body = &bytes[end + 4..];
        let body = if head.contains("\ntransfer-encoding: chunked") { dechunk(body)? } else { body.to_vec() };
        Ok((status, head, body))
    };
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| Error::from(ErrorKind::TimedOut))?
}

/// Puts a chunked body together; it must be whole.
fn dechunk(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::with_capacity(rest.len());
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|digits| usize::from_str_radix(digits.trim(), 16).ok());
        let size = size.ok_or_else(|| malformed("a chunk without a size"))?;
        if size == 0 {
            return Ok(body);
        }
        rest = &rest[end + 2..];
        body.extend_from_slice(rest.get(..size).ok_or(ErrorKind::UnexpectedEof)?);
        rest = rest.get(size + 2..).ok_or(ErrorKind::UnexpectedEof)?;
    }
    Err(ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_its_length_in_any_case() {
        let bytes = b"HTTP/1.1 200 OK\r\nDate: x\r\ncontent-length: 12\r\n\r\nhello";
        let head = parse_head(bytes).expect("well formed");
        assert_eq!(head, Some(Head { status: 200, body_at: 48, body_len: 12 }));
        let bytes = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length:0\r\n\r\n";
        let head = parse_head(bytes).expect("well formed").expect("complete");
        assert_eq!((head.status, head.body_len), (503, 0));
    }

    #[test]
    fn half_a_head_is_not_an_answer_yet() {
        assert_eq!(parse_head(b"HTTP/1.1 200 OK\r\nContent-Le").expect("so far so good"), None);
    }

    #[test]
    fn a_request_has_no_status() {
        let head = parse_head(b"POST /hook HTTP/1.1\r\nContent-Length: 3\r\n\r\n{}\n").expect("well formed");
        assert_eq!(head.map(|head| (head.status, head.body_len)), Some((0, 3)));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(parse_head(b"HTTP/1.1 abc\r\n\r\n").is_err());
        assert!(parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n").is_err());
        assert!(parse_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        assert!(parse_head(&vec![b'x'; MAX_HEAD + 1]).is_err());
    }

    #[test]
    fn an_answer_that_has_no_body_needs_no_length() {
        let head = parse_head(b"HTTP/1.1 204 No Content\r\n\r\n").expect("well formed");
        assert_eq!(head.map(|head| head.body_len), Some(0));
    }

    #[test]
    fn chunks_are_put_together() {
        assert_eq!(dechunk(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n").expect("whole"), b"abc0123456789");
        assert!(dechunk(b"3\r\nabc\r\n").is_err());
        assert!(dechunk(b"zz\r\n").is_err());
    }
}
