//! Request bodies: read whole, up to a limit of bytes and of time.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body as HttpBody;

use crate::problem::Problem;

/// The largest body anything here takes.
pub const LIMIT: usize = 1024 * 1024;
/// From the first to the last byte. With [`LIMIT`] it is also the slowest honest sender: 35 kB/s for the largest body.
const DEADLINE: Duration = Duration::from_secs(30);

/// Reads the body, or says why not. A length that is announced too large is refused before a byte is read.
pub async fn read<B>(body: B, limit: usize) -> Result<Bytes, Problem>
where
    B: HttpBody<Data = Bytes>,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(Problem::too_large(limit));
    }
    match tokio::time::timeout(DEADLINE, gather(body, limit)).await {
        Ok(result) => result,
        Err(_) => Err(Problem::new(
            http::StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "The body did not arrive within 30 seconds.",
        )),
    }
}

async fn gather<B>(body: B, limit: usize) -> Result<Bytes, Problem>
where
    B: HttpBody<Data = Bytes>,
{
    let mut body = std::pin::pin!(body);
    // Nearly every body comes in one frame: it is handed on as it is.
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            Problem::bad_request("broken_body", "The body ended early or was sent wrongly.")
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + rest.len() + data.remaining() > limit {
            return Err(Problem::too_large(limit));
        }
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
    }
    if rest.is_empty() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;

    #[tokio::test]
    async fn limits_hold_to_the_byte() {
        let body = |n: usize| Full::new(Bytes::from(vec![b'x'; n]));
        assert_eq!(read(body(10), 10).await.expect("fits").len(), 10);
        let problem = read(body(11), 10).await.expect_err("too large");
        assert_eq!(problem.status, http::StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_cut() {
        let endless = axum::body::Body::from_stream(futures_util::stream::pending::<
            Result<Bytes, std::io::Error>,
        >());
        let problem = read(endless, 10).await.expect_err("cut");
        assert_eq!(problem.status, http::StatusCode::REQUEST_TIMEOUT);
    }
}
