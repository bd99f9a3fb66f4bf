//! `POST /generic/2010-04-15/create_event.json`: Events API version 1. It answers 200, and never 403, which its clients take for
//! "slow down" and send again: an unknown key is 401.

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use model::Name;
use serde_json::{Value, json};

use super::super::{body, key, reply};
use super::{enqueue, event, invalid};
use crate::app::App;
use crate::detect::reply::Reply;

pub(super) async fn post(State(app): State<App>, body: Result<Bytes, BytesRejection>) -> Response {
    reply::boxed(match body::taken(body) {
        Ok(body) => handle(&app, "", body).await,
        Err(reply) => *reply,
    })
}

/// Without a router in front. An empty `key` means that it is in the body.
pub async fn handle(app: &App, key: &str, body: Bytes) -> Reply {
    let tree = match enqueue::read(&body) {
        Ok(tree) => tree,
        Err(reply) => return *reply,
    };
    let key = match tree.get("service_key") {
        _ if !key.is_empty() => key,
        Some(Value::String(key)) if !key.is_empty() => key,
        _ => return enqueue::missing_key("service_key"),
    };
    match key::integration(app, key) {
        Some(integration) => accept(app, &integration, &tree).await,
        None => enqueue::unknown_key("service_key", StatusCode::UNAUTHORIZED),
    }
}

/// An event of a sender that is known.
pub(in super::super) async fn accept(app: &App, integration: &Name, tree: &Value) -> Reply {
    let event = match event::v1(tree) {
        Ok(event) => event,
        Err(errors) => return invalid(StatusCode::BAD_REQUEST, &errors),
    };
    match enqueue::store(app, integration, event).await {
        Ok(key) => {
            reply::json(StatusCode::OK, &json!({ "status": "success", "message": "Event processed", "incident_key": key }))
        }
        Err(reply) => *reply,
    }
}
