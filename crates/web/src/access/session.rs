//! Sessions on the server: a random secret in the cookie, its hash in the vault. They end after 14 days without use, after 90
//! days in any case, at sign-out here or from elsewhere, with a new password, and with their account. A changed role ends none: it
//! is read anew at each request.

mod device;
mod own;

pub(crate) use own::{end_others, end_own, own};

use http::HeaderValue;
use model::{Span, Time};
use store::vault::{Account, Session};

use super::accounts::acts_as;
use super::caller::{Caller, Who};
use super::{cookie, random};
use crate::app::App;
use crate::problem::Problem;

const IDLE: Span = Span::hours(14 * 24);
const ABSOLUTE: Span = Span::hours(90 * 24);
/// Use is written down this often, so that reading a page is not a write.
const TOUCH_EVERY: Span = Span::minutes(5);

/// The session with this hash, if it still counts.
pub(crate) async fn find(app: &App, hash: [u8; 32]) -> Result<Option<Caller>, Problem> {
    let Some((session, account)) = app.vault.session(&hash).await? else {
        return Ok(None);
    };
    let now = app.now();
    if session.expires_at <= now {
        app.vault.end_session(&hash).await?;
        return Ok(None);
    }
    if now.since(session.seen_at) >= TOUCH_EVERY {
        let until = expiry(now, session.created_at);
        // Only the expiry moves on: a store that is away must not sign people out.
        if let Err(error) = app.vault.touch_session(&hash, now, until).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a session's use was not noted");
        }
    }
    let person = account.person.clone().or_else(|| acts_as(&app.desk.playbook(), &account));
    Ok(Some(Caller { who: Who::Session { account: account.id, person, hash }, access: account.access }))
}

/// Begins a session and returns the cookie for it.
pub(crate) async fn begin(app: &App, account: &Account, agent: &str) -> Result<HeaderValue, Problem> {
    let secret = random::secret().map_err(|_| Problem::internal())?;
    let now = app.now();
    let session = Session {
        account: account.id.clone(),
        created_at: now,
        seen_at: now,
        expires_at: expiry(now, now),
        agent: agent.chars().filter(|c| !c.is_control()).take(200).collect(),
    };
    if !app.vault.put_session(&random::hash(&secret), &session, &account.password).await? {
        return Err(Problem::unauthorized("The account was changed just now. Sign in again."));
    }
    cookie::set(&secret, app.settings.https).ok_or_else(Problem::internal)
}

fn expiry(now: Time, created: Time) -> Time {
    (now + IDLE).min(created + ABSOLUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_prolongs_a_session_but_not_for_ever() {
        let created = Time::from_seconds(0);
        let day = |n: i64| Time::from_seconds(n * 86_400);
        assert_eq!(expiry(day(0), created), day(14));
        assert_eq!(expiry(day(10), created), day(24));
        assert_eq!(expiry(day(85), created), day(90));
    }
}
