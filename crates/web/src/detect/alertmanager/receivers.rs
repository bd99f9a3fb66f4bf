//! `GET /api/v2/receivers`: the services, since that is whom an alert goes to.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::super::reply;
use super::{Place, integration};
use crate::app::App;

pub(super) async fn get(State(app): State<App>, Path(place): Path<Place>, headers: HeaderMap) -> Response {
    if let Err(reply) = integration(&app, &place, &headers) {
        return reply::boxed(*reply);
    }
    let playbook = app.desk.playbook();
    let names: Vec<Value> = playbook.services.iter().map(|service| json!({ "name": service.id })).collect();
    reply::boxed(reply::json(StatusCode::OK, &Value::Array(names)))
}
