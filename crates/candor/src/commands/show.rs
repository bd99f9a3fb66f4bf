//! How answers of the API are shown to people.

use model::Time;
use serde_json::Value;

/// A text of an answer; empty when it is not there.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// A time of an answer, to the minute: `2026-01-05 09:12 UTC`.
pub(crate) fn time(value: &Value) -> String {
    value.as_str().and_then(Time::parse).map_or_else(String::new, stamp)
}

/// To the minute.
pub(crate) fn stamp(time: Time) -> String {
    time.stamp().strftime("%F %H:%M UTC").to_string()
}

/// Items of a list.
pub(crate) fn items(value: &Value) -> &[Value] {
    value["items"].as_array().map_or(&[], Vec::as_slice)
}

/// The head of an incident in one line.
pub(crate) fn incident(value: &Value) -> String {
    format!("{} {} {}: {}", text(value, "ref"), text(value, "severity"), text(value, "phase"), text(value, "title"))
}
