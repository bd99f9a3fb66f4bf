//! `POST /v2/enqueue`: Events API version 2.

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use model::Name;
use serde_json::{Value, json};

use super::super::submit::submit;
use super::super::{body, json as reading, key, reply};
use super::{MOST_BYTES, event, fresh_key, invalid};
use crate::app::App;
use crate::detect::reply::Reply;

pub(super) async fn post(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    // PagerDuty takes the key in a header too.
    let header = headers.get("x-routing-key").and_then(|v| v.to_str().ok());
    reply::boxed(match body::taken(body) {
        Ok(body) => handle(&app, header.unwrap_or_default(), body).await,
        Err(reply) => *reply,
    })
}

/// Without a router in front. An empty `key` means that it is in the body.
pub async fn handle(app: &App, key: &str, body: Bytes) -> Reply {
    let tree = match read(&body) {
        Ok(tree) => tree,
        Err(reply) => return *reply,
    };
    let key = match tree.get("routing_key") {
        _ if !key.is_empty() => key,
        Some(Value::String(key)) if !key.is_empty() => key,
        _ => return missing_key("routing_key"),
    };
    match key::integration(app, key) {
        Some(integration) => accept(app, &integration, &tree).await,
        None => unknown_key("routing_key", StatusCode::FORBIDDEN),
    }
}

/// An event of a sender that is known.
pub(in super::super) async fn accept(app: &App, integration: &Name, tree: &Value) -> Reply {
    let event = match event::v2(tree) {
        Ok(event) => event,
        Err(errors) => return invalid(StatusCode::BAD_REQUEST, &errors),
    };
    match store(app, integration, event).await {
        Ok(key) => {
            reply::json(StatusCode::ACCEPTED, &json!({ "status": "success", "message": "Event processed", "dedup_key": key }))
        }
        Err(reply) => *reply,
    }
}

/// Stored, and under which key.
pub(super) async fn store(app: &App, integration: &Name, mut event: event::Event) -> Result<String, Box<Reply>> {
    let key = match event.key.take() {
        Some(key) => key,
        None => fresh_key::fresh_key().map_err(|error| {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Box::new(reply::problem(status, "internal", &error.to_string()))
        })?,
    };
    let signal = event.into_signal(&key);
    submit(app, integration, vec![signal]).await.map_err(|error| Box::new(reply::trouble(&error)))?;
    Ok(key)
}

/// The body as a tree, or PagerDuty's refusal.
pub(super) fn read(body: &[u8]) -> Result<Value, Box<Reply>> {
    let refused = |reason: String| Box::new(invalid(StatusCode::BAD_REQUEST, &[reason]));
    let text = body::text(body, MOST_BYTES).map_err(|error| match error {
        body::BodyError::TooLarge(most) => Box::new(reply::too_large(most)),
        body::BodyError::NotText(_) => refused(error.to_string()),
    })?;
    let tree = reading::tree(text).map_err(|e| refused(format!("the body is not JSON: {e}")))?;
    if !tree.is_object() {
        let what = reading::kind(&tree);
        return Err(refused(format!("the body must be an object, not {what}")));
    }
    Ok(tree)
}

pub(super) fn missing_key(field: &str) -> Reply {
    invalid(StatusCode::BAD_REQUEST, &[format!("'{field}' is missing or blank")])
}

pub(super) fn unknown_key(field: &str, status: StatusCode) -> Reply {
    let reason = format!("no integration has this '{field}': copy it from the playbook again");
    invalid(status, &[reason])
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use proptest::prelude::*;

    use super::*;

    async fn text(reply: Reply) -> (u16, String) {
        let status = reply.status().as_u16();
        let bytes = reply.into_body().collect().await.expect("whole").to_bytes();
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn what_is_no_event() {
        for (body, status, expected) in [
            (&b"{"[..], 400, "the body is not JSON"),
            (b"[]", 400, "the body must be an object, not an array"),
            (b"\xff", 400, "not UTF-8 at byte 0"),
            (&[b'['; 100], 400, "deeper than 64"),
            (&vec![b' '; MOST_BYTES + 1], 413, "524288 bytes"),
        ] {
            let (code, text) = text(*read(body).expect_err("refused")).await;
            assert_eq!(code, status, "{text}");
            assert!(text.contains(expected), "{text}");
        }
        let (code, body) = text(unknown_key("routing_key", StatusCode::FORBIDDEN)).await;
        assert_eq!(code, 403);
        assert!(body.contains(r#""status":"invalid event""#), "{body}");
    }

    #[test]
    fn keys_made_here_differ() {
        let (one, two) = (fresh_key::fresh_key(), fresh_key::fresh_key());
        let (one, two) = (one.expect("random"), two.expect("random"));
        assert_eq!((one.len(), one == two), (32, false));
    }

    proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }
    }
}
