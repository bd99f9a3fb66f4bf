//! Answers of the intake. Senders decide by the status alone whether to send again, so it has to be right.

use bytes::Bytes;
use desk::DeskError;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

use super::submit::IntakeError;
use crate::problem::Problem;

pub(super) type Reply = Response<Full<Bytes>>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

fn with(status: StatusCode, kind: Option<HeaderValue>, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(body.into()));
    *reply.status_mut() = status;
    if let Some(kind) = kind {
        reply.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    reply
}

/// 200 without a body.
pub(super) fn done() -> Reply {
    with(StatusCode::OK, None, Bytes::new())
}

pub(super) fn text(status: StatusCode, body: &'static str) -> Reply {
    with(status, Some(TEXT), Bytes::from_static(body.as_bytes()))
}

/// A body that is JSON already.
pub(super) fn raw_json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    with(status, Some(JSON), body)
}

pub(super) fn json(status: StatusCode, body: &serde_json::Value) -> Reply {
    raw_json(status, body.to_string())
}

/// The same problem document as everywhere else.
pub(super) fn problem(status: StatusCode, code: &str, detail: &str) -> Reply {
    let body = Problem::new(status, code.to_owned(), detail).document();
    with(status, Some(PROBLEM), body)
}

pub(super) fn too_large(most: usize) -> Reply {
    let detail = format!("the body is larger than {most} bytes: send fewer at once");
    problem(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", &detail)
}

/// The key says nothing to us. Nothing was stored.
pub(super) fn unknown_key() -> Reply {
    problem(
        StatusCode::FORBIDDEN,
        "unknown_key",
        "no integration has this key: copy it again from the integration's entry in the playbook",
    )
}

/// No key at all.
pub(super) fn missing_key() -> Reply {
    let mut reply = problem(
        StatusCode::UNAUTHORIZED,
        "missing_key",
        "send the integration's key as `Authorization: Bearer KEY`, or put it into the path as /in/KEY",
    );
    reply.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    reply
}

/// What the desk could not take. Always 5xx when the trouble is ours: senders retry 5xx and drop on 4xx.
pub(super) fn trouble(error: &IntakeError) -> Reply {
    match error {
        IntakeError::Refused(refusal) => problem(StatusCode::UNPROCESSABLE_ENTITY, &refusal.code, &refusal.detail),
        IntakeError::Desk(error) => {
            let (code, after) = match error {
                DeskError::Busy { retry_after } => ("busy", *retry_after),
                DeskError::Unavailable(_) => ("store_unavailable", 5),
                DeskError::Stopping => ("stopping", 2),
                // Coming again soon would not help; but a sender that does is right to.
                DeskError::Fault => return problem(StatusCode::INTERNAL_SERVER_ERROR, "fault", &error.to_string()),
            };
            let detail = format!("{error}; nothing of this request needs to be given up, send it again");
            let mut reply = problem(StatusCode::SERVICE_UNAVAILABLE, code, &detail);
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after));
            reply
        }
    }
}

/// For axum's router.
pub(super) fn boxed(reply: Reply) -> axum::response::Response {
    reply.map(axum::body::Body::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_trouble_is_503_with_retry_after() {
        for error in [DeskError::Busy { retry_after: 3 }, DeskError::Unavailable("disk full".into()), DeskError::Stopping] {
            let reply = trouble(&IntakeError::Desk(error));
            assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(reply.headers().contains_key(header::RETRY_AFTER));
        }
    }
}
