//! Starts and stops: what a process that takes up the work believes, and what one that ends leaves behind.

use std::sync::Arc;

use model::alert::Pulse;
use model::{Answer, GroupId, GroupState, LetterId, LetterState, Span, Time};

use crate::state::Open;
use crate::step::Step;
use crate::{BACKOFF_MOST, LETTER_LEASE, LOOK_AGAIN, START_GRACE};

impl Step<'_> {
    /// Live figures fall back to the rows, and every lease gets a grace: silence while we were away means nothing.
    pub(crate) fn started(&mut self) -> Answer {
        self.give_grace(|open| open.saved);
        self.follow_the_clock();
        self.reclaim_letters();
        // The order of deadlines that a rebuilt state has, whatever this one went through.
        self.state.watch_everything();
        Answer::Done
    }

    /// The same process goes on: live figures stand, and letters under way are with the courier.
    pub(crate) fn clock_set(&mut self) -> Answer {
        self.give_grace(|open| open.alert.pulse);
        self.follow_the_clock();
        let until = self.now + LETTER_LEASE;
        for letter in self.state.letters.values_mut() {
            if let LetterState::Leased { until: leased } = &mut letter.state
                && *leased > until
            {
                *leased = until;
                self.letters.insert(letter.id);
            }
        }
        self.state.watch_everything();
        Answer::Done
    }

    /// No lease runs out before the senders have had time to say that their alerts still fire.
    fn give_grace(&mut self, pulse_of: fn(&Open) -> Pulse) {
        let until = self.now + START_GRACE;
        for open in self.state.alerts.values_mut() {
            let mut pulse = pulse_of(open);
            if let Some(lease) = pulse.lease.as_mut().filter(|lease| lease.until < until) {
                lease.until = until;
            }
            if pulse != open.alert.pulse {
                Arc::make_mut(&mut open.alert).pulse = pulse;
            }
        }
    }

    /// Nothing that is only in memory may be lost to an orderly stop.
    pub(crate) fn stopping(&mut self) -> Answer {
        let stale = self.state.alerts.iter().filter(|(_, open)| open.alert.pulse != open.saved).map(|(id, _)| *id);
        self.alerts = stale.collect();
        Answer::Done
    }

    /// The clock may have been set back. A wait is a length of time: none may last longer from here on than it was meant to.
    fn follow_the_clock(&mut self) {
        let ids: Vec<GroupId> = self.state.groups.keys().copied().collect();
        for id in ids {
            self.group_follows_the_clock(id);
        }
        let now = self.now;
        let mut letters: Vec<LetterId> = Vec::new();
        for letter in self.state.letters.values_mut() {
            if let LetterState::Waiting { due } = &mut letter.state
                && *due > now + BACKOFF_MOST
            {
                *due = now + BACKOFF_MOST;
                letters.push(letter.id);
            }
        }
        self.letters.extend(letters);
        for (key, pager) in self.state.pagers.iter_mut().filter(|(_, pager)| pager.last_page > now) {
            pager.last_page = now;
            self.pagers.insert(key.clone());
        }
    }

    fn group_follows_the_clock(&mut self, id: GroupId) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        let mut changed = false;
        let mut hold = |due: &mut Time, longest: Span| {
            if *due > now + longest {
                *due = now + longest;
                changed = true;
            }
        };
        let longest_wait = group.plan.steps.iter().map(|step| step.wait).max().unwrap_or_default().max(LOOK_AGAIN);
        if let Some(next) = &mut group.next {
            hold(&mut next.due, longest_wait);
        }
        for ring in &mut group.rings {
            let since = ring.since;
            for rule in &mut ring.rules {
                let meant = rule.due.since(since);
                hold(&mut rule.due, meant);
            }
        }
        if let GroupState::Acknowledged { at, expires: Some(expires), .. } = &mut group.state {
            let longest = expires.since(*at);
            hold(expires, longest);
        }
        if changed {
            self.groups.insert(id);
        }
    }
}
