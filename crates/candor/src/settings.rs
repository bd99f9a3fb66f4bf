//! Settings: a flag goes before the environment, the environment before `candor.toml`, and that before what is built in.
//!
//! All that is wrong is said at once, each fault with its place: the flag, the variable, or file, line and column.

mod fault;
mod file;
mod key;
mod mail;
mod pick;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use courier::{Cidr, MailSettings};
use model::Span;
use store::Place;

pub(crate) use fault::{Faults, Hidden};
pub(crate) use key::{FILE as KEY_FILE, KeySource, read_file as read_key_file};
pub(crate) use pick::Environment;

use file::File;
use pick::Picker;

pub(crate) const DATA: &str = "./candor-data";
pub(crate) const LISTEN: &str = "127.0.0.1:4180";

/// What flags may say; `None` where they say nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    pub(crate) config: Option<PathBuf>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) database: Option<String>,
    pub(crate) listen: Option<String>,
    pub(crate) public_listen: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) playbook: Option<PathBuf>,
    pub(crate) tls_cert: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
}

/// Everything `serve` needs to know, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The settings file that was read.
    pub(crate) config: Option<PathBuf>,
    pub(crate) data: PathBuf,
    pub(crate) database: Option<Hidden>,
    pub(crate) listen: SocketAddr,
    pub(crate) public_listen: Option<SocketAddr>,
    /// Without a slash at the end. `None`: made from the listener, see [`Settings::base_url_at`].
    pub(crate) base_url: Option<String>,
    pub(crate) playbook: Option<PathBuf>,
    pub(crate) tls: Option<Tls>,
    pub(crate) bootstrap_token: Option<Hidden>,
    pub(crate) secret_key: KeySource,
    pub(crate) mail: Option<MailSettings>,
    pub(crate) egress: Egress,
    /// `[proxy] trust`: believed about who came to them.
    pub(crate) proxies: Vec<Cidr>,
    pub(crate) retention: Retention,
    pub(crate) limits: Limits,
}

/// PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

/// `[egress]`: where requests may go beside public addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Egress {
    pub(crate) allow: Vec<Cidr>,
    /// Further ports for https to public addresses.
    pub(crate) ports: Vec<u16>,
    /// Further certificate authorities (PEM).
    pub(crate) ca_file: Option<PathBuf>,
}

/// `[retention]`: how long what is over is kept. `None` = for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retention {
    /// Resolved alerts, with their groups and letters.
    pub(crate) alerts: Option<Span>,
    /// Journal entries before the newest checkpoint.
    pub(crate) journal: Option<Span>,
}

/// `[limits]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Inputs that may wait for the desk; beyond it senders are told to come again.
    pub(crate) queue: usize,
    /// Open connections of one listener, and of one address.
    pub(crate) connections: u32,
    pub(crate) per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { queue: 4_096, connections: 8_192, per_address: 512 }
    }
}

