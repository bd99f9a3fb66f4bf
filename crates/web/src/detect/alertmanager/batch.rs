//! A list of alerts, read in one pass: the good ones become signals, the others reasons.

use std::fmt;
use std::fmt::Write as _;

use model::{Signal, Time};
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::Value;

use super::super::json::{self, kind, truncate};
use super::alert::{Form, Raw};

const MOST_ALERTS: usize = 10_000;
const MOST_REASONS: usize = 20;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Batch {
    pub signals: Vec<Signal>,
    /// One a bad alert, the first few of them.
    pub reasons: Vec<String>,
    pub refused: usize,
}

impl Batch {
    /// All the reasons as one sentence; `None` when every alert was good.
    pub(super) fn complaint(&self) -> Option<String> {
        let mut text = self.reasons.join("; ");
        let more = self.refused.saturating_sub(self.reasons.len());
        if more > 0 {
            let _ = write!(text, "; and {more} more");
        }
        (self.refused > 0).then_some(text)
    }

    fn take(&mut self, raw: Raw<'_>, form: Form, now: Time) {
        match raw.signal(form, now) {
            Ok(signal) => self.signals.push(signal),
            Err(reason) => {
                self.refused += 1;
                if self.reasons.len() < MOST_REASONS {
                    self.reasons.push(reason);
                }
            }
        }
    }
}

/// Reads the list.
#[derive(Clone, Copy)]
pub(super) struct Alerts {
    pub form: Form,
    pub now: Time,
}

impl<'de> DeserializeSeed<'de> for Alerts {
    type Value = Batch;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Batch, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Alerts {
    type Value = Batch;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of alerts")
    }
    fn visit_unit<E>(self) -> Result<Batch, E> {
        Ok(Batch::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Batch, A::Error> {
        let mut batch = Batch { signals: Vec::with_capacity(64), ..Batch::default() };
        while let Some(raw) = seq.next_element()? {
            if batch.signals.len() + batch.refused >= MOST_ALERTS {
                return Err(A::Error::custom(format_args!("more than {MOST_ALERTS} alerts in one request")));
            }
            batch.take(raw, self.form, self.now);
        }
        Ok(batch)
    }
}

/// The body of `POST /alerts`. An error is a sentence that names the field.
pub(super) fn read(body: &str, now: Time) -> Result<Batch, String> {
    let form = Form::Api;
    let mut reader = serde_json::Deserializer::from_str(body);
    Alerts { form, now }
        .deserialize(&mut reader)
        .and_then(|batch| reader.end().map(|()| batch))
        .map_err(|error| explain(body, None, &error))
}

/// The parser knows the column; people want the name of the field. Reads the body again, which only bad requests pay for.
pub(super) fn explain(body: &str, field: Option<&str>, error: &serde_json::Error) -> String {
    let found = json::tree(body).ok().and_then(|tree| {
        let list = field.map_or(Some(&tree), |name| tree.get(name))?;
        let name = field.unwrap_or("the body");
        let Some(alerts) = list.as_array() else {
            let what = kind(list);
            return Some(format!("{name} must be an array of alerts, not {what}"));
        };
        let prefix = field.unwrap_or_default();
        alerts.iter().enumerate().find_map(|(i, alert)| fault(&format!("{prefix}[{i}]"), alert))
    });
    found.unwrap_or_else(|| error.to_string())
}

/// The first field with a wrong type.
fn fault(at: &str, alert: &Value) -> Option<String> {
    let Some(alert) = alert.as_object() else {
        return Some(format!("{at} must be an object, not {}", kind(alert)));
    };
    for name in ["labels", "annotations"] {
        match alert.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Object(pairs)) => {
                let wrong = pairs.iter().find(|(_, v)| !v.is_string() && !v.is_null());
                if let Some((pair, value)) = wrong {
                    let pair = truncate(pair, 100);
                    let what = kind(value);
                    return Some(format!("{at}.{name}.{pair} must be a string, not {what}"));
                }
            }
            Some(other) => {
                let what = kind(other);
                return Some(format!("{at}.{name} must be an object of strings, not {what}"));
            }
        }
    }
    let link = alert.get("generatorURL")?;
    (!link.is_string() && !link.is_null()).then(|| format!("{at}.generatorURL must be a string, not {}", kind(link)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Time = Time(1_800_000_000_000_000);

    #[test]
    fn good_alerts_are_kept_beside_bad_ones() {
        let batch = read(
            r#"[{"labels":{"alertname":"good"}},{"labels":{}},
                {"labels":{"a":"b"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]"#,
            NOW,
        )
        .expect("readable");
        assert_eq!(batch.signals.len(), 1);
        assert_eq!(batch.complaint().as_deref(), Some("at least one label pair required; start time must be before end time"));
        let many = format!("[{}]", vec!["{}"; 50].join(","));
        let complaint = read(&many, NOW).expect("readable").complaint();
        assert!(complaint.expect("bad").ends_with("; and 30 more"));
    }

    #[test]
    fn wrong_types_name_the_field() {
        for (body, expected) in [
            ("{}", "the body must be an array of alerts, not an object"),
            ("[1]", "[0] must be an object, not a number"),
            (r#"[{"labels":{"ok":"x"}},{"labels":{"a":1}}]"#, "[1].labels.a must be a string, not a number"),
            (r#"[{"labels":["a"]}]"#, "[0].labels must be an object of strings, not an array"),
            (r#"[{"labels":{"a":"b"},"annotations":{"s":{}}}]"#, "[0].annotations.s must be a string, not an object"),
            (r#"[{"labels":{"a":"b"},"generatorURL":[]}]"#, "[0].generatorURL must be a string, not an array"),
        ] {
            assert_eq!(read(body, NOW).expect_err(body), expected);
        }
    }

    #[test]
    fn what_is_no_list_of_alerts() {
        assert_eq!(read("[]", NOW), Ok(Batch { signals: Vec::new(), ..Batch::default() }));
        assert_eq!(read("null", NOW), Ok(Batch::default()));
        for body in ["{", "[{]", "[] []", "nope"] {
            assert!(read(body, NOW).is_err(), "{body}");
        }
        let deep = format!(r#"[{{"labels":{{"a":"b"}},"x":{}{}}}]"#, "[".repeat(70), "]".repeat(70));
        let reason = read(&deep, NOW).expect_err("deep");
        assert!(reason.contains("deeper than 64"), "{reason}");
        let many = format!("[{}]", vec!["{}"; 10_001].join(","));
        let reason = read(&many, NOW).expect_err("many");
        assert!(reason.contains("more than 10000 alerts"), "{reason}");
    }

    proptest! {
        #[test]
        fn never_panics(body in "\\PC{0,200}") {
            let _ = read(&body, NOW);
        }

        #[test]
        fn any_labels_survive(pairs in proptest::collection::btree_map(".{1,20}", ".{1,20}", 1..20)) {
            let body = serde_json::json!([{ "labels": pairs }]).to_string();
            let batch = read(&body, NOW).expect("readable");
            prop_assert_eq!(batch.refused, 0);
            let back: Vec<_> = batch.signals[0].labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            prop_assert_eq!(back, pairs.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn never_panics_on_json_like(body in r#"[\[\]{}:,"a-z0-9\\. ]{0,120}"#) {
            if let Ok(batch) = read(&body, NOW) {
                prop_assert!(batch.signals.len() <= MOST_ALERTS && batch.reasons.len() <= MOST_REASONS);
            }
        }
    }
}
