//! `POST /v1/alerts/{id}/resolve`: a person says that it is over.

use axum::Json;
use axum::extract::{Path, State};
use http::Method;
use model::{AlertId, Command, Input};

use crate::access::{Caller, Need};
use crate::api::idempotency::Once;
use crate::api::shape::Alert;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    let summary = "Resolve an alert by hand";
    Route::api(Method::POST, "/v1/alerts/{id}/resolve", Need::Responder, summary, handle)
}

async fn handle(State(app): State<App>, caller: Caller, Path(id): Path<String>, Once(key): Once) -> Result<Json<Alert>, Problem> {
    let alert: AlertId = crate::api::id(&id, "alert")?;
    caller.submit(&app, Input::Command(Command::ResolveAlert { alert }), key).await?;
    Ok(Json(super::find(&app, &id).await?.into()))
}
