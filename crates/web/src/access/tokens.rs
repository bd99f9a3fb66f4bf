//! API tokens: `cdr_` and 43 characters, shown once, kept as their hash, with a role and a date of last use.

use model::{Access, Actor, Name, Span, Time};
use store::vault::Token;

use super::caller::{Caller, Who};
use super::{note, random};
use crate::app::App;
use crate::problem::Problem;

/// Lets scanners of leaked secrets recognise it.
const PREFIX: &str = "cdr_";
/// Use is written down this often at most.
const TOUCH_EVERY: Span = Span::minutes(1);

/// Whose token has this hash. Whether it was never there or is over is not told.
pub(crate) async fn find(app: &App, hash: &[u8; 32]) -> Result<Caller, Problem> {
    let refused = || Problem::unauthorized("This API token is not known here, or has expired.");
    let token = app.vault.token(hash).await?.ok_or_else(refused)?;
    let now = app.now();
    if token.expires_at.is_some_and(|end| end <= now) {
        return Err(refused());
    }
    if token.last_used.is_none_or(|used| now.since(used) >= TOUCH_EVERY)
        && let Err(error) = app.vault.touch_token(hash, now).await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "a token's use was not noted");
    }
    Ok(Caller { who: Who::Token { name: token.name }, access: token.access })
}

/// Makes a token; what it returns is shown once and never again.
pub async fn create(app: &App, name: &Name, access: Access, expires_at: Option<Time>, by: Actor) -> Result<String, Problem> {
    let taken = app.vault.tokens().await?.iter().any(|t| t.name == *name);
    if taken {
        return Err(Problem::new(
            http::StatusCode::CONFLICT,
            "name_taken",
            format!("There is a token named `{name}` already. Revoke it first, or choose another name."),
        ));
    }
    let random = random::secret().map_err(|_| Problem::internal())?;
    let secret = format!("{PREFIX}{random}");
    keep(app, &secret, name, access, expires_at, by).await?;
    Ok(secret)
}

pub(super) async fn keep(
    app: &App,
    secret: &str,
    name: &Name,
    access: Access,
    expires_at: Option<Time>,
    by: Actor,
) -> Result<(), Problem> {
    let token = Token { name: name.clone(), access, created_at: app.now(), last_used: None, expires_at };
    app.vault.put_token(&random::hash(secret), &token).await?;
    note(app, by, format!("token {name} created with role {}", access.name())).await;
    Ok(())
}

pub async fn revoke(app: &App, name: &str, by: Actor) -> Result<(), Problem> {
    if !app.vault.revoke_token(name).await? {
        return Err(Problem::not_found("token of this name"));
    }
    note(app, by, format!("token {name} revoked")).await;
    Ok(())
}
