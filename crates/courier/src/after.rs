//! `Retry-After`, as it is met in the wild: seconds, a date, and nonsense.

use std::time::Duration;

use jiff::fmt::rfc2822;

/// The longest wait a receiver may ask for. A page that waits longer has failed; a receiver that says "in a year" is broken.
pub(crate) const LONGEST: Duration = Duration::from_hours(1);

/// How long the receiver asks us to wait, `now` being unix seconds. Nonsense and the past are `None`: the schedule decides then.
pub fn retry_after(value: &str, now: i64) -> Option<Duration> {
    let value = value.trim();
    if value.is_empty() || value.len() > 64 {
        return None;
    }
    if value.bytes().all(|b| b.is_ascii_digit()) {
        // Too many digits for a number is still a number, and longer than the longest.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    let seconds = u64::try_from(date.as_second().checked_sub(now)?).ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds).min(LONGEST))
}
