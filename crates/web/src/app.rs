//! What every handler has at hand.

use std::sync::Arc;

use arc_swap::ArcSwap;
use desk::Desk;
use model::{Name, Time};
use store::{Records, Vault};

use crate::access::Gate;
use crate::server::{Limits, PublicPages, Shared, Trusted};

/// Cheap to clone: everything inside is shared.
#[derive(Clone)]
pub struct App {
    pub desk: Desk,
    pub records: Records,
    pub vault: Vault,
    pub settings: Arc<Settings>,
    /// Integration keys, by hash, so that intake needs no read of the database.
    pub keys: Arc<ArcSwap<Keys>>,
    /// Public pages, answered from memory.
    pub pages: Arc<dyn PublicPages>,
    /// Tries and hashing of passwords.
    pub access: Arc<Gate>,
    /// Counts, and places for event streams.
    pub server: Arc<Shared>,
    pub about: Arc<About>,
    /// Proxies that are believed about who came to them.
    pub proxies: Trusted,
    /// When this process began.
    pub started: Time,
}

#[derive(Clone, Debug)]
pub struct Settings {
    /// Without a slash at the end; used in links and as the allowed origin.
    pub base_url: String,
    pub version: &'static str,
    /// From this and the letter's id the link in a mail is made; see `access::link`.
    pub link_secret: [u8; 32],
    /// Cookies get `Secure` and the `__Host-` prefix.
    pub https: bool,
    /// Connections of each listener.
    pub limits: Limits,
}

/// What the settings screen says about the installation. No passwords.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// E.g. `SQLite in ./candor-data`.
    pub database: String,
    /// The mail server, e.g. `smtp://mail:587`; `None` = none is set.
    pub mail: Option<String>,
}

/// SHA-256 of each integration's key, sorted.
#[derive(Clone, Debug, Default)]
pub struct Keys(pub Vec<([u8; 32], Name)>);

impl App {
    /// Without public pages and integration keys: see [`App::pages`] and `access::playbook::refresh_keys`.
    pub fn new(desk: Desk, records: Records, vault: Vault, settings: Settings) -> Self {
        let about = About { database: records.db().flavour(), mail: None };
        Self {
            started: desk.now(),
            desk,
            records,
            vault,
            settings: Arc::new(settings),
            keys: Arc::default(),
            pages: Arc::new(crate::server::NoPages),
            access: Arc::new(Gate::new()),
            server: Arc::new(Shared::new()),
            about: Arc::new(about),
            proxies: Arc::new(|_| false),
        }
    }

    /// Proxies that are believed about who came to them; none without this.
    #[must_use]
    pub fn with_proxies(mut self, proxies: Trusted) -> Self {
        self.proxies = proxies;
        self
    }

    #[must_use]
    pub fn with_pages(mut self, pages: Arc<dyn PublicPages>) -> Self {
        self.pages = pages;
        self
    }

    #[must_use]
    pub fn with_about(mut self, about: About) -> Self {
        self.about = Arc::new(about);
        self
    }

    pub fn now(&self) -> Time {
        self.desk.now()
    }
}
