//! Every refusal looks the same: an RFC 9457 problem document with a stable `code` for machines and a sentence for people that
//! says what to do. What went wrong inside is logged, never sent.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use desk::DeskError;
use http::{HeaderValue, StatusCode, header};
use model::{Refusal, RefusalKind};
use serde::Serialize;
use store::StoreError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    pub code: Cow<'static, str>,
    pub detail: String,
    /// One a fault: (field, reason). The first field is also named at the top of the document.
    pub reasons: Vec<(String, String)>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
}

impl Problem {
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { status, code: code.into(), detail: detail.into(), reasons: Vec::new(), retry_after: None }
    }

    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no {what} here."))
    }

    /// A value that cannot be taken, with the field it stood in.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        let (field, reason) = (field.into(), reason.into());
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", format!("`{field}`: {reason}"));
        problem.reasons.push((field, reason));
        problem
    }

    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("The body may be {limit} bytes at most. Send less at once."),
        )
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong inside Candor. It is in the log; nothing was changed by this request.",
        )
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The answer without a stream behind it, for the fast path.
    pub(crate) fn into_full(self) -> http::Response<http_body_util::Full<bytes::Bytes>> {
        let document = bytes::Bytes::from(self.document());
        self.into_response().map(|_| http_body_util::Full::new(document))
    }

    /// The document itself.
    pub fn document(&self) -> Vec<u8> {
        let reasons = self.reasons.iter().map(|(field, reason)| Reason { field, reason }).collect();
        let document = Document {
            kind: format!("urn:candor:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            code: &self.code,
            detail: &self.detail,
            field: self.reasons.first().map(|(field, _)| field.as_str()),
            reasons,
        };
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    field: &'a str,
    reason: &'a str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.document()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"candor\""));
        }
        // Kept beside the document, so that the guard can show people a page instead.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalKind::Conflict => StatusCode::CONFLICT,
        };
        let mut problem = Self::new(status, refusal.code, refusal.detail);
        problem.reasons = refusal.reasons;
        problem
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let unavailable = |code, detail: String| Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        match error {
            DeskError::Busy { retry_after } => unavailable("busy", error.to_string()).retry_after(retry_after),
            DeskError::Unavailable(reason) => {
                tracing::error!(reason, "the store refuses writes");
                unavailable(
                    "unavailable",
                    "Nothing can be written at the moment. Try again soon; nothing was kept of this request.".into(),
                )
                .retry_after(5)
            }
            DeskError::Fault => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", format!("Nothing was kept of this request: {error}."))
            }
            DeskError::Stopping => unavailable("stopping", "Candor is restarting. Try again in a moment.".into()).retry_after(5),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
        if error.is_transient() {
            let detail = "The database is not available at the moment. Try again soon.";
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).retry_after(5)
        } else {
            Self::internal()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_each_field() {
        let mut refusal = Refusal::new(RefusalKind::Invalid, "lint", "Not ready.");
        refusal.reasons = vec![("act".into(), "say what you do".into())];
        let problem = Problem::from(refusal);
        let text = String::from_utf8(problem.document()).expect("text");
        assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            text,
            r#"{"type":"urn:candor:problem:lint","title":"Unprocessable Entity","status":422,"code":"lint","detail":"Not ready.","field":"act","reasons":[{"field":"act","reason":"say what you do"}]}"#
        );
    }

    #[test]
    fn a_busy_desk_says_when_to_come_back() {
        let response = Problem::from(DeskError::Busy { retry_after: 1 }).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    }
}
