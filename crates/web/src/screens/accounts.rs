//! `/settings/accounts`: who may sign in.

mod one;
mod remove;

use axum::extract::{Query, State};
use http::{Method, StatusCode};
use model::Access;
use serde::Deserialize;

use super::form::Form;
use super::frame::{self, Screen, back, html, html_with, shell};
use super::rows;
use crate::access::accounts::{self, Standing};
use crate::access::{Caller, Need, Who};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::settings::accounts::{AccountRow, Accounts, page};
use crate::view::{Nav, Said};

const LIST: &str = "/settings/accounts";

#[derive(Debug, Deserialize)]
struct Input {
    done: Option<String>,
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::screen(Method::GET, LIST, Need::Viewer, handle),
        Route::screen(Method::POST, LIST, Need::Administrator, make),
    ];
    routes.extend(one::routes());
    routes.extend(remove::routes());
    routes
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

async fn build(app: &App, caller: &Caller) -> Result<Accounts, Problem> {
    let shell = shell(app, caller, Nav::Settings, None).await?;
    let found = if shell.administers() { accounts::all(app).await? } else { Vec::new() };
    let rows = found.into_iter().map(|standing| row(app, caller, standing)).collect();
    Ok(Accounts { shell, rows, fault: None, name: String::new() })
}

fn row(app: &App, caller: &Caller, standing: Standing) -> AccountRow {
    let Standing { account, person, sessions, last_seen, last_administrator } = standing;
    let playbook = app.desk.playbook();
    AccountRow {
        person: person.map(|id| rows::person(&playbook, &id)),
        access: account.access,
        created_at: account.created_at,
        last_seen,
        sessions,
        own: is_own(caller, &account.id),
        last_administrator,
        name: account.id,
    }
}

/// Whether the account is the one that asks.
fn is_own(caller: &Caller, id: &str) -> bool {
    matches!(&caller.who, Who::Session { account, .. } if **account == *id)
}

async fn make(State(app): State<App>, caller: Caller, form: Form) -> Screen {
    match take(&app, &caller, &form).await {
        Ok(()) => Ok(back(LIST, "account")),
        Err(problem) if problem.status.is_client_error() => {
            let mut view = build(&app, &caller).await?;
            view.name = form.text("name").into();
            view.fault = Some(reason(problem));
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

async fn take(app: &App, caller: &Caller, form: &Form) -> Result<(), Problem> {
    let new = accounts::New { id: form.text("name"), person: "", access: level(form)?, password: form.raw("password") };
    accounts::create(app, &new, Some(caller.actor())).await.map(drop)
}

fn level(form: &Form) -> Result<Access, Problem> {
    Access::parse(form.text("access")).ok_or_else(|| Problem::field("access", "choose one of the list"))
}

fn reason(problem: Problem) -> String {
    let reason = problem.reasons.into_iter().next().map(|(_, reason)| reason);
    reason.unwrap_or(problem.detail)
}

/// What these screens say beside what all say.
fn said(done: Option<&str>) -> Option<Said> {
    let text = match done? {
        "level" => "The level is changed. It counts from now on, also where the account is signed in.",
        "new-password" => "The password is changed, and the account is signed out everywhere. Hand the new one over in person.",
        "signed-out" => "The account is signed out everywhere.",
        "removed" => "The account is removed, and its sessions have ended.",
        other => return frame::said(Some(other)),
    };
    Some(Said { good: true, text: text.into() })
}
