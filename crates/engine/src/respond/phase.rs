//! Phases: forward, back, and the end.

use model::incident::{Change, RoleHolder};
use model::mark::{Confidence, MarkKind};
use model::{Answer, EntryKind, IncidentRef, Phase};

use crate::step::{Outcome, Step, conflict, invalid};

impl Step<'_> {
    pub(crate) fn set_phase(&mut self, id: IncidentRef, phase: Phase, reason: &str) -> Outcome {
        match phase {
            Phase::Resolved => return self.resolve(id, Some(reason.to_owned())),
            Phase::Merged => return Err(invalid("phase", "Merge it into another incident instead.")),
            _ => {}
        }
        let before = self.incident(id)?.phase;
        if before == phase {
            return Ok(Answer::Done);
        }
        match (before, phase) {
            (Phase::Merged, _) => return Err(conflict("merged", format!("{id} was merged; work on the other one."))),
            (was, Phase::Reviewed | Phase::Closed) if was.is_open() => {
                return Err(conflict("not_resolved", format!("{id} is {}; resolve it first.", was.name())));
            }
            (was, Phase::Declined) if !was.is_open() => {
                return Err(conflict("not_open", format!("{id} is {} already.", was.name())));
            }
            (Phase::Declined, Phase::Reviewed | Phase::Closed) => {
                return Err(conflict("not_resolved", format!("{id} was declined: there is nothing to review.")));
            }
            (_, Phase::Declined) if reason.trim().is_empty() => {
                return Err(invalid("reason", "Say why this is no incident."));
            }
            _ => {}
        }
        self.enter_phase(id, phase, reason.trim());
        let (now, source) = (self.now, self.actor.to_string());
        match phase {
            Phase::Identified => self.mark_once(id, MarkKind::CauseUnderstood, now, source, Confidence::Stated),
            Phase::Mitigated | Phase::Monitoring => self.mark_once(id, MarkKind::Mitigated, now, source, Confidence::Stated),
            Phase::Declined => {
                self.settle_promise(id);
                self.end_roles(id);
                if let Ok(incident) = self.incident(id) {
                    incident.components.clear();
                }
            }
            _ => {}
        }
        Ok(Answer::Done)
    }

    /// Changes the phase and tells the timeline.
    pub(crate) fn enter_phase(&mut self, id: IncidentRef, phase: Phase, reason: &str) {
        let (at, by) = (self.now, self.actor.clone());
        let Ok(incident) = self.incident(id) else { return };
        let before = std::mem::replace(&mut incident.phase, phase);
        incident.phases.push(Change { to: phase, at, by, reason: reason.to_owned() });
        let reopened = !before.is_open() && phase.is_open();
        if reopened {
            // Whoever held a role when it ended holds it again.
            let ended = incident.resolved_at.or(incident.phases.iter().rev().nth(1).map(|change| change.at));
            let held = incident.roles.iter().filter(|h| h.until.is_some() && h.until == ended);
            let again: Vec<RoleHolder> = held.map(|h| RoleHolder { since: at, until: None, ..h.clone() }).collect();
            incident.roles.extend(again);
            incident.resolved_at = None;
            incident.marks.remove(&MarkKind::Resolved);
        }
        let kind = if reopened { EntryKind::Reopened } else { EntryKind::Phase };
        let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        self.timeline(id, kind, format!("{} \u{2192} {}{why}", before.name(), phase.name()));
    }

    /// Nobody holds a role in what is over.
    pub(crate) fn end_roles(&mut self, id: IncidentRef) {
        let now = self.now;
        let Ok(incident) = self.incident(id) else { return };
        incident.roles.iter_mut().filter(|h| h.until.is_none()).for_each(|h| h.until = Some(now));
    }

    /// The incident is over. A second time changes nothing.
    pub(crate) fn resolve(&mut self, id: IncidentRef, note: Option<String>) -> Outcome {
        let (now, by) = (self.now, self.actor.clone());
        let incident = self.incident(id)?;
        match incident.phase {
            Phase::Resolved | Phase::Reviewed | Phase::Closed => return Ok(Answer::Done),
            Phase::Merged => return Err(conflict("merged", format!("{id} was merged; resolve the other one."))),
            Phase::Declined => return Err(conflict("not_open", format!("{id} was declined; it never was an incident."))),
            _ => {}
        }
        incident.phase = Phase::Resolved;
        incident.phases.push(Change { to: Phase::Resolved, at: now, by, reason: String::new() });
        incident.resolved_at = Some(now);
        incident.components.clear();
        let groups = incident.groups.clone();
        self.end_roles(id);
        self.settle_promise(id);
        let note = note.filter(|n| !n.trim().is_empty()).map(|n| format!(": {}", n.trim())).unwrap_or_default();
        self.timeline(id, EntryKind::Resolved, format!("Resolved{note}"));
        let source = self.actor.to_string();
        self.mark_once(id, MarkKind::Mitigated, now, source.clone(), Confidence::Estimated);
        self.mark_once(id, MarkKind::Resolved, now, source, Confidence::Certain);
        for group in groups {
            // Somebody who resolves the incident has answered for what still rings.
            self.acknowledge_group(group);
        }
        self.timeline(id, EntryKind::Review, "A review draft is ready; it was written from this timeline.".into());
        Ok(Answer::Done)
    }
}
