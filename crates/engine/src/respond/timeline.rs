//! The timeline and the marks.

use model::mark::{Confidence, Mark, MarkKind};
use model::{
    Alert, AlertId, Answer, Audience, Channel, EntryKind, Group, GroupId, GroupState, Incident, IncidentRef, Name, Refusal, Row,
    Time, TimelineEntry,
};

use crate::step::{Outcome, Step, invalid, not_found};

/// Alerts named one by one on the timeline; a storm's further ones are counted on the incident.
const NAMED_ALERTS: usize = 50;
const LONGEST_NOTE: usize = 10_000;

impl Step<'_> {
    /// Appends an internal entry that happens now.
    pub(crate) fn timeline(&mut self, id: IncidentRef, kind: EntryKind, text: String) {
        self.timeline_at(id, kind, Audience::Internal, text, self.now);
    }

    pub(crate) fn timeline_at(&mut self, id: IncidentRef, kind: EntryKind, audience: Audience, text: String, happened_at: Time) {
        let actor = self.actor.clone();
        let recorded_at = self.now;
        let Some(incident) = self.state.incidents.get_mut(&id) else { return };
        let entry = TimelineEntry {
            incident: id,
            seq: incident.timeline.seq + 1,
            happened_at,
            recorded_at,
            actor,
            kind,
            audience,
            text,
            digest: String::new(),
            hash: String::new(),
        }
        .sealed(&incident.timeline.hash);
        incident.timeline.seq = entry.seq;
        incident.timeline.hash.clone_from(&entry.hash);
        self.incidents.insert(id);
        self.rows.push(Row::Timeline(Box::new(entry)));
    }

    /// Sets a mark that is not set yet.
    pub(crate) fn mark_once(&mut self, id: IncidentRef, kind: MarkKind, at: Time, source: String, confidence: Confidence) {
        let Some(incident) = self.state.incidents.get_mut(&id) else { return };
        incident.marks.entry(kind).or_insert(Mark { at, source, confidence });
        self.incidents.insert(id);
    }

    pub(crate) fn incident(&mut self, id: IncidentRef) -> Result<&mut Incident, Refusal> {
        self.incidents.insert(id);
        self.state.incidents.get_mut(&id).ok_or_else(|| not_found("incident of this reference"))
    }

    pub(crate) fn note(&mut self, id: IncidentRef, text: String, happened_at: Option<Time>, audience: Audience) -> Outcome {
        self.incident(id)?;
        let text = text.trim().to_owned();
        if text.is_empty() || text.len() > LONGEST_NOTE {
            return Err(invalid("text", "A note holds 1 to 10,000 bytes of text."));
        }
        if happened_at.is_some_and(|at| at > self.now) {
            return Err(invalid("happened_at", "A note tells what has happened: its time cannot be in the future."));
        }
        self.timeline_at(id, EntryKind::Note, audience, text, happened_at.unwrap_or(self.now));
        if self.actor.person().is_some() {
            self.human_in(id);
        }
        Ok(Answer::Done)
    }

    /// Sets a mark by hand, over whatever was there: a person knows better, and the timeline keeps both.
    pub(crate) fn set_mark(&mut self, id: IncidentRef, kind: MarkKind, at: Time) -> Outcome {
        let (now, source) = (self.now, self.actor.to_string());
        let incident = self.incident(id)?;
        if at > now {
            return Err(invalid("at", "A mark tells what has happened: its time cannot be in the future."));
        }
        incident.marks.insert(kind, Mark { at, source, confidence: Confidence::Stated });
        self.timeline(id, EntryKind::Mark, format!("Mark \u{201c}{}\u{201d} set to {}.", kind.words(), at.rfc3339()));
        Ok(Answer::Done)
    }

    /// A new alert of a group that belongs to this incident.
    pub(crate) fn alert_in_incident(&mut self, id: IncidentRef, alert: AlertId) {
        let Some(alert) = self.state.alert(alert).cloned() else { return };
        self.note_alert(id, &alert);
    }

    fn note_alert(&mut self, id: IncidentRef, alert: &Alert) {
        let Some(incident) = self.state.incidents.get_mut(&id) else { return };
        if incident.alerts.len() >= Incident::MOST_ALERTS || incident.alerts.contains(&alert.id) {
            return;
        }
        let named = incident.alerts.len() < NAMED_ALERTS;
        incident.alerts.push(alert.id);
        self.incidents.insert(id);
        if named {
            let text =
                format!("Alert {} on {} firing: {}", alert.id, self.state.playbook.service_name(&alert.service), alert.summary);
            self.timeline_at(id, EntryKind::Alert, Audience::Internal, text, alert.first_seen);
        }
    }

    /// Puts a group, and the alerts firing in it, under an incident. A group belongs to one: it leaves the one it was in.
    pub(crate) fn put_group(&mut self, id: IncidentRef, group: GroupId) {
        let Some(row) = self.state.groups.get_mut(&group) else { return };
        let before = row.incident.replace(id);
        if before == Some(id) {
            return;
        }
        let (started, firing) = (row.opened_at, row.firing as usize);
        self.groups.insert(group);
        self.trail(group, model::group::TrailKind::Linked, format!("Belongs to {id}."));
        if let Some(left) = before.and_then(|left| self.state.incidents.get_mut(&left)) {
            left.groups.retain(|known| *known != group);
            let left = left.id;
            self.timeline(left, EntryKind::Alert, format!("Alert group {group} was moved to {id}."));
        }
        self.hold_group(id, group);
        // An alert of a group is never older than the group, and the search ends with the last one that fires.
        let open = self.state.alerts.range(AlertId(group.0)..).map(|(_, open)| &open.alert);
        let alerts: Vec<_> = open.filter(|alert| alert.group == group).take(firing.min(NAMED_ALERTS)).cloned().collect();
        if let Some(first) = alerts.first() {
            let source = format!("alert {}", first.id);
            self.mark_once(id, MarkKind::ImpactStart, first.starts_at.min(started), source.clone(), Confidence::Estimated);
            self.mark_once(id, MarkKind::Detected, first.first_seen, source, Confidence::Certain);
        }
        for alert in alerts {
            self.note_alert(id, &alert);
        }
        self.answered_before(id, group);
    }

    /// Somebody had answered before this was an incident: that was the first human.
    fn answered_before(&mut self, id: IncidentRef, group: GroupId) {
        let Some(row) = self.state.groups.get(&group) else { return };
        let GroupState::Acknowledged { by, at, .. } = &row.state else { return };
        let (text, at, by) = (format!("{} acknowledged: {}", by.named(&self.state.playbook), row.summary), *at, by.to_string());
        self.timeline_at(id, EntryKind::Acknowledged, Audience::Internal, text, at);
        self.mark_once(id, MarkKind::FirstHuman, at, by, Confidence::Certain);
    }

    /// Enters the group in the incident's list. Of very many, only those that are not over stay in it.
    pub(crate) fn hold_group(&mut self, id: IncidentRef, group: GroupId) {
        let Some(incident) = self.state.incidents.get_mut(&id) else { return };
        if incident.groups.contains(&group) {
            return;
        }
        if incident.groups.len() >= Incident::MOST_ALERTS {
            let open = &self.state.groups;
            incident.groups.retain(|known| open.contains_key(known));
        }
        incident.groups.push(group);
        self.incidents.insert(id);
    }

    pub(crate) fn group_over(&mut self, id: IncidentRef, group: &Group) {
        let service = self.state.playbook.service_name(&group.service);
        let text = format!("All alerts of \u{201c}{}\u{201d} on {service} are over.", group.summary);
        self.timeline(id, EntryKind::Alert, text);
    }

    pub(crate) fn paged_in_incident(&mut self, id: IncidentRef, person: &Name, channel: Channel) {
        let text = format!("Paged {} by {}.", self.name_of(person), channel.name());
        self.timeline(id, EntryKind::Paged, text);
    }
}
