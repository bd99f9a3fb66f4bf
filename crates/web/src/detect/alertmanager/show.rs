//! An alert as Alertmanager's API shows it, and the reading of all that are asked for.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use model::{Alert, Labels, Name, Span, Time};
use serde::Serialize;
use serde_json::json;
use tokio::sync::Semaphore;

use super::super::fingerprint::fingerprint;
use super::super::reply::{self, Reply};
use super::query::Query;
use super::{Place, integration};
use crate::app::App;

/// Each of these may read a hundred thousand alerts.
static READERS: Semaphore = Semaphore::const_new(4);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    pub annotations: Labels,
    ends_at: String,
    pub fingerprint: Box<str>,
    receivers: [Receiver; 1],
    starts_at: String,
    status: Status,
    updated_at: String,
    #[serde(rename = "generatorURL", skip_serializing_if = "Option::is_none")]
    link: Option<Box<str>>,
    pub labels: Labels,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Receiver {
    pub name: Name,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    state: &'static str,
    silenced_by: [(); 0],
    inhibited_by: [(); 0],
    muted_by: [(); 0],
}

impl Shown {
    pub(super) fn new(alert: Alert, now: Time) -> Self {
        // The format requires an end; of an alert that holds until it is resolved it is always a little ahead.
        let end = alert.pulse.lease.map_or(now + Span::minutes(5), |l| l.until);
        Self {
            fingerprint: fingerprint(&alert.labels),
            receivers: [Receiver { name: alert.service }],
            starts_at: alert.starts_at.rfc3339(),
            updated_at: alert.pulse.last_seen.rfc3339(),
            ends_at: end.rfc3339(),
            status: Status { state: "active", silenced_by: [], inhibited_by: [], muted_by: [] },
            link: alert.link,
            labels: alert.labels,
            annotations: alert.annotations,
        }
    }

    pub(super) fn receiver(&self) -> &Receiver {
        &self.receivers[0]
    }
}

/// Reads what the query asks for, sorted by fingerprint, and prints it.
pub(super) async fn list(
    app: &App,
    place: &Place,
    headers: &HeaderMap,
    query: &str,
    print: impl FnOnce(Vec<Shown>) -> Result<Vec<u8>, serde_json::Error>,
) -> Reply {
    let integration = match integration(app, place, headers) {
        Ok(name) => name,
        Err(reply) => return *reply,
    };
    let query = match Query::parse(query) {
        Ok(query) => query,
        Err(error) => return reply::json(StatusCode::BAD_REQUEST, &json!(error.to_string())),
    };
    let Ok(_permit) = READERS.try_acquire() else {
        return reply::problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_readers",
            "too many lists of alerts are being read at once: try again in a moment",
        );
    };
    let mut shown = Vec::new();
    if !query.is_empty() {
        let now = app.now();
        let mut visit = |alert: Alert| {
            if query.takes(&alert) {
                shown.push(Shown::new(alert, now));
            }
        };
        let read = app.records.each_open_alert(Some(&integration), &mut visit).await;
        if let Err(error) = read {
            tracing::warn!(error = &error as &dyn std::error::Error, "alerts could not be read");
            return reply::json(StatusCode::INTERNAL_SERVER_ERROR, &json!("the alerts cannot be read now: see Candor's log"));
        }
    }
    shown.sort_by(|a: &Shown, b: &Shown| a.fingerprint.cmp(&b.fingerprint));
    print(shown).map_or_else(
        |_| reply::json(StatusCode::INTERNAL_SERVER_ERROR, &json!("internal error")),
        |body| reply::raw_json(StatusCode::OK, Bytes::from(body)),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use model::alert::{Joined, Pulse};
    use model::signal::Lease;
    use model::{AlertId, AlertState, GroupId, Severity};

    use super::*;

    pub(in super::super) fn alert(name: &str, service: &str) -> Alert {
        let at = Time::from_seconds(1_800_000_000);
        Alert {
            id: AlertId(1),
            integration: "prometheus".into(),
            service: service.into(),
            key: "k".into(),
            state: AlertState::Acknowledged,
            severity: Severity::Sev3,
            summary: "s".into(),
            labels: Labels::from_pairs([("alertname", name)]),
            annotations: Labels::default(),
            link: None,
            starts_at: at,
            first_seen: at,
            group: GroupId(1),
            route: None,
            joined: Joined::Opened,
            incident: None,
            ended: None,
            pulse: Pulse { last_seen: at, count: 1, lease: Some(Lease { until: at + Span(300), assumed: true }) },
        }
    }

    #[test]
    fn all_required_fields() {
        let shown = Shown::new(alert("good", "shop"), Time::from_seconds(1_800_000_000));
        insta::assert_snapshot!(
            serde_json::to_string_pretty(&shown).expect("prints"),
            @r#"
        {
          "annotations": {},
          "endsAt": "2027-01-15T08:05:00Z",
          "fingerprint": "fff7f30401697f7b",
          "receivers": [
            {
              "name": "shop"
            }
          ],
          "startsAt": "2027-01-15T08:00:00Z",
          "status": {
            "state": "active",
            "silencedBy": [],
            "inhibitedBy": [],
            "mutedBy": []
          },
          "updatedAt": "2027-01-15T08:00:00Z",
          "labels": {
            "alertname": "good"
          }
        }
        "#
        );
    }

    #[test]
    fn queries_choose() {
        let good = alert("good", "shop");
        for (query, expected) in [
            ("", true),
            ("filter=alertname=good", true),
            ("filter=alertname=other", false),
            ("receiver=sh", false),
            ("receiver=sh.p", true),
            ("active=false", false),
            ("silenced=false&inhibited=false", true),
        ] {
            let parsed = Query::parse(query).expect(query);
            assert_eq!(parsed.takes(&good), expected, "{query}");
        }
    }
}
