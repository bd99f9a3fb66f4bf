//! `POST /v1/alerts/{id}/ack`: somebody is on it, its group stops calling.

use axum::Json;
use axum::extract::{Path, State};
use http::Method;
use model::input::Target;
use model::{AlertId, Command, Input};

use crate::access::{Caller, Need};
use crate::api::idempotency::Once;
use crate::api::shape::Alert;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    let summary = "Acknowledge an alert: its group stops calling";
    Route::api(Method::POST, "/v1/alerts/{id}/ack", Need::Responder, summary, handle)
}

async fn handle(State(app): State<App>, caller: Caller, Path(id): Path<String>, Once(key): Once) -> Result<Json<Alert>, Problem> {
    let alert: AlertId = crate::api::id(&id, "alert")?;
    let target = Target::Alert(alert);
    let command = Command::Acknowledge { target };
    caller.submit(&app, Input::Command(command), key).await?;
    Ok(Json(super::find(&app, &id).await?.into()))
}
