//! What the engine waits for, in order of time.
//!
//! A deadline is not a row of its own: each stands in the row of its subject (an alert's lease, a group's next step, a promise's
//! due time), so that the two cannot disagree. This order is made from those rows. It may hold entries that no longer matter (the
//! lease was extended, the group acknowledged): [`State::due_of`] asks the subject, and an entry that comes too early is set back to
//! its true time without a word in the journal. So which deadlines are handled, and in which order, follows from the rows alone,
//! and a state rebuilt from them goes on exactly like the one that wrote them.

use std::collections::BTreeSet;

use model::incident::PromiseState;
use model::{AlertId, Channel, GroupId, GroupState, IncidentRef, LetterId, LetterState, Name, Time};

use crate::State;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    Lease(AlertId),
    Step(GroupId),
    Ring(GroupId),
    AckExpiry(GroupId),
    /// All its alerts are over, and the entry that ended the last one had made enough already.
    Close(GroupId),
    Letter(LetterId),
    Bundle(Name, Channel),
    Remind(IncidentRef),
    Promise(IncidentRef),
    PromiseCall(IncidentRef),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines(BTreeSet<(Time, Deadline)>);

impl Deadlines {
    fn arm(&mut self, due: Time, deadline: Deadline) {
        self.0.insert((due, deadline));
    }
}

impl State {
    /// When the clock is wanted next. Entries that no longer matter are dropped on the way.
    pub fn next_deadline(&mut self) -> Option<Time> {
        loop {
            let (at, deadline) = self.deadlines.0.first()?;
            let at = *at;
            if self.due_of(deadline) == Some(at) {
                return Some(at);
            }
            self.take_first();
        }
    }

    /// Takes the earliest deadline that has passed.
    pub(crate) fn passed(&mut self, now: Time) -> Option<Deadline> {
        if self.next_deadline()? > now {
            return None;
        }
        let (_, deadline) = self.deadlines.0.pop_first()?;
        if let Deadline::Lease(id) = &deadline
            && let Some(open) = self.alerts.get_mut(id)
        {
            open.armed = None;
        }
        Some(deadline)
    }

    /// The first entry came too early, or its subject waits for nothing any more.
    fn take_first(&mut self) {
        let Some((_, deadline)) = self.deadlines.0.pop_first() else { return };
        if let Deadline::Lease(id) = deadline {
            if let Some(open) = self.alerts.get_mut(&id) {
                open.armed = None;
            }
            self.watch_lease(id);
        } else {
            self.watch(deadline);
        }
    }

    /// Waits for `deadline`, if its subject has one. To be called whenever a subject's time may have come nearer.
    pub(crate) fn watch(&mut self, deadline: Deadline) {
        if let Some(due) = self.due_of(&deadline) {
            self.deadlines.arm(due, deadline);
        }
    }

    /// The same for a lease. Leases are extended with every repeat and may lie years ahead, so each alert has at most one entry,
    /// which is moved only when the lease has become shorter.
    pub(crate) fn watch_lease(&mut self, id: AlertId) {
        let Some(open) = self.alerts.get_mut(&id) else { return };
        let Some(lease) = open.alert.pulse.lease else { return };
        match open.armed {
            Some(at) if at <= lease.until => return,
            Some(at) => drop(self.deadlines.0.remove(&(at, Deadline::Lease(id)))),
            None => {}
        }
        open.armed = Some(lease.until);
        self.deadlines.arm(lease.until, Deadline::Lease(id));
    }

    pub(crate) fn forget_lease(&mut self, id: AlertId, armed: Option<Time>) {
        if let Some(at) = armed {
            self.deadlines.0.remove(&(at, Deadline::Lease(id)));
        }
    }

    pub(crate) fn watch_group(&mut self, id: GroupId) {
        for deadline in [Deadline::Step(id), Deadline::Ring(id), Deadline::AckExpiry(id), Deadline::Close(id)] {
            self.watch(deadline);
        }
    }

    pub(crate) fn watch_incident(&mut self, id: IncidentRef) {
        for deadline in [Deadline::Remind(id), Deadline::Promise(id), Deadline::PromiseCall(id)] {
            self.watch(deadline);
        }
    }

    /// The order, made anew from its subjects.
    pub(crate) fn watch_everything(&mut self) {
        self.deadlines = Deadlines::default();
        self.alerts.values_mut().for_each(|open| open.armed = None);
        let alerts: Vec<AlertId> = self.alerts.keys().copied().collect();
        for id in alerts {
            self.watch_lease(id);
        }
        let groups: Vec<GroupId> = self.groups.keys().copied().collect();
        for id in groups {
            self.watch_group(id);
        }
        let letters: Vec<LetterId> = self.letters.keys().copied().collect();
        for id in letters {
            self.watch(Deadline::Letter(id));
        }
        let pagers: Vec<(Name, Channel)> = self.pagers.keys().cloned().collect();
        for (person, channel) in pagers {
            self.watch(Deadline::Bundle(person, channel));
        }
        let incidents: Vec<IncidentRef> = self.incidents.keys().copied().collect();
        for id in incidents {
            self.watch_incident(id);
        }
    }

    /// When `deadline` is truly due, as its subject has it now.
    pub(crate) fn due_of(&self, deadline: &Deadline) -> Option<Time> {
        match deadline {
            Deadline::Lease(id) => self.alerts.get(id)?.alert.pulse.lease.map(|lease| lease.until),
            Deadline::Step(id) => self.groups.get(id)?.next.map(|next| next.due),
            Deadline::Ring(id) => {
                let rings = &self.groups.get(id).filter(|group| crate::oncall::calls(group))?.rings;
                rings.iter().filter_map(|ring| ring.rules.first()).map(|rule| rule.due).min()
            }
            Deadline::AckExpiry(id) => match self.groups.get(id)?.state {
                GroupState::Acknowledged { expires, .. } => expires,
                _ => None,
            },
            Deadline::Close(id) => self.groups.get(id).filter(|group| group.firing == 0).map(|group| group.opened_at),
            Deadline::Letter(id) => match self.letters.get(id)?.state {
                LetterState::Waiting { due } => Some(due),
                LetterState::Leased { until } => Some(until),
                _ => None,
            },
            Deadline::Bundle(person, channel) => {
                let pager = self.pagers.get(&(person.clone(), *channel))?;
                (!pager.waiting.is_empty()).then(|| pager.last_page + crate::BUNDLE_EVERY)
            }
            Deadline::Remind(id) => self.promise(*id, PromiseState::Open)?.remind_at,
            Deadline::Promise(id) => self.promise(*id, PromiseState::Open).map(|promise| promise.due),
            Deadline::PromiseCall(id) => self.promise(*id, PromiseState::Broken)?.call_again,
        }
    }

    fn promise(&self, id: IncidentRef, state: PromiseState) -> Option<&model::incident::Promise> {
        self.incidents.get(&id)?.promise.as_ref().filter(|promise| promise.state == state)
    }
}
