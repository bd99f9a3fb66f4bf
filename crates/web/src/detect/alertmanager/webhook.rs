//! Alertmanager's webhook, version 4: what one Alertmanager in front of Candor sends. Each alert counts by itself: a group may be
//! firing while members of it are resolved. Our own trouble is always a 5xx: a 4xx would lose the notification.

use std::fmt;

use model::Time;
use serde::de::{Deserializer as _, MapAccess, Visitor};

use super::super::json::{MOST_DEPTH, Skip, Text};
use super::alert::Form;
use super::batch::{self, Alerts, Batch};

/// The document; an error is a sentence that names the field.
pub(in super::super) fn read(body: &str, now: Time) -> Result<Vec<model::Signal>, WebhookError> {
    let mut reader = serde_json::Deserializer::from_str(body);
    let batch = reader
        .deserialize_map(Document { now })
        .and_then(|batch| reader.end().map(|()| batch))
        .map_err(|e| WebhookError::Unreadable(batch::explain(body, Some("alerts"), &e)))?;
    match batch.complaint() {
        Some(reasons) => Err(WebhookError::Partly(batch.signals, reasons)),
        None => Ok(batch.signals),
    }
}

#[derive(Debug, PartialEq)]
pub(in super::super) enum WebhookError {
    Unreadable(String),
    /// The good ones, and why the others are not.
    Partly(Vec<model::Signal>, String),
}

struct Document {
    now: Time,
}

impl<'de> Visitor<'de> for Document {
    type Value = Batch;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an Alertmanager webhook")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Batch, A::Error> {
        let alerts = Alerts { form: Form::Webhook, now: self.now };
        let mut batch = Batch::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if name.as_ref() == "alerts" {
                batch = map.next_value_seed(alerts)?;
            } else {
                map.next_value_seed(Skip(MOST_DEPTH - 2))?;
            }
        }
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use model::SignalAction;

    use super::*;

    const NOW: Time = Time(1_800_000_000_000_000);

    #[test]
    fn each_alert_by_itself() {
        let signals = read(
            r#"{"version":"4","groupKey":"{}:{a=\"b\"}","truncatedAlerts":0,"status":"firing","receiver":"candor",
                "groupLabels":{"a":"b"},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am",
                "notification_reason":"x","routeLabels":{},"alerts":[
                {"status":"firing","labels":{"alertname":"good"},"annotations":{},"startsAt":"2026-01-01T00:00:00Z",
                 "endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"fff7f30401697f7b"},
                {"status":"resolved","labels":{"alertname":"aa"},"startsAt":"2026-01-01T00:00:00Z",
                 "endsAt":"2026-01-01T01:00:00Z"}]}"#,
            NOW,
        )
        .expect("a good document");
        let seen: Vec<_> = signals.iter().map(|s| (&*s.key, s.action)).collect();
        assert_eq!(seen, [("fff7f30401697f7b", SignalAction::Trigger), ("eefe2142a686f052", SignalAction::Resolve)]);
    }

    #[test]
    fn bad_alerts_do_not_take_the_good_with_them() {
        let body = r#"{"alerts":[{"labels":{"a":"b"}},{"labels":{}}]}"#;
        let Err(WebhookError::Partly(good, reasons)) = read(body, NOW) else {
            panic!("one is bad");
        };
        assert_eq!((good.len(), &*reasons), (1, "at least one label pair required"));
        let body = r#"{"alerts":[{"labels":{"a":1}}]}"#;
        assert_eq!(read(body, NOW), Err(WebhookError::Unreadable("alerts[0].labels.a must be a string, not a number".into())));
    }
}
