//! `/settings/accounts/{id}`: one account, and what an administrator can do about it.

use axum::extract::{Path, Query, State};
use http::{Method, StatusCode};

use super::{Input, LIST, is_own, level, reason, row, said};
use crate::access::{Caller, Need, accounts, cookie};
use crate::app::App;
use crate::problem::Problem;
use crate::screens::form::Form;
use crate::screens::frame::{Screen, back, html, html_with, is_refusal, refused, shell};
use crate::screens::signin::with_cookie;
use crate::server::Route;
use crate::view::Nav;
use crate::view::settings::accounts::one::{AccountPage, page};

pub(super) fn routes() -> [Route; 4] {
    let need = Need::Administrator;
    [
        Route::screen(Method::GET, "/settings/accounts/{id}", need, handle),
        Route::screen(Method::POST, "/settings/accounts/{id}/level", need, change_level),
        Route::screen(Method::POST, "/settings/accounts/{id}/password", need, new_password),
        Route::screen(Method::POST, "/settings/accounts/{id}/sign-out", need, sign_out),
    ]
}

async fn handle(State(app): State<App>, caller: Caller, Path(id): Path<String>, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller, &id).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

pub(super) async fn build(app: &App, caller: &Caller, id: &str) -> Result<AccountPage, Problem> {
    let standing = accounts::one(app, id).await?;
    let shell = shell(app, caller, Nav::Settings, None).await?;
    Ok(AccountPage { shell, row: row(app, caller, standing), password_fault: None })
}

async fn change_level(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let result = match level(&form) {
        Ok(access) => accounts::set_access(&app, &id, access, caller.actor()).await.map(|()| access),
        Err(problem) => Err(problem),
    };
    match result {
        // Whoever lowered themselves may not see the account's page any more.
        Ok(access) if is_own(&caller, &id) && access < model::Access::Administrator => Ok(back(LIST, "level")),
        Ok(_) => Ok(back(&format!("{LIST}/{id}"), "level")),
        Err(problem) => again(&app, &caller, &id, problem).await,
    }
}

/// For who has lost theirs. One's own is changed where the old one is asked for, so that a screen left open gives nothing away.
async fn new_password(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let result = if is_own(&caller, &id) {
        Err(Problem::field("password", "change your own under Settings, with the old one"))
    } else {
        accounts::set_password(&app, &id, form.raw("password"), caller.actor()).await
    };
    match result {
        Ok(_) => Ok(back(&format!("{LIST}/{id}"), "new-password")),
        Err(problem) if problem.status == StatusCode::UNPROCESSABLE_ENTITY => {
            let mut view = build(&app, &caller, &id).await?;
            view.password_fault = Some(reason(problem));
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, page(&view)))
        }
        Err(problem) => again(&app, &caller, &id, problem).await,
    }
}

async fn sign_out(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    match accounts::sign_out(&app, &id, caller.actor()).await {
        Ok(()) if is_own(&caller, &id) => gone(&app, "/sign-in?done=signed-out"),
        Ok(()) => Ok(back(&format!("{LIST}/{id}"), "signed-out")),
        Err(problem) => again(&app, &caller, &id, problem).await,
    }
}

/// The page once more, with why it did not work.
async fn again(app: &App, caller: &Caller, id: &str, problem: Problem) -> Screen {
    if !is_refusal(&problem) {
        return Err(problem);
    }
    let mut view = build(app, caller, id).await?;
    view.shell.said = Some(refused(&problem));
    Ok(html_with(problem.status, page(&view)))
}

/// Whoever ended their own session is signed out in this browser too.
pub(super) fn gone(app: &App, path: &str) -> Screen {
    let cleared = cookie::clear(app.settings.https).ok_or_else(Problem::internal)?;
    Ok(with_cookie(cleared, path))
}
