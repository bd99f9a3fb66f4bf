//! A conversation with the mail server: opening it, and handing over one mail.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use crate::pace;
use crate::wire::{Io, Reply, Trouble, Wire};

/// When a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cover {
    /// From the first byte: `smtps://`.
    First,
    /// After STARTTLS, or not at all: `smtp+starttls://`.
    Must,
    /// After STARTTLS when the server offers it: `smtp://`.
    May,
}

/// What opening a conversation needs to know.
pub(crate) struct Door {
    pub(crate) cover: Cover,
    pub(crate) name: ServerName<'static>,
    pub(crate) connector: TlsConnector,
    /// User and password.
    pub(crate) login: Option<(String, String)>,
}

/// An open conversation, greeted and logged in.
pub(crate) struct Talk {
    wire: Wire,
    offers: Vec<String>,
    pub(crate) idle_since: Instant,
    pub(crate) mails: u32,
}

/// When a conversation may go on in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clear {
    /// Never: the mail would cross a network that others use.
    Never,
    /// When the server offers nothing better.
    Unoffered,
    /// Even when it does: its certificate has been looked at and is of no use.
    Anyhow,
}

impl Talk {
    /// Greets, encrypts and logs in over a fresh connection.
    pub(crate) async fn open(tcp: TcpStream, door: &Door, clear: Clear) -> Result<Self, Trouble> {
        tcp.set_nodelay(true)?;
        let me = literal(tcp.local_addr()?.ip());
        let mut covered = door.cover == Cover::First;
        let mut wire = if covered { door.encrypt(Box::new(tcp)).await? } else { Wire::new(Box::new(tcp)) };
        wire.hear().await?.want(2)?;
        let mut offers = greet(&mut wire, &me).await?;
        if !covered && has(&offers, "STARTTLS") && clear != Clear::Anyhow {
            wire.ask("STARTTLS").await?.want(2)?;
            wire = door.encrypt(wire.into_bare()?).await?;
            offers = greet(&mut wire, &me).await?;
            covered = true;
        }
        if !covered && clear == Clear::Never {
            return Err(Trouble::Unfit(match door.cover {
                Cover::Must => "the server does not offer STARTTLS, which smtp+starttls:// requires",
                _ => "the server does not offer STARTTLS; use smtps://, list it under [egress] allow, or set [mail] plain",
            }));
        }
        let mut talk = Self { wire, offers, idle_since: pace::now(), mails: 0 };
        if let Some((user, password)) = &door.login {
            talk.log_in(user, password).await?;
        }
        Ok(talk)
    }

    /// Hands over one mail. `dotted` becomes true when the server may have taken it, and stays readable when the caller stops
    /// waiting.
    pub(crate) async fn mail(&mut self, from: &str, to: &str, message: &[u8], dotted: &mut bool) -> Result<Reply, Trouble> {
        let sender = format!("MAIL FROM:<{from}>");
        let recipient = format!("RCPT TO:<{to}>");
        if has(&self.offers, "PIPELINING") {
            self.wire.say(&sender).await?;
            self.wire.say(&recipient).await?;
            let sender = self.wire.hear().await?;
            let recipient = self.wire.hear().await;
            sender.want(2)?;
            recipient?.want(2)?;
        } else {
            self.wire.ask(&sender).await?.want(2)?;
            self.wire.ask(&recipient).await?.want(2)?;
        }
        self.wire.ask("DATA").await?.want(3)?;
        self.wire.pour(message).await?;
        // Set before the dot leaves: once it may have left, nobody can say that it did not arrive.
        *dotted = true;
        self.wire.say(".").await?;
        let reply = self.wire.hear().await?.want(2)?;
        self.mails += 1;
        self.idle_since = pace::now();
        Ok(reply)
    }

    /// Takes leave. Nobody waits long for an answer to that.
    pub(crate) async fn quit(mut self) {
        let _answer = self.wire.ask("QUIT").await;
    }

    async fn log_in(&mut self, user: &str, password: &str) -> Result<(), Trouble> {
        let ways = self.offers.iter().find_map(|o| o.strip_prefix("AUTH ")).unwrap_or_default().to_owned();
        let ways: Vec<&str> = ways.split(' ').collect();
        if ways.contains(&"PLAIN") {
            let token = STANDARD.encode(format!("\0{user}\0{password}"));
            self.wire.ask(&format!("AUTH PLAIN {token}")).await?.want(2)?;
        } else if ways.contains(&"LOGIN") {
            self.wire.ask("AUTH LOGIN").await?.want(3)?;
            self.wire.ask(&STANDARD.encode(user)).await?.want(3)?;
            self.wire.ask(&STANDARD.encode(password)).await?.want(2)?;
        } else {
            return Err(Trouble::Unfit("the server offers no log-in by PLAIN or LOGIN, but [mail] user is set"));
        }
        Ok(())
    }
}

impl Door {
    async fn encrypt(&self, bare: Box<dyn Io>) -> Result<Wire, Trouble> {
        let stream = self.connector.connect(self.name.clone(), bare).await?;
        Ok(Wire::new(Box::new(stream)))
    }

    pub(crate) fn connector(config: rustls::ClientConfig) -> TlsConnector {
        TlsConnector::from(Arc::new(config))
    }
}

/// What the server offers, in capitals, one keyword with its parameters each.
async fn greet(wire: &mut Wire, me: &str) -> Result<Vec<String>, Trouble> {
    let reply = wire.ask(&format!("EHLO {me}")).await?.want(2)?;
    let offers = reply.lines.iter().skip(1).map(|l| l.trim().to_ascii_uppercase());
    // Some old servers write AUTH=PLAIN for the sake of older clients.
    Ok(offers.map(|o| o.replacen("AUTH=", "AUTH ", 1)).collect())
}

fn has(offers: &[String], keyword: &str) -> bool {
    offers.iter().any(|o| o.split(' ').next() == Some(keyword))
}

/// Our name in the greeting: an address literal is always true, a host name is a guess.
fn literal(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => format!("[{ip}]"),
        IpAddr::V6(ip) => format!("[IPv6:{ip}]"),
    }
}
