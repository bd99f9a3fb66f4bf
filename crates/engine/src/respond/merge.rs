//! Merging: two incidents turn out to be one.

use model::{Answer, EntryKind, IncidentRef, Phase};

use crate::step::{Outcome, Step, conflict, invalid};

impl Step<'_> {
    /// `id` ends as merged; its groups, alerts and promise go to `into`.
    pub(crate) fn merge(&mut self, id: IncidentRef, into: IncidentRef) -> Outcome {
        if id == into {
            return Err(invalid("into", "An incident cannot be merged into itself."));
        }
        let target = self.incident(into)?;
        if !target.phase.is_open() {
            return Err(conflict("not_open", format!("{into} is {}; merge into an open one.", target.phase.name())));
        }
        let drill = target.drill;
        let source = self.incident(id)?;
        if !source.phase.is_open() {
            return Err(conflict("not_open", format!("{id} is {} already.", source.phase.name())));
        }
        if source.drill != drill {
            return Err(conflict("drill", "A drill and a real incident stay apart."));
        }
        let promise = source.promise.take();
        let (groups, alerts, title) = (source.groups.clone(), source.alerts.clone(), source.title.clone());
        let (services, components) = (source.services.clone(), std::mem::take(&mut source.components));
        source.merged_into = Some(into);
        self.end_roles(id);
        self.enter_phase(id, Phase::Merged, "");
        self.timeline(id, EntryKind::Merged, format!("Merged into {into}."));
        for group in groups {
            if let Some(row) = self.state.groups.get_mut(&group) {
                row.incident = Some(into);
                self.groups.insert(group);
            }
            self.hold_group(into, group);
        }
        let target = self.incident(into)?;
        for alert in alerts {
            if target.alerts.len() < model::Incident::MOST_ALERTS && !target.alerts.contains(&alert) {
                target.alerts.push(alert);
            }
        }
        for service in services {
            if !target.services.contains(&service) {
                target.services.push(service);
            }
        }
        for (component, status) in components {
            let worst = target.components.entry(component).or_default();
            *worst = (*worst).max(status);
        }
        // What was promised is promised still: its clock runs on under the other reference. Of two, the sooner one binds.
        target.promise = [target.promise.take(), promise].into_iter().flatten().min_by_key(|promise| promise.due);
        self.state.watch_incident(into);
        self.timeline(into, EntryKind::Merged, format!("{id} \u{201c}{title}\u{201d} was merged into this one."));
        Ok(Answer::Done)
    }
}
