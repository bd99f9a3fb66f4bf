//! The one room with the system clock. Everything else is told the time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{Span, Time};

/// The system's wall clock, for whoever takes a clock as a parameter.
pub(crate) fn system() -> desk::Clock {
    Arc::new(now)
}

/// The time now.
#[expect(clippy::disallowed_methods, reason = "the room for it")]
pub(crate) fn now() -> Time {
    jiff::Timestamp::now().into()
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
