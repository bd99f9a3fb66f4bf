//! The monotonic clock, for deadlines and idle times only: it says how long something took, never what time it is, so nothing
//! that is decided or recorded depends on it.

use std::time::Duration;

use tokio::time::Instant;

#[expect(
    clippy::disallowed_methods,
    reason = "the one place; deadlines of I/O follow the timer that ends them, which is tokio's"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The time since `then`.
pub(crate) fn since(then: Instant) -> Duration {
    now().saturating_duration_since(then)
}
