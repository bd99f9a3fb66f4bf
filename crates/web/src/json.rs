//! Reading JSON from strangers: text, not too deep, of the right shape, and if not, a problem that names the field.

use axum::extract::{FromRequest, Request};
use http::header;
use serde::de::DeserializeOwned;

use crate::access::{Caller, Who};
use crate::problem::Problem;
use crate::server::body;

/// Deeper nesting than this has no honest use and costs stack.
const DEEPEST: usize = 64;

/// A request's body as `T`.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        only_json_from_browsers(&request)?;
        let bytes = body::read(request.into_body(), body::LIMIT).await?;
        read(&bytes).map(Self)
    }
}

/// A form on a foreign page can send any body under these three types, so a session's word does not count under them.
fn only_json_from_browsers(request: &Request) -> Result<(), Problem> {
    let session = request.extensions().get::<Caller>().is_some_and(|caller| matches!(caller.who, Who::Session { .. }));
    let kind = request.headers().get(header::CONTENT_TYPE);
    let simple = kind.and_then(|v| v.to_str().ok()).is_none_or(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].iter().any(|s| s.eq_ignore_ascii_case(kind))
    });
    if session && simple {
        return Err(Problem::new(http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "Send the body as application/json."));
    }
    Ok(())
}

/// Reads one JSON document. An empty body counts as `{}`, since many writes need nothing said.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        Problem::bad_request("not_utf8", format!("The body is not UTF-8 at byte {at}."))
    })?;
    let text = if text.trim_ascii().is_empty() { "{}" } else { text };
    check_depth(text)?;
    let reader = &mut serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut *reader).map_err(|e| explain(&e))?;
    reader.end().map_err(|e| syntax(&e))?;
    Ok(value)
}

/// Refuses nesting deeper than [`DEEPEST`] before any of it is built.
pub fn check_depth(text: &str) -> Result<(), Problem> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    let detail = format!("The JSON is nested deeper than {DEEPEST} levels.");
                    return Err(Problem::bad_request("too_deep", detail));
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return syntax(inner);
    }
    let message = inner.to_string();
    let reason = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let path = error.path().to_string();
    let path = if path == "." { String::new() } else { path };
    Problem::field(named(&path, &reason), reason)
}

/// The path names the object a field is missing from; the field itself stands only in the reason.
fn named(path: &str, reason: &str) -> String {
    let missing = reason.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (path, missing) {
        ("", None) => "body".into(),
        ("", Some(field)) => field.into(),
        (path, None) => path.into(),
        (path, Some(field)) if path.rsplit('.').next() == Some(field) => path.into(),
        (path, Some(field)) => format!("{path}.{field}"),
    }
}

fn syntax(error: &serde_json::Error) -> Problem {
    let detail = format!("The body is not JSON: fault at line {}, column {}.", error.line(), error.column());
    Problem::bad_request("not_json", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[expect(dead_code)]
        name: String,
        #[serde(default)]
        inner: Option<Inner>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Inner {
        #[expect(dead_code)]
        share: u32,
    }

    fn fault(bytes: &[u8]) -> (String, Option<String>) {
        let problem = read::<Outer>(bytes).expect_err("refused");
        (problem.code.into_owned(), problem.reasons.into_iter().next().map(|r| r.0))
    }

    #[test]
    fn faults_name_the_field() {
        let field = |f: &str| ("invalid_field".to_owned(), Some(f.to_owned()));
        assert_eq!(fault(br#"{"name":1}"#), field("name"));
        assert_eq!(fault(b"{}"), field("name"));
        assert_eq!(fault(b""), field("name"));
        assert_eq!(fault(b"[]"), field("body"));
        assert_eq!(fault(b"7"), field("body"));
        assert_eq!(fault(br#"{"name":"a","inner":{"share":"x"}}"#), field("inner.share"));
        assert_eq!(fault(br#"{"name":"a","inner":{}}"#), field("inner.share"));
    }

    #[test]
    fn what_is_not_json_is_refused_before_it_is_built() {
        assert_eq!(fault(b"{").0, "not_json");
        assert_eq!(fault(br#"{"name":"a"} x"#).0, "not_json");
        assert_eq!(fault(b"\xff\xfe").0, "not_utf8");
        assert_eq!(fault("[".repeat(65).as_bytes()).0, "too_deep");
        let brackets_in_text = format!(r#"{{"name":"{}"}}"#, "[".repeat(100));
        let read: Outer = read(brackets_in_text.as_bytes()).expect("brackets in text are text");
        assert!(read.inner.is_none());
    }
}
