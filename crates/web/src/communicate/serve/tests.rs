use http_body_util::BodyExt as _;

use super::super::samples::{facts, now, view_of};
use super::*;

fn edition() -> Edition {
    Edition::print(view_of(&facts(), now()), None)
}

fn get(edition: &Edition, path: Option<&str>, pairs: &[(header::HeaderName, &str)]) -> Reply {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.insert(name.clone(), value.parse().expect("a header"));
    }
    answer(edition, &Method::GET, path, &headers)
}

async fn size(reply: Reply) -> usize {
    reply.into_body().collect().await.expect("whole").to_bytes().len()
}

#[tokio::test]
async fn every_document_in_every_encoding() {
    let edition = edition();
    for (path, kind) in [
        ("", "text/html; charset=utf-8"),
        ("api/v2/summary.json", "application/json; charset=utf-8"),
        ("api/v2/status.json", "application/json; charset=utf-8"),
        ("api/v2/components.json", "application/json; charset=utf-8"),
        ("api/v2/incidents.json", "application/json; charset=utf-8"),
        ("api/v2/incidents/unresolved.json", "application/json; charset=utf-8"),
        ("api/v2/scheduled-maintenances.json", "application/json; charset=utf-8"),
        ("api/v2/scheduled-maintenances/upcoming.json", "application/json; charset=utf-8"),
        ("api/v2/scheduled-maintenances/active.json", "application/json; charset=utf-8"),
        ("history.atom", "application/atom+xml; charset=utf-8"),
        ("history.rss", "application/rss+xml; charset=utf-8"),
        ("updates.rss", "application/rss+xml; charset=utf-8"),
    ] {
        for accepted in ["br, gzip", "gzip", "identity"] {
            let reply = get(&edition, Some(path), &[(header::ACCEPT_ENCODING, accepted)]);
            assert_eq!(reply.status(), StatusCode::OK, "{path}");
            assert_eq!(reply.headers()[header::CONTENT_TYPE], kind);
            let length = reply.headers()[header::CONTENT_LENGTH].to_str().expect("digits").to_owned();
            assert_eq!(size(reply).await.to_string(), length);
        }
    }
    for path in ["subscribe", "maintenance.ics", "api/v2/none.json", "../", "incidents/x"] {
        assert_eq!(get(&edition, Some(path), &[]).status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn unchanged_pages_are_not_sent_again() {
    let edition = edition();
    let etag = edition.html.etag.to_str().expect("text");
    for known in [etag, &etag[2..], "*", &format!("\"other\", {etag}")] {
        let reply = get(&edition, Some(""), &[(header::IF_NONE_MATCH, known)]);
        assert_eq!(reply.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(reply.headers()[header::ETAG], etag);
        assert_eq!(size(reply).await, 0);
    }
    let reply = get(&edition, Some(""), &[(header::IF_NONE_MATCH, "\"other\"")]);
    assert_eq!(reply.status(), StatusCode::OK);
}

#[test]
fn encodings_as_the_reader_wishes() {
    let edition = edition();
    for (accepted, expected) in [
        ("gzip, deflate, br", Some("br")),
        ("gzip;q=1.0, br;q=0", Some("gzip")),
        ("BR", Some("br")),
        ("br;q=0.0, gzip;q=0.000", None),
        ("br;q=0.5", Some("br")),
        ("deflate", None),
        ("", None),
    ] {
        let reply = get(&edition, Some(""), &[(header::ACCEPT_ENCODING, accepted)]);
        let found = reply.headers().get(header::CONTENT_ENCODING);
        assert_eq!(found.and_then(|v| v.to_str().ok()), expected, "{accepted}");
        assert_eq!(reply.headers()[header::VARY], "accept-encoding");
        assert_eq!(reply.headers()[header::CACHE_CONTROL], "public, max-age=10, stale-if-error=86400");
    }
}

#[tokio::test]
async fn other_methods_and_addresses() {
    let edition = edition();
    let head = answer(&edition, &Method::HEAD, Some(""), &HeaderMap::new());
    let length = edition.html.plain.body.len().to_string();
    assert_eq!(head.headers()[header::CONTENT_LENGTH], *length);
    assert_eq!(size(head).await, 0);
    let post = answer(&edition, &Method::POST, Some(""), &HeaderMap::new());
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    let home = get(&edition, None, &[]);
    assert_eq!(home.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(home.headers()[header::LOCATION], "/status/shop/");
    let code = edition.anchors.keys().next().expect("an incident");
    let incident = get(&edition, Some(&format!("incidents/{code}")), &[]);
    assert_eq!(incident.headers()[header::LOCATION], *format!("/status/shop/#{code}"));
}
