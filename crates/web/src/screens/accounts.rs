//! `/settings/accounts`: who may sign in.

use axum::extract::{Query, State};
use http::{Method, StatusCode};
use model::Access;
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, said, shell};
use super::rows;
use crate::access::{Caller, Need, accounts};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::settings::accounts::{AccountRow, Accounts, page};

#[derive(Debug, Deserialize)]
struct Input {
    done: Option<String>,
}

pub(super) fn routes() -> [Route; 2] {
    [
        Route::screen(Method::GET, "/settings/accounts", Need::Viewer, handle),
        Route::screen(Method::POST, "/settings/accounts", Need::Administrator, put),
    ]
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

async fn build(app: &App, caller: &Caller) -> Result<Accounts, Problem> {
    let shell = shell(app, caller, Nav::Settings, None).await?;
    let playbook = app.desk.playbook();
    let found = if shell.administers() { app.vault.accounts().await? } else { Vec::new() };
    let mut list = Vec::with_capacity(found.len());
    for account in found {
        let seen = app.vault.sessions(&account.id).await?.iter().map(|s| s.seen_at).max();
        let id = account.person.as_deref().unwrap_or(&account.id);
        list.push(AccountRow {
            person: playbook.person(id).map(|_| rows::person(&playbook, id)),
            access: account.access,
            last_seen: seen,
            name: account.id,
        });
    }
    Ok(Accounts { shell, rows: list, fault: None, name: String::new() })
}

/// Makes the account, or gives the one there is a new password and level.
async fn put(State(app): State<App>, caller: Caller, form: Form) -> Screen {
    match take(&app, &caller, &form).await {
        Ok(()) => Ok(back("/settings/accounts", "account")),
        Err(problem) if problem.status.is_client_error() => {
            let mut view = build(&app, &caller).await?;
            view.name = form.text("name").into();
            let reason = problem.reasons.first().map(|(_, reason)| reason.clone());
            view.fault = Some(reason.unwrap_or(problem.detail));
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

async fn take(app: &App, caller: &Caller, form: &Form) -> Result<(), Problem> {
    let id = form.text("name");
    let access = Access::parse(form.text("access"));
    let access = access.ok_or_else(|| Problem::field("access", "choose one of the list"))?;
    if let Some(account) = app.vault.account(id).await? {
        // The level first: it may be refused, and then nothing is to change.
        accounts::set_access(app, id, access, caller.actor()).await?;
        let account = store::vault::Account { access, ..account };
        return accounts::set_password(app, account, form.raw("password"), caller.actor()).await;
    }
    let new = accounts::New { id, person: "", access, password: form.raw("password") };
    accounts::create(app, &new, Some(caller.actor())).await?;
    Ok(())
}
