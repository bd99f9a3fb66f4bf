//! `POST /v1/incidents/{ref}/severity`.

use axum::Json as Answered;
use http::Method;
use model::{Command, Severity};
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    severity: Severity,
    #[serde(default)]
    reason: String,
}

pub(super) fn route() -> Route {
    let summary = "Change the severity, with the reason";
    Route::api(Method::POST, "/v1/incidents/{ref}/severity", Need::Responder, summary, handle)
        .body(&[("severity", "severity", true), ("reason", "string", true)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let Input { severity, reason } = input;
    asker.change(incident, Command::SetSeverity { incident, severity, reason }).await
}
