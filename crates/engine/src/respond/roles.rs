//! Roles, severity and impact.

use model::incident::{Change, Impact, RoleHolder};
use model::{AlertId, Answer, EntryKind, IncidentRef, Name, Phase, Role, Severity};

use crate::step::{Outcome, Step, conflict, invalid, not_found};

impl Step<'_> {
    /// Gives a role to a person, ending whoever held it; `None` leaves it empty.
    pub(crate) fn assign(&mut self, id: IncidentRef, role: Role, person: Option<Name>) -> Outcome {
        let now = self.now;
        if let Some(person) = &person
            && self.state.playbook.person(person).is_none()
        {
            return Err(invalid("person", format!("The playbook has no person {person}.")));
        }
        let playbook = self.state.playbook.clone();
        let incident = self.incident(id)?;
        let before = incident.holder(role).cloned();
        let holds = |h: &RoleHolder| h.role == role && h.until.is_none() && person.as_ref() == Some(&h.person);
        if before == person || incident.roles.iter().any(holds) {
            return Ok(Answer::Done);
        }
        // Several people may watch; every other role has one holder.
        if role != Role::Observer || person.is_none() {
            incident.roles.iter_mut().filter(|h| h.role == role && h.until.is_none()).for_each(|h| h.until = Some(now));
        }
        let named = |id: &Name| playbook.person_name(id).to_owned();
        let text = match (person.as_ref().map(named), before.as_ref().map(named)) {
            (Some(new), Some(old)) if role != Role::Observer => format!("{old} handed over to {new} as {}.", role.words()),
            (Some(new), _) => format!("{new} is {}.", role.words()),
            (None, Some(old)) => format!("{old} is no longer {}.", role.words()),
            (None, None) => return Ok(Answer::Done),
        };
        if let Some(person) = person {
            incident.roles.push(RoleHolder { role, person, since: now, until: None });
        }
        self.timeline(id, EntryKind::Role, text);
        self.human_in(id);
        Ok(Answer::Done)
    }

    pub(crate) fn set_severity(&mut self, id: IncidentRef, severity: Severity, reason: String) -> Outcome {
        let (at, by) = (self.now, self.actor.clone());
        let incident = self.incident(id)?;
        if reason.trim().is_empty() {
            return Err(invalid("reason", "A change of severity needs a reason: what do customers feel now?"));
        }
        let before = incident.severity;
        if before == severity {
            return Ok(Answer::Done);
        }
        incident.severity = severity;
        incident.severities.push(Change { to: severity, at, by, reason: reason.clone() });
        self.timeline(id, EntryKind::Severity, format!("{before} \u{2192} {severity}: {}", reason.trim()));
        Ok(Answer::Done)
    }

    pub(crate) fn set_impact(&mut self, id: IncidentRef, impact: Impact) -> Outcome {
        if impact.share_ppm.is_some_and(|ppm| ppm > 1_000_000) {
            return Err(invalid("impact.share", "A share lies between 0 and 1."));
        }
        let incident = self.incident(id)?;
        incident.impact = impact.clone();
        let share = impact.share_ppm.map(|ppm| format!(" About {}.{} % affected.", ppm / 10_000, ppm / 1_000 % 10));
        let customers = impact.customers.map(|n| format!(" {n} customers."));
        let text = format!("{}{}{}", impact.summary, share.unwrap_or_default(), customers.unwrap_or_default());
        self.timeline(id, EntryKind::Impact, text.trim().to_owned());
        Ok(Answer::Done)
    }

    /// Puts the alert's whole group under the incident.
    pub(crate) fn link(&mut self, id: IncidentRef, alert: AlertId) -> Outcome {
        let group = self.state.alert(alert).ok_or_else(|| not_found("open alert of this number"))?.group;
        if self.incident(id)?.phase == Phase::Merged {
            return Err(conflict("merged", format!("{id} was merged; link it to the other one.")));
        }
        self.put_group(id, group);
        Ok(Answer::Done)
    }
}
