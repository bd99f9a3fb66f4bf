//! `POST /v1/incidents/{ref}/marks`: sets one of the moments that figures are computed from.

use axum::Json as Answered;
use http::Method;
use model::mark::MarkKind;
use model::{Command, Time};
use serde::Deserialize;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::{self, Incident};
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    mark: MarkKind,
    #[serde(default, deserialize_with = "shape::read_time")]
    at: Option<Time>,
}

pub(super) fn route() -> Route {
    let summary = "Set a mark; now, unless `at` says when";
    Route::api(Method::POST, "/v1/incidents/{ref}/marks", Need::Responder, summary, handle)
        .body(&[("mark", "mark", true), ("at", "time", false)])
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<Answered<Incident>, Problem> {
    let at = input.at.unwrap_or_else(|| asker.app.now());
    let mark = input.mark;
    asker.change(incident, Command::SetMark { incident, mark, at }).await
}
