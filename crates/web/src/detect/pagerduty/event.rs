//! What an event of version 2 or 1 says. Optional fields are taken in any type; a fault in a required one is named.

use model::{Labels, Severity, Signal, SignalAction};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::json::{kind, truncate};
use super::super::sloppy_time;
use super::details::Details;

const MOST_SUMMARY: usize = 1_024;
const MOST_KEY: usize = 255;
/// What [`Signal::key`] may have.
const MOST_KEY_BYTES: usize = 512;
const MOST_LABEL: usize = 1_024;
const SEVERITIES: [&str; 4] = ["critical", "error", "warning", "info"];

/// An event whose faults are known to be none.
#[derive(Debug, PartialEq)]
pub(super) struct Event {
    /// As sent; `None` on a trigger that brings none.
    pub key: Option<String>,
    /// Its key is still empty.
    pub signal: Signal,
}

impl Event {
    /// The signal under the key that the answer gives back.
    pub(super) fn into_signal(self, key: &str) -> Signal {
        let mut signal = self.signal;
        signal.key = if key.len() <= MOST_KEY_BYTES {
            key.into()
        } else {
            // 255 characters may be up to 1,020 bytes.
            let digest = Sha256::digest(key.as_bytes());
            format!("sha256:{}", model::timeline::hex(&digest)).into()
        };
        signal
    }
}

/// Collects every fault before it gives up, as PagerDuty does.
struct Reader {
    faults: Vec<String>,
}

impl Reader {
    /// A text that may be missing.
    fn optional<'a>(&mut self, at: &str, value: Option<&'a Value>) -> Option<&'a str> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
            Some(other) => {
                let what = kind(other);
                self.faults.push(format!("'{at}' must be a string, not {what}"));
                None
            }
        }
    }

    fn required<'a>(&mut self, at: &str, value: Option<&'a Value>) -> Option<&'a str> {
        let before = self.faults.len();
        let text = self.optional(at, value);
        if text.is_none() && self.faults.len() == before {
            self.faults.push(format!("'{at}' is missing or blank"));
        }
        text
    }

    fn action(&mut self, at: &str, value: Option<&Value>) -> Option<SignalAction> {
        let word = self.required(at, value)?;
        let action = match word {
            "trigger" => Some(SignalAction::Trigger),
            "acknowledge" => Some(SignalAction::Acknowledge),
            "resolve" => Some(SignalAction::Resolve),
            _ => None,
        };
        if action.is_none() {
            let fault = format!("'{at}' must be one of trigger, acknowledge, resolve");
            self.faults.push(fault);
        }
        action
    }

    fn key<'a>(&mut self, at: &str, value: Option<&'a Value>, action: Option<SignalAction>) -> Option<&'a str> {
        let needed = action.is_some_and(|action| action != SignalAction::Trigger);
        let key = if needed { self.required(at, value) } else { self.optional(at, value) };
        if key.is_some_and(|key| key.chars().count() > MOST_KEY) {
            let fault = format!("'{at}' is longer than {MOST_KEY} characters");
            self.faults.push(fault);
        }
        key
    }

    fn severity(&mut self, value: Option<&Value>, needed: bool) -> Option<String> {
        let at = "payload.severity";
        let word = if needed { self.required(at, value)? } else { value?.as_str()? };
        let word = word.to_ascii_lowercase();
        if needed && !SEVERITIES.contains(&&*word) {
            let fault = format!("'{at}' must be one of {}", SEVERITIES.join(", "));
            self.faults.push(fault);
        }
        Some(word)
    }
}

