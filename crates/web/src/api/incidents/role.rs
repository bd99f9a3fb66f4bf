//! `POST /v1/incidents/{ref}/roles`: who leads, who talks, who writes. `person: null` lays the role down.

use axum::Json as Answered;
use http::Method;
use model::incident::Role;
use model::{Command, Name};
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    role: Role,
    #[serde(default)]
    person: Option<Name>,
}

pub(super) fn route() -> Route {
    let summary = "Hand over a role";
    Route::api(Method::POST, "/v1/incidents/{ref}/roles", Need::Responder, summary, handle)
        .body(&[("role", "role", true), ("person", "string", false)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let Input { role, person } = input;
    asker.change(incident, Command::Assign { incident, role, person }).await
}
