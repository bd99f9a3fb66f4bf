//! People and rights: who is asking, whether they may, and how they prove it.
//!
//! Every route names what it needs ([`Need`]); the guard stands before the handler and there is no way to add a route without one.
//! Secrets have 256 bits and are kept as their hash only; passwords go through argon2id.

pub(crate) mod accounts;
mod caller;
pub(crate) mod cookie;
mod first;
pub(crate) mod guard;
mod limit;
pub mod link;
pub(crate) mod origin;
pub mod password;
pub mod playbook;
pub mod random;
pub(crate) mod session;
pub mod tokens;

pub use caller::{Caller, Who};
pub(crate) use caller::{bearer, identify};
pub use first::first_start;
pub use guard::Need;
pub(crate) use limit::block_of;

use model::{Actor, Input, Name};
use tokio::sync::watch;

use crate::app::App;

/// What access keeps in memory: the count of tries and the places for hashing.
pub struct Gate {
    pub(crate) hasher: password::Hasher,
    limits: limit::Limits,
    pub(crate) failures: std::sync::atomic::AtomicU64,
    changes: watch::Sender<()>,
}

impl Gate {
    #[expect(clippy::new_without_default, reason = "there is one, made at the start")]
    pub fn new() -> Self {
        Self {
            hasher: password::Hasher::new(),
            limits: limit::Limits::new(),
            failures: std::sync::atomic::AtomicU64::new(0),
            changes: watch::Sender::new(()),
        }
    }

    /// Counts a try at a password; false when there have been too many.
    pub(crate) fn may_try(&self, account: &str, peer: Option<std::net::IpAddr>) -> bool {
        let nowhere = std::net::IpAddr::from([0, 0, 0, 0]);
        self.limits.allow(account, peer.unwrap_or(nowhere))
    }

    /// Wakes whoever has to ask again whether somebody still may. It counts as changed at first: what was asked before it was
    /// listened to may be true no more.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        let mut changes = self.changes.subscribe();
        changes.mark_changed();
        changes
    }

    /// Every refusal of access passes here: one line in the log, never the secret.
    pub(crate) fn failed(&self, what: &'static str, about: &str, peer: Option<std::net::IpAddr>) {
        self.failures.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        tracing::warn!(what, about, peer = ?peer, "access refused");
    }
}

/// Says in the journal what changed in the vault. The change has already happened, so a full desk is logged and not refused.
pub(crate) async fn note(app: &App, actor: Actor, what: String) {
    tracing::info!(%actor, what, "access changed");
    app.access.changes.send_replace(());
    let ask = desk::Ask { actor, input: Input::Vault { what }, idempotency: None };
    if let Err(error) = app.desk.submit(ask).await {
        tracing::error!(%error, "a change in the vault did not reach the journal");
    }
}

/// An id as people may choose it for accounts and tokens: lower-case letters, digits and `-`.
pub(crate) fn parse_id(text: &str) -> Option<Name> {
    let text = text.trim();
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-');
    fits.then(|| text.into())
}