/// Version 2. `payload` is required on a trigger; an acknowledgement or resolution may come with or without one.
pub(super) fn v2(event: &Value) -> Result<Event, Vec<String>> {
    let mut reader = Reader { faults: Vec::new() };
    let action = reader.action("event_action", event.get("event_action"));
    let key = reader.key("dedup_key", event.get("dedup_key"), action);
    let trigger = action == Some(SignalAction::Trigger);
    let payload = event.get("payload").filter(|p| !p.is_null());
    if trigger && payload.is_none_or(|p| !p.is_object()) {
        reader.faults.push("'payload' is missing or no object".into());
    }
    let field = |name: &str| payload.and_then(|p| p.get(name));
    let mut wanted = |name: &str| {
        let at = format!("payload.{name}");
        match field(name) {
            value if trigger && payload.is_some() => reader.required(&at, value),
            value => value.and_then(Value::as_str),
        }
    };
    let (summary, source) = (wanted("summary"), wanted("source"));
    let severity = reader.severity(field("severity"), trigger && payload.is_some());
    let (Some(action), true) = (action, reader.faults.is_empty()) else {
        return Err(reader.faults);
    };
    let mut labels = Vec::new();
    for name in ["component", "group", "class"] {
        labels.extend(field(name).and_then(loose).map(|text| (name, text)));
    }
    labels.extend(source.map(|text| ("source", cut(text))));
    labels.extend(severity.as_deref().map(|word| ("severity", cut(word))));
    let mut details = Details::default();
    for name in ["client", "client_url"] {
        details.text(name, text(event, name));
    }
    details.list("link", event.get("links"), &["href", "text"]);
    details.list("image", event.get("images"), &["src", "href", "alt"]);
    if let Some(custom) = field("custom_details") {
        details.tree("", custom);
    }
    let link = first_link(text(event, "client_url"), event.get("links"));
    let mut signal = signal(action, summary.unwrap_or_default(), labels, details, link);
    signal.severity = severity.as_deref().and_then(Severity::from_word);
    signal.starts_at = field("timestamp").and_then(time);
    Ok(Event { key: key.map(str::to_owned), signal })
}

/// Version 1: no severity, and the details are free.
pub(super) fn v1(event: &Value) -> Result<Event, Vec<String>> {
    let mut reader = Reader { faults: Vec::new() };
    let action = reader.action("event_type", event.get("event_type"));
    let key = reader.key("incident_key", event.get("incident_key"), action);
    let description = match action {
        Some(SignalAction::Trigger) => reader.required("description", event.get("description")),
        _ => event.get("description").and_then(Value::as_str),
    };
    let (Some(action), true) = (action, reader.faults.is_empty()) else {
        return Err(reader.faults);
    };
    let mut details = Details::default();
    for name in ["client", "client_url"] {
        details.text(name, text(event, name));
    }
    details.list("context", event.get("contexts"), &["href", "src", "text", "alt"]);
    if let Some(more) = event.get("details") {
        details.tree("", more);
    }
    let labels = [("client", cut(text(event, "client")))];
    let link = first_link(text(event, "client_url"), event.get("contexts"));
    Ok(Event {
        key: key.map(str::to_owned),
        signal: signal(action, description.unwrap_or_default(), labels.into(), details, link),
    })
}

fn signal(action: SignalAction, summary: &str, labels: Vec<(&str, String)>, details: Details, link: Option<Box<str>>) -> Signal {
    Signal {
        key: "".into(),
        action,
        summary: truncate(summary, MOST_SUMMARY).into(),
        severity: None,
        labels: Labels::from_pairs(labels),
        annotations: details.labels(),
        link,
        starts_at: None,
        lease: None,
        ends_at: None,
    }
}

fn text<'a>(event: &'a Value, name: &str) -> &'a str {
    event.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn cut(text: &str) -> String {
    truncate(text, MOST_LABEL).to_owned()
}

/// A text, or what stands in its place as one.
fn loose(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(cut(text)),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn time(value: &Value) -> Option<model::Time> {
    match value {
        Value::String(text) => sloppy_time::parse(text),
        Value::Number(number) => sloppy_time::parse(&number.to_string()),
        _ => None,
    }
}

fn first_link(client: &str, list: Option<&Value>) -> Option<Box<str>> {
    let listed = list.and_then(Value::as_array).and_then(|links| links.iter().find_map(|l| l.get("href")?.as_str()));
    [Some(client), listed].into_iter().flatten().find(|link| !link.is_empty() && link.len() <= 8 << 10).map(Box::from)
}

#[cfg(test)]
mod tests;
