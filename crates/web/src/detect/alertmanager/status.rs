//! `GET /api/v2/status`, and whether we live and can store.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use model::Time;
use serde_json::{Value, json};

use super::super::reply;
use super::{Place, integration};
use crate::app::App;

/// The version whose behaviour this is: amtool compares it with its own and warns when they are far apart.
const COMPATIBLE: &str = "0.25.0";

const CONFIG: &str = "# Candor has no Alertmanager configuration: routes, policies and receivers are in its playbook.\n\
                      global:\n  resolve_timeout: 5m\nroute:\n  receiver: candor\nreceivers:\n- name: candor\n";

pub(super) async fn get(State(app): State<App>, Path(place): Path<Place>, headers: HeaderMap) -> Response {
    if let Err(reply) = integration(&app, &place, &headers) {
        return reply::boxed(*reply);
    }
    let body = status(app.started, app.settings.version, &app.settings.base_url);
    reply::boxed(reply::json(StatusCode::OK, &body))
}

fn status(since: Time, version: &str, address: &str) -> Value {
    json!({
        "cluster": {
            "name": "candor",
            "status": "ready",
            "peers": [{ "name": "candor", "address": address }],
        },
        "config": { "original": CONFIG },
        "uptime": since.rfc3339(),
        "versionInfo": {
            "version": COMPATIBLE,
            "revision": format!("candor {version}"),
            "branch": "candor",
            "buildUser": "candor",
            "buildDate": "",
            "goVersion": "",
        },
    })
}

pub(super) async fn healthy() -> Response {
    reply::boxed(reply::text(StatusCode::OK, "OK"))
}

pub(super) async fn ready(State(app): State<App>) -> Response {
    reply::boxed(if app.desk.is_ready() {
        reply::text(StatusCode::OK, "OK")
    } else {
        reply::text(StatusCode::SERVICE_UNAVAILABLE, "inputs cannot be committed now\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_required_field_is_there() {
        let status = status(Time(0), "0.1.0", "http://localhost");
        for path in [
            "/cluster/status",
            "/config/original",
            "/uptime",
            "/versionInfo/version",
            "/versionInfo/revision",
            "/versionInfo/branch",
            "/versionInfo/buildUser",
            "/versionInfo/buildDate",
            "/versionInfo/goVersion",
        ] {
            assert!(status.pointer(path).is_some_and(Value::is_string), "{path}");
        }
    }
}
