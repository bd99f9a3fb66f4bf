//! Mail through one server: which connection is used, and that a mail is handed over once per attempt.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::message::Mailbox;
use rustls::RootCertStore;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use url::{Host, Url};

use crate::address::{Standing, judge};
use crate::mime;
use crate::names::Names;
use crate::parcel::{Outcome, Parcel};
use crate::smtp::{Clear, Cover, Door, Talk};
use crate::verdict::{self, Ended, hung_up};
use crate::wire::{Reply, Trouble};
use crate::{CourierError, Limits, MailSettings, pace, tls};

/// Servers close idle conversations, the strict ones after half a minute.
const MAX_IDLE: Duration = Duration::from_secs(20);
/// Servers also limit the mails of one conversation, commonly to a hundred.
const MAX_MAILS: u32 = 50;

/// The mail server as the settings describe it, and the conversations kept open with it.
pub(crate) struct Mailer {
    door: Door,
    host: String,
    port: u16,
    from: Mailbox,
    plain: bool,
    names: Arc<Names>,
    connect: Duration,
    open: Mutex<Vec<Talk>>,
    max_open: usize,
}

impl Mailer {
    pub(crate) fn new(
        mail: MailSettings,
        names: Arc<Names>,
        roots: &Arc<RootCertStore>,
        limits: &Limits,
    ) -> Result<Self, CourierError> {
        let (cover, host, port) = server(&mail.smtp)?;
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(|_| CourierError::Server("its host cannot be read"))?;
        let clean = |s: &String| !s.is_empty() && s.len() <= 255 && !s.contains(char::is_control);
        let login = match (mail.user, mail.password) {
            (None, None) => None,
            (Some(user), Some(password)) if clean(&user) && clean(&password) => Some((user, password)),
            _ => return Err(CourierError::Credentials),
        };
        let from = mime::sender(&mail.from).ok_or(CourierError::From)?;
        let door = Door { cover, name, connector: Door::connector(tls::config(roots)?), login };
        let (connect, max_open) = (limits.connect, limits.mails);
        Ok(Self { door, host, port, from, plain: mail.plain, names, connect, open: Mutex::default(), max_open })
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, parcel: &Parcel, to: &str, name: Option<&str>, deadline: Instant) -> Outcome {
        let Some(address) = mime::address(to) else {
            return Outcome::failed("not sent: the recipient's address is not one that mail is sent to");
        };
        let message = match mime::compose(parcel, &self.from, address.clone(), name) {
            Ok(message) => message,
            Err(why) => return Outcome::failed(format!("not sent: {why}")),
        };
        let to: &str = address.as_ref();
        match self.hand_over(to, &message, deadline).await {
            Ok(reply) => verdict::taken(&reply, &self.hidden(to)),
            Err(ended) => ended.outcome(&self.hidden(to)),
        }
    }

    /// Opens a conversation and takes leave: for `check`.
    pub(crate) async fn knock(&self, deadline: Instant) -> Result<(), String> {
        match timeout_at(deadline, self.connect_new()).await {
            Ok(Ok(talk)) => {
                let _answer = timeout(Duration::from_secs(1), talk.quit()).await;
                Ok(())
            }
            Ok(Err(trouble)) => Err(Ended::Opening(trouble).answer(&self.hidden(""))),
            Err(_) => Err(Ended::Late(false).answer(&[])),
        }
    }

    async fn hand_over(&self, to: &str, message: &[u8], deadline: Instant) -> Result<Reply, Ended> {
        let from: &str = self.from.email.as_ref();
        let mut kept = self.take_open();
        loop {
            let was_kept = kept.is_some();
            let mut talk = match kept.take() {
                Some(talk) => talk,
                None => match timeout_at(deadline, self.connect_new()).await {
                    Ok(opened) => opened.map_err(Ended::Opening)?,
                    Err(_) => return Err(Ended::Late(false)),
                },
            };
            let mut dotted = false;
            let said = timeout_at(deadline, talk.mail(from, to, message, &mut dotted)).await;
            match said {
                Ok(Ok(reply)) => {
                    self.keep(talk);
                    return Ok(reply);
                }
                // Here and below the conversation is dropped, and with it closed: it may stand in the middle of a mail.
                Err(_) => return Err(Ended::Late(dotted)),
                // A kept conversation that the server had closed meanwhile says nothing about this mail.
                Ok(Err(trouble)) if was_kept && !dotted && hung_up(&trouble) => {}
                Ok(Err(trouble @ Trouble::Reply(_))) => {
                    tokio::spawn(timeout(Duration::from_secs(1), talk.quit()));
                    return Err(Ended::Mail(trouble));
                }
                Ok(Err(_)) if dotted => return Err(Ended::Dotted),
                Ok(Err(trouble)) => return Err(Ended::Mail(trouble)),
            }
        }
    }

