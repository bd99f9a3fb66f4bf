//! The fast path of the intake: the addresses that senders post to thousands of times a second are recognised here and handed
//! straight to their handlers. Whatever is a little out of the ordinary goes through the router, which knows all of them.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;

use super::body;
use crate::access::bearer;
use crate::app::App;
use crate::detect::{alertmanager::alerts_post, pagerduty::enqueue};

/// Which handler, without anything borrowed from the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Alertmanager's alerts, the key between these bytes of the path.
    AlertsInPath { end: usize },
    /// The same, the key as a bearer token.
    AlertsByToken,
    /// PagerDuty's events, version 2.
    Events,
}

const IN: &str = "/in/";

pub(super) fn door(method: &Method, path: &str, headers: &HeaderMap) -> Option<Door> {
    if *method != Method::POST {
        return None;
    }
    match path {
        "/v2/enqueue" => return Some(Door::Events),
        "/api/v2/alerts" => return bearer(headers).map(|_| Door::AlertsByToken),
        _ => {}
    }
    let key = path.strip_prefix(IN)?.strip_suffix("/api/v2/alerts")?;
    // An escaped key is the router's affair.
    let plain = !key.is_empty() && !key.bytes().any(|b| matches!(b, b'/' | b'%'));
    plain.then_some(Door::AlertsInPath { end: IN.len() + key.len() })
}

impl Door {
    pub(super) async fn take(self, app: &App, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, mut incoming) = request.into_parts();
        let body = match body::read(&mut incoming, body::LIMIT).await {
            Ok(body) => body,
            Err(problem) => {
                // A client that asked first has not begun to send.
                if !parts.headers.contains_key(header::EXPECT) {
                    body::drain(&mut incoming).await;
                }
                return problem.into_full();
            }
        };
        match self {
            Self::AlertsInPath { end } => {
                let key = &parts.uri.path()[IN.len()..end];
                alerts_post::handle(app, key, body).await
            }
            Self::AlertsByToken => {
                let key = bearer(&parts.headers).unwrap_or_default();
                alerts_post::handle(app, key, body).await
            }
            Self::Events => {
                let header = parts.headers.get("x-routing-key").and_then(|v| v.to_str().ok());
                enqueue::handle(app, header.unwrap_or_default(), body).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_addresses_take_the_short_way() {
        let none = HeaderMap::new();
        let door = |path: &str| door(&Method::POST, path, &none);
        assert_eq!(door("/in/abc/api/v2/alerts"), Some(Door::AlertsInPath { end: 7 }));
        assert_eq!(door("/v2/enqueue"), Some(Door::Events));
        for other in ["/in//api/v2/alerts", "/in/a%62c/api/v2/alerts", "/in/a/b/api/v2/alerts", "/in/abc", "/api/v2/alerts"] {
            assert_eq!(door(other), None, "{other}");
        }
        assert_eq!(super::door(&Method::GET, "/v2/enqueue", &none), None);
    }
}
