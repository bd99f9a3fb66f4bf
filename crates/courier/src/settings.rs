//! What the courier is told at the start, and what can be wrong with it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cidr::Cidr;
use crate::names::{Lookup, system_lookup};

/// The wall clock, as unix seconds. Passed in, so that tests can set it and nothing here reads the system's.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Settings of the whole courier.
pub struct Settings {
    pub mail: Option<MailSettings>,
    /// `[egress] allow`: private addresses that may be called, and over plain http.
    pub egress: Vec<Cidr>,
    /// `[egress] ports`: further ports for https to public addresses, beside 443 and 8443.
    pub ports: Vec<u16>,
    /// Further certificate authorities (PEM), beside the system's.
    pub ca_file: Option<PathBuf>,
    pub clock: Clock,
    pub lookup: Lookup,
    pub limits: Limits,
}

impl Settings {
    /// No mail, nothing private allowed, usual limits.
    pub fn new(clock: Clock) -> Self {
        let (lookup, limits) = (system_lookup(), Limits::default());
        Self { mail: None, egress: Vec::new(), ports: Vec::new(), ca_file: None, clock, lookup, limits }
    }
}

/// `[mail]`.
#[derive(Clone, Default)]
pub struct MailSettings {
    /// `smtp://host:port`, `smtp+starttls://host:port` or `smtps://host:port`.
    pub smtp: String,
    /// `candor@example.org` or `Candor <candor@example.org>`.
    pub from: String,
    pub user: Option<String>,
    pub password: Option<String>,
    /// Send over `smtp://` in the clear even to a server that is neither this machine nor listed under `[egress] allow`.
    pub plain: bool,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSettings").field("smtp", &self.smtp).field("from", &self.from).finish_non_exhaustive()
    }
}

/// How long and how many. The defaults are for production; tests set shorter times.
#[derive(Debug, Clone)]
pub struct Limits {
    /// One webhook attempt in all, waiting included.
    pub total: Duration,
    /// One mail attempt in all. Longer, since servers look into a mail before they answer for it.
    pub mail: Duration,
    /// Resolving, connecting and the TLS handshake together.
    pub connect: Duration,
    /// One look-up of a name.
    pub resolve: Duration,
    /// Reading a webhook's body once its status is known.
    pub body: Duration,
    /// Waiting for a permit.
    pub wait: Duration,
    /// Attempts at once: in all, mails, webhooks, to one webhook host.
    pub in_all: usize,
    pub mails: usize,
    pub webhooks: usize,
    pub per_host: usize,
    /// Attempts that may wait for a permit; one more is turned away at once.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(15),
            mail: Duration::from_secs(30),
            connect: Duration::from_secs(5),
            resolve: Duration::from_secs(2),
            body: Duration::from_secs(2),
            wait: Duration::from_secs(8),
            in_all: 256,
            mails: 16,
            webhooks: 192,
            per_host: 8,
            waiting: 4096,
        }
    }
}

impl Limits {
    /// Whoever got a permit at the last moment must still have time to connect: else an attempt would be counted as sent and
    /// unanswered that never got that far.
    pub(crate) fn in_order(mut self) -> Self {
        self.connect = self.connect.min(self.total / 2);
        self.wait = self.wait.min((self.total.min(self.mail)).saturating_sub(self.connect));
        self.resolve = self.resolve.min(self.connect);
        self
    }
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    #[error("[mail] smtp: {0}; write smtp://host:port, smtp+starttls://host:port or smtps://host:port")]
    Server(&'static str),
    #[error("[mail] from is not a usable address; write candor@example.org or Candor <candor@example.org>")]
    From,
    #[error("[mail] user and password must be given together, without control characters")]
    Credentials,
    #[error("the certificates in {path} cannot be used: {reason}")]
    Certificates { path: PathBuf, reason: String },
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}
