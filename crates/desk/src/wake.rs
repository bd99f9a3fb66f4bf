//! When the clock is wanted, and a clock that was set.

use std::time::Duration;

use model::{Span, Time};

use crate::run::Thread;

/// A wall clock that is behind the journal by more than this was set back.
const SET_BACK: Span = Span::seconds(5);
/// The loop looks at the clock every second. If this much has passed since it last did, the clock was set, or we stood still.
const STOOD_STILL: Span = Span::seconds(30);

impl Thread {
    /// Time in the journal runs backwards only here, and only once for a clock that was set: if it stood still until the wall
    /// clock has caught up, every escalation would stand still with it.
    pub(crate) fn clock_was_set(&mut self) -> bool {
        let wall = (self.settings.clock)();
        let passed = self.looked.replace(wall).map_or(Span::seconds(0), |looked| wall.since(looked));
        let back = wall + SET_BACK < self.last.1;
        if back {
            tracing::warn!(seconds = self.last.1.since(wall).0, "the wall clock was set back; no wait lasts longer for it");
            self.last.1 = wall;
        } else if passed > STOOD_STILL {
            tracing::warn!(seconds = passed.0, "the wall clock was set forward, or the program stood still; leases get a grace");
        }
        back || passed > STOOD_STILL
    }

    pub(crate) fn clock_due(&mut self) -> bool {
        let now = (self.settings.clock)().max(self.last.1);
        self.state.next_deadline().is_some_and(|due| due <= now)
    }

    /// Until the first deadline, and a second at most, because the wall clock may be set.
    pub(crate) fn wait_for(&mut self) -> Duration {
        let now = (self.settings.clock)();
        let due = self.state.next_deadline().unwrap_or(Time(i64::MAX));
        let micros = due.0.saturating_sub(now.0).clamp(0, 1_000_000);
        Duration::from_micros(micros.unsigned_abs())
    }
}
