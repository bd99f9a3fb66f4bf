//! The very first start: no account, no token, no default password. Either the operator brought a token, or a link is made that
//! works once.

use model::{Access, Actor, Span};

use super::{note, random, tokens};
use crate::app::App;
use crate::problem::Problem;

/// How long the set-up link may wait for its owner.
const OPEN_FOR: Span = Span::hours(24);
/// Shorter than this a bring-your-own token could be guessed.
const SHORTEST_TOKEN: usize = 32;

/// Called once at each start. Returns the set-up link to print; `None` when Candor is set up already, or `bootstrap` did it.
pub async fn first_start(app: &App, bootstrap: Option<&str>) -> Result<Option<String>, Problem> {
    let tokens = app.vault.tokens().await?;
    if !app.vault.accounts().await?.is_empty() || !tokens.is_empty() {
        return Ok(None);
    }
    if let Some(secret) = bootstrap {
        if secret.len() < SHORTEST_TOKEN {
            let reason = "use at least 32 characters, e.g. from `openssl rand -hex 32`";
            return Err(Problem::field("CANDOR_BOOTSTRAP_TOKEN", reason));
        }
        let name = "bootstrap".into();
        tokens::keep(app, secret, &name, Access::Administrator, None, Actor::System).await?;
        return Ok(None);
    }
    let secret = random::secret().map_err(|_| Problem::internal())?;
    let expires_at = app.now() + OPEN_FOR;
    app.vault.put_setup(&random::hash(&secret), expires_at).await?;
    note(app, Actor::System, "a set-up link was made".into()).await;
    Ok(Some(format!("{}/setup/{secret}", app.settings.base_url)))
}
