//! `POST /v1/incidents/{ref}/resolve`.

use axum::Json as Answered;
use http::Method;
use model::Command;
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    #[serde(default)]
    note: Option<String>,
}

pub(super) fn route() -> Route {
    let summary = "It is over for customers";
    Route::api(Method::POST, "/v1/incidents/{ref}/resolve", Need::Responder, summary, handle).body(&[("note", "string", false)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let note = input.note;
    asker.change(incident, Command::Resolve { incident, note }).await
}
