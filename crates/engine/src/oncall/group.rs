//! How alerts join groups, and how groups open and close.

use model::alert::Joined;
use model::group::{NextStep, Plan, PlanStep, TrailEntry, TrailKind};
use model::{AlertId, Group, GroupId, GroupState, Playbook, Row, Severity, Signal, Span};
use rules::detect::Decision;

use crate::deadline::Deadline;
use crate::step::Step;
use crate::{STORM_GROUPS, STORM_KEY};

impl Step<'_> {
    /// Finds the group for a new alert, or opens one.
    pub(crate) fn join(&mut self, alert: AlertId, decision: &Decision<'_>, signal: &Signal) -> (GroupId, Joined) {
        if let Some(id) = self.group_by_key(&decision.service, &decision.group_key) {
            self.enter(id, decision);
            return (id, Joined::Open);
        }
        if self.storms(&decision.service) {
            if let Some(id) = self.group_by_key(&decision.service, STORM_KEY) {
                self.enter(id, decision);
                return (id, Joined::Storm);
            }
            let summary = format!("Many alerts at once; the first beyond the limit: {}", signal.summary);
            return (self.open_group(alert, decision, STORM_KEY, &summary), Joined::Storm);
        }
        (self.open_group(alert, decision, &decision.group_key, &signal.summary), Joined::Opened)
    }

    /// The group that a new alert joins. One whose incident is over is not it: people said that they are done with what it was
    /// about, so whatever fires now is news, and calls.
    fn group_by_key(&self, service: &str, key: &str) -> Option<GroupId> {
        let same = self.state.group_keys.get(service)?.get(key)?;
        let joins = |id: &GroupId| self.state.groups.get(id).is_some_and(|group| !self.is_over(group));
        same.iter().rev().copied().find(joins)
    }

    /// It belongs to an incident that nobody works on any more.
    fn is_over(&self, group: &Group) -> bool {
        group.incident.is_some_and(|incident| !self.state.incidents.contains_key(&incident))
    }

    pub(crate) fn in_open_incident(&self, id: GroupId) -> bool {
        let incident = self.state.groups.get(&id).and_then(|group| group.incident);
        incident.is_some_and(|incident| self.state.incidents.contains_key(&incident))
    }

    /// More than [`STORM_GROUPS`] groups of this service opened within a minute and are still open.
    fn storms(&self, service: &str) -> bool {
        let since = (self.now - Span::minutes(1), GroupId(0));
        let opened = self.state.opened.get(service);
        opened.is_some_and(|groups| groups.range(since..).take(STORM_GROUPS).count() == STORM_GROUPS)
    }

    fn enter(&mut self, id: GroupId, decision: &Decision<'_>) {
        if let Some(group) = self.state.groups.get_mut(&id) {
            group.firing += 1;
            group.alerts += 1;
            self.counted.insert(id);
        }
        self.group_worsened(id, decision.severity, decision.page);
    }

    fn open_group(&mut self, alert: AlertId, decision: &Decision<'_>, key: &str, summary: &str) -> GroupId {
        let id = GroupId(alert.0);
        let plan = frozen_plan(&self.state.playbook, &decision.service);
        let pages = decision.page && !plan.steps.is_empty();
        let group = Group {
            id,
            service: decision.service.clone(),
            key: key.into(),
            summary: summary.into(),
            severity: decision.severity,
            opened_at: self.now,
            state: if pages { GroupState::Paging } else { GroupState::Quiet },
            firing: 1,
            alerts: 1,
            next: pages.then_some(NextStep { step: 0, round: 0, due: self.now }),
            plan,
            rings: Vec::new(),
            incident: None,
            trail: 0,
        };
        let why_quiet = if decision.page {
            "The service has no escalation policy: nobody is called."
        } else {
            "The route or the severity says that nobody is called for this."
        };
        let opened = format!("Opened for {} by key {key}.", self.state.playbook.service_name(&decision.service));
        self.state.insert_group(group);
        self.groups.insert(id);
        self.trail(id, TrailKind::Opened, opened);
        if !pages {
            self.trail(id, TrailKind::Quiet, why_quiet.into());
        }
        id
    }

    /// After the alert itself is in the working set: incidents by rule, and the first step at once.
    pub(crate) fn after_open(&mut self, alert: AlertId, group: GroupId) {
        let Some(open) = self.state.groups.get(&group) else { return };
        match open.incident {
            Some(incident) => self.alert_in_incident(incident, alert),
            None => self.declare_by_rule(group, alert),
        }
        if self.state.groups.get(&group).is_some_and(|g| g.next.is_some_and(|n| n.due <= self.now)) {
            self.step_due(group);
        }
    }

    /// One alert of the group is over.
    pub(crate) fn left(&mut self, id: GroupId) {
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        group.firing = group.firing.saturating_sub(1);
        self.counted.insert(id);
        if group.firing > 0 {
            return;
        }
        if self.is_full() {
            // Its words to machines need ids: the clock comes for it at once.
            self.watch(Deadline::Close(id));
        } else {
            self.close_group(id);
        }
    }

    pub(crate) fn close_group(&mut self, id: GroupId) {
        self.trail(id, TrailKind::Resolved, "All its alerts are over.".into());
        self.cancel_letters(id, "every alert is over");
        self.all_clear(id);
        let Some(mut group) = self.state.remove_group(id) else { return };
        group.state = GroupState::Resolved { at: self.now };
        group.next = None;
        group.rings.iter_mut().for_each(|ring| ring.rules.clear());
        self.groups.remove(&id);
        if let Some(incident) = group.incident {
            self.group_over(incident, &group);
        }
        self.rows.push(Row::Group(Box::new(group)));
    }

    /// An alert of this severity is in the group, and may wake somebody or not. Worse than any before: an acknowledgement was for
    /// something lesser, so paging starts again. The first that may wake somebody: paging starts.
    pub(crate) fn group_worsened(&mut self, id: GroupId, severity: Severity, wakes: bool) {
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        let before = group.severity;
        let worse = severity < before;
        if worse {
            group.severity = severity;
            self.groups.insert(id);
        }
        match group.state {
            GroupState::Quiet if wakes => {
                self.page_again(id, format!("An alert of {severity} joined that somebody is to be called for: paging starts."));
            }
            GroupState::Acknowledged { .. } | GroupState::Exhausted { .. } if wakes && worse => {
                self.page_again(id, format!("An alert of {severity} joined, worse than {before}: paging starts again."));
            }
            _ => {}
        }
    }

    /// Calls from the first step on, by the group's own plan. A group that had none takes the one the service has now.
    pub(crate) fn page_again(&mut self, id: GroupId, why: String) {
        let now = self.now;
        let Some(service) = self.state.groups.get(&id).map(|group| group.service.clone()) else { return };
        let plan = frozen_plan(&self.state.playbook, &service);
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        if group.plan.steps.is_empty() {
            group.plan = plan;
        }
        self.groups.insert(id);
        if group.plan.steps.is_empty() {
            // Nobody answers for this service: it stays as it is, and on the first screen.
            if let GroupState::Acknowledged { expires, .. } = &mut group.state {
                *expires = None;
            }
            return;
        }
        group.state = GroupState::Paging;
        group.rings = super::ring::told(std::mem::take(&mut group.rings));
        group.next = Some(NextStep { step: 0, round: 0, due: now });
        self.trail(id, TrailKind::AckExpired, why);
        self.step_due(id);
    }

    /// Adds a line to the group's story.
    pub(crate) fn trail(&mut self, id: GroupId, kind: TrailKind, text: String) {
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        if group.trail >= 1_000 {
            // A group that lives for weeks must not grow without a bound; its letters tell the rest.
            return;
        }
        group.trail += 1;
        self.groups.insert(id);
        let entry = TrailEntry { group: id, seq: group.trail, at: self.now, kind, text };
        self.rows.push(Row::Trail(Box::new(entry)));
    }
}

/// The policy as it is now; later edits do not change whom an open group calls.
fn frozen_plan(playbook: &Playbook, service: &str) -> Plan {
    let policy = playbook.service(service).and_then(|s| s.policy.as_ref()).and_then(|id| playbook.policy(id));
    policy.map_or_else(Plan::default, |policy| Plan {
        policy: Some(policy.id.clone()),
        steps: policy.steps.iter().map(|s| PlanStep { notify: s.notify.clone(), wait: s.wait }).collect(),
        repeat: policy.repeat,
        ack_expires: policy.ack_expires,
    })
}
