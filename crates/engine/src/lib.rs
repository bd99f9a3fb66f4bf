//! What happens next: `step(state, entry) -> effects`.
//!
//! The engine has no clock, no I/O, no randomness and no map whose order could differ between two runs. An [`Entry`] carries its
//! own number and time, so the same journal gives the same effects, byte for byte; `candor verify` holds us to that.
//!
//! [`State`] is the playbook and the open working set. Everything in it can be rebuilt from the rows that the effects wrote; the
//! only thing it knows better than the rows is the pulse of firing alerts (last seen, count, lease), which is written only when
//! it has grown stale ([`PULSE_EVERY`]) and falls back to the row at each start.

mod access;
mod communicate;
mod deadline;
mod detect;
mod identity;
mod learn;
mod oncall;
mod respond;
mod start;
mod state;
mod step;

pub use deadline::Deadline;
pub use detect::condense;
pub use state::{Snapshot, State};
pub use step::{needs, step};

use model::Span;

/// A firing alert whose sender fell silent while Candor was down is believed this long after a start.
pub const START_GRACE: Span = Span::minutes(5);
/// How stale an alert's row may be: what a repeat changes is written no more often than this.
pub const PULSE_EVERY: Span = Span::seconds(10);
/// A person gets at most one page a channel in this time; the rest come bundled.
pub const BUNDLE_EVERY: Span = Span::minutes(1);
/// A courier must answer for a letter within this time.
pub const LETTER_LEASE: Span = Span::seconds(40);
/// A page that could not be delivered for this long counts as failed for paging, while its retries go on.
pub const OVERTAKE_AFTER: Span = Span::minutes(1);
/// The longest that a letter waits for its next attempt.
pub const BACKOFF_MOST: Span = Span::hours(1);
/// When nobody at all could be called, this long until somebody is looked for again: a shift may have begun meanwhile.
pub const LOOK_AGAIN: Span = Span::minutes(1);
/// After this long a letter that could not be delivered is given up.
pub const LETTER_LIFE: Span = Span::hours(24);
/// More groups of one service than this in a minute, and the next ones join the storm group.
pub const STORM_GROUPS: usize = 30;
/// The group key of a service's storm group; no label makes it, because those are `name=value` or an alert's name.
pub const STORM_KEY: &str = "!storm";
/// Deadlines handled by one entry of the clock; the desk writes another when more are due.
pub const MOST_DEADLINES: usize = 256;
