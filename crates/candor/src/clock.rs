//! The one room with the system clock. Everything else is told the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use model::{Span, Time};

/// The system's wall clock, for whoever takes a clock as a parameter.
pub(crate) fn system() -> desk::Clock {
    Arc::new(now)
}

/// How far this process's time is behind the wall clock. Only the demonstration sets it: it plays the last hours in a second,
/// and the server must believe them. It only ever shrinks, so time never runs backwards.
static BEHIND: AtomicI64 = AtomicI64::new(0);

/// The time now.
#[expect(clippy::disallowed_methods, reason = "the room for it")]
pub(crate) fn now() -> Time {
    let wall: Time = jiff::Timestamp::now().into();
    Time(wall.0 - BEHIND.load(Ordering::Relaxed))
}

/// Puts this process's time back, once, before anything has asked for it.
pub(crate) fn set_back(span: Span) {
    BEHIND.store(span.micros(), Ordering::Relaxed);
}

/// Lets `span` pass at once, at most up to the wall clock.
pub(crate) fn forward(span: Span) {
    BEHIND.update(Ordering::Relaxed, Ordering::Relaxed, |behind| (behind - span.micros()).max(0));
}

/// How much can still pass before the wall clock is reached.
pub(crate) fn behind() -> Span {
    Span(BEHIND.load(Ordering::Relaxed) / 1_000_000)
}

/// `span` from now.
pub(crate) fn after(span: Span) -> Time {
    now() + span
}

/// Measures how long something takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch(Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "the room for it")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
