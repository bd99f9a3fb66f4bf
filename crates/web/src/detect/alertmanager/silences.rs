//! Silences do not exist yet: the list is empty, so that `amtool silence query` works, and making one says what to do instead.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::super::reply;

pub(super) async fn list() -> Response {
    reply::boxed(reply::raw_json(StatusCode::OK, "[]"))
}

pub(super) async fn create() -> Response {
    let reason = "silences are not available yet: give the alerts a route with page = false in the playbook, \
                  or acknowledge what is firing";
    reply::boxed(reply::json(StatusCode::BAD_REQUEST, &json!(reason)))
}

pub(super) async fn unknown() -> Response {
    reply::boxed(reply::json(StatusCode::NOT_FOUND, &json!("silence not found")))
}
