//! The shop's monitoring: it speaks Alertmanager's and PagerDuty's wire formats, and repeats what still fires, as they do.

use std::time::Duration;

use anyhow::Result;
use model::{Span, Time};
use serde_json::{Value, json};

use super::key;
use crate::client::Client;
use crate::clock;

/// An alert that is not repeated is over after this. Prometheus says four minutes; here the clock may jump ahead.
const LEASE: Span = Span::minutes(30);
/// Prometheus repeats a firing alert about this often.
const AGAIN: Duration = Duration::from_mins(1);

pub(crate) struct Sender {
    url: String,
    /// Alerts of Prometheus that fire, as last sent.
    firing: Vec<Value>,
}

impl Sender {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.to_owned(), firing: Vec::new() }
    }

    /// An alert of Prometheus begins, or rather began some time ago.
    pub(crate) async fn fires(&mut self, labels: Value, summary: &str, ago: Span) -> Result<()> {
        let since = clock::now() - ago;
        let alert = json!({
            "labels": labels,
            "annotations": { "summary": summary },
            "startsAt": since.rfc3339(),
            "endsAt": (clock::now() + LEASE).rfc3339(),
            "generatorURL": "https://prometheus.example.org/graph",
        });
        self.firing.push(alert.clone());
        self.prometheus(&[alert]).await
    }

    /// An alert of Prometheus is over.
    pub(crate) async fn ends(&mut self, name: &str) -> Result<()> {
        let is_it = |alert: &Value| alert["labels"]["alertname"] == name;
        let Some(at) = self.firing.iter().position(is_it) else { return Ok(()) };
        let mut alert = self.firing.remove(at);
        alert["endsAt"] = json!(clock::now().rfc3339());
        self.prometheus(&[alert]).await
    }

    async fn prometheus(&self, alerts: &[Value]) -> Result<()> {
        let path = format!("/in/{}/api/v2/alerts", key("prometheus"));
        Client::new(&self.url, None)?.post(&path, &json!(alerts)).await.map(drop)
    }

    /// The search probe speaks PagerDuty's Events API.
    pub(crate) async fn probe(&self, action: &str, dedup: &str, summary: &str, since: Time) -> Result<()> {
        let payload = json!({ "summary": summary, "source": "probe-2", "severity": "error", "timestamp": since.rfc3339() });
        let event = json!({ "routing_key": key("search-probe"), "event_action": action, "dedup_key": dedup, "payload": payload });
        Client::new(&self.url, None)?.post("/v2/enqueue", &event).await.map(drop)
    }

    /// Repeats what fires, for ever, each time for another while.
    pub(super) async fn repeat(&mut self) {
        loop {
            tokio::time::sleep(AGAIN).await;
            let until = json!((clock::now() + LEASE).rfc3339());
            self.firing.iter_mut().for_each(|alert| alert["endsAt"] = until.clone());
            if let Err(error) = self.prometheus(&self.firing).await {
                crate::out::say(&format!("the example's sender: {error}"));
            }
        }
    }
}
