//! How records look in the API. Times are RFC 3339 in UTC, spans ISO 8601, and a key that is promised is always there, if need be
//! as null.

mod alert;
mod incident;
mod letter;
mod timeline;
mod update;

pub(crate) use alert::Alert;
pub(crate) use incident::{Impact, Incident};
pub(crate) use letter::Letter;
pub(crate) use timeline::Entry;
pub(crate) use update::Update;

use model::Time;
use serde::Serializer;

/// For `#[serde(serialize_with)]`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
pub(crate) fn time<S: Serializer>(time: &Time, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&time.rfc3339())
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(crate) fn time_or_null<S: Serializer>(time: &Option<Time>, s: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(t) => time_ser(*t, s),
        None => s.serialize_none(),
    }
}

fn time_ser<S: Serializer>(time: Time, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_some(&time.rfc3339())
}

/// For `#[serde(deserialize_with)]`: RFC 3339, or absent.
pub(crate) fn read_time<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Time>, D::Error> {
    use serde::Deserialize as _;
    let text = Option::<std::borrow::Cow<'de, str>>::deserialize(d)?;
    text.map(|text| {
        Time::parse(&text).ok_or_else(|| serde::de::Error::custom("give a time as RFC 3339, e.g. 2026-01-05T09:00:00Z"))
    })
    .transpose()
}
