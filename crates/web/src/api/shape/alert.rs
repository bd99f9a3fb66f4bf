use model::{AlertId, IncidentRef, Labels, Name, Severity, Time};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Alert {
    id: AlertId,
    service: Name,
    integration: Name,
    dedup_key: String,
    state: &'static str,
    summary: String,
    severity: Severity,
    labels: Labels,
    annotations: Labels,
    link: Option<String>,
    #[serde(serialize_with = "super::time")]
    starts_at: Time,
    #[serde(serialize_with = "super::time")]
    first_seen: Time,
    #[serde(serialize_with = "super::time")]
    last_seen: Time,
    #[serde(serialize_with = "super::time_or_null")]
    ended_at: Option<Time>,
    ended_by: Option<&'static str>,
    count: u64,
    group: model::GroupId,
    route: Option<Name>,
    incident: Option<IncidentRef>,
}

impl From<model::Alert> for Alert {
    fn from(alert: model::Alert) -> Self {
        use model::alert::HowEnded;
        let ended_by = alert.ended.as_ref().map(|ended| match ended.how {
            HowEnded::Sender => "sender",
            HowEnded::Lease => "silence",
            HowEnded::Person => "person",
        });
        Self {
            id: alert.id,
            service: alert.service,
            integration: alert.integration,
            dedup_key: alert.key.into(),
            state: alert.state.name(),
            summary: alert.summary.into(),
            severity: alert.severity,
            labels: alert.labels,
            annotations: alert.annotations,
            link: alert.link.map(Into::into),
            starts_at: alert.starts_at,
            first_seen: alert.first_seen,
            last_seen: alert.pulse.last_seen,
            ended_at: alert.ended.map(|ended| ended.at),
            ended_by,
            count: alert.pulse.count,
            group: alert.group,
            route: alert.route,
            incident: alert.incident,
        }
    }
}
