//! The guard before every handler. A route says what it [`Need`]s; what it does not say it does not get.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::Access;

use super::caller::{Caller, Who, identify};
use super::origin::{self, Origin};
use crate::app::App;
use crate::problem::Problem;
use crate::screens::error;
use crate::server::Peer;

/// What a route asks of whoever calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody.
    Public,
    /// The route itself checks an integration's key.
    IntegrationKey,
    /// Anybody on this machine, else a viewer.
    LoopbackOrViewer,
    Viewer,
    Responder,
    Administrator,
}

impl Need {
    pub const fn access(self) -> Option<Access> {
        match self {
            Self::Public | Self::IntegrationKey => None,
            Self::LoopbackOrViewer | Self::Viewer => Some(Access::Viewer),
            Self::Responder => Some(Access::Responder),
            Self::Administrator => Some(Access::Administrator),
        }
    }
}

/// Whom a route answers: programs get problem documents, people get pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Api,
    Screen,
}

#[derive(Clone)]
pub(crate) struct Guard {
    pub app: App,
    pub need: Need,
    pub face: Face,
}

/// The middleware itself.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&guard, &parts).await {
        Ok(Some(caller)) => {
            parts.extensions.insert(caller.clone());
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if guard.face == Face::Screen
                && let Some(problem) = response.extensions_mut().remove::<Problem>()
            {
                response = error::show_to(&guard.app, &caller, &problem).await;
            }
            // What is shown to one account must not lie in a cache for the next.
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
            response
        }
        Ok(None) => {
            let mut response = next.run(Request::from_parts(parts, body)).await;
            match response.extensions_mut().remove::<Problem>() {
                Some(problem) if guard.face == Face::Screen => error::show(&guard.app, &problem),
                _ => response,
            }
        }
        Err(problem) => refuse(&guard, &parts, problem),
    }
}

async fn admit(guard: &Guard, parts: &Parts) -> Result<Option<Caller>, Problem> {
    let Guard { app, need, face } = guard;
    let headers = &parts.headers;
    let host = parts
        .uri
        .authority()
        .map(http::uri::Authority::as_str)
        .or_else(|| headers.get(header::HOST).and_then(|h| h.to_str().ok()));
    let unsafe_method = !parts.method.is_safe();
    let origin = || origin::of(headers, &app.settings.base_url, host);
    let Some(needed) = need.access() else {
        let foreign = *face == Face::Screen && unsafe_method && origin() == Origin::Foreign;
        return if foreign { Err(cross_site()) } else { Ok(None) };
    };
    let peer = parts.extensions.get::<Peer>().map(|p| p.0.ip());
    if *need == Need::LoopbackOrViewer && is_local(peer, headers) {
        return Ok(None);
    }
    let path = parts.uri.path();
    let caller = match identify(app, headers).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return Err(Problem::unauthorized("Sign in, or send an API token.")),
        Err(problem) => {
            if problem.status == StatusCode::UNAUTHORIZED {
                app.access.failed("unknown token", path, peer);
            }
            return Err(problem);
        }
    };
    if unsafe_method && matches!(caller.who, Who::Session { .. }) && origin() != Origin::Same {
        app.access.failed("request from another site", path, peer);
        return Err(cross_site());
    }
    if caller.access < needed {
        app.access.failed("role is too low", path, peer);
        return Err(too_low(needed));
    }
    Ok(Some(caller))
}

/// Somebody on this machine, speaking for themselves: behind a proxy on this machine everybody comes from here.
fn is_local(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let spoken_for = ["authorization", "forwarded", "x-forwarded-for", "x-real-ip", "via"];
    peer.is_some_and(|ip| ip.to_canonical().is_loopback()) && !spoken_for.iter().any(|name| headers.contains_key(*name))
}

fn cross_site() -> Problem {
    Problem::forbidden("cross_site", "This request was not sent by Candor's own page. Open the page again and repeat it there.")
}

fn too_low(needed: Access) -> Problem {
    let needed = needed.name();
    Problem::forbidden("forbidden", format!("This needs the role {needed}. An administrator can give it."))
}

/// People who are not signed in are sent to sign in and back again; programs are told.
fn refuse(guard: &Guard, parts: &Parts, problem: Problem) -> Response {
    let token = parts.headers.contains_key(header::AUTHORIZATION);
    if guard.face == Face::Api || token {
        return problem.into_response();
    }
    if problem.status != StatusCode::UNAUTHORIZED {
        return error::show(&guard.app, &problem);
    }
    let next = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    if parts.method == http::Method::GET && next != "/" {
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?next={query}")).into_response();
    }
    Redirect::to("/sign-in").into_response()
}

/// Where to go after signing in: a path of ours, or the front page. `//host` and `/\host` leave the site in a browser.
pub(crate) fn safe_next(next: Option<&str>) -> &str {
    let fits = |n: &&str| {
        n.starts_with('/') && !n.starts_with("//") && !n.bytes().any(|b| b == b'\\' || b.is_ascii_control()) && n.len() <= 1_000
    };
    next.filter(fits).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_leaves_the_site() {
        assert_eq!(safe_next(Some("/incidents/INC-1?tab=say")), "/incidents/INC-1?tab=say");
        for bad in ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\r\nb", ""] {
            assert_eq!(safe_next(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(safe_next(None), "/");
    }
}
