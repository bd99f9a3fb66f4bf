//! `/settings/tokens`.

use axum::extract::{Path, Query, State};
use http::{Method, StatusCode};
use model::{Access, Name};
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, said, shell};
use crate::access::{Caller, Need, parse_id, tokens};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::settings::tokens::{TokenRow, Tokens, page};

#[derive(Debug, Deserialize)]
struct Input {
    done: Option<String>,
}

pub(super) fn routes() -> [Route; 3] {
    let need = Need::Administrator;
    [
        Route::screen(Method::GET, "/settings/tokens", Need::Viewer, handle),
        Route::screen(Method::POST, "/settings/tokens", need, create),
        Route::screen(Method::POST, "/settings/tokens/{name}/revoke", need, revoke),
    ]
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

async fn build(app: &App, caller: &Caller) -> Result<Tokens, Problem> {
    let shell = shell(app, caller, Nav::Settings, None).await?;
    let found = if shell.administers() { app.vault.tokens().await? } else { Vec::new() };
    let row = |token: store::vault::Token| TokenRow {
        name: token.name,
        access: token.access,
        created_at: token.created_at,
        last_used: token.last_used,
    };
    Ok(Tokens { shell, rows: found.into_iter().map(row).collect(), made: None, fault: None })
}

async fn create(State(app): State<App>, caller: Caller, form: Form) -> Screen {
    match made(&app, &caller, &form).await {
        // Shown in the answer itself: a secret must not stand in an address.
        Ok(made) => {
            let mut view = build(&app, &caller).await?;
            view.made = Some(made);
            Ok(html(page(&view)))
        }
        Err(problem) if problem.status.is_client_error() => {
            let mut view = build(&app, &caller).await?;
            let reason = problem.reasons.first().map(|(_, reason)| reason.clone());
            view.fault = Some(reason.unwrap_or(problem.detail));
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

async fn made(app: &App, caller: &Caller, form: &Form) -> Result<(Name, String), Problem> {
    let name =
        parse_id(form.text("name")).ok_or_else(|| Problem::field("name", "use 1 to 64 lower-case letters, digits and `-`"))?;
    let access = Access::parse(form.text("role"));
    let access = access.ok_or_else(|| Problem::field("role", "choose one of the list"))?;
    let secret = tokens::create(app, &name, access, None, caller.actor()).await?;
    Ok((name, secret))
}

async fn revoke(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Screen {
    tokens::revoke(&app, &name, caller.actor()).await?;
    Ok(back("/settings/tokens", "revoked"))
}
