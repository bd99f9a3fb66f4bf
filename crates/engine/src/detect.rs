//! Detect: signals become alerts, alerts join groups, leases run out.

use std::sync::Arc;

use model::alert::{Ended, HowEnded, Pulse};
use model::input::Repeat;
use model::signal::Lease;
use model::{Alert, AlertId, AlertState, Answer, Input, Name, Row, Severity, Signal, SignalAction};

use crate::deadline::Deadline;
use crate::step::{Outcome, Step, not_found};
use crate::{PULSE_EVERY, START_GRACE, State};

/// The same input in few bytes, where every signal only repeats what is known. The journal then holds ids and leases instead of
/// the senders' text. `None` when any signal says something new.
pub fn condense(state: &State, input: &Input) -> Option<Input> {
    let Input::Signals { integration, signals } = input else { return None };
    let keys = state.keys.get(integration)?;
    let mut alerts = Vec::with_capacity(signals.len());
    for signal in signals {
        let id = *keys.get(&signal.key)?;
        let alert = &state.alerts.get(&id)?.alert;
        let same = signal.action == SignalAction::Trigger
            && alert.summary == signal.summary
            && alert.annotations == signal.annotations
            && alert.labels == signal.labels
            && alert.link == signal.link
            && signal.starts_at.is_none_or(|at| at >= alert.starts_at);
        if !same {
            return None;
        }
        alerts.push(Repeat(id, signal.lease));
    }
    Some(Input::Repeats { integration: integration.clone(), alerts })
}

