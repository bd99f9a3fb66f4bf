//! `GET /v1/status`: which program this is and whether it works.

use axum::Json;
use axum::extract::State;
use http::Method;
use model::Time;
use serde::Serialize;

use super::shape;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::server::Route;

#[derive(Debug, Serialize)]
struct View {
    version: &'static str,
    /// Inputs can be committed now.
    ready: bool,
    /// The newest journal entry this process knows.
    journal: u64,
    #[serde(serialize_with = "shape::time")]
    now: Time,
    base_url: String,
    /// Who you are here.
    actor: String,
    role: &'static str,
}

pub(super) fn route() -> Route {
    let summary = "Version, readiness, and who you are";
    Route::api(Method::GET, "/v1/status", Need::Viewer, summary, handle)
}

async fn handle(State(app): State<App>, caller: Caller) -> Json<View> {
    Json(View {
        version: app.settings.version,
        ready: app.desk.is_ready(),
        journal: app.desk.last_entry(),
        now: app.now(),
        base_url: app.settings.base_url.clone(),
        actor: caller.actor().to_string(),
        role: caller.access.name(),
    })
}
