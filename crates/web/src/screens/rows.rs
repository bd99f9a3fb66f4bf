//! Records as rows of lists, with names in place of ids.

use std::collections::BTreeMap;

use model::group::GroupState;
use model::mark::MarkKind;
use model::{Alert, Group, GroupId, Incident, Playbook, Role};
use store::records::{AlertFilter, AlertFilterState, Slice};

use super::frame::is_waiting;
use crate::app::App;
use crate::problem::Problem;
use crate::view::Clock;
use crate::view::alerts::AlertRow;
use crate::view::incidents::IncidentRow;
use crate::view::now::PageRow;
use crate::view::promise::Promise;

pub(crate) fn person(playbook: &Playbook, id: &str) -> String {
    playbook.person_name(id).to_owned()
}

pub(crate) fn service(playbook: &Playbook, id: &str) -> String {
    playbook.service_name(id).to_owned()
}

/// A name for whoever did something.
pub(crate) fn actor(playbook: &Playbook, actor: &model::Actor) -> String {
    match actor {
        model::Actor::System => "Candor".into(),
        other => other.named(playbook),
    }
}

/// Where an incident stands with its customers.
pub(crate) fn promise(incident: &Incident) -> Promise {
    if !incident.phase.is_open() {
        return Promise::Over { kept: incident.promises_kept, broken: incident.promises_broken };
    }
    match &incident.promise {
        Some(promise) => Promise::Due { at: promise.due },
        None if incident.updates > 0 => Promise::Told,
        None => Promise::Untold { since: started(incident) },
    }
}

pub(crate) fn started(incident: &Incident) -> model::Time {
    let mark = incident.marks.get(&MarkKind::ImpactStart);
    mark.map_or(incident.declared_at, |mark| mark.at)
}

pub(crate) async fn incident(app: &App, incident: &Incident) -> Result<IncidentRow, Problem> {
    let playbook = app.desk.playbook();
    let held = |role| incident.holder(role).map(|id| person(&playbook, id));
    let alerts = if incident.phase.is_open() { firing(app, incident).await? } else { 0 };
    Ok(IncidentRow {
        id: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        phase: incident.phase,
        drill: incident.drill,
        started: started(incident),
        resolved_at: incident.resolved_at,
        promise: promise(incident),
        commander: held(Role::Commander),
        communications: held(Role::Communications),
        alerts,
    })
}

async fn firing(app: &App, incident: &Incident) -> Result<u32, Problem> {
    let filter = AlertFilter { state: Some(AlertFilterState::Open), incident: Some(incident.id), ..AlertFilter::default() };
    let slice = Slice { before: None, limit: 200 };
    Ok(app.records.alerts(&filter, slice).await?.len() as u32)
}

/// Rows of alerts; `wide` also says what each one's page is doing.
pub(crate) async fn alerts(app: &App, clock: &Clock, found: Vec<Alert>, wide: bool) -> Result<Vec<AlertRow>, Problem> {
    let playbook = app.desk.playbook();
    let mut groups: BTreeMap<GroupId, Option<Group>> = BTreeMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for alert in found {
        if wide && alert.ended.is_none() && !groups.contains_key(&alert.group) {
            groups.insert(alert.group, app.records.group(alert.group).await?);
        }
        let group = groups.get(&alert.group).and_then(Option::as_ref);
        let paging = group.filter(|_| alert.ended.is_none()).map(|g| paging(clock, &playbook, g));
        rows.push(alert_row(&playbook, alert, paging));
    }
    Ok(rows)
}

pub(crate) fn alert_row(playbook: &Playbook, alert: Alert, paging: Option<String>) -> AlertRow {
    AlertRow {
        id: alert.id,
        summary: alert.summary.into(),
        severity: alert.severity,
        state: alert.state,
        service: service(playbook, &alert.service),
        first_seen: alert.first_seen,
        last_seen: alert.pulse.last_seen,
        count: alert.pulse.count,
        ended: alert.ended.map(|ended| ended.at),
        incident: alert.incident,
        paging,
    }
}

/// What a group's page is doing, in one line.
pub(crate) fn paging(clock: &Clock, playbook: &Playbook, group: &Group) -> String {
    match &group.state {
        GroupState::Paging => match next_call(playbook, group) {
            Some((who, at)) => format!("calls {who} at {}", clock.short(at)),
            None => "is being called".into(),
        },
        GroupState::Acknowledged { by, .. } => format!("acknowledged by {}", actor(playbook, by)),
        GroupState::Exhausted { .. } => "nobody answered, and nobody is left to call".into(),
        GroupState::Quiet => "wakes nobody: its route or severity says so".into(),
        GroupState::Resolved { .. } => "resolved".into(),
    }
}

/// Who is called next, and when: the next rule of somebody being rung, or the next step.
pub(crate) fn next_call(playbook: &Playbook, group: &Group) -> Option<(String, model::Time)> {
    let rung = group.rings.iter().filter_map(|ring| Some((person(playbook, &ring.person), ring.rules.first()?.due)));
    let step = group.next.and_then(|next| {
        let targets = &group.plan.steps.get(next.step as usize)?.notify;
        let people = rules::oncall::targets(playbook, targets, next.due);
        let names: Vec<String> = people.iter().map(|id| person(playbook, id)).collect();
        let who = if names.is_empty() { "nobody".into() } else { names.join(", ") };
        Some((who, next.due))
    });
    rung.chain(step).min_by_key(|(_, due)| *due)
}

/// A group as a page that waits for an answer; `None` when it does not wait.
pub(crate) fn page(playbook: &Playbook, group: &Group) -> Option<PageRow> {
    is_waiting(group).then(|| PageRow {
        group: group.id,
        summary: group.summary.to_string(),
        severity: group.severity,
        service: service(playbook, &group.service),
        since: group.opened_at,
        firing: group.firing,
        called: called(playbook, group),
        next: next_call(playbook, group),
    })
}

fn called(playbook: &Playbook, group: &Group) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for ring in group.rings.iter().filter(|ring| !ring.letters.is_empty()) {
        let name = person(playbook, &ring.person);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
