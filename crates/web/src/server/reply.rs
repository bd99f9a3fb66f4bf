//! The body of an answer: bytes in memory on the fast path, whatever axum makes elsewhere; and the ticket that says when it is
//! out of our hands.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

use super::line::Ticket;

pub(super) struct Reply {
    kind: Kind,
    ticket: Option<Ticket>,
}

enum Kind {
    Ready(Full<Bytes>),
    Axum(axum::body::Body),
}

impl Reply {
    pub(super) fn with(mut self, ticket: Ticket) -> Self {
        self.ticket = Some(ticket);
        self
    }
}

impl From<Full<Bytes>> for Reply {
    fn from(body: Full<Bytes>) -> Self {
        Self { kind: Kind::Ready(body), ticket: None }
    }
}

impl From<axum::body::Body> for Reply {
    fn from(body: axum::body::Body) -> Self {
        Self { kind: Kind::Axum(body), ticket: None }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut self.kind {
            Kind::Ready(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Kind::Axum(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Ready(body) => body.is_end_stream(),
            Kind::Axum(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Ready(body) => body.size_hint(),
            Kind::Axum(body) => body.size_hint(),
        }
    }
}
