//! The timeline of an incident: append-only, hash-chained, written by itself and by people.
//!
//! Each entry's `hash` covers the one before it and a *digest* of its text, not the text: a text that the law wants gone can be
//! blanked and the chain still proves the rest.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Actor, IncidentRef, Time};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Public,
    Customers,
    Executives,
    Support,
    #[default]
    Internal,
}

impl Audience {
    pub const ALL: [Self; 5] = [Self::Public, Self::Customers, Self::Executives, Self::Support, Self::Internal];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Customers => "customers",
            Self::Executives => "executives",
            Self::Support => "support",
            Self::Internal => "internal",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.name() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Declared,
    Note,
    Phase,
    Severity,
    Role,
    Impact,
    Mark,
    Alert,
    Paged,
    Acknowledged,
    Update,
    PromiseReminder,
    PromiseKept,
    PromiseBroken,
    Merged,
    Resolved,
    Reopened,
    Review,
}

impl EntryKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Note => "note",
            Self::Phase => "phase",
            Self::Severity => "severity",
            Self::Role => "role",
            Self::Impact => "impact",
            Self::Mark => "mark",
            Self::Alert => "alert",
            Self::Paged => "paged",
            Self::Acknowledged => "acknowledged",
            Self::Update => "update",
            Self::PromiseReminder => "promise_reminder",
            Self::PromiseKept => "promise_kept",
            Self::PromiseBroken => "promise_broken",
            Self::Merged => "merged",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::Review => "review",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub incident: IncidentRef,
    /// Counted from 1 without a gap.
    pub seq: u32,
    pub happened_at: Time,
    pub recorded_at: Time,
    pub actor: Actor,
    pub kind: EntryKind,
    pub audience: Audience,
    pub text: String,
    /// SHA-256 of `text`, hex.
    pub digest: String,
    /// Over the hash before, and over all of this entry but `text`, hex.
    pub hash: String,
}

impl TimelineEntry {
    /// The hash before the first entry.
    pub const ORIGIN: &'static str = "";

    /// Fills `digest` and `hash`.
    #[must_use]
    pub fn sealed(mut self, previous: &str) -> Self {
        self.digest = hex(&Sha256::digest(self.text.as_bytes()));
        self.hash = self.expected_hash(previous);
        self
    }

    /// What `hash` must be after `previous`.
    pub fn expected_hash(&self, previous: &str) -> String {
        let mut hasher = Sha256::new();
        let actor = serde_json::to_string(&self.actor).unwrap_or_default();
        let fields = [
            previous,
            &self.incident.to_string(),
            &self.seq.to_string(),
            &self.happened_at.0.to_string(),
            &self.recorded_at.0.to_string(),
            &actor,
            self.kind.name(),
            self.audience.name(),
            &self.digest,
        ];
        for field in fields {
            // The length goes first, so that no two different lists of fields feed the same bytes.
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hex(&hasher.finalize())
    }

    /// `text` still has the digest it was recorded with. False after a redaction.
    pub fn text_is_whole(&self) -> bool {
        self.digest == hex(&Sha256::digest(self.text.as_bytes()))
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_field_breaks_the_chain() {
        let entry = TimelineEntry {
            incident: IncidentRef(1),
            seq: 1,
            happened_at: Time(5),
            recorded_at: Time(6),
            actor: Actor::System,
            kind: EntryKind::Note,
            audience: Audience::Internal,
            text: "restarted the pool".into(),
            digest: String::new(),
            hash: String::new(),
        }
        .sealed(TimelineEntry::ORIGIN);
        assert!(entry.text_is_whole());
        for change in [
            |e: &mut TimelineEntry| e.happened_at = Time(4),
            |e: &mut TimelineEntry| e.actor = Actor::Person("ana".into()),
            |e: &mut TimelineEntry| e.kind = EntryKind::Mark,
            |e: &mut TimelineEntry| e.seq = 2,
            |e: &mut TimelineEntry| e.digest = "00".into(),
        ] {
            let mut other = entry.clone();
            change(&mut other);
            assert_ne!(other.expected_hash(TimelineEntry::ORIGIN), entry.hash);
        }
        let mut redacted = entry.clone();
        redacted.text = "[removed]".into();
        assert_eq!(redacted.expected_hash(TimelineEntry::ORIGIN), entry.hash);
        assert!(!redacted.text_is_whole());
    }
}
