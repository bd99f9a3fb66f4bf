//! Request bodies: read whole, up to a limit of bytes and of time.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Sleep;

use crate::problem::Problem;

/// The largest body anything here takes.
pub(crate) const LIMIT: usize = 1024 * 1024;
/// From the first to the last byte. With [`LIMIT`] it is also the slowest honest sender: 35 kB/s for the largest body.
const DEADLINE: Duration = Duration::from_secs(30);

/// Reads the body, or says why not. A length that is announced too large is refused before a byte is read.
pub(crate) async fn read<B>(body: B, limit: usize) -> Result<Bytes, Problem>
where
    B: HttpBody<Data = Bytes>,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(Problem::too_large(limit));
    }
    match tokio::time::timeout(DEADLINE, gather(body, limit)).await {
        Ok(result) => result,
        Err(_) => Err(Problem::new(http::StatusCode::REQUEST_TIMEOUT, "too_slow", "The body did not arrive within 30 seconds.")),
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
        let frame = frame.map_err(|_| Problem::bad_request("broken_body", "The body ended early or was sent wrongly."))?;
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

/// How much of a refused body is read and thrown away, and for how long. A client that is still sending when we close sees a
/// broken connection and never the answer that says why.
const THROWN_AWAY: usize = 16 * LIMIT;
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads what is left of a body that nobody wants.
pub(super) async fn drain<B>(mut body: B)
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    let all = async {
        let mut budget = THROWN_AWAY;
        while let Some(Ok(frame)) = body.frame().await {
            let size = frame.data_ref().map_or(0, Bytes::len);
            if size > budget {
                return;
            }
            budget -= size;
        }
    };
    let _ = tokio::time::timeout(PATIENCE, all).await;
}

/// Where a body that was not read to its end is left, for [`drain`].
pub(super) type Leftover<B> = Arc<Mutex<Option<B>>>;

/// A body that must be whole within [`DEADLINE`], for handlers that read it by other means. The clock starts with the first
/// wait; a body that is there already costs nothing.
pub(super) struct Hurried<B: HttpBody + Unpin> {
    /// `None` only while it is dropped.
    body: Option<B>,
    alarm: Option<Pin<Box<Sleep>>>,
    left: Leftover<B>,
}

impl<B: HttpBody + Unpin> Hurried<B> {
    pub(super) fn new(body: B, left: Leftover<B>) -> Self {
        Self { body: Some(body), alarm: None, left }
    }
}

impl<B: HttpBody + Unpin> Drop for Hurried<B> {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

impl<B> HttpBody for Hurried<B>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep(DEADLINE)));
        if alarm.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err("the body did not arrive in time".into())));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
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
        let endless = axum::body::Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let problem = read(endless, 10).await.expect_err("cut");
        assert_eq!(problem.status, http::StatusCode::REQUEST_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_others_read_is_cut_too() {
        let endless = axum::body::Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        assert!(Hurried::new(endless, Leftover::default()).frame().await.expect("an answer").is_err());
    }

    #[tokio::test]
    async fn what_nobody_read_is_left_to_be_thrown_away() {
        let left = Leftover::default();
        drop(Hurried::new(Full::new(Bytes::from_static(b"unread")), left.clone()));
        let body = left.lock().expect("unharmed").take();
        drain(body.expect("it is left")).await;
        drop(Hurried::new(Full::new(Bytes::new()), left.clone()));
        assert!(left.lock().expect("unharmed").is_none());
    }
}
