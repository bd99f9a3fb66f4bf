//! The body of a request, as text, within its bound.

use axum::extract::rejection::BytesRejection;
use bytes::Bytes;
use http::StatusCode;

use super::reply::{self, Reply};

pub(super) const MOST_BYTES: usize = 1 << 20;

/// What axum read, or the answer.
pub(super) fn taken(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Box<Reply>> {
    body.map_err(|rejection| {
        Box::new(match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => reply::too_large(MOST_BYTES),
            status => reply::problem(status, "body_unreadable", "the body could not be read whole"),
        })
    })
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum BodyError {
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body is not UTF-8 at byte {0}")]
    NotText(usize),
}

/// Checking the whole text once is faster than checking each string of it.
pub(super) fn text(body: &[u8], most: usize) -> Result<&str, BodyError> {
    if body.len() > most {
        return Err(BodyError::TooLarge(most));
    }
    std::str::from_utf8(body).map_err(|e| BodyError::NotText(e.valid_up_to()))
}
