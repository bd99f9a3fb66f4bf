//! Somebody answers: acknowledging, and what happens when an acknowledgement grows old.

use model::group::TrailKind;
use model::input::Target;
use model::mark::{Confidence, MarkKind};
use model::{Answer, EntryKind, GroupId, GroupState, IncidentRef};

use crate::deadline::Deadline;
use crate::step::{Outcome, Step, conflict, not_found};

impl Step<'_> {
    pub(crate) fn acknowledge(&mut self, target: Target) -> Outcome {
        match target {
            Target::Alert(id) => {
                let group = self.state.alert(id).ok_or_else(|| not_found("open alert of this number"))?.group;
                self.acknowledge_group(group);
            }
            Target::Group(id) => {
                self.state.groups.get(&id).ok_or_else(|| not_found("open alert group of this number"))?;
                self.acknowledge_group(id);
            }
            Target::Incident(id) => self.acknowledge_incident(id)?,
            Target::Letter(id) => {
                let letter = self.state.letters.get(&id).ok_or_else(|| not_found("letter of this number"))?;
                let groups: Vec<GroupId> = letter.content.groups().iter().map(|item| item.group).collect();
                for group in groups {
                    self.acknowledge_group(group);
                }
            }
        }
        Ok(Answer::Done)
    }

    fn acknowledge_incident(&mut self, id: IncidentRef) -> Result<(), model::Refusal> {
        let incident = self.state.incidents.get(&id).ok_or_else(|| not_found("incident of this reference"))?;
        if !incident.phase.is_open() {
            return Err(conflict("not_open", format!("{id} is {}; nobody is being called for it.", incident.phase.name())));
        }
        let groups = incident.groups.clone();
        let rings =
            |group: &GroupId| self.state.groups.get(group).is_some_and(|g| !matches!(g.state, GroupState::Acknowledged { .. }));
        if incident.marks.contains_key(&MarkKind::FirstHuman) && !groups.iter().any(rings) {
            // A second time changes nothing.
            return Ok(());
        }
        let text = format!("{} acknowledged.", self.actor_name());
        self.timeline(id, EntryKind::Acknowledged, text);
        self.human_in(id);
        for group in groups {
            self.acknowledge_group(group);
        }
        Ok(())
    }

    /// Stops escalation. A second acknowledgement changes nothing.
    pub(crate) fn acknowledge_group(&mut self, id: GroupId) {
        let (now, by, name) = (self.now, self.actor.clone(), self.actor_name());
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        if matches!(group.state, GroupState::Acknowledged { .. }) {
            return;
        }
        // What never called anybody does not begin to when an acknowledgement grows old.
        let expires = group.plan.ack_expires.filter(|_| group.state != GroupState::Quiet).map(|span| now + span);
        let text = match expires {
            Some(at) => format!("{name} acknowledged; paging starts again at {} unless it is over by then.", at.rfc3339()),
            None => format!("{name} acknowledged; escalation has stopped."),
        };
        group.state = GroupState::Acknowledged { by, at: now, expires };
        group.next = None;
        group.rings.iter_mut().for_each(|ring| ring.rules.clear());
        let (incident, summary) = (group.incident, group.summary.clone());
        self.watch(Deadline::AckExpiry(id));
        self.trail(id, TrailKind::Acknowledged, text);
        self.cancel_letters(id, "acknowledged");
        if let Some(incident) = incident {
            let text = format!("{name} acknowledged: {summary}");
            self.timeline(incident, EntryKind::Acknowledged, text);
            self.human_in(incident);
        }
    }

    /// The first human has come to this incident.
    pub(crate) fn human_in(&mut self, id: IncidentRef) {
        let source = self.actor.to_string();
        self.mark_once(id, MarkKind::FirstHuman, self.now, source, Confidence::Certain);
    }

    pub(crate) fn ack_expiry_due(&mut self, id: GroupId) {
        let Some(group) = self.state.groups.get(&id) else { return };
        let GroupState::Acknowledged { by, .. } = &group.state else { return };
        let by = by.named(&self.state.playbook);
        let text = format!("The acknowledgement by {by} has expired and it still fires: paging starts again.");
        self.page_again(id, text);
    }
}
