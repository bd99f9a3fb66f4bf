//! SMTP on the wire: lines out, replies in, all of it bounded.
//!
//! The mail library's own client is not used. A send that is cut off by a deadline goes back into its pool half way through a
//! message, so that the next mail would become part of the previous one's text; it cannot tell a connection that broke before
//! the final dot from one that broke after, which is the difference between "again" and "may have arrived"; what a stranger
//! slips in behind the answer to STARTTLS it would read as said under TLS; and it is what RUSTSEC-2026-0561 is about.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// RFC 5321 allows 512 octets to a line of a reply; servers exceed it.
const MAX_LINE: u64 = 2048;
const MAX_LINES: usize = 100;

/// What both a bare and an encrypted connection can do.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A reply of the server.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) lines: Vec<String>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        self.lines.join(" ")
    }

    /// The reply when it is of the wanted kind (its first digit), the error otherwise.
    pub(crate) fn want(self, kind: u16) -> Result<Self, Trouble> {
        if self.code / 100 == kind { Ok(self) } else { Err(Trouble::Reply(self)) }
    }
}

/// Why a conversation did not go on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server said no.
    Reply(Reply),
    /// The connection broke.
    Lost(io::Error),
    /// The connection is there and must not be used.
    Unfit(&'static str),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

/// One connection.
pub(crate) struct Wire {
    stream: BufReader<Box<dyn Io>>,
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Io>) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Gives the bare stream back for the handshake, unless the server has said something already that belongs after it.
    pub(crate) fn into_bare(self) -> Result<Box<dyn Io>, Trouble> {
        if self.stream.buffer().is_empty() {
            Ok(self.stream.into_inner())
        } else {
            Err(Trouble::Unfit("the server's answer to STARTTLS was tampered with"))
        }
    }

    /// Sends one command and reads its reply.
    pub(crate) async fn ask(&mut self, command: &str) -> Result<Reply, Trouble> {
        self.say(command).await?;
        self.hear().await
    }

    /// Sends one command. The last guard against a second one hidden in it: whatever was overlooked before stops here.
    pub(crate) async fn say(&mut self, command: &str) -> Result<(), Trouble> {
        let mut line = command.to_owned();
        if !line.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) || line.len() > 1000 {
            return Err(Trouble::Unfit("a command for the mail server held characters that must not be in it"));
        }
        line.push_str("\r\n");
        self.stream.write_all(line.as_bytes()).await?;
        Ok(self.stream.flush().await?)
    }

    /// Sends a message up to, but not including, the dot that ends it.
    pub(crate) async fn pour(&mut self, message: &[u8]) -> Result<(), Trouble> {
        self.stream.write_all(&stuffed(message)).await?;
        Ok(self.stream.flush().await?)
    }

    /// Reads one reply.
    pub(crate) async fn hear(&mut self) -> Result<Reply, Trouble> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            let n = (&mut self.stream).take(MAX_LINE).read_until(b'\n', &mut line).await?;
            if n == 0 {
                return Err(Trouble::Lost(io::ErrorKind::UnexpectedEof.into()));
            }
            if line.last() != Some(&b'\n') {
                return Err(Trouble::Unfit("the mail server sent a line without an end"));
            }
            let (code, more, text) = parse(&line).ok_or(Trouble::Unfit("the server does not speak SMTP"))?;
            lines.push(text);
            if !more {
                return Ok(Reply { code, lines });
            }
            if lines.len() >= MAX_LINES {
                return Err(Trouble::Unfit("the mail server's reply has no end"));
            }
        }
    }
}

/// `250-text` or `250 text`: the code, whether more follows, the text.
fn parse(line: &[u8]) -> Option<(u16, bool, String)> {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches(['\r', '\n']);
    let code = line.get(..3).filter(|c| c.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let more = match line.as_bytes().get(3) {
        None | Some(b' ') => false,
        Some(b'-') => true,
        Some(_) => return None,
    };
    (200..600).contains(&code).then(|| (code, more, line.get(4..).unwrap_or_default().to_owned()))
}

/// The message with every line that begins with a dot given another one, and an end of line at its end.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    let mut at_start = true;
    for &byte in message {
        if at_start && byte == b'.' {
            out.push(b'.');
        }
        out.push(byte);
        at_start = byte == b'\n';
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}
