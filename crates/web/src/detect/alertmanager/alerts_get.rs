//! `GET /api/v2/alerts`: what is open at this integration.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;

use super::super::reply;
use super::{Place, show};
use crate::app::App;

pub(super) async fn get(
    State(app): State<App>,
    Path(place): Path<Place>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let print = |shown| serde_json::to_vec::<Vec<show::Shown>>(&shown);
    reply::boxed(show::list(&app, &place, &headers, &query, print).await)
}
