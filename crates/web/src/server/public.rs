//! The seam to the public pages: whoever renders them answers from memory, without waiting for anything.

use std::pin::Pin;

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use http_body_util::Full;

pub trait PublicPages: Send + Sync {
    /// The answer for a path under `/status/`; `None` leaves it to the route table. Must not block.
    fn respond(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response<Full<Bytes>>>;

    /// Returns when the pages show what is committed now, or after a moment: whoever has published something looks at the page next.
    fn catch_up(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {})
    }
}

/// Before any page is rendered, and in tests.
pub(crate) struct NoPages;

impl PublicPages for NoPages {
    fn respond(&self, _: &Method, _: &str, _: &HeaderMap) -> Option<Response<Full<Bytes>>> {
        None
    }
}
