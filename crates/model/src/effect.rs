//! Effects: what an input changes. Rows to write, letters to hand out, an answer for whoever asked.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::group::TrailEntry;
use crate::letter::Pager;
use crate::pull::Pull;
use crate::review::Review;
use crate::{
    Alert, AlertId, Group, Incident, IncidentRef, Letter, LetterId, Playbook, TimelineEntry,
    Update, UpdateId,
};

/// One thing as it now is; written whole over what was there.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Playbook(Arc<Playbook>),
    Alert(Arc<Alert>),
    Group(Box<Group>),
    Trail(Box<TrailEntry>),
    Letter(Box<Letter>),
    Pager(Box<Pager>),
    Incident(Box<Incident>),
    Timeline(Box<TimelineEntry>),
    Update(Box<Update>),
    Review(Box<Review>),
    Pull(Box<Pull>),
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
        Self {
            rows: Vec::new(),
            send: Vec::new(),
            answer: Answer::Done,
        }
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
        Self {
            kind,
            code: code.into(),
            detail: detail.into(),
            reasons: Vec::new(),
        }
    }
}
