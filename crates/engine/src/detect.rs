//! Detect: signals become alerts, alerts join groups, leases run out.

use std::sync::Arc;

use model::alert::{Ended, HowEnded, Pulse};
use model::input::Repeat;
use model::signal::Lease;
use model::{Alert, AlertId, AlertState, Answer, Input, Name, Playbook, Row, Signal, SignalAction};

use crate::step::{Outcome, Step, invalid, not_found};
use crate::{PULSE_EVERY, State};

/// The same input in few bytes, where every signal only repeats what is known. The journal then holds ids and leases instead of
/// the senders' text. `None` when any signal says something new.
pub fn condense(state: &State, input: &Input) -> Option<Input> {
    let Input::Signals { integration, signals } = input else { return None };
    if signals.len() > Input::MOST_SIGNALS {
        return None;
    }
    let playbook = &state.playbook;
    let from = &playbook.integration(integration)?.id;
    let mut alerts = Vec::with_capacity(signals.len());
    for signal in signals {
        let id = state.alert_by_key(from, &signal.key)?;
        let alert = &state.alerts.get(&id)?.alert;
        let same = signal.action == SignalAction::Trigger
            && alert.summary == signal.summary
            && alert.annotations == signal.annotations
            && alert.labels == signal.labels
            && alert.link == signal.link
            && signal.starts_at.is_none_or(|at| at >= alert.starts_at)
            && !is_worse(playbook, alert, signal);
        if !same {
            return None;
        }
        alerts.push(Repeat(id, signal.lease));
    }
    Some(Input::Repeats { integration: integration.clone(), alerts })
}

/// The sender calls it worse than before. A format may say so outside the labels, so equal labels do not settle it.
fn is_worse(playbook: &Playbook, alert: &Alert, signal: &Signal) -> bool {
    let said = signal.severity.is_some_and(|severity| severity < alert.severity);
    said && rules::detect::route_of(playbook, &alert.integration, signal).is_some_and(|now| now.severity < alert.severity)
}

/// Which end of a firing alert is believed, as Prometheus's Alertmanager has it: what the sender said last, unless it named a
/// later end before. An end that we assumed never outlives one that the sender names.
fn merged(before: Option<Lease>, now: Option<Lease>) -> Option<Lease> {
    match (before, now) {
        (Some(old), Some(new)) if !old.assumed && old.until > new.until => Some(old),
        (_, Some(new)) => Some(new),
        (old, None) => old,
    }
}

impl Step<'_> {
    pub(crate) fn signals(&mut self, integration: &Name, signals: Vec<Signal>) -> Outcome {
        let Some(integration) = self.state.playbook.integration(integration).map(|i| i.id.clone()) else {
            return Err(not_found("integration of this name"));
        };
        if signals.len() > Input::MOST_SIGNALS {
            return Err(invalid("signals", format!("One input holds at most {} signals.", Input::MOST_SIGNALS)));
        }
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
        if decision.severity < open.alert.severity {
            let alert = Arc::make_mut(&mut open.alert);
            alert.severity = decision.severity;
            let group = alert.group;
            self.alerts.insert(id);
            self.group_worsened(group, decision.severity, decision.page);
            if !self.in_open_incident(group) {
                self.declare_by_rule(group, id);
            }
        }
    }

    /// Another sign of life. Its row is written only when it has grown ten seconds old.
    fn beat(&mut self, id: AlertId, lease: Option<Lease>) {
        let now = self.now;
        let Some(open) = self.state.alerts.get_mut(&id) else { return };
        let pulse = &mut Arc::make_mut(&mut open.alert).pulse;
        pulse.last_seen = now;
        pulse.count += 1;
        pulse.lease = merged(pulse.lease, lease);
        if now.since(open.saved.last_seen) >= PULSE_EVERY {
            self.alerts.insert(id);
        }
        self.state.watch_lease(id);
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
}
