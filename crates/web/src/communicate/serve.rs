//! Answers for readers of public pages, from memory: no lock, no database, nothing put together a request. The server calls it
//! before the router.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;

use super::edition::Edition;
use super::press::Press;
use super::printed::Printed;
use crate::server::PublicPages;

type Reply = Response<Full<Bytes>>;

impl PublicPages for Press {
    fn respond(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Reply> {
        respond(self, method, path, headers)
    }

    fn catch_up(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        // A page that cannot be printed now is the press's own trouble: it tells of it and tries again.
        let look = tokio::time::timeout(CATCH_UP, self.look());
        Box::pin(async { drop(look.await) })
    }
}

/// No answer to a publisher waits longer for the press than this.
const CATCH_UP: Duration = Duration::from_secs(1);

/// `path` without its query. `None` = not below `/status/`.
pub fn respond(press: &Press, method: &Method, path: &str, headers: &HeaderMap) -> Option<Reply> {
    let rest = path.strip_prefix("/status/")?;
    let (slug, rest) = match rest.split_once('/') {
        Some((slug, rest)) => (slug, Some(rest)),
        None => (rest, None),
    };
    Some(match press.edition(slug) {
        Ok(Some(edition)) => answer(&edition, method, rest, headers),
        Ok(None) => not_found(),
        Err(_) => not_printed_yet(),
    })
}

/// `rest` is what follows the slash after the slug; `None` where that slash is missing.
fn answer(edition: &Edition, method: &Method, rest: Option<&str>, headers: &HeaderMap) -> Reply {
    if method != Method::GET && method != Method::HEAD {
        return not_allowed();
    }
    let Some(rest) = rest else {
        return see(StatusCode::PERMANENT_REDIRECT, &edition.home);
    };
    if let Some(printed) = edition.at(rest) {
        return send(printed, method, headers);
    }
    let code = rest.strip_prefix("incidents/");
    match code.and_then(|code| edition.anchors.get(code)) {
        Some(anchor) => see(StatusCode::FOUND, anchor),
        None => not_found(),
    }
}

fn send(printed: &Printed, method: &Method, headers: &HeaderMap) -> Reply {
    let known = headers.get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| matches(known, &printed.etag)) {
        let mut reply = Response::new(Full::default());
        *reply.status_mut() = StatusCode::NOT_MODIFIED;
        *reply.headers_mut() = printed.unchanged.clone();
        return reply;
    }
    let variant = printed.fit(headers.get(header::ACCEPT_ENCODING));
    let body = if method == Method::HEAD { Bytes::new() } else { variant.body.clone() };
    let mut reply = Response::new(Full::new(body));
    *reply.headers_mut() = variant.headers.clone();
    reply
}

/// Weak comparison: encodings made on the way may have changed the tag's strength.
fn matches(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let (known, etag) = (known.as_bytes(), bare(etag.as_bytes()));
    known.split(|b| *b == b',').map(<[u8]>::trim_ascii).any(|tag| tag == b"*" || bare(tag) == etag)
}

fn bare(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

fn plain(status: StatusCode, body: &'static str) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *reply.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    reply.headers_mut().insert(header::CONTENT_TYPE, kind);
    reply
}

fn see(status: StatusCode, location: &HeaderValue) -> Reply {
    let mut reply = plain(status, "");
    reply.headers_mut().insert(header::LOCATION, location.clone());
    reply
}

fn not_found() -> Reply {
    plain(StatusCode::NOT_FOUND, "There is no such status page.\n")
}

fn not_allowed() -> Reply {
    let mut reply = plain(StatusCode::METHOD_NOT_ALLOWED, "This can only be read.\n");
    let allow = HeaderValue::from_static("GET, HEAD");
    reply.headers_mut().insert(header::ALLOW, allow);
    reply
}

fn not_printed_yet() -> Reply {
    let mut reply = plain(StatusCode::SERVICE_UNAVAILABLE, "The status page is being prepared: try again in a few seconds.\n");
    let after = HeaderValue::from_static("2");
    reply.headers_mut().insert(header::RETRY_AFTER, after);
    reply
}

#[cfg(test)]
mod tests;
