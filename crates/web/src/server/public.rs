//! The seam to the public pages: whoever renders them answers from memory, without waiting for anything.

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use http_body_util::Full;

pub trait PublicPages: Send + Sync {
    /// The answer for a path under `/status/`; `None` leaves it to the route table. Must not block.
    fn respond(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response<Full<Bytes>>>;
}

/// Before any page is rendered, and in tests.
pub(crate) struct NoPages;

impl PublicPages for NoPages {
    fn respond(&self, _: &Method, _: &str, _: &HeaderMap) -> Option<Response<Full<Bytes>>> {
        None
    }
}
