//! Effects: what an input changes. Rows to write, letters to hand out, an answer for whoever asked.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::group::{Counts, TrailEntry};
use crate::letter::Pager;
use crate::pull::Pull;
use crate::review::Review;
use crate::{
    Alert, AlertId, Channel, Group, Incident, IncidentRef, Letter, LetterId, Name, Playbook, TimelineEntry, Update, UpdateId,
};

/// One thing as it now is; written whole over what was there.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Playbook(Arc<Playbook>),
    Alert(Arc<Alert>),
    Group(Box<Group>),
    /// Only this of the group has changed.
    GroupCounts(Counts),
    Trail(Box<TrailEntry>),
    Letter(Box<Letter>),
    Pager(Box<Pager>),
    Incident(Box<Incident>),
    Timeline(Box<TimelineEntry>),
    Update(Box<Update>),
    Review(Box<Review>),
    Pull(Box<Pull>),
}

/// Which row: what stands under one key is replaced by what comes later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    Playbook,
    Alert(u64),
    Group(u64),
    GroupCounts(u64),
    Trail(u64, u32),
    Letter(u64),
    Pager(Name, Channel),
    Incident(u32),
    Timeline(u32, u32),
    Update(u64),
    Review(u32, u32),
    Pull(u64),
}

impl Row {
    pub fn key(&self) -> RowKey {
        match self {
            Self::Playbook(_) => RowKey::Playbook,
            Self::Alert(alert) => RowKey::Alert(alert.id.0),
            Self::Group(group) => RowKey::Group(group.id.0),
            Self::GroupCounts(counts) => RowKey::GroupCounts(counts.group.0),
            Self::Trail(entry) => RowKey::Trail(entry.group.0, entry.seq),
            Self::Letter(letter) => RowKey::Letter(letter.id.0),
            Self::Pager(pager) => RowKey::Pager(pager.person.clone(), pager.channel),
            Self::Incident(incident) => RowKey::Incident(incident.id.0),
            Self::Timeline(entry) => RowKey::Timeline(entry.incident.0, entry.seq),
            Self::Update(update) => RowKey::Update(update.id.0),
            Self::Review(review) => RowKey::Review(review.incident.0, review.revision),
            Self::Pull(pull) => RowKey::Pull(pull.id),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    pub rows: Vec<Row>,
    /// Letters of `rows` that a courier is to take now: they are leased to this node.
    pub send: Vec<LetterId>,
    pub answer: Answer,
}

impl Default for Effects {
    fn default() -> Self {
        Self { rows: Vec::new(), send: Vec::new(), answer: Answer::Done }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done,
    /// For each signal the alert it now belongs to; `None` when it changed nothing (a resolve of an unknown key, say).
    Signals(Vec<Option<AlertId>>),
    Declared(IncidentRef),
    Published(UpdateId),
    Revision(u32),
    Refused(Refusal),
}

/// A refusal: a stable code for machines, a sentence that says what to do for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub code: String,
    pub detail: String,
    /// One reason a field or fault: (field, reason).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    NotFound,
    Invalid,
    Conflict,
}

impl Refusal {
    pub fn new(kind: RefusalKind, code: &str, detail: impl Into<String>) -> Self {
        Self { kind, code: code.into(), detail: detail.into(), reasons: Vec::new() }
    }
}
