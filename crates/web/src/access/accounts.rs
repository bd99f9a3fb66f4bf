//! Accounts: made by an administrator or by the set-up link, never by default.

use model::{Access, Actor, Name, Playbook, Time};
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
        return Err(taken());
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

/// An account as administrators see it.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub account: Account,
    /// The person it acts as, of those in the playbook.
    pub person: Option<Name>,
    pub sessions: u32,
    pub last_seen: Option<Time>,
    /// It can be neither removed nor lowered.
    pub last_administrator: bool,
}

pub(crate) async fn all(app: &App) -> Result<Vec<Standing>, Problem> {
    let found = app.vault.accounts_seen(app.now()).await?;
    let administrators = found.iter().filter(|(account, ..)| account.access == Access::Administrator).count();
    let playbook = app.desk.playbook();
    let standing = |(account, sessions, last_seen): (Account, u32, Option<Time>)| Standing {
        person: acts_as(&playbook, &account),
        last_administrator: account.access == Access::Administrator && administrators == 1,
        account,
        sessions,
        last_seen,
    };
    Ok(found.into_iter().map(standing).collect())
}

pub(crate) async fn one(app: &App, id: &str) -> Result<Standing, Problem> {
    let found = all(app).await?.into_iter().find(|standing| *standing.account.id == *id);
    found.ok_or_else(nobody)
}

/// The person it was given, or the one of the same name.
pub(super) fn acts_as(playbook: &Playbook, account: &Account) -> Option<Name> {
    let id = account.person.as_ref().unwrap_or(&account.id);
    playbook.person(id).map(|person| person.id.clone())
}

/// Makes the account.
pub(crate) async fn create(app: &App, new: &New<'_>, by: Option<Actor>) -> Result<Account, Problem> {
    let (id, person) = check(app, new).await?;
    let password = app.access.hasher.hash(new.password.to_owned()).await?;
    let account = Account { id, person, access: new.access, password, created_at: app.now() };
    if !app.vault.add_account(&account).await? {
        return Err(taken());
    }
    let by = by.unwrap_or_else(|| Actor::Account(account.id.clone()));
    let what = format!("account {} created with role {}", account.id, account.access.name());
    note(app, by, what).await;
    Ok(account)
}

/// Changes the role. It counts from the account's next request on; the last administrator cannot lose it.
pub(crate) async fn set_access(app: &App, id: &str, access: Access, by: Actor) -> Result<(), Problem> {
    if existing(app, id).await?.access == access {
        return Ok(());
    }
    if !app.vault.set_access(id, access).await? {
        return Err(stays(app, id).await?);
    }
    note(app, by, format!("account {id} now has role {}", access.name())).await;
    Ok(())
}

/// Its sessions end with it; what it did stays in the record.
pub(crate) async fn delete(app: &App, id: &str, by: Actor) -> Result<(), Problem> {
    if !app.vault.delete_account(id).await? {
        return Err(stays(app, id).await?);
    }
    note(app, by, format!("account {id} deleted")).await;
    Ok(())
}

/// Ends every session of the account.
pub(crate) async fn sign_out(app: &App, id: &str, by: Actor) -> Result<(), Problem> {
    existing(app, id).await?;
    app.vault.end_sessions(id).await?;
    note(app, by, format!("account {id} signed out everywhere")).await;
    Ok(())
}

/// Sets a new password; the account's sessions end.
pub(crate) async fn set_password(app: &App, id: &str, new: &str, by: Actor) -> Result<Account, Problem> {
    if let Some(reason) = password::refusal(new, id) {
        return Err(Problem::field("password", reason));
    }
    let password = app.access.hasher.hash(new.to_owned()).await?;
    // Only the password: hashing takes a while, and whoever was removed or lowered meanwhile stays so.
    if !app.vault.set_password(id, &password).await? {
        return Err(nobody());
    }
    note(app, by, format!("account {id} has a new password")).await;
    existing(app, id).await
}

async fn existing(app: &App, id: &str) -> Result<Account, Problem> {
    app.vault.account(id).await?.ok_or_else(nobody)
}

fn nobody() -> Problem {
    Problem::not_found("account of this name")
}

fn taken() -> Problem {
    Problem::field("id", "there is an account of this name already")
}

/// Why the vault left the account as it is: it checks and changes in one transaction and says only that it did not.
async fn stays(app: &App, id: &str) -> Result<Problem, Problem> {
    existing(app, id).await?;
    Ok(Problem::new(
        http::StatusCode::CONFLICT,
        "last_administrator",
        format!("`{id}` is the last administrator. Make somebody else an administrator first."),
    ))
}
