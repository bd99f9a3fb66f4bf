//! `/settings/accounts/{id}/remove`: what will happen, and then the button.

use axum::extract::{Path, State};
use http::Method;

use super::{LIST, is_own, one};
use crate::access::{Caller, Need, accounts};
use crate::app::App;
use crate::problem::Problem;
use crate::screens::frame::{Screen, back, html, html_with, is_refusal, refused};
use crate::server::Route;
use crate::view::settings::accounts::remove::page;

pub(super) fn routes() -> [Route; 2] {
    let need = Need::Administrator;
    [
        Route::screen(Method::GET, "/settings/accounts/{id}/remove", need, ask),
        Route::screen(Method::POST, "/settings/accounts/{id}/remove", need, remove),
    ]
}

async fn ask(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    Ok(html(page(&one::build(&app, &caller, &id).await?)))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    match accounts::delete(&app, &id, caller.actor()).await {
        Ok(()) if is_own(&caller, &id) => one::gone(&app, "/sign-in?done=removed"),
        Ok(()) => Ok(back(LIST, "removed")),
        Err(problem) => again(&app, &caller, &id, problem).await,
    }
}

async fn again(app: &App, caller: &Caller, id: &str, problem: Problem) -> Screen {
    if !is_refusal(&problem) {
        return Err(problem);
    }
    let mut view = one::build(app, caller, id).await?;
    view.shell.said = Some(refused(&problem));
    Ok(html_with(problem.status, page(&view)))
}
