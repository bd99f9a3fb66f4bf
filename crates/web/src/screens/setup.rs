//! `/setup/{token}`: the first account, by the link printed at the very first start. It works once, and never again once there
//! is any account.

use axum::extract::{Path, State};
use http::{HeaderMap, Method};
use model::Access;

use super::form::Form;
use super::frame::{Screen, clock, html, html_with};
use super::signin::{agent, with_cookie};
use crate::access::{Need, accounts, random, session};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::signin::{SetUp, set_up};

pub(super) fn routes() -> [Route; 2] {
    [
        Route::screen(Method::GET, "/setup/{token}", Need::Public, show),
        Route::screen(Method::POST, "/setup/{token}", Need::Public, take),
    ]
}

async fn show(State(app): State<App>, Path(token): Path<String>) -> Screen {
    open(&app, &token).await?;
    Ok(html(set_up(&view(&app, token, "", None))))
}

fn view(app: &App, token: String, name: &str, problem: Option<String>) -> SetUp {
    SetUp { clock: clock(app, None), token, name: name.into(), problem }
}

/// The same answer for a wrong link, one that was used, and one that is too old.
async fn open(app: &App, token: &str) -> Result<(), Problem> {
    let fresh = app.vault.accounts().await?.is_empty();
    if fresh && app.vault.setup_is_open(&random::hash(token), app.now()).await? {
        return Ok(());
    }
    app.access.failed("set-up link", "unknown, used or too old", None);
    Err(Problem::not_found("set-up link; start Candor again for a new one, unless it is set up already"))
}

async fn take(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap, form: Form) -> Screen {
    open(&app, &token).await?;
    let new = accounts::New {
        id: form.text("name"),
        person: form.text("person"),
        access: Access::Administrator,
        password: form.raw("password"),
    };
    if let Err(problem) = accounts::check(&app, &new).await {
        let reason = problem.reasons.first().map(|(_, reason)| reason.clone());
        let reason = reason.unwrap_or_else(|| problem.detail.clone());
        return Ok(html_with(problem.status, set_up(&view(&app, token, new.id, Some(reason)))));
    }
    // Of two who press at once only one gets past here.
    if !app.vault.take_setup(&random::hash(&token), app.now()).await? {
        return Err(Problem::not_found("set-up link any more: it was just used"));
    }
    let account = accounts::create(&app, &new, None).await?;
    let cookie = session::begin(&app, &account, agent(&headers)).await?;
    Ok(with_cookie(cookie, "/"))
}
