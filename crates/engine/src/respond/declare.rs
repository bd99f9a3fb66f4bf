//! Declaring: by hand, by rule, or from an alert.

use std::collections::BTreeMap;

use model::incident::{Change, Impact, TimelineHead};
use model::mark::{Confidence, MarkKind};
use model::{Actor, AlertId, Answer, EntryKind, GroupId, Incident, IncidentRef, Name, Phase, Severity};

use crate::step::{Outcome, Step, invalid, not_found};

const LONGEST_TITLE: usize = 300;

/// What a new incident starts from.
struct Start {
    title: String,
    severity: Severity,
    services: Vec<Name>,
    impact: Impact,
    drill: bool,
}

impl Step<'_> {
    pub(crate) fn declare(
        &mut self,
        title: String,
        severity: Severity,
        mut services: Vec<Name>,
        impact: Impact,
        drill: bool,
        alert: Option<AlertId>,
    ) -> Outcome {
        let from =
            alert.map(|id| self.state.alert(id).cloned().ok_or_else(|| not_found("open alert of this number"))).transpose()?;
        let title = title.trim().to_owned();
        if title.is_empty() || title.chars().count() > LONGEST_TITLE {
            return Err(invalid("title", "A title holds 1 to 300 characters: what is broken, for whom."));
        }
        if let Some(alert) = &from
            && !services.contains(&alert.service)
        {
            services.push(alert.service.clone());
        }
        if let Some(unknown) = services.iter().find(|id| self.state.playbook.service(id).is_none()) {
            return Err(invalid("services", format!("The playbook has no service {unknown}.")));
        }
        let mut seen = std::collections::BTreeSet::new();
        services.retain(|service| seen.insert(service.clone()));
        let group = from.map(|alert| alert.group);
        let of_group = group.and_then(|g| self.state.groups.get(&g)).and_then(|g| g.incident);
        if let Some(known) = of_group.filter(|known| self.state.incidents.contains_key(known)) {
            return Err(crate::step::conflict("already_declared", format!("This alert belongs to {known} already.")));
        }
        let id = self.new_incident(Start { title, severity, services, impact, drill });
        if let Some(group) = group {
            self.put_group(id, group);
            self.acknowledge_group(group);
        }
        self.take_over(id);
        self.mark_once(id, MarkKind::Detected, self.now, self.actor.to_string(), Confidence::Estimated);
        self.human_in(id);
        Ok(Answer::Declared(id))
    }

    /// What already fires on the incident's services and belongs to no incident, belongs to this one; whoever is being called for
    /// it goes on being called. A drill leaves real alerts alone.
    fn take_over(&mut self, id: IncidentRef) {
        let Some(incident) = self.state.incidents.get(&id).filter(|i| !i.drill) else { return };
        let opened = incident.services.iter().filter_map(|service| self.state.opened.get(service));
        let groups: Vec<GroupId> = opened.flatten().map(|(_, group)| *group).collect();
        for group in groups {
            if self.state.groups.get(&group).is_some_and(|g| g.incident.is_none()) {
                self.put_group(id, group);
            }
        }
    }

    /// A new group of a service whose rule says that this severity is an incident.
    pub(crate) fn declare_by_rule(&mut self, group: GroupId, alert: AlertId) {
        let Some(row) = self.state.groups.get(&group) else { return };
        let (service, severity, summary) = (row.service.clone(), row.severity, row.summary.clone());
        let threshold = self.state.playbook.service(&service).and_then(|s| s.declare_at);
        if threshold.is_none_or(|at| severity > at) {
            return;
        }
        let running = self.state.incidents.values().find(|i| !i.drill && i.services.contains(&service)).map(|i| i.id);
        let by = std::mem::replace(&mut self.actor, Actor::System);
        let id = running.unwrap_or_else(|| {
            self.new_incident(Start {
                title: summary.chars().take(LONGEST_TITLE).collect(),
                severity,
                services: vec![service],
                impact: Impact::default(),
                drill: false,
            })
        });
        self.put_group(id, group);
        self.alert_in_incident(id, alert);
        self.actor = by;
    }

    fn new_incident(&mut self, start: Start) -> IncidentRef {
        self.state.last_incident += 1;
        let id = IncidentRef(self.state.last_incident);
        let Start { title, severity, services, impact, drill } = start;
        let (at, by) = (self.now, self.actor.clone());
        let told = format!("{}{severity}: {title}", if drill { "Drill. " } else { "" });
        let incident = Incident {
            id,
            title,
            severity,
            severities: vec![Change { to: severity, at, by: by.clone(), reason: String::new() }],
            phase: Phase::Triage,
            phases: vec![Change { to: Phase::Triage, at, by: by.clone(), reason: String::new() }],
            services,
            impact,
            drill,
            merged_into: None,
            declared_at: at,
            declared_by: by,
            resolved_at: None,
            roles: Vec::new(),
            marks: BTreeMap::new(),
            promise: None,
            promises_kept: 0,
            promises_broken: 0,
            updates: 0,
            last_word: None,
            components: BTreeMap::new(),
            groups: Vec::new(),
            alerts: Vec::new(),
            timeline: TimelineHead::default(),
            review: 0,
        };
        self.state.insert_incident(incident);
        self.timeline(id, EntryKind::Declared, told);
        self.mark_once(id, MarkKind::Declared, at, self.actor.to_string(), Confidence::Certain);
        id
    }
}
