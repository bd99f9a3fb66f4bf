//! `POST /api/v2/alerts`, and `POST /api/v1/alerts`, which upstream gave up and old senders still use: the same body, v1's own
//! answers. The answer comes after the commit. Good alerts of a batch are stored even when others in it are refused.

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::super::body::{self, BodyError, MOST_BYTES};
use super::super::key;
use super::super::reply::{self, Reply};
use super::super::submit::submit;
use super::{Place, batch, presented};
use crate::app::App;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

/// What an input of this endpoint came to.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Stored,
    /// Valid alerts are stored, these others are not.
    Partly(String),
    /// Nothing is stored.
    Unreadable(String),
}

pub(super) async fn v2(
    State(app): State<App>,
    Path(place): Path<Place>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    reply::boxed(route(&app, &place, &headers, body, Version::V2).await)
}

pub(super) async fn v1(
    State(app): State<App>,
    Path(place): Path<Place>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    reply::boxed(route(&app, &place, &headers, body, Version::V1).await)
}

async fn route(app: &App, place: &Place, headers: &HeaderMap, body: Result<Bytes, BytesRejection>, version: Version) -> Reply {
    let Some(key) = presented(place, headers) else {
        return reply::missing_key();
    };
    match body::taken(body) {
        Ok(body) => take(app, key, &body, version).await,
        Err(reply) => *reply,
    }
}

/// `POST /api/v2/alerts` without a router in front: the server calls it directly.
pub async fn handle(app: &App, key: &str, body: Bytes) -> Reply {
    take(app, key, &body, Version::V2).await
}

async fn take(app: &App, key: &str, body: &[u8], version: Version) -> Reply {
    let Some(integration) = key::integration(app, key) else {
        return reply::unknown_key();
    };
    let text = match body::text(body, MOST_BYTES) {
        Ok(text) => text,
        Err(BodyError::TooLarge(most)) => return reply::too_large(most),
        Err(error) => return answer(version, Outcome::Unreadable(error.to_string())),
    };
    let mut batch = match batch::read(text, app.now()) {
        Ok(batch) => batch,
        Err(reason) => return answer(version, Outcome::Unreadable(reason)),
    };
    let signals = std::mem::take(&mut batch.signals);
    if let Err(error) = submit(app, &integration, signals).await {
        return reply::trouble(&error);
    }
    answer(version, batch.complaint().map_or(Outcome::Stored, Outcome::Partly))
}

fn answer(version: Version, outcome: Outcome) -> Reply {
    let bad = StatusCode::BAD_REQUEST;
    match (version, outcome) {
        (Version::V2, Outcome::Stored) => reply::done(),
        (Version::V1, Outcome::Stored) => reply::raw_json(StatusCode::OK, r#"{"status":"success"}"#),
        (Version::V2, Outcome::Partly(reasons)) => reply::json(bad, &json!(reasons)),
        (Version::V2, Outcome::Unreadable(reason)) => {
            let message = format!("parsing alerts body failed: {reason}");
            reply::json(bad, &json!({ "code": 400, "message": message }))
        }
        (Version::V1, Outcome::Partly(reason) | Outcome::Unreadable(reason)) => {
            reply::json(bad, &json!({ "status": "error", "errorType": "bad_data", "error": reason }))
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn body(reply: Reply) -> (u16, String) {
        let status = reply.status().as_u16();
        let bytes = reply.into_body().collect().await.expect("whole").to_bytes();
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn answers_like_alertmanager() {
        let partly = || Outcome::Partly("at least one label pair required".into());
        for (version, outcome, status, expected) in [
            (Version::V2, Outcome::Stored, 200, ""),
            (Version::V1, Outcome::Stored, 200, r#"{"status":"success"}"#),
            (Version::V2, partly(), 400, r#""at least one label pair required""#),
            (
                Version::V1,
                partly(),
                400,
                r#"{"status":"error","errorType":"bad_data","error":"at least one label pair required"}"#,
            ),
            (Version::V2, Outcome::Unreadable("x".into()), 400, r#"{"code":400,"message":"parsing alerts body failed: x"}"#),
        ] {
            let reply = answer(version, outcome);
            assert_eq!(body(reply).await, (status, expected.into()));
        }
    }
}
