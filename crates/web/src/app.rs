//! What every handler has at hand.

use std::sync::Arc;

use desk::Desk;
use model::{Name, Time};
use store::{Records, Vault};

/// Cheap to clone: everything inside is shared.
#[derive(Clone)]
pub struct App {
    pub desk: Desk,
    pub records: Records,
    pub vault: Vault,
    pub settings: Arc<Settings>,
    /// Integration keys, by hash, so that intake needs no read of the database.
    pub keys: Arc<arc_swap::ArcSwap<Keys>>,
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
}

/// SHA-256 of each integration's key, sorted.
#[derive(Clone, Debug, Default)]
pub struct Keys(pub Vec<([u8; 32], Name)>);

impl App {
    pub fn now(&self) -> Time {
        self.desk.now()
    }
}
