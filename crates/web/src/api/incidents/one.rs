//! `GET /v1/incidents/{ref}`.

use axum::Json;
use axum::extract::State;
use http::Method;

use super::Ref;
use crate::access::Need;
use crate::api::shape::Incident;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    Route::api(Method::GET, "/v1/incidents/{ref}", Need::Viewer, "One incident", handle)
}

async fn handle(State(app): State<App>, Ref(id): Ref) -> Result<Json<Incident>, Problem> {
    Ok(Json(super::find(&app, id).await?.into()))
}
