//! The one room of the bench that reads a clock.
//!
//! Everything else in the workspace is handed its time; a benchmark is about real time, so the ban is lifted here and nowhere else.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Length of what [`timestamp`] returns: `2026-01-05T09:00:00.000Z`.
pub(crate) const TIMESTAMP_LEN: usize = 24;

pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) fn since(earlier: Instant) -> Duration {
    now().saturating_duration_since(earlier)
}

/// RFC 3339 in UTC with milliseconds, `offset` seconds from now; always [`TIMESTAMP_LEN`] bytes, so that it can be patched in place.
pub(crate) fn timestamp(offset: i64) -> String {
    let at = Timestamp::now().saturating_add(SignedDuration::from_secs(offset));
    format!("{:.3}", at.unwrap_or(Timestamp::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_has_a_fixed_width() {
        for offset in [-3_600, 0, 240] {
            assert_eq!(timestamp(offset).len(), TIMESTAMP_LEN);
        }
    }
}
