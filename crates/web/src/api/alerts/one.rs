//! `GET /v1/alerts/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use http::Method;

use crate::access::Need;
use crate::api::shape::Alert;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    Route::api(Method::GET, "/v1/alerts/{id}", Need::Viewer, "One alert", handle)
}

async fn handle(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Alert>, Problem> {
    Ok(Json(super::find(&app, &id).await?.into()))
}
