//! One alert of Alertmanager's formats: read without a tree, then judged. The hot path of the whole intake.

use std::fmt;

use model::signal::Lease;
use model::{Labels, Severity, Signal, SignalAction, Span, Time};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::super::fingerprint::fingerprint;
use super::super::json::{MOST_DEPTH, Pairs, Skip, Text, truncate};
use super::super::sloppy_time::Sloppy;

/// How long an alert without an end is believed; Alertmanager's `resolve_timeout`.
const RESOLVE_TIMEOUT: Span = Span::minutes(5);
const MOST_NAME: usize = 1_024;
const MOST_VALUE: usize = 16 << 10;
const MOST_LINK: usize = 8 << 10;
const MOST_SUMMARY: usize = 1_024;

/// As it stands in the body.
#[derive(Debug, Default)]
pub(super) struct Raw<'a> {
    labels: Pairs<'a>,
    annotations: Pairs<'a>,
    starts: Sloppy,
    ends: Sloppy,
    link: Text<'a>,
    /// Only the webhook says it in so many words.
    status: Text<'a>,
}

/// Which of the two formats: they mean different things by an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `POST /alerts`: an end in the future is a lease, an end in the past a resolution.
    Api,
    /// Version 4: `status` decides, and a firing alert holds until it is resolved.
    Webhook,
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an alert")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
        let mut raw = Raw::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            match name.as_ref() {
                "labels" => raw.labels = map.next_value()?,
                "annotations" => raw.annotations = map.next_value()?,
                "startsAt" => raw.starts = map.next_value()?,
                "endsAt" => raw.ends = map.next_value()?,
                "generatorURL" => raw.link = map.next_value()?,
                "status" => raw.status = map.next_value_seed(Lenient)?,
                _ => map.next_value_seed(Skip(MOST_DEPTH - 3))?,
            }
        }
        Ok(raw)
    }
}

/// A string, or nothing where something else stands: in other people's dialects of the API `status` is an object.
struct Lenient;

impl<'de> DeserializeSeed<'de> for Lenient {
    type Value = Text<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Lenient {
    type Value = Text<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(text.into()))
    }
    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(text.to_owned().into()))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Text<'de>, E> {
        Ok(Text::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Text<'de>, E> {
        Ok(Text::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Text<'de>, E> {
        Ok(Text::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Text<'de>, E> {
        Ok(Text::default())
    }
    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Text::default())
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Text<'de>, A::Error> {
        Skip(MOST_DEPTH - 3).visit_seq(seq)?;
        Ok(Text::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text<'de>, A::Error> {
        Skip(MOST_DEPTH - 3).visit_map(map)?;
        Ok(Text::default())
    }
}

impl Raw<'_> {
    /// What the alert says, or why it cannot be taken.
    pub(super) fn signal(self, form: Form, now: Time) -> Result<Signal, String> {
        check(&self.labels, "label")?;
        check(&self.annotations, "annotation")?;
        let labels = Labels::from_pairs(self.labels.list);
        if labels.is_empty() {
            return Err("at least one label pair required".into());
        }
        let annotations = Labels::from_pairs(self.annotations.list);
        let word = labels.get("severity").or_else(|| labels.get("priority"));
        let mut signal = Signal {
            key: fingerprint(&labels),
            action: SignalAction::Trigger,
            summary: summary(&labels, &annotations).into(),
            severity: word.and_then(Severity::from_word),
            link: Some(self.link.as_ref()).filter(|link| !link.is_empty() && link.len() <= MOST_LINK).map(Box::from),
            labels,
            annotations,
            starts_at: self.starts.0,
            lease: None,
            ends_at: None,
        };
        let (start, end) = (self.starts.0, self.ends.0);
        match form {
            Form::Api => apply_end(&mut signal, start, end, now)?,
            Form::Webhook if self.status.as_ref().eq_ignore_ascii_case("resolved") => {
                signal.action = SignalAction::Resolve;
                signal.ends_at = end;
            }
            Form::Webhook => {}
        }
        Ok(signal)
    }
}

/// Where an end is missing it is now + 5 min, and only assumed. A missing start stays missing (the desk's own time counts), except
/// that what has ended began no later than it ended.
fn apply_end(signal: &mut Signal, start: Option<Time>, end: Option<Time>, now: Time) -> Result<(), String> {
    let until = end.unwrap_or(now + RESOLVE_TIMEOUT);
    if start.is_some_and(|start| start > until) {
        return Err("start time must be before end time".into());
    }
    if until <= now {
        signal.action = SignalAction::Resolve;
        signal.ends_at = Some(until);
        signal.starts_at = start.or(end);
    } else {
        signal.lease = Some(Lease { until, assumed: end.is_none() });
    }
    Ok(())
}

fn check(pairs: &Pairs<'_>, what: &str) -> Result<(), String> {
    if pairs.count > Pairs::MOST {
        return Err(format!("{} {what}s: an alert may have at most {}", pairs.count, Pairs::MOST));
    }
    for (name, value) in &pairs.list {
        let (name, value) = (name.as_ref(), value.as_ref());
        if name.is_empty() && !value.is_empty() {
            return Err(format!("a {what} has an empty name"));
        }
        if name.len() > MOST_NAME {
            return Err(format!("a {what} name of {} bytes: at most {MOST_NAME} are allowed", name.len()));
        }
        if value.len() > MOST_VALUE {
            return Err(format!(
                "{what} {}: a value of {} bytes, at most {MOST_VALUE} are allowed",
                truncate(name, 100),
                value.len()
            ));
        }
    }
    Ok(())
}

/// One line for people: the first annotation that is one, else what the labels say.
fn summary(labels: &Labels, annotations: &Labels) -> String {
    let written = ["summary", "description", "message"]
        .into_iter()
        .filter_map(|name| annotations.get(name))
        .map(str::trim)
        .find(|text| !text.is_empty());
    if let Some(text) = written {
        return truncate(text, MOST_SUMMARY).to_owned();
    }
    let instance = labels.get("instance");
    let text = match (labels.get("alertname"), instance) {
        (Some(name), Some(instance)) => format!("{name} on {instance}"),
        (Some(name), None) => name.to_owned(),
        _ => labels.iter().take(5).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
    };
    truncate(&text, MOST_SUMMARY).to_owned()
}

#[cfg(test)]
mod tests;