impl Settings {
    /// Reads them, or says all that is wrong.
    pub(crate) fn read(flags: &Flags, environment: &Environment) -> Result<Self, Faults> {
        let (settings, faults) = Self::read_anyway(flags, environment);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// Reads them; what is faulty is left at its default. For `doctor`, which goes on looking.
    pub(crate) fn read_anyway(flags: &Flags, environment: &Environment) -> (Self, Faults) {
        let mut faults = Faults::default();
        let file = File::find(flags.config.as_deref(), environment, &mut faults);
        let part = file.as_ref().map(|f| &f.part);
        let mut pick = Picker { environment, file: file.as_ref(), faults: &mut faults };
        let data = pick.path("data", flags.data.as_deref(), part.and_then(|p| p.data.as_ref()));
        let database = pick.text("database", flags.database.as_deref(), part.and_then(|p| p.database.as_ref()));
        let database = pick.checked(database, |text| {
            let known = text.starts_with("postgres://") || text.starts_with("postgresql://");
            known.then(|| Hidden(text.to_owned())).ok_or("it must be written postgres://user@host/database".to_owned())
        });
        let listen = pick.text("listen", flags.listen.as_deref(), part.and_then(|p| p.listen.as_ref()));
        let listen = pick.checked(listen, address);
        let public = pick.text("public_listen", flags.public_listen.as_deref(), part.and_then(|p| p.public_listen.as_ref()));
        let public_listen = pick.checked(public, address);
        let base = pick.text("base_url", flags.base_url.as_deref(), part.and_then(|p| p.base_url.as_ref()));
        let base_url = pick.checked(base, base_address);
        let playbook = pick.path("playbook", flags.playbook.as_deref(), part.and_then(|p| p.playbook.as_ref()));
        let tls = tls(&mut pick, flags, part);
        let bootstrap_token = environment.get("CANDOR_BOOTSTRAP_TOKEN").map(Hidden);
        let secret_key = key::source(&mut pick, part);
        let mail = mail::mail(&mut pick, part);
        let egress = mail::egress(&mut pick, part);
        let proxies = mail::proxies(&mut pick, part);
        let retention = mail::retention(&mut pick, part);
        let limits = mail::limits(&mut pick, part);
        let settings = Self {
            config: file.map(|f| f.path),
            data: data.unwrap_or_else(|| DATA.into()),
            database,
            listen: listen.unwrap_or_else(default_listen),
            public_listen,
            base_url,
            playbook,
            tls,
            bootstrap_token,
            secret_key,
            mail,
            egress,
            proxies,
            retention,
            limits,
        };
        (settings, faults)
    }

    /// Where the store is.
    pub(crate) fn place(&self) -> Place {
        match &self.database {
            Some(url) => Place::Postgres(url.0.clone()),
            None => Place::Folder(self.data.clone()),
        }
    }

    /// The address used in links when the main listener is bound at `bound`.
    pub(crate) fn base_url_at(&self, bound: SocketAddr) -> String {
        self.base_url.clone().unwrap_or_else(|| self.listen_url(bound))
    }

    /// The address of the listener itself, as the ready line shows it.
    pub(crate) fn listen_url(&self, bound: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{bound}")
    }

    /// What the courier needs to know.
    pub(crate) fn courier(&self, clock: &desk::Clock) -> courier::Settings {
        let clock = clock.clone();
        let mut settings = courier::Settings::new(std::sync::Arc::new(move || clock().seconds()));
        settings.mail.clone_from(&self.mail);
        settings.egress.clone_from(&self.egress.allow);
        settings.ports.clone_from(&self.egress.ports);
        settings.ca_file.clone_from(&self.egress.ca_file);
        settings
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 4180))
}

fn tls(pick: &mut Picker<'_>, flags: &Flags, part: Option<&file::Part>) -> Option<Tls> {
    let cert = pick.path("tls_cert", flags.tls_cert.as_deref(), part.and_then(|p| p.tls_cert.as_ref()));
    let key = pick.path("tls_key", flags.tls_key.as_deref(), part.and_then(|p| p.tls_key.as_ref()));
    match (cert, key) {
        (Some(cert), Some(key)) => Some(Tls { cert, key }),
        (None, None) => None,
        (Some(_), None) => {
            pick.faults.add("--tls-cert", "a certificate needs its key; give --tls-key too");
            None
        }
        (None, Some(_)) => {
            pick.faults.add("--tls-key", "a key needs its certificate; give --tls-cert too");
            None
        }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().map_err(|_| "it must be an address and a port, such as 127.0.0.1:4180 or [::]:4180".to_owned())
}

fn base_address(text: &str) -> Result<String, String> {
    let wrong = || "it must be the address people use, such as https://candor.example.org, without a path".to_owned();
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain { Ok(text.trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

/// A path in the settings file is meant from where the file is.
fn from_file(file: &Path, text: &str) -> PathBuf {
    file.parent().map_or_else(|| text.into(), |folder| folder.join(text))
}

#[cfg(test)]
mod tests;
