use model::{Audience, EntryKind, Time, TimelineEntry};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    seq: u32,
    #[serde(serialize_with = "super::time")]
    happened_at: Time,
    #[serde(serialize_with = "super::time")]
    recorded_at: Time,
    actor: String,
    kind: EntryKind,
    audience: Audience,
    text: String,
    digest: String,
    hash: String,
}

impl From<TimelineEntry> for Entry {
    fn from(entry: TimelineEntry) -> Self {
        Self {
            seq: entry.seq,
            happened_at: entry.happened_at,
            recorded_at: entry.recorded_at,
            actor: entry.actor.to_string(),
            kind: entry.kind,
            audience: entry.audience,
            text: entry.text,
            digest: entry.digest,
            hash: entry.hash,
        }
    }
}