impl Step<'_> {
    pub(crate) fn signals(&mut self, integration: &Name, signals: Vec<Signal>) -> Outcome {
        let Some(integration) = self.state.playbook.integration(integration).map(|i| i.id.clone()) else {
            return Err(not_found("integration of this name"));
        };
        let mut answers = Vec::with_capacity(signals.len());
        for signal in signals {
            let known = self.state.alert_by_key(&integration, &signal.key);
            answers.push(match (signal.action, known) {
                (SignalAction::Trigger, Some(id)) => Some(self.refresh(id, signal)),
                (SignalAction::Trigger, None) => self.open(&integration, signal),
                (SignalAction::Acknowledge, Some(id)) => {
                    if let Some(group) = self.state.alert(id).map(|a| a.group) {
                        self.acknowledge_group(group);
                    }
                    Some(id)
                }
                (SignalAction::Resolve, Some(id)) => {
                    self.end(id, HowEnded::Sender);
                    Some(id)
                }
                // A resolve or acknowledgement of nothing changes nothing: senders repeat them for minutes.
                (SignalAction::Acknowledge | SignalAction::Resolve, None) => None,
            });
        }
        Ok(Answer::Signals(answers))
    }

    pub(crate) fn repeats(&mut self, alerts: &[Repeat]) -> Answer {
        for Repeat(id, lease) in alerts {
            self.beat(*id, *lease);
        }
        Answer::Signals(alerts.iter().map(|r| Some(r.0)).collect())
    }

    fn open(&mut self, integration: &Name, mut signal: Signal) -> Option<AlertId> {
        let playbook = self.state.playbook.clone();
        let decision = rules::detect::route_of(&playbook, integration, &signal)?;
        let (number, k) = self.make();
        let id = AlertId::made_by(number, k);
        let (group, joined) = self.join(id, &decision, &signal);
        let (service, severity, route) = (decision.service, decision.severity, decision.route);
        let pulse = Pulse { last_seen: self.now, count: 1, lease: signal.lease };
        let alert = Alert {
            id,
            integration: integration.clone(),
            service,
            key: std::mem::take(&mut signal.key),
            state: AlertState::Firing,
            severity,
            summary: signal.summary,
            labels: signal.labels,
            annotations: signal.annotations,
            link: signal.link,
            starts_at: signal.starts_at.unwrap_or(self.now),
            first_seen: self.now,
            group,
            route,
            joined,
            incident: None,
            ended: None,
            pulse,
        };
        self.state.insert_alert(Arc::new(alert), pulse);
        self.alerts.insert(id);
        self.after_open(id, group);
        Some(id)
    }

    /// A firing alert fires again, perhaps with other words.
    fn refresh(&mut self, id: AlertId, signal: Signal) -> AlertId {
        self.beat(id, signal.lease);
        let Some(open) = self.state.alerts.get_mut(&id) else { return id };
        let earlier = signal.starts_at.filter(|at| *at < open.alert.starts_at);
        let changed = open.alert.summary != signal.summary
            || open.alert.annotations != signal.annotations
            || open.alert.labels != signal.labels
            || open.alert.link != signal.link;
        if changed || earlier.is_some() {
            let alert = Arc::make_mut(&mut open.alert);
            alert.starts_at = earlier.unwrap_or(alert.starts_at);
            alert.summary = signal.summary.clone();
            alert.annotations = signal.annotations.clone();
            alert.labels = signal.labels.clone();
            alert.link.clone_from(&signal.link);
            self.alerts.insert(id);
        }
        self.worsen(id, &signal);
        id
    }

    /// The sender now calls it worse than before.
    fn worsen(&mut self, id: AlertId, signal: &Signal) {
        let playbook = self.state.playbook.clone();
        let Some(open) = self.state.alerts.get_mut(&id) else { return };
        let Some(decision) = rules::detect::route_of(&playbook, &open.alert.integration, signal) else { return };
        let severity: Severity = decision.severity;
        if severity < open.alert.severity {
            let alert = Arc::make_mut(&mut open.alert);
            alert.severity = severity;
            let group = alert.group;
            self.alerts.insert(id);
            self.group_worsened(group, severity);
        }
    }

    /// Another sign of life. Its row is written only when it has grown a minute old.
    fn beat(&mut self, id: AlertId, lease: Option<Lease>) {
        let Some(open) = self.state.alerts.get_mut(&id) else { return };
        let pulse = &mut Arc::make_mut(&mut open.alert).pulse;
        pulse.last_seen = self.now;
        pulse.count += 1;
        // A lease the sender named goes before one we assumed, and a later one before an earlier; see the sender's merge rules.
        let had = pulse.lease;
        pulse.lease = match (had, lease) {
            (Some(old), Some(new)) if new.assumed && !old.assumed && old.until >= new.until => Some(old),
            (Some(old), Some(new)) => Some(Lease { until: old.until.max(new.until), ..new }),
            (old, new) => new.or(old),
        };
        if had.is_none() && let Some(lease) = pulse.lease {
            self.state.deadlines.arm(lease.until, Deadline::Lease(id));
        }
        if self.now.since(open.saved.last_seen) >= PULSE_EVERY {
            self.alerts.insert(id);
        }
    }

    pub(crate) fn lease_due(&mut self, id: AlertId) {
        let Some(lease) = self.state.alert(id).and_then(|a| a.pulse.lease) else { return };
        if lease.until > self.now {
            // Extended since: this entry of the order was stale.
            self.arm(lease.until, Deadline::Lease(id));
        } else {
            self.end(id, HowEnded::Lease);
        }
    }

    /// The alert is over; its group may be too.
    pub(crate) fn end(&mut self, id: AlertId, how: HowEnded) {
        let Some(mut alert) = self.state.remove_alert(id) else { return };
        let changed = Arc::make_mut(&mut alert);
        changed.state = AlertState::Resolved;
        changed.ended = Some(Ended { at: self.now, how });
        let group = alert.group;
        self.alerts.remove(&id);
        self.rows.push(Row::Alert(alert));
        self.left(group);
    }

    pub(crate) fn resolve_alert(&mut self, id: AlertId) -> Outcome {
        if self.state.alert(id).is_none() {
            return Err(not_found("open alert of this number"));
        }
        self.end(id, HowEnded::Person);
        Ok(Answer::Done)
    }

    /// Live figures fall back to the rows, and every lease gets a grace: silence while we were away means nothing.
    pub(crate) fn started(&mut self) -> Answer {
        let until = self.now + START_GRACE;
        let mut armed = Vec::new();
        for (id, open) in &mut self.state.alerts {
            let mut pulse = open.saved;
            if let Some(lease) = pulse.lease.as_mut().filter(|l| l.until < until) {
                lease.until = until;
                armed.push(*id);
            }
            if pulse != open.alert.pulse {
                Arc::make_mut(&mut open.alert).pulse = pulse;
            }
        }
        for id in armed {
            self.arm(until, Deadline::Lease(id));
        }
        self.reclaim_letters();
        Answer::Done
    }

    /// Nothing that is only in memory may be lost to an orderly stop.
    pub(crate) fn stopping(&mut self) -> Answer {
        let stale = self.state.alerts.iter().filter(|(_, open)| open.alert.pulse != open.saved).map(|(id, _)| *id);
        self.alerts = stale.collect();
        Answer::Done
    }
}
