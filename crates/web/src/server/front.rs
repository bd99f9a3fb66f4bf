//! What every request passes first. The two things that come in thousands a second, public pages and alerts, are answered here
//! without the router and its layers; everything else goes through the route table.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::response::IntoResponse;
use futures_util::FutureExt as _;
use http::{Request, Response, header};
use hyper::body::Incoming;
use tower::ServiceExt as _;

use super::body::{self, Hurried, Leftover};
use super::line::Line;
use super::reply::Reply;
use super::{Listener, Peer, headers, intake, proxy};
use crate::app::App;
use crate::problem::Problem;

/// One for each listener.
pub(super) struct Front {
    pub(super) app: App,
    pub(super) router: Router,
    pub(super) which: Listener,
}

impl Front {
    /// Never fails: what goes wrong is an answer too.
    pub(super) async fn answer(
        self: Arc<Self>,
        line: Arc<Line>,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Result<Response<Reply>, Infallible> {
        let ticket = line.request(request.version());
        let answered = AssertUnwindSafe(self.dispatch(peer, request)).catch_unwind().await;
        let mut response = answered.unwrap_or_else(|_| {
            tracing::error!("a request panicked; it was answered with 500");
            Problem::internal().into_response().map(Reply::from)
        });
        headers::harden(response.headers_mut(), self.app.settings.https);
        self.app.server.count_response(response.status());
        Ok(response.map(|body| body.with(ticket)))
    }

    async fn dispatch(&self, peer: SocketAddr, mut request: Request<Incoming>) -> Response<Reply> {
        let path = request.uri().path();
        if path.starts_with("/status/") {
            let found = self.app.pages.respond(request.method(), path, request.headers());
            if let Some(response) = found {
                return response.map(Reply::from);
            }
        }
        if self.which == Listener::Public && !is_public(path) {
            return Problem::not_found("such page").into_response().map(Reply::from);
        }
        if let Some(door) = intake::door(request.method(), path, request.headers()) {
            return door.take(&self.app, request).await.map(Reply::from);
        }
        let client = proxy::client(peer, request.headers(), &self.app.proxies);
        request.extensions_mut().insert(Peer(client));
        // In a box, so that the fast path does not carry the router's state along.
        Box::pin(self.route(request)).await.map(Reply::from)
    }

    async fn route(&self, request: Request<Incoming>) -> axum::response::Response {
        let waits = request.headers().contains_key(header::EXPECT);
        let left = Leftover::default();
        let request = request.map(|body| axum::body::Body::new(Hurried::new(body, left.clone())));
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let unread = left.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A client that asked first has not begun to send.
        if let Some(body) = unread.filter(|_| !waits) {
            body::drain(body).await;
        }
        response
    }
}

/// What a listener for customers serves beside the pages themselves.
fn is_public(path: &str) -> bool {
    path.starts_with("/assets/") || path.starts_with("/status/") || path == "/-/healthy"
}
