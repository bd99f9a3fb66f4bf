//! What the engine waits for, in order of time.
//!
//! A deadline is not a row of its own: each stands in the row of its subject (an alert's lease, a group's next step, a promise's
//! due time), so that the two cannot disagree. This order is made from those rows. It may hold entries that no longer matter (the
//! lease was extended, the group acknowledged); each handler looks at its subject and does nothing, or waits again.

use std::collections::BTreeSet;

use model::{AlertId, Channel, GroupId, IncidentRef, LetterId, Name, Time};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    Lease(AlertId),
    Step(GroupId),
    Ring(GroupId),
    AckExpiry(GroupId),
    Letter(LetterId),
    Bundle(Name, Channel),
    Remind(IncidentRef),
    Promise(IncidentRef),
    PromiseCall(IncidentRef),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines(BTreeSet<(Time, Deadline)>);

impl Deadlines {
    pub(crate) fn arm(&mut self, due: Time, deadline: Deadline) {
        self.0.insert((due, deadline));
    }

    pub(crate) fn first(&self) -> Option<Time> {
        self.0.first().map(|(due, _)| *due)
    }

    /// Takes the earliest one that is due.
    pub(crate) fn pop(&mut self, now: Time) -> Option<Deadline> {
        if self.first()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, deadline)| deadline)
    }
}