    async fn connect_new(&self) -> Result<Talk, Trouble> {
        let found = self.names.look_up(self.host.trim_matches(['[', ']'])).await;
        let found = found.map_err(|_| Trouble::Unfit("the mail server's name could not be resolved"))?;
        let mut last = Trouble::Unfit("the mail server's name has no usable address");
        for ip in found.into_iter().take(4) {
            // The administrator names the server, so a private one is fine; the metadata service never is.
            if judge(ip, &[]) == Standing::Metadata {
                continue;
            }
            match self.connect_to(ip).await {
                Ok(talk) => return Ok(talk),
                Err(trouble) => last = trouble,
            }
        }
        Err(last)
    }

    async fn connect_to(&self, ip: IpAddr) -> Result<Talk, Trouble> {
        let clear = match self.door.cover {
            Cover::May if self.plain || self.names.is_near(ip) => Clear::Unoffered,
            _ => Clear::Never,
        };
        let opened = Talk::open(self.dial(ip).await?, &self.door, clear).await;
        match opened {
            // A server on this very machine often offers TLS with a certificate made at its installation. What never leaves
            // the machine need not be hidden; anywhere else a bad certificate stays an error.
            Err(Trouble::Lost(error))
                if clear == Clear::Unoffered
                    && ip.to_canonical().is_loopback()
                    && tls::find::<rustls::Error>(&error).is_some() =>
            {
                Talk::open(self.dial(ip).await?, &self.door, Clear::Anyhow).await
            }
            opened => opened,
        }
    }

    async fn dial(&self, ip: IpAddr) -> Result<TcpStream, Trouble> {
        match timeout(self.connect, TcpStream::connect(SocketAddr::new(ip, self.port))).await {
            Ok(connected) => Ok(connected?),
            Err(_) => Err(Trouble::Unfit("the mail server did not take the connection in time")),
        }
    }

    fn take_open(&self) -> Option<Talk> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // The one used last is the likeliest to live; those below it are older still.
        let talk = open.pop().filter(|talk| pace::since(talk.idle_since) < MAX_IDLE);
        if talk.is_none() {
            open.clear();
        }
        talk
    }

    fn keep(&self, talk: Talk) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() < self.max_open && talk.mails < MAX_MAILS {
            open.push(talk);
        } else {
            drop(open);
            tokio::spawn(timeout(Duration::from_secs(1), talk.quit()));
        }
    }

    /// What many servers repeat in their answers and nobody else should read there.
    fn hidden<'a>(&'a self, to: &'a str) -> Vec<&'a str> {
        let mut hidden = vec![to, to.split('@').next().unwrap_or_default()];
        if let Some((user, password)) = &self.door.login {
            hidden.extend([user.as_str(), password.as_str()]);
        }
        hidden
    }
}

/// Reads `[mail] smtp`.
fn server(text: &str) -> Result<(Cover, String, u16), CourierError> {
    let wrong = CourierError::Server;
    let url = Url::parse(text.trim()).map_err(|_| wrong("it cannot be read"))?;
    let (cover, port) = match url.scheme() {
        "smtp" => (Cover::May, 25),
        "smtp+starttls" => (Cover::Must, 587),
        "smtps" => (Cover::First, 465),
        _ => return Err(wrong("its scheme is not known")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("user and password belong into [mail] user and password"));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() {
        return Err(wrong("nothing may follow the port"));
    }
    // For a scheme the URL standard does not know, the host is taken as it stands; it is read here as a name.
    let host = url.host_str().and_then(|h| Host::parse(h).ok()).ok_or(wrong("it has no usable host"))?;
    Ok((cover, host.to_string(), url.port().unwrap_or(port)))
}
