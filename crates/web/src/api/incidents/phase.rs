//! `POST /v1/incidents/{ref}/phase`.

use axum::Json as Answered;
use http::Method;
use model::{Command, Phase};
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    phase: Phase,
    #[serde(default)]
    reason: String,
}

pub(super) fn route() -> Route {
    let summary = "Say where the work stands";
    Route::api(Method::POST, "/v1/incidents/{ref}/phase", Need::Responder, summary, handle)
        .body(&[("phase", "phase", true), ("reason", "string", false)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let Input { phase, reason } = input;
    asker.change(incident, Command::SetPhase { incident, phase, reason }).await
}
