//! `POST /v1/incidents`.

use axum::Json as Answered;
use http::{HeaderName, Method, StatusCode, header};
use model::{AlertId, Answer, Command, Name, Severity};
use serde::Deserialize;

use super::{Asker, find};
use crate::access::Need;
use crate::api::shape::{Impact, Incident};
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    title: String,
    severity: Severity,
    #[serde(default)]
    services: Vec<Name>,
    #[serde(default)]
    impact: Impact,
    #[serde(default)]
    drill: bool,
    #[serde(default)]
    alert: Option<AlertId>,
}

pub(super) fn route() -> Route {
    let summary = "Declare an incident";
    Route::api(Method::POST, "/v1/incidents", Need::Responder, summary, handle)
        .body(&[
            ("title", "string", true),
            ("severity", "severity", true),
            ("services", "strings", false),
            ("impact", "impact", false),
            ("drill", "boolean", false),
            ("alert", "integer", false),
        ])
        .creates()
}

type Created = (StatusCode, [(HeaderName, String); 1], Answered<Incident>);

async fn handle(asker: Asker, Json(input): Json<Input>) -> Result<Created, Problem> {
    let impact = input.impact.into_model();
    let command = Command::Declare {
        title: input.title,
        severity: input.severity,
        services: input.services,
        impact: impact.ok_or_else(|| Problem::field("impact.share", "give a fraction from 0 to 1"))?,
        drill: input.drill,
        alert: input.alert,
    };
    let (app, answer) = asker.submit(command).await?;
    let Answer::Declared(id) = answer else {
        return Err(Problem::internal());
    };
    let place = [(header::LOCATION, format!("/v1/incidents/{id}"))];
    Ok((StatusCode::CREATED, place, Answered(find(&app, id).await?.into())))
}
