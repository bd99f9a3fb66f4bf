//! `/keys`: what the keyboard does.

use axum::extract::State;
use http::Method;

use super::frame::{Screen, html, shell};
use crate::access::{Caller, Need};
use crate::app::App;
use crate::server::Route;
use crate::view::{Nav, keys};

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/keys", Need::Viewer, handle)
}

async fn handle(State(app): State<App>, caller: Caller) -> Screen {
    Ok(html(keys::page(&shell(&app, &caller, Nav::Other, None).await?)))
}
