//! Where somebody is signed in, and how they end it from elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Name, Time};
use ring::hmac;
use store::vault::Session;
use subtle::ConstantTimeEq as _;

use super::device;
use crate::access::{Caller, Who, note};
use crate::app::App;
use crate::problem::Problem;

/// One open session of an account, as the account's owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub id: String,
    pub device: String,
    pub created_at: Time,
    pub seen_at: Time,
    /// The one that asks.
    pub this: bool,
}

/// The caller's own sessions, the one that asks first. A token has none.
pub(crate) async fn own(app: &App, caller: &Caller) -> Result<Vec<Open>, Problem> {
    let Who::Session { account, hash: own, .. } = &caller.who else {
        return Ok(Vec::new());
    };
    let open = |(hash, session): ([u8; 32], Session)| Open {
        id: shown_id(&app.settings.link_secret, &hash),
        device: device::words(&session.agent),
        created_at: session.created_at,
        seen_at: session.seen_at,
        this: hash == *own,
    };
    let mut list: Vec<Open> = app.vault.sessions(account, app.now()).await?.into_iter().map(open).collect();
    list.sort_by_key(|session| !session.this);
    Ok(list)
}

/// Ends one of the caller's own sessions; true when it was the one that asks.
pub(crate) async fn end_own(app: &App, caller: &Caller, id: &str) -> Result<bool, Problem> {
    let (account, own) = signed_in(caller)?;
    let fits = |hash: &[u8; 32]| bool::from(shown_id(&app.settings.link_secret, hash).as_bytes().ct_eq(id.as_bytes()));
    let found = app.vault.sessions(account, app.now()).await?.into_iter().find(|(hash, _)| fits(hash));
    let (hash, _) = found.ok_or_else(|| Problem::not_found("open session of yours by this id; it may have ended by itself"))?;
    app.vault.end_session(&hash).await?;
    note(app, caller.actor(), format!("account {account} ended one of its sessions")).await;
    Ok(hash == *own)
}

/// Ends all of the caller's sessions but the one that asks.
pub(crate) async fn end_others(app: &App, caller: &Caller) -> Result<(), Problem> {
    let (account, own) = signed_in(caller)?;
    app.vault.end_other_sessions(account, own).await?;
    note(app, caller.actor(), format!("account {account} ended all its other sessions")).await;
    Ok(())
}

fn signed_in(caller: &Caller) -> Result<(&Name, &[u8; 32]), Problem> {
    match &caller.who {
        Who::Session { account, hash, .. } => Ok((account, hash)),
        Who::Token { .. } => Err(Problem::field("session", "an API token has no sessions")),
    }
}

/// What a page calls a session by. The cookie's secret cannot be had from it: the vault itself keeps only the secret's hash, and this
/// is a keyed hash of that hash, cut to 128 bits. The key keeps whoever reads a copy of the database from telling which of its rows
/// a page or a log speaks of. It opens nothing: it is only ever compared with the sessions of whoever sends it.
fn shown_id(secret: &[u8; 32], hash: &[u8; 32]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, &[b"candor-session-id-1:", &hash[..]].concat());
    URL_SAFE_NO_PAD.encode(&tag.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::random;

    #[test]
    fn what_a_page_calls_a_session_by_says_nothing_about_it() {
        let (secret, hash) = ("x".repeat(43), random::hash(&"x".repeat(43)));
        let id = shown_id(&[3; 32], &hash);
        assert_eq!(id.len(), 22);
        assert_ne!(id, shown_id(&[3; 32], &random::hash("y")));
        assert_ne!(id, shown_id(&[4; 32], &hash));
        assert!(!id.contains(&URL_SAFE_NO_PAD.encode(hash)[..8]) && !id.contains(&secret[..8]));
    }
}
