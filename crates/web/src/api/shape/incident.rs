use std::collections::BTreeMap;

use model::incident::{Change, PromiseState, Role};
use model::mark::MarkKind;
use model::page::ComponentStatus;
use model::{AlertId, GroupId, IncidentRef, Name, Phase, Severity, Time, UpdateId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize)]
pub(crate) struct Incident {
    #[serde(rename = "ref")]
    id: IncidentRef,
    title: String,
    severity: Severity,
    phase: Phase,
    services: Vec<Name>,
    impact: Impact,
    drill: bool,
    /// Every role; null where nobody holds it.
    roles: BTreeMap<&'static str, Option<Name>>,
    role_history: Vec<Held>,
    /// Every mark; null where it is not known.
    marks: BTreeMap<&'static str, Option<Mark>>,
    promise: Option<Promise>,
    promises_kept: u32,
    promises_broken: u32,
    updates: u32,
    components: BTreeMap<Name, ComponentStatus>,
    alerts: Vec<AlertId>,
    groups: Vec<GroupId>,
    #[serde(serialize_with = "super::time")]
    declared_at: Time,
    declared_by: String,
    #[serde(serialize_with = "super::time_or_null")]
    resolved_at: Option<Time>,
    merged_into: Option<IncidentRef>,
    severities: Vec<Step<Severity>>,
    phases: Vec<Step<Phase>>,
    /// The newest timeline entry's number.
    timeline: u32,
    /// The review's revision, for `If-Match`.
    review: u32,
}

/// What customers feel. `share` is a fraction: 0.15 for fifteen percent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Impact {
    #[serde(default)]
    summary: String,
    #[serde(default)]
    share: Option<f64>,
    #[serde(default)]
    customers: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Held {
    role: Role,
    person: Name,
    #[serde(serialize_with = "super::time")]
    since: Time,
    #[serde(serialize_with = "super::time_or_null")]
    until: Option<Time>,
}

#[derive(Debug, Serialize)]
struct Mark {
    #[serde(serialize_with = "super::time")]
    at: Time,
    source: String,
    confidence: model::mark::Confidence,
}

#[derive(Debug, Serialize)]
struct Promise {
    #[serde(serialize_with = "super::time")]
    due: Time,
    state: PromiseState,
    #[serde(serialize_with = "super::time")]
    made_at: Time,
    update: UpdateId,
}

#[derive(Debug, Serialize)]
struct Step<T> {
    to: T,
    #[serde(serialize_with = "super::time")]
    at: Time,
    by: String,
    reason: String,
}

impl Impact {
    /// `None` when the share is no fraction.
    pub(crate) fn into_model(self) -> Option<model::incident::Impact> {
        let share_ppm = match self.share {
            None => None,
            Some(share) if (0.0..=1.0).contains(&share) => Some((share * 1e6).round() as u32),
            Some(_) => return None,
        };
        Some(model::incident::Impact { summary: self.summary, share_ppm, customers: self.customers })
    }
}

impl From<model::incident::Impact> for Impact {
    fn from(impact: model::incident::Impact) -> Self {
        Self { summary: impact.summary, share: impact.share_ppm.map(|ppm| f64::from(ppm) / 1e6), customers: impact.customers }
    }
}

impl<T> From<Change<T>> for Step<T> {
    fn from(change: Change<T>) -> Self {
        Self { to: change.to, at: change.at, by: change.by.to_string(), reason: change.reason }
    }
}

impl From<model::Incident> for Incident {
    fn from(mut incident: model::Incident) -> Self {
        let roles = Role::ALL.map(|role| (role.name(), incident.holder(role).cloned()));
        let marks = MarkKind::ALL.map(|kind| {
            let mark =
                incident.marks.remove(&kind).map(|mark| Mark { at: mark.at, source: mark.source, confidence: mark.confidence });
            (kind.name(), mark)
        });
        let held = incident.roles.into_iter().map(|h| Held { role: h.role, person: h.person, since: h.since, until: h.until });
        Self {
            id: incident.id,
            title: incident.title,
            severity: incident.severity,
            phase: incident.phase,
            services: incident.services,
            impact: incident.impact.into(),
            drill: incident.drill,
            roles: roles.into(),
            role_history: held.collect(),
            marks: marks.into(),
            promise: incident.promise.map(|promise| Promise {
                due: promise.due,
                state: promise.state,
                made_at: promise.made_at,
                update: promise.by,
            }),
            promises_kept: incident.promises_kept,
            promises_broken: incident.promises_broken,
            updates: incident.updates,
            components: incident.components,
            alerts: incident.alerts,
            groups: incident.groups,
            declared_at: incident.declared_at,
            declared_by: incident.declared_by.to_string(),
            resolved_at: incident.resolved_at,
            merged_into: incident.merged_into,
            severities: incident.severities.into_iter().map(Into::into).collect(),
            phases: incident.phases.into_iter().map(Into::into).collect(),
            timeline: incident.timeline.seq,
            review: incident.review,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_goes_there_and_back() {
        let impact = |share| Impact { share: Some(share), ..Impact::default() };
        let kept = impact(0.15).into_model().expect("a fraction");
        assert_eq!(kept.share_ppm, Some(150_000));
        assert_eq!(Impact::from(kept).share, Some(0.15));
        assert!(impact(15.0).into_model().is_none());
        assert!(impact(-0.1).into_model().is_none());
        assert!(impact(f64::NAN).into_model().is_none());
    }
}
