//! `POST /in/{key}`: any supported webhook, recognised by what its document looks like, and `/in/{key}/{sender}` to say which.
//! Headers decide nothing: proxies change them, and some senders call their JSON plain text.

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use model::Name;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::alertmanager::alerts_post;
use super::alertmanager::webhook::{self, WebhookError};
use super::pagerduty::{create_event, enqueue};
use super::reply::{self, Reply};
use super::submit::submit;
use super::{body, key};
use crate::app::App;

const SUPPORTED: &str = "supported are Alertmanager's webhook (version 4) and its list of alerts, and PagerDuty's events \
                         (versions 2 and 1); to say which, post to /in/KEY/alertmanager or /in/KEY/pagerduty";

pub fn routes() -> axum::Router<App> {
    axum::Router::new().route("/in/{key}", post(recognised)).route("/in/{key}/{sender}", post(named))
}

async fn recognised(State(app): State<App>, Path(key): Path<String>, body: Result<Bytes, BytesRejection>) -> Response {
    reply::boxed(match body::taken(body) {
        Ok(body) => handle(&app, &key, body).await,
        Err(reply) => *reply,
    })
}

async fn named(
    State(app): State<App>,
    Path((key, sender)): Path<(String, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body::taken(body) {
        Ok(body) => body,
        Err(reply) => return reply::boxed(*reply),
    };
    reply::boxed(match (&*sender, recognise(&body)) {
        ("alertmanager", Some(Shape::AlertmanagerWebhook | Shape::Alerts))
        | ("pagerduty", Some(Shape::PagerDutyV1 | Shape::PagerDutyV2)) => handle(&app, &key, body).await,
        ("alertmanager" | "pagerduty", _) if key::integration(&app, &key).is_some() => {
            unsupported(&format!("this is no document of {sender}'s"))
        }
        _ if key::integration(&app, &key).is_some() => unsupported("no such sender is known"),
        _ => reply::unknown_key(),
    })
}

/// The formats, told apart by the fields that only they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    AlertmanagerWebhook,
    /// The body of `POST /api/v2/alerts`.
    Alerts,
    PagerDutyV2,
    PagerDutyV1,
}

/// `None` = JSON of no format that we know, or no JSON.
fn recognise(body: &[u8]) -> Option<Shape> {
    #[derive(Deserialize)]
    struct Probe {
        alerts: Option<IgnoredAny>,
        event_action: Option<IgnoredAny>,
        event_type: Option<IgnoredAny>,
    }
    if body.trim_ascii_start().starts_with(b"[") {
        return Some(Shape::Alerts);
    }
    let probe: Probe = serde_json::from_slice(body).ok()?;
    match probe {
        Probe { alerts: Some(_), .. } => Some(Shape::AlertmanagerWebhook),
        Probe { event_action: Some(_), .. } => Some(Shape::PagerDutyV2),
        Probe { event_type: Some(_), .. } => Some(Shape::PagerDutyV1),
        _ => None,
    }
}

/// Without a router in front.
pub async fn handle(app: &App, key: &str, body: Bytes) -> Reply {
    let Some(integration) = key::integration(app, key) else {
        return reply::unknown_key();
    };
    if body.len() > body::MOST_BYTES {
        return reply::too_large(body::MOST_BYTES);
    }
    match recognise(&body) {
        Some(Shape::Alerts) => alerts_post::handle(app, key, body).await,
        Some(Shape::PagerDutyV2) => enqueue::handle(app, key, body).await,
        Some(Shape::PagerDutyV1) => create_event::handle(app, key, body).await,
        Some(Shape::AlertmanagerWebhook) => alertmanager(app, &integration, &body).await,
        None => unsupported("the body is no document that Candor recognises"),
    }
}

async fn alertmanager(app: &App, integration: &Name, body: &[u8]) -> Reply {
    let read = body::text(body, body::MOST_BYTES)
        .map_err(|e| WebhookError::Unreadable(e.to_string()))
        .and_then(|text| webhook::read(text, app.now()));
    let (signals, reasons) = match read {
        Ok(signals) => (signals, None),
        Err(WebhookError::Partly(signals, reasons)) => (signals, Some(reasons)),
        Err(WebhookError::Unreadable(reason)) => {
            return reply::problem(StatusCode::BAD_REQUEST, "unreadable", &reason);
        }
    };
    if let Err(error) = submit(app, integration, signals).await {
        return reply::trouble(&error);
    }
    match reasons {
        None => reply::json(StatusCode::OK, &json!({ "status": "success" })),
        Some(reasons) => reply::problem(StatusCode::BAD_REQUEST, "bad_alerts", &reasons),
    }
}

fn unsupported(what: &str) -> Reply {
    reply::problem(StatusCode::UNPROCESSABLE_ENTITY, "unsupported_format", &format!("{what}: {SUPPORTED}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn told_apart_by_their_fields() {
        for (body, expected) in [
            (r#"{"version":"4","alerts":[]}"#, Some(Shape::AlertmanagerWebhook)),
            (" [{}]", Some(Shape::Alerts)),
            (r#"{"event_action":"trigger"}"#, Some(Shape::PagerDutyV2)),
            (r#"{"event_type":"trigger","service_key":"x"}"#, Some(Shape::PagerDutyV1)),
            (r#"{"hello":1}"#, None),
            ("text", None),
            ("", None),
            (r#"{"alerts":null}"#, None),
        ] {
            assert_eq!(recognise(body.as_bytes()), expected, "{body}");
        }
        assert_eq!(recognise(&[0xff, 0xfe]), None);
    }

    #[test]
    fn the_refusal_names_what_is_supported() {
        let reply = unsupported("x");
        assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }

    proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = recognise(&body);
        }
    }
}
