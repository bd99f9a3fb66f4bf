//! Accounts: made by an administrator or by the set-up link, never by default.

use model::{Access, Actor, Name};
use store::vault::Account;

use super::{note, parse_id, password};
use crate::app::App;
use crate::problem::Problem;

/// What a form or an API call says about a new account.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub id: &'a str,
    /// Empty = none.
    pub person: &'a str,
    pub access: Access,
    pub password: &'a str,
}

/// Checks the wish without changing anything.
pub(crate) async fn check(app: &App, new: &New<'_>) -> Result<(Name, Option<Name>), Problem> {
    let id = parse_id(new.id).ok_or_else(|| Problem::field("id", "use 1 to 64 lower-case letters, digits and `-`"))?;
    if app.vault.account(&id).await?.is_some() {
        return Err(Problem::field("id", "there is an account of this name already"));
    }
    let person = match new.person.trim() {
        "" => None,
        named => Some(known_person(app, named)?),
    };
    if let Some(reason) = password::refusal(new.password, &id) {
        return Err(Problem::field("password", reason));
    }
    Ok((id, person))
}

fn known_person(app: &App, named: &str) -> Result<Name, Problem> {
    app.desk
        .playbook()
        .person(named)
        .map(|p| p.id.clone())
        .ok_or_else(|| Problem::field("person", format!("there is no person `{named}` in the playbook")))
}

/// Makes the account.
pub(crate) async fn create(app: &App, new: &New<'_>, by: Option<Actor>) -> Result<Account, Problem> {
    let (id, person) = check(app, new).await?;
    let password = app.access.hasher.hash(new.password.to_owned()).await?;
    let account = Account { id, person, access: new.access, password, created_at: app.now() };
    app.vault.put_account(&account).await?;
    let by = by.unwrap_or_else(|| Actor::Account(account.id.clone()));
    let what = format!("account {} created with role {}", account.id, account.access.name());
    note(app, by, what).await;
    Ok(account)
}

/// Changes the role; the account's sessions end. The last administrator cannot lose the role.
pub(crate) async fn set_access(app: &App, id: &str, access: Access, by: Actor) -> Result<(), Problem> {
    let mut account = existing(app, id).await?;
    if account.access == access {
        return Ok(());
    }
    keep_an_administrator(app, &account).await?;
    account.access = access;
    app.vault.put_account(&account).await?;
    note(app, by, format!("account {id} now has role {}", access.name())).await;
    Ok(())
}

pub(crate) async fn delete(app: &App, id: &str, by: Actor) -> Result<(), Problem> {
    let account = existing(app, id).await?;
    keep_an_administrator(app, &account).await?;
    app.vault.delete_account(id).await?;
    note(app, by, format!("account {id} deleted")).await;
    Ok(())
}

/// Sets a new password; the account's sessions end.
pub(crate) async fn set_password(app: &App, mut account: Account, new: &str, by: Actor) -> Result<(), Problem> {
    if let Some(reason) = password::refusal(new, &account.id) {
        return Err(Problem::field("password", reason));
    }
    account.password = app.access.hasher.hash(new.to_owned()).await?;
    app.vault.put_account(&account).await?;
    // The vault ends them with the changed hash; said again here, since a session that outlives its password is a hole.
    app.vault.end_sessions(&account.id).await?;
    note(app, by, format!("account {} has a new password", account.id)).await;
    Ok(())
}

async fn existing(app: &App, id: &str) -> Result<Account, Problem> {
    let account = app.vault.account(id).await?;
    account.ok_or_else(|| Problem::not_found("account of this name"))
}

async fn keep_an_administrator(app: &App, account: &Account) -> Result<(), Problem> {
    let others = app.vault.accounts().await?;
    let left = others.iter().any(|a| a.id != account.id && a.access == Access::Administrator);
    if account.access == Access::Administrator && !left {
        return Err(Problem::new(
            http::StatusCode::CONFLICT,
            "last_administrator",
            "This is the last administrator. Make somebody else one first.",
        ));
    }
    Ok(())
}
