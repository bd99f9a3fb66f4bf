//! `POST /v1/incidents/{ref}/impact`: what customers feel.

use axum::Json as Answered;
use http::Method;
use model::Command;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::{Impact, Incident};
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    let summary = "Say what customers feel";
    Route::api(Method::POST, "/v1/incidents/{ref}/impact", Need::Responder, summary, handle).body(&[
        ("summary", "string", false),
        ("share", "fraction", false),
        ("customers", "integer", false),
    ])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Impact>) -> Result<Answered<Incident>, Problem> {
    let impact = input.into_model();
    let impact = impact.ok_or_else(|| Problem::field("share", "give a fraction from 0 to 1"))?;
    asker.change(incident, Command::SetImpact { incident, impact }).await
}
