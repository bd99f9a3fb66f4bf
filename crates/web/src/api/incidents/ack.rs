//! `POST /v1/incidents/{ref}/ack`: acknowledges all that is being called for it.

use axum::Json as Answered;
use http::Method;
use model::Command;
use model::input::Target;

use super::{Asker, Ref};
use crate::access::Need;
use crate::api::shape::Incident;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    let summary = "Acknowledge: all its groups stop calling";
    Route::api(Method::POST, "/v1/incidents/{ref}/ack", Need::Responder, summary, handle)
}

async fn handle(asker: Asker, Ref(incident): Ref) -> Result<Answered<Incident>, Problem> {
    let target = Target::Incident(incident);
    asker.change(incident, Command::Acknowledge { target }).await
}
