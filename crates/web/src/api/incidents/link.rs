//! `POST /v1/incidents/{ref}/link`: an alert belongs to it.

use axum::Json as Answered;
use http::Method;
use model::{AlertId, Command};
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    alert: AlertId,
}

pub(super) fn route() -> Route {
    let summary = "Link an alert to the incident";
    Route::api(Method::POST, "/v1/incidents/{ref}/link", Need::Responder, summary, handle).body(&[("alert", "integer", true)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let alert = input.alert;
    asker.change(incident, Command::Link { incident, alert }).await
}
