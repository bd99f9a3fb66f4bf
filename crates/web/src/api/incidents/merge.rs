//! `POST /v1/incidents/{ref}/merge`: this one turns out to be part of another.

use axum::Json as Answered;
use http::Method;
use model::{Command, IncidentRef};
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    into: IncidentRef,
}

pub(super) fn route() -> Route {
    let summary = "Merge into another incident";
    Route::api(Method::POST, "/v1/incidents/{ref}/merge", Need::Responder, summary, handle).body(&[("into", "string", true)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let into = input.into;
    asker.change(incident, Command::Merge { incident, into }).await
}
