//! `POST /v2/change/enqueue`: not built yet. It says so: an answer of success would lose the change silently.

use axum::response::Response;
use http::StatusCode;

use super::super::reply;

pub(super) async fn post() -> Response {
    reply::boxed(reply::problem(
        StatusCode::NOT_IMPLEMENTED,
        "changes_not_built",
        "change events are not stored yet: nothing was kept of this one",
    ))
}
